"""An import from first line to last: batch by batch, each one transaction, so that it can simply be run again."""

import csv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from base import audit
from base.actors import Actor
from base.brands import Brand
from base.clock import business_now
from base.database import Database
from base.languages import N_, translate
from base.permissions import Permission, require
from base.reasons import reason_names
from cases.importing.batches import Batch, Into, Taken
from cases.importing.mapping import Mapping
from cases.importing.parsing import Entry, Parser, Reject
from cases.importing.reading import Line, Source, open_source
from cases.importing.rows import ImportRun

BATCH = 10_000
TRIES = 3
FIRST_REJECTS = 10

LINE, WHY = N_("line"), N_("why not")
Seen = Callable[[Source, "Counts"], None]
"""Who is told how far it is, after each batch."""


@dataclass(kw_only=True)
class Counts:
    """What became of the file's rows so far."""

    read: int = 0
    new: int = 0
    known: int = 0
    """Rows taken before, and doubles in the file."""
    rejected: int = 0
    customers: int = 0
    """New ones; not counted by a dry run."""


@dataclass(kw_only=True)
class Run:
    """An import that is over."""

    counts: Counts = field(default_factory=Counts)
    first_rejects: list[Reject] = field(default_factory=list)


def run(
    database: Database,
    actor: Actor,
    now: datetime,
    file: Path,
    mapping: Mapping,
    *,
    language: str,
    rejects: Path | None = None,
    dry: bool = False,
    seen: Seen | None = None,
) -> Run:
    """Import a file; `dry`: only say what would become of it. Rejects are written, in `language`, to a file of theirs.

    Raises `UnreadableFile`, `EmptyFile`, `MissingColumns`, `LineTooLong`; what was taken before stays.
    """
    require(actor, Permission.ADMIN)
    opened, source = open_source(file, mapping)
    with opened:
        with database.reading() as session:
            parser, into = _prepare(session, actor, now, mapping)
        done, number = Run(), None
        with _RejectsFile(rejects, source, mapping, language) as refused:
            for parsed in _ahead(source.lines(), parser):
                entries = [each for each in parsed if isinstance(each, Entry)]
                found = [each for each in parsed if isinstance(each, Reject)]
                if number is None and not dry:
                    into = _begin(database, into, file)
                    number = into.run_id
                taken = _look(database, into, entries) if dry else _take(database, into, entries)
                _count(done, taken, len(parsed), sorted([*found, *taken.rejects], key=lambda each: each.line), refused)
                if seen is not None:
                    seen(source, done.counts)
    if number is not None:
        _end(database, into, file, done.counts)
    return done


def _ahead(lines: Iterator[Line], parser: Parser) -> Iterator[list[Entry | Reject]]:
    """Batches of parsed lines: the next one is parsed while the database takes the one before."""

    def parsed() -> list[Entry | Reject]:
        return [parser.parse(line) for line in islice(lines, BATCH)]

    with ThreadPoolExecutor(1) as hand:
        coming = hand.submit(parsed)
        while batch := coming.result():
            coming = hand.submit(parsed)
            yield batch


def _prepare(session: Session, actor: Actor, now: datetime, mapping: Mapping) -> tuple[Parser, Into]:
    brand = session.get_one(Brand, actor.brand_id)
    parser = Parser(mapping, now, reason_names(session, brand.id, brand.default_language))
    return parser, Into(actor=actor, mapping=mapping, now=now, language=brand.default_language, run_id=0)


def _begin(database: Database, into: Into, file: Path) -> Into:
    with database.unit() as session:
        begun = ImportRun(
            brand_id=into.brand_id, kind=into.mapping.kind, file=file.name, mapping=into.mapping.model_dump(),
            counts=asdict(Counts()), actor=into.actor.to_json(), began_at=into.now,
        )  # fmt: skip
        session.add(begun)
        session.flush()
        audit.write(session, into.actor, "import.begun", file.name, {"kind": [None, into.mapping.kind]})
        return Into(actor=into.actor, mapping=into.mapping, now=into.now, language=into.language, run_id=begun.id)


def _take(database: Database, into: Into, entries: list[Entry]) -> Taken:
    """One transaction. Somebody may have noted the same customer or order meanwhile: then it is looked at again."""
    for left in reversed(range(TRIES)):
        try:
            with database.unit() as session:
                batch = Batch(session, into, entries)
                batch.write()
            return batch.taken
        except IntegrityError:
            if not left:
                raise
    raise AssertionError


def _look(database: Database, into: Into, entries: list[Entry]) -> Taken:
    with database.reading() as session:
        return Batch(session, into, entries).taken


def _end(database: Database, into: Into, file: Path, counts: Counts) -> None:
    with database.unit() as session:
        now = max(business_now(session), into.now)
        session.execute(
            update(ImportRun).where(ImportRun.id == into.run_id).values(ended_at=now, counts=asdict(counts))
        )
        change = {name: [None, count] for name, count in asdict(counts).items()}
        audit.write(session, into.actor, "import.ended", file.name, change)


def _count(done: Run, taken: Taken, read: int, found: list[Reject], refused: "_RejectsFile") -> None:
    done.counts.read += read
    done.counts.new += taken.new
    done.counts.known += taken.known
    done.counts.customers += taken.customers
    done.counts.rejected += len(found)
    done.first_rejects += found[: FIRST_REJECTS - len(done.first_rejects)]
    for reject in found:
        refused.write(reject)


class _RejectsFile:
    """What was not taken, with line and reason before the file's own columns: correct it there, and import it."""

    def __init__(self, path: Path | None, source: Source, mapping: Mapping, language: str) -> None:
        self._path, self._source, self._mapping, self._language = path, source, mapping, language
        self._file: TextIO | None = None

    def __enter__(self) -> "_RejectsFile":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, reject: Reject) -> None:
        """Add one; the file is made with the first."""
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            heading = self._source.heading or ["JSON"]
            self._row([translate(self._language, LINE), translate(self._language, WHY), *heading])
        self._row([str(reject.line), reject.tell(self._language), *reject.cells()])

    def _row(self, cells: list[str]) -> None:
        assert self._file is not None
        csv.writer(self._file, delimiter=self._mapping.delimiter).writerow(cells)
