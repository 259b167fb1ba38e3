"""Business time runs ahead of real time by one row; neither is the machine's."""

from datetime import UTC, datetime, timedelta

import pytest

from base.clock import ClockGoesBack, business_now, move, move_to, offset, real_now
from base.database import Database


def test_without_an_offset_both_clocks_say_the_same(database: Database) -> None:
    with database.reading() as session:
        business, real = business_now(session), real_now(session)
    assert business.tzinfo is UTC
    assert abs(business - real) < timedelta(seconds=5)
    assert abs(real - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_business_clock_moves_ahead_and_the_real_one_stays(database: Database) -> None:
    with database.unit() as session:
        move(session, timedelta(days=1))
        move(session, timedelta(hours=2, microseconds=5))
    with database.reading() as session:
        assert offset(session) == timedelta(days=1, hours=2, microseconds=5)
        assert timedelta(days=1, hours=1) < business_now(session) - real_now(session) < timedelta(days=1, hours=3)


def test_the_business_clock_can_be_set_to_a_moment(database: Database) -> None:
    moment = datetime(2093, 11, 24, 10, tzinfo=UTC)
    with database.unit() as session:
        move_to(session, moment)
        assert abs(business_now(session) - moment) < timedelta(seconds=5)


def test_time_never_goes_back(database: Database) -> None:
    with pytest.raises(ClockGoesBack), database.unit() as session:
        move(session, timedelta(seconds=-1))
