"""Versions: documents published under a number, immutable, and the programs compiled from them.

A publication needs no error from the checks, all scenarios green (or a written cause for going on all the same) and a
note. A program is compiled once in each process and kept by version id.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from base.actors import Actor
from base.brands import Brand
from base.calendars import calendars_of
from base.database import DATABASE, Database, insert_or_ignore, new_public_id
from base.errors import Conflict, Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, require
from base.settings import Difference, Proposal, propose
from processes.connectors.installed import learn_installed
from processes.findable import make_findable
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.language.faults import Fault, FaultyDocument
from processes.language.parts import Promise
from processes.rows import ProcessRow, VersionRow
from processes.scenarios import Outcome, run_scenarios
from processes.walk.program import Program


class NoSuchProcess(NotFound):
    """No process of that key is published for the brand."""

    sentence = N_("There is no published process “%(key)s”.")


class ScenariosFail(Invalid):
    """Publishing was refused because a scenario does not play as expected."""

    sentence = N_("%(number)s scenarios fail. The first: “%(name)s”: %(problem)s")


class NoteMissing(Invalid):
    """Publishing needs a note."""

    sentence = N_("Say in a few words what this version changes.")


class PublishedMeanwhile(Conflict):
    """Somebody else published a version since the author began."""

    sentence = N_("Version %(number)s was published in the meantime. Look at it before you publish yours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What publishing did."""

    version: VersionRow
    warnings: list[Fault]
    settings_kept: list[Difference]
    """Settings whose company value won over the document's."""
    text_only: bool
    """Whether the logic is that of the version before."""


def publish(
    session: Session,
    actor: Actor,
    now: datetime,
    document: Document,
    *,
    note: str,
    override: str | None = None,
    after: int | None = None,
) -> Publication:
    """Publish a document as the next version of its process. The same content again gives the version there is.

    `after`: number of the version that the author worked from; another one published since is a conflict.
    Raises FaultyDocument, ScenariosFail (unless `override` says why it may go on), NoteMissing, NotPermitted and
    PublishedMeanwhile.
    """
    require(actor, Permission.PROCESS_PUBLISH)
    if not note.strip():
        raise NoteMissing
    row = _process(session, actor, now, document)
    before = _numbered(session, row, row.live_number)
    content = content_hash(document)
    warnings = check_publishable(session, actor.brand_id, document, now, override)
    if before is not None and before.content_hash == content:
        return Publication(version=before, warnings=warnings, settings_kept=[], text_only=True)
    if after is not None and after != row.live_number:
        raise PublishedMeanwhile(number=row.live_number)
    version = VersionRow(
        process=row, number=row.live_number + 1, document=to_json(document), logic_hash=logic_hash(document),
        content_hash=content, note=note.strip(), override=override, published_at=now, published_by=actor.to_json(),
    )  # fmt: skip
    session.add(version)
    row.live_number, row.title, row.reason = version.number, dict(document.title), document.reason
    row.audience = list(document.audience)
    session.flush()
    make_findable(session, actor.brand_id, document)
    kept = propose(session, actor, now, _proposals(document))
    text_only = before is not None and before.logic_hash == version.logic_hash
    return Publication(version=version, warnings=warnings, settings_kept=kept, text_only=text_only)


def live_version(session: Session, brand_id: int, key: str) -> VersionRow:
    """The version that new walks take. Raises NoSuchProcess."""
    wanted = (
        select(VersionRow)
        .join(ProcessRow)
        .where(ProcessRow.brand_id == brand_id, ProcessRow.key == key, VersionRow.number == ProcessRow.live_number)
    )
    version = session.scalars(wanted).one_or_none()
    if version is None:
        raise NoSuchProcess(key=key)
    return version


def live_number(session: Session, brand_id: int, key: str) -> int:
    """Number of the live version, 0 while none is published."""
    wanted = select(ProcessRow.live_number).where(ProcessRow.brand_id == brand_id, ProcessRow.key == key)
    return session.scalars(wanted).one_or_none() or 0


def live_versions(session: Session, brand_id: int) -> list[VersionRow]:
    """The live versions of all processes of a brand, by key."""
    wanted = (
        select(VersionRow)
        .join(ProcessRow)
        .where(ProcessRow.brand_id == brand_id, VersionRow.number == ProcessRow.live_number)
        .order_by(ProcessRow.key)
    )
    return list(session.scalars(wanted))


def versions_of(session: Session, brand_id: int, key: str) -> list[VersionRow]:
    """All versions of a process, newest first."""
    wanted = (
        select(VersionRow)
        .join(ProcessRow)
        .where(ProcessRow.brand_id == brand_id, ProcessRow.key == key)
        .order_by(VersionRow.number.desc())
    )
    return list(session.scalars(wanted))


def document_of(version: VersionRow) -> Document:
    """The document of a version."""
    return Document.model_validate(version.document)


