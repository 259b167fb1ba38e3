"""Rounds, the heartbeat, the ticker: the robots' own life."""

import threading
from datetime import UTC, datetime, timedelta

from base.clock import real_now
from base.database import Database
from robots import ticker
from robots.rounds import Robots
from robots.rows import Heartbeat, beat, last_beat
from robots.timetable import Entry
from tests.company import Company, open_company
from tests.walking import WATCH, begin, tiny


def test_every_round_leaves_a_heartbeat(database: Database) -> None:
    company = open_company(database, [])
    with database.reading() as session:
        assert last_beat(session) is None
    company.robots.tick()
    with database.reading() as session:
        seen = last_beat(session)
        assert seen is not None
        assert abs(real_now(session) - seen) < timedelta(minutes=1), "real time, whatever the business clock says"


def test_the_latest_of_several_robots_counts(database: Database) -> None:
    early, late = datetime(2031, 1, 1, tzinfo=UTC), datetime(2031, 1, 2, tzinfo=UTC)
    with database.unit() as session:
        beat(session, late, 1, "one")
        beat(session, early, 0, "two")
    with database.reading() as session:
        assert last_beat(session) == late
        assert session.get_one(Heartbeat, "one").worked == 1


def test_robots_of_a_given_moment_see_what_is_due_then(database: Database) -> None:
    company = open_company(database, [tiny(WATCH)])
    company.parcel("6A1")
    shown = begin(company.walks, company.agent, company.case().id)
    due = shown.waiting.wake_at
    assert due is not None
    assert _at(company, due - timedelta(minutes=1)).settle().woken == 0
    assert _at(company, due).settle().woken == 1
    assert company.now < due, "the clock itself did not move"


def _at(company: Company, moment: datetime) -> Robots:
    from dataclasses import replace

    from processes.walks import Walks

    walks = Walks(company.database, company.walks.facts, secret="s" * 40, clock=lambda session: moment)
    return Robots(company.database, walks, replace(company.porter, walks=walks), now=moment, threads=1)


def test_a_round_that_fails_does_not_stop_the_clock(database: Database) -> None:
    company = open_company(database, [])
    rounds, third = [], threading.Event()

    def work(robots: Robots) -> None:
        rounds.append(robots)
        if len(rounds) >= 3:
            third.set()
        raise RuntimeError("a fault of a round")

    scheduler = ticker.start(company.robots, (Entry("round", 0.01, work),))
    try:
        assert third.wait(10)
    finally:
        scheduler.shutdown(wait=True)
