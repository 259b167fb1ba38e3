"""Planned dates after a calendar has changed: seen first, moved by robots in bites, never those set by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from base.actors import Actor
from base.calendars import CalendarRow, calendar_named
from base.database import Database
from base.errors import Forbidden
from cases import follow_ups
from cases.cases import Case
from cases.follow_ups import FollowUp
from cases.tasks import Task
from cases.timeline import TimelineEntry
from cases.waits import CaseWait
from processes import retiming
from processes.rows import WalkRow
from processes.walk.turn import TaskWaiting, Timing
from robots.retiming import move_dates
from tests.company import MONDAY, Company, open_company
from tests.walking import WATCH, begin, tiny

TUESDAY_AT_SIX = MONDAY.replace(hour=17) + timedelta(days=1)
THURSDAY_AT_SIX = TUESDAY_AT_SIX + timedelta(days=2)
CLOSED = [["2031-03-04", "2031-03-05"]]
"""Tuesday and Wednesday."""
ASKED_FOR = """
- task: looking
  for: warehouse
  text: {fr: "Chercher.", en: "Look for it."}
  within: 2 business days
  if_never: [{close: refused, id: never}]
- close: done
"""


def company_of(database: Database, steps: str) -> Company:
    company = open_company(database, [tiny(steps)])
    company.parcel("6A1")
    return company


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that looks every business day at 18:00."""
    return company_of(database, WATCH)


@pytest.fixture
def admin(company: Company) -> Actor:
    """Somebody who may change calendars."""
    return company.sofia.actor()


def waiting(company: Company, count: int = 1) -> list[Case]:
    cases = [company.case() for _ in range(count)]
    for case in cases:
        assert isinstance(begin(company.walks, company.agent, case.id).waiting, Timing | TaskWaiting)
    return cases


def close_two_days(company: Company) -> str:
    """The brand's calendar, closed on Tuesday and Wednesday. Its key."""
    with company.database.unit() as session:
        row = session.scalars(select(CalendarRow)).first()
        assert row is not None
        row.change(name=row.name, zone=row.zone, hours=row.hours, region=row.region, closures=CLOSED)
        return row.key


def due(company: Company) -> Sequence[datetime]:
    with company.database.reading() as session:
        return session.scalars(select(FollowUp.due_at).order_by(FollowUp.id)).all()


def asked(company: Company, admin: Actor, key: str) -> None:
    with company.database.unit() as session:
        retiming.ask(session, admin, company.now, key)


def test_robots_move_what_is_planned_and_all_that_hangs_on_it(company: Company, admin: Actor) -> None:
    waiting(company)
    assert due(company) == [TUESDAY_AT_SIX]
    key = close_two_days(company)
    assert move_dates(company.robots) == 0, "nobody asked for it"
    asked(company, admin, key)
    move_dates(company.robots)
    assert due(company) == [THURSDAY_AT_SIX]
    with company.database.reading() as session:
        row = session.scalars(select(FollowUp)).one()
        assert row.patience_until is not None
        assert row.patience_until > THURSDAY_AT_SIX
        assert session.scalars(select(CaseWait.until)).one() == THURSDAY_AT_SIX
        assert session.scalars(select(WalkRow.revision)).one() == 2, "whoever has the page open is told"
        assert "follow_up.moved" in session.scalars(select(TimelineEntry.kind)).all()
        done = session.scalars(select(retiming.DateMove)).one()
        assert (done.moved, done.stayed, done.ended_at is not None) == (1, 0, True)
    assert company.later(days=1, hours=9).woken == 0, "Tuesday is closed"
    assert company.later(days=2).woken == 1


def test_what_moves_is_seen_before_and_counts_what_stays(company: Company, admin: Actor) -> None:
    first, second, _ = waiting(company, 3)
    put_off_to = MONDAY + timedelta(hours=4)
    with company.database.unit() as session:
        row = session.scalars(select(FollowUp).where(FollowUp.case_id == second.id)).one()
        follow_ups.postpone(session, company.agent, company.now, row, put_off_to)
    key = close_two_days(company)
    with company.database.reading() as session:
        seen = retiming.preview(session, admin, key, calendar_named(session, key))
    assert (seen.looked_at, seen.moving, seen.by_hand, seen.more) == (3, 2, 1, False)
    assert next((shift.case, shift.before, shift.after) for shift in seen.shifts) == (
        first.public_id, TUESDAY_AT_SIX, THURSDAY_AT_SIX,
    )  # fmt: skip
    asked(company, admin, key)
    move_dates(company.robots)
    assert due(company) == [THURSDAY_AT_SIX, put_off_to, THURSDAY_AT_SIX]
    with company.database.reading() as session:
        done = session.scalars(select(retiming.DateMove)).one()
        assert (done.moved, done.stayed) == (2, 1)


def test_a_pass_that_was_broken_off_goes_on_where_it_stopped(
    company: Company, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(company, 3)
    key = close_two_days(company)
    asked(company, admin, key)
    monkeypatch.setattr(retiming, "BATCH", 2)
    with company.database.unit() as session:
        assert retiming.go_on(session, company.now, retiming.open_moves(session)[0]) is True
    assert due(company).count(THURSDAY_AT_SIX) == 2
    assert move_dates(company.robots) == 1
    assert set(due(company)) == {THURSDAY_AT_SIX}


def test_a_look_that_a_robot_has_begun_and_one_on_another_calendar_stay(company: Company, admin: Actor) -> None:
    waiting(company, 2)
    with company.database.unit() as session:
        first, second = session.scalars(select(FollowUp).order_by(FollowUp.id))
        first.state, second.calendar = "running", "carrier"
    key = close_two_days(company)
    asked(company, admin, key)
    move_dates(company.robots)
    assert due(company) == [TUESDAY_AT_SIX] * 2


def test_the_task_that_a_walk_waits_for_is_due_when_the_wait_ends(database: Database) -> None:
    company = company_of(database, ASKED_FOR)
    waiting(company)
    [before] = due(company)
    asked(company, company.sofia.actor(), close_two_days(company))
    move_dates(company.robots)
    with company.database.reading() as session:
        [there] = session.scalars(select(Task.due_at))
    assert due(company) == [there]
    assert there is not None
    assert there == before + timedelta(days=2)


def test_only_who_may_change_calendars_moves_dates(company: Company) -> None:
    with company.database.reading() as session, pytest.raises(Forbidden):
        retiming.ask(session, company.agent, company.now, "any")
