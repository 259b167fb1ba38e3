"""What ended long ago leaves the due list, by month and in bites; figures of the rest are there for monitoring."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from base.clock import move
from base.database import Database
from cases.follow_ups import FollowUp
from cases.past_follow_ups import PastFollowUp, move_out
from robots.ageing import move_out_old
from robots.metrics import RobotFigures
from tests.company import Company, open_company
from tests.robots.planning import plan_many
from tests.walking import WATCH, tiny

JANUARY, FEBRUARY = datetime(2031, 1, 31, 23, tzinfo=UTC), datetime(2031, 2, 1, 1, tzinfo=UTC)


@pytest.fixture
def company(database: Database) -> Company:
    """A company without walks."""
    return open_company(database, [tiny(WATCH)])


def test_finished_rows_move_by_month_and_those_that_wait_stay(company: Company) -> None:
    plan_many(company, {"a": 5, "b": 4, "c": 3}, due=company.now)
    with company.database.unit() as session:
        for lane, ended in (("a", JANUARY), ("b", FEBRUARY)):
            session.execute(update(FollowUp).where(FollowUp.lane == lane).values(state="done", done_at=ended))
        move(session, timedelta(days=7))
    with company.database.unit() as session:
        assert move_out(session, company.now, batch=3) == 3
    assert move_out_old(company.robots) == 6
    assert move_out_old(company.robots) == 0
    with company.database.reading() as session:
        months = session.execute(select(PastFollowUp.lane, PastFollowUp.month)).all()
        assert sorted(set(map(tuple, months))) == [("a", "2031-01"), ("b", "2031-02")]
        assert len(months) == 9
        assert set(session.scalars(select(FollowUp.lane))) == {"c"}


def test_what_ended_lately_stays(company: Company) -> None:
    plan_many(company, {"a": 2}, due=company.now)
    with company.database.unit() as session:
        session.execute(update(FollowUp).values(state="done", done_at=company.now - timedelta(days=30)))
    assert move_out_old(company.robots) == 0


def test_figures_say_what_is_due_late_and_in_work(company: Company) -> None:
    plan_many(company, {"dead": 50, "": 2}, due=company.now)
    with company.database.unit() as session:
        session.execute(update(FollowUp).where(FollowUp.lane == "").values(due_at=company.now + timedelta(days=9)))
    company.robots.live()
    told = RobotFigures(company.database).exposed().decode()
    assert "ariane_robots_up 1.0" in told
    assert 'ariane_rows{kind="check",state="waiting"} 52.0' in told
    assert 'ariane_rows{kind="check",state="due"} 50.0' in told
    assert 'ariane_late_seconds{kind="check",lane="dead"}' in told
    assert 'lane=""' not in told, "what is not due is not late"
    assert 'ariane_attempts_total{kind="effect"} 0.0' in told
