"""Guesses are counted in rows: so many for one subject, then none is looked at."""

from datetime import datetime, timedelta

from base.database import Database
from webui.attempts import Limit, forget, forgive, spend

FIVE = Limit(purpose="test", most=5, within=timedelta(minutes=15))


def test_the_sixth_try_is_refused_until_the_first_is_old(database: Database, now: datetime) -> None:
    with database.unit() as session:
        assert [spend(session, FIVE, "RC-1001", now) for _ in range(6)] == [True] * 5 + [False]
        assert not spend(session, FIVE, " rc-1001 ", now + timedelta(minutes=14))
        assert spend(session, FIVE, "RC-1001", now + timedelta(minutes=16))


def test_subjects_and_purposes_do_not_share_their_tries(database: Database, now: datetime) -> None:
    other = Limit(purpose="other", most=1, within=timedelta(hours=1))
    with database.unit() as session:
        assert all(spend(session, FIVE, f"RC-{number}", now) for number in range(9))
        assert spend(session, other, "RC-1", now)
        assert not spend(session, other, "RC-1", now)


def test_a_right_answer_forgives(database: Database, now: datetime) -> None:
    with database.unit() as session:
        for _ in range(5):
            spend(session, FIVE, "anne", now)
        forgive(session, FIVE, "anne")
        assert spend(session, FIVE, "anne", now)


def test_old_tries_are_forgotten(database: Database, now: datetime) -> None:
    with database.unit() as session:
        spend(session, FIVE, "anne", now)
        spend(session, FIVE, "anne", now + timedelta(days=2))
        assert forget(session, now + timedelta(days=1)) == 1
