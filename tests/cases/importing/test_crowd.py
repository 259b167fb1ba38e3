"""Customers recognised in a batch are those that would have been recognised one by one."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import Database
from cases.customers import Customer, Identifier, customer_at_first_sight
from cases.doubts import Doubt
from cases.importing.batches import Batch, Into
from cases.importing.mapping import Mapping
from cases.importing.parsing import Entry, Parser
from cases.importing.reading import Line
from cases.importing.rows import ImportRun

FIELDS = ("external_id", "first_name", "name", "mail", "phone", "account", "customer_id")
MAPPING = Mapping.model_validate(
    {"kind": "contacts", "source": "crm", "columns": {name: name for name in FIELDS}, "fixed": {
        "at": "2026-01-05", "channel": "mail"}}
)  # fmt: skip
Seen = tuple[list[tuple[str, str]], list[tuple[int, str, str, str]], list[tuple[int, int, int]]]


def people(random: Random) -> list[str]:
    """Somebody out of very few, so that everything collides."""
    return [
        random.choice(["", "Léa", "Paul"]), random.choice(["", "Martin", "Petit"]),
        random.choice(["", "a@x.org", "b@x.org"]), random.choice(["", "0612345678", "06 12 34 56 79"]),
        random.choice(["", "", "acc1", "acc2"]), random.choice(["", "", "C1", "C2"]),
    ]  # fmt: skip


def test_a_batch_recognises_whom_one_by_one_would(database: Database, administrator: Actor, now: datetime) -> None:
    for seed in range(6):
        random = Random(seed)
        rows = [[str(n), *row] for n, row in enumerate(people(random) for _ in range(60)) if any(row[1:])]
        parser = Parser(MAPPING, now, ())
        parsed = [parser.parse(Line(number, row, row)) for number, row in enumerate(rows)]
        entries = [entry for entry in parsed if isinstance(entry, Entry)]
        assert len(entries) == len(rows)
        assert _at_once(database, administrator, now, entries) == _one_by_one(database, administrator, now, entries)


def _one_by_one(database: Database, actor: Actor, now: datetime, entries: list[Entry]) -> Seen:
    def meet(session: Session) -> None:
        for entry in entries:
            customer_at_first_sight(session, actor, now, entry.identity)

    return _seen(database, meet)


def _at_once(database: Database, actor: Actor, now: datetime, entries: list[Entry]) -> Seen:
    def meet(session: Session) -> None:
        _batch(session, actor, now, entries[:20])
        _batch(session, actor, now, entries[20:])

    return _seen(database, meet)


def _batch(session: Session, actor: Actor, now: datetime, entries: list[Entry]) -> None:
    run = ImportRun(
        brand_id=actor.brand_id, kind="contacts", file="people", mapping={}, counts={}, actor={}, began_at=now
    )
    session.add(run)
    session.flush()
    Batch(session, Into(actor=actor, mapping=MAPPING, now=now, language="fr", run_id=run.id), entries).write()


def _seen(database: Database, does: Callable[[Session], None]) -> Seen:
    """What is there afterwards, customers numbered in their order; nothing of it stays."""
    found: list[Seen] = []
    try:
        with database.unit() as session:
            does(session)
            customers = session.scalars(select(Customer).order_by(Customer.id)).all()
            place = {customer.id: number for number, customer in enumerate(customers)}
            identifiers = session.scalars(select(Identifier)).all()
            doubts = session.scalars(select(Doubt)).all()
            found.append((
                [(each.first_name, each.name) for each in customers],
                sorted((place[each.customer_id], each.kind, each.source, each.value) for each in identifiers),
                sorted((place[each.first_id], place[each.second_id], each.score) for each in doubts),
            ))  # fmt: skip
            raise _Undo
    except _Undo:
        return found[0]


class _Undo(Exception):
    """Nothing of it is kept."""
