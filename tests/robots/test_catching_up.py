"""After a stop: what is overdue is shown by step and connection, and done at once or spread over hours."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from base.clock import real_now
from base.database import Database
from cases import stops
from cases.follow_ups import FollowUp
from robots import catching_up
from robots.rows import Heartbeat
from tests.company import Company, open_company
from tests.walking import WATCH, begin, tiny

MANY = 6


@pytest.fixture
def company(database: Database) -> Company:
    """Six cases that are looked at tomorrow evening."""
    made = open_company(database, [tiny(WATCH)])
    made.parcel("6A1")
    for number in range(MANY):
        case = made.case(f"RC-100{number}", f"claire{number}@example.test")
        begin(made.walks, made.agent, case.id)
    return made


def stopped_over_night(company: Company) -> stops.Stop:
    with company.database.unit() as session:
        stop = stops.stop(session, company.sofia.actor(), company.now, "all", reason="Storm at the carrier")
    company.later(days=1, hours=20)
    return stop


def test_what_waits_is_told_by_step_and_connection_with_its_time(company: Company) -> None:
    stop = stopped_over_night(company)
    with company.database.reading() as session:
        waiting = catching_up.preview(session, company.brand.id, company.now, stop)
    (only,) = waiting.backlogs
    assert (only.process, only.step, only.lane, only.rows) == ("tiny", "tomorrow", "shop.order", MANY)
    assert waiting.rows == MANY
    assert waiting.takes == timedelta(seconds=MANY / catching_up.PER_SECOND)


def test_spread_over_hours_they_come_evenly_in_their_order_with_their_patience(company: Company) -> None:
    stop = stopped_over_night(company)
    now = company.now
    with company.database.unit() as session:
        moved = catching_up.spread(session, company.sofia.actor(), now, stop, timedelta(hours=3))
        stops.lift(session, company.sofia.actor(), now, session.merge(stop), reason="Over")
    assert moved == MANY
    with company.database.reading() as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
    assert [row.due_at - now for row in rows] == [timedelta(minutes=30) * place for place in range(MANY)]
    assert {row.patience_until - row.due_at for row in rows if row.patience_until} == {timedelta(hours=6)}
    assert company.robots.settle().woken == 1
    assert company.later(hours=1).woken == 2


def test_robots_that_were_away_for_long_with_much_overdue_wait_for_people(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "MANY", 3)
    company.robots.tick()
    with company.database.unit() as session:
        session.execute(update(Heartbeat).values(at=real_now(session) - timedelta(hours=8)))
    assert company.later(days=1, hours=20).woken == 0
    with company.database.reading() as session:
        (held,) = stops.in_force(session, company.brand.id)
    assert held.by_itself
    assert held.reason == catching_up.ABSENT


def test_robots_that_never_were_away_just_work(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "MANY", 3)
    company.robots.tick()
    assert company.later(days=1, hours=20).woken >= MANY