class Library:
    """Programs by version id, compiled once in this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._programs: dict[int, Program] = {}
        self._promises: dict[int, dict[str, Promise]] = {}
        self._lock = Lock()

    def program_of(self, version: VersionRow) -> Program:
        """The program of a version."""
        program = self._programs.get(version.id)
        if program is None:
            session = object_session(version)
            if session is not None:
                learn_installed(session)
            program = compile_document(document_of(version), str(version.id)).checked()
            with self._lock:
                self._programs[version.id] = program
        return program

    def programs(self, session: Session, brand_id: int, pinned: Iterable[str] = ()) -> dict[str, Program]:
        """Live programs by key, and every one of them and of `pinned` (version ids) by `key@version`."""
        live = self._live(session, brand_id)
        known: dict[str, Program] = {}
        for version_id, program in live.items():
            known[program.process] = program
            known[f"{program.process}@{version_id}"] = program
        for name in pinned:
            program = self.pinned(session, int(name))
            known[f"{program.process}@{name}"] = program
        return known

    def promise(self, session: Session, version_id: int, step: str) -> Promise | None:
        """What a step of a version promises, as its author wrote it."""
        known = self._promises.get(version_id)
        if known is None:
            document = document_of(session.get_one(VersionRow, version_id))
            found = {each.step_id: getattr(each, "promise", None) for each in document.all_steps()}
            known = {step: promise for step, promise in found.items() if isinstance(promise, Promise)}
            with self._lock:
                self._promises[version_id] = known
        return known.get(step)

    def _live(self, session: Session, brand_id: int) -> dict[int, Program]:
        ids = session.scalars(
            select(VersionRow.id)
            .join(ProcessRow)
            .where(ProcessRow.brand_id == brand_id, VersionRow.number == ProcessRow.live_number)
        ).all()
        return {id_: self.pinned(session, id_) for id_ in ids}

    def pinned(self, session: Session, version_id: int) -> Program:
        """The program of the version with that id."""
        program = self._programs.get(version_id)
        return program if program is not None else self.program_of(session.get_one(VersionRow, version_id))


_libraries: WeakKeyDictionary[Database, Library] = WeakKeyDictionary()
_making = Lock()


def library_of(place: Session | Database) -> Library:
    """The library of a database, which this process shares. Version ids mean something within one database only."""
    database = place if isinstance(place, Database) else place.info[DATABASE]
    with _making:
        return _libraries.setdefault(database, Library())


def to_json(document: Document) -> dict[str, Any]:
    """The document as canonical JSON: only what is written, under the names authors know."""
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True)


def content_hash(document: Document) -> str:
    """Hash of the whole document."""
    return _hash(to_json(document))


def logic_hash(document: Document) -> str:
    """Hash of what steers the walk: texts, labels, comments, titles and scenarios left out."""
    return _hash(_logic(to_json(document)))


_WORDS = ("text", "texts", "label", "comment", "title", "subject", "confirm", "if_broken", "scenarios")


def _logic(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _logic(value) for key, value in part.items() if key not in _WORDS}
    return [_logic(item) for item in part] if isinstance(part, list) else part


def _hash(part: Any) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def judge(session: Session, brand_id: int, document: Document, now: datetime) -> tuple[list[Fault], list[Outcome]]:
    """Every fault of a document beside what is live, and its scenarios played; none while it cannot be compiled."""
    from processes.judging import house, live_documents
    from processes.language.checks import check_document

    compiled = compile_document(document)
    live = live_documents(session, brand_id)
    beside = replace(house(session, brand_id, now), live=live.get(document.process))
    faults = compiled.faults + check_document(document, live | {document.process: document}, beside=beside)
    if any(fault.level == "error" for fault in compiled.faults):
        return faults, []
    programs = library_of(session).programs(session, brand_id)
    calendar = session.get_one(Brand, brand_id).calendar
    return faults, run_scenarios(document, compiled.checked(), programs, calendar, calendars_of(session))


def check_publishable(
    session: Session, brand_id: int, document: Document, now: datetime, override: str | None
) -> list[Fault]:
    """The warnings of a document that may be published. Raises FaultyDocument and ScenariosFail."""
    faults, outcomes = judge(session, brand_id, document, now)
    if any(fault.level == "error" for fault in faults):
        raise FaultyDocument(faults)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if failed and not override:
        raise _fail(failed)
    return [fault for fault in faults if fault.level == "warning"]


def _fail(failed: list[Outcome]) -> ScenariosFail:
    first = failed[0]
    return ScenariosFail(number=len(failed), name=first.name, problem=first.problem % first.params)


def _process(session: Session, actor: Actor, now: datetime, document: Document) -> ProcessRow:
    """The row of the process, locked: two who publish at once come one after the other."""
    first = {
        "public_id": new_public_id(), "brand_id": actor.brand_id, "key": document.process, "live_number": 0,
        "title": dict(document.title), "reason": document.reason, "audience": list(document.audience),
        "created_at": now,
    }  # fmt: skip
    insert_or_ignore(session, ProcessRow, first)
    wanted = select(ProcessRow).where(ProcessRow.brand_id == actor.brand_id, ProcessRow.key == document.process)
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def _numbered(session: Session, row: ProcessRow, number: int) -> VersionRow | None:
    wanted = select(VersionRow).where(VersionRow.process_id == row.id, VersionRow.number == number)
    return session.scalars(wanted).one_or_none()


def _proposals(document: Document) -> dict[str, Proposal]:
    return {
        name: Proposal(
            value=spec.value if spec.value is not None else spec.rows,
            source=spec.source,
            certainty=spec.certainty or "",
            checked_on=None if spec.checked_on is None else date.fromisoformat(spec.checked_on),
        )
        for name, spec in document.settings.items()
    }
