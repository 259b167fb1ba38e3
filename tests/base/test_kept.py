"""What is kept in the process beside the rows it was made of, and rows that are written for good."""

from datetime import datetime

from sqlalchemy import select

from base.actors import system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.database import Database, Kept, as_stored, insert_for_good, loose
from cases.cases import open_case
from cases.timeline import TimelineEntry, entries, entry_of, write, write_together


def test_an_object_is_made_anew_only_when_its_rows_are_others() -> None:
    made = iter("ab")
    kept: Kept[str] = Kept(10)
    assert kept.get("anne", [("Anne", 1)], lambda: next(made)) == "a"
    assert kept.get("anne", [("Anne", 1)], lambda: next(made)) == "a"
    assert kept.get("anne", [("Anne", 2)], lambda: next(made)) == "b"


def test_what_was_not_used_for_longest_goes_first() -> None:
    kept: Kept[str] = Kept(2)
    for name in ("anne", "bob", "anne", "carl"):
        kept.get(name, [], lambda name=name: name)  # type: ignore[misc]
    assert kept.get("anne", [], lambda: "made anew") == "anne"
    assert kept.get("bob", [], lambda: "made anew") == "made anew"


def test_another_process_changing_a_row_is_seen_at_once(database: Database, now: datetime) -> None:
    with database.unit() as session:
        Brand.create(session, "one", "One", CalendarRow.create(session, "one", "One"))
    kept: Kept[str] = Kept(10)

    def name() -> str:
        with database.reading() as session:
            rows = [tuple(row) for row in session.execute(select(*as_stored(Brand)))]
            return kept.get("one", rows, lambda: session.scalars(select(Brand.name)).one())

    assert name() == "One"
    with database.unit() as session:
        session.scalars(select(Brand)).one().name = "Another"
    assert name() == "Another"


def test_rows_for_good_come_after_what_the_session_held_back(database: Database, now: datetime) -> None:
    with database.unit() as session:
        brand = Brand.create(session, "one", "One", CalendarRow.create(session, "one", "One"))
        actor = system_actor(brand.id)
        case = open_case(session, actor, now, reason="parcel", language="fr")
        write(session, case.id, "note", actor=actor, now=now, words="first")
        write_together(
            session,
            [entry_of(case.id, "note", actor=actor, now=now, words=each) for each in ("second", "third")],
        )
        case_id = case.id
    with database.reading() as session:
        notes = [entry.words for entry in entries(session, case_id) if entry.kind == "note"]
    assert notes == ["first", "second", "third"]


def test_a_loose_row_is_inserted_with_its_values(database: Database, now: datetime) -> None:
    with database.unit() as session:
        brand = Brand.create(session, "one", "One", CalendarRow.create(session, "one", "One"))
        actor = system_actor(brand.id)
        case = open_case(session, actor, now, reason="parcel", language="fr")
        entry = loose(
            TimelineEntry, case_id=case.id, at=now, kind="note", params={"a": [1]}, words=None, actor=actor.to_json(),
            contact_id=None, walk_id=None,
        )  # fmt: skip
        insert_for_good(session, [entry])
        case_id = case.id
    with database.reading() as session:
        [found] = [entry for entry in entries(session, case_id) if entry.kind == "note"]
    assert (found.params, found.words, found.at) == ({"a": [1]}, None, now)
