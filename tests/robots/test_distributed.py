"""The distributed engine: one transaction for claim and message, messages that break nothing, and what stops leave."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from ariane import migrations
from base.clock import real_now
from base.database import Database
from cases.follow_ups import FollowUp
from robots.carrier import CarrierMissing, NeedsPostgreSQL, bring_up, require_up
from robots.dispatching import BATCH, Room
from robots.distributed import Dispatcher, Worker
from robots.rows import Heartbeat, beat, pulse
from tests.ariane.commanding import started
from tests.company import Company, open_company
from tests.robots.planning import plan_many
from tests.walking import WATCH, begin, tiny

pytestmark = pytest.mark.postgres
PLENTY = Room(total=500, per_lane=BATCH)


@pytest.fixture
def company(postgresql_database: Database) -> Iterator[Company]:
    """A company whose database has the carrier."""
    with postgresql_database.engine.begin() as connection:
        bring_up(connection)
    yield open_company(postgresql_database, [tiny(WATCH)])
    with postgresql_database.unit() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))


def messages(company: Company) -> int:
    with company.database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0


def states(company: Company) -> list[str]:
    with company.database.reading() as session:
        return sorted(session.scalars(select(FollowUp.state)))


def begun(company: Company) -> bool:
    """Whether every row was begun at least once, and none is under way."""
    with company.database.reading() as session:
        return all(row.attempts and row.state == "waiting" for row in session.scalars(select(FollowUp)))


def test_the_carrier_is_brought_up_once_and_is_no_difference_of_ours(bare_postgresql_database: Database) -> None:
    migrations.upgrade(bare_postgresql_database)
    with bare_postgresql_database.engine.connect() as connection, pytest.raises(CarrierMissing):
        require_up(connection)
    with bare_postgresql_database.engine.begin() as connection:
        assert bring_up(connection) > 20
        assert bring_up(connection) == 0
        require_up(connection)
    assert migrations.differences(bare_postgresql_database) == []


def test_a_sqlite_file_has_no_carrier(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        with pytest.raises(NeedsPostgreSQL):
            bring_up(connection)
        with pytest.raises(NeedsPostgreSQL):
            require_up(connection)


def test_claim_and_message_are_one_transaction(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    from robots import distributed

    plan_many(company, {"": 5}, due=company.now)
    leave = distributed._leave

    def cut(*args: object) -> None:
        leave(*args)  # type: ignore[arg-type]
        raise ConnectionError("the network is cut before the commit")

    monkeypatch.setattr(distributed, "_leave", cut)
    with pytest.raises(ConnectionError):
        Dispatcher(company.robots).dispatch(PLENTY)
    assert (states(company), messages(company)) == (["waiting"] * 5, 0)
    monkeypatch.setattr(distributed, "_leave", leave)
    assert len(Dispatcher(company.robots).dispatch(PLENTY)) == 5
    assert (states(company), messages(company)) == (["queued"] * 5, 5)


def test_nothing_is_handed_out_without_workers_and_twice_their_places_with_them(company: Company) -> None:
    plan_many(company, {f"lane{number}": 20 for number in range(10)}, due=company.now)
    dispatcher = Dispatcher(company.robots)
    assert dispatcher.dispatch() == []
    with company.database.unit() as session:
        now = real_now(session)
        beat(session, now, 0, "worker here 1", slots=6)
        beat(session, now - timedelta(minutes=1), 0, "worker silent 2", slots=600)
    taken = dispatcher.dispatch()
    assert len(taken) == 12
    assert all(sum(one.lane == lane for one in taken) <= 2 for lane in {one.lane for one in taken})
    assert dispatcher.dispatch() == [], "what lies ready counts"


def test_a_message_that_is_doubled_or_late_breaks_nothing(company: Company) -> None:
    company.parcel("6A1")
    begin(company.walks, company.agent, company.case().id)
    with company.database.unit() as session:
        row = session.scalars(select(FollowUp)).one()
        row.due_at = company.now
    (one,) = Dispatcher(company.robots).dispatch(PLENTY)
    for _ in range(3):
        company.robots.perform_message(one.kind, one.claimed.id, one.claimed.token, one.claimed.now)
    Worker(company.robots, 2, "worker of the tests").run(wait=False)
    assert (states(company), messages(company)) == (["done", "waiting"], 0)


def test_what_no_worker_is_left_to_take_is_given_back(company: Company) -> None:
    plan_many(company, {"": 5}, due=company.now)
    dispatcher = Dispatcher(company.robots)
    dispatcher.dispatch(PLENTY)
    with company.database.unit() as session:
        beat(session, real_now(session), 0, "worker here 1", slots=6)
    assert dispatcher.withdraw() == 0
    with company.database.unit() as session:
        beat(session, real_now(session), 0, "worker here 1", slots=0)
    assert dispatcher.withdraw() == 5
    assert (states(company), messages(company)) == (["waiting"] * 5, 0)


def test_what_dead_workers_left_in_the_carrier_is_removed(company: Company) -> None:
    plan_many(company, {"": 2}, due=company.now)
    dispatcher = Dispatcher(company.robots)
    dispatcher.dispatch(PLENTY)
    with company.database.unit() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        beat(session, real_now(session) - timedelta(days=2), 0, "worker long gone", slots=6)
    assert dispatcher.tidy() == 2
    with company.database.reading() as session:
        assert session.get(Heartbeat, "worker long gone") is None


def test_messages_that_dead_workers_left_take_nobodys_place(company: Company) -> None:
    plan_many(company, {"": 8}, due=company.now)
    dispatcher = Dispatcher(company.robots)
    dispatcher.dispatch(PLENTY)
    with company.database.unit() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        for row in session.scalars(select(FollowUp)):
            row.state, row.token, row.lease_until = "waiting", row.token + 1, None  # as the sweep leaves them
        beat(session, real_now(session), 0, "worker here 1", slots=4)
    assert len(dispatcher.dispatch()) > 0


def test_the_pulse_names_the_part_that_stands_still(company: Company) -> None:
    def said(**silent: float) -> tuple[str, str]:
        with company.database.unit() as session:
            now = real_now(session)
            for role, seconds in silent.items():
                beat(session, now - timedelta(seconds=seconds), 0, f"{role} here 1", slots=1)
            found = pulse(session, now)
        return found.state, found.missing

    assert said() == ("never seen", "")
    assert said(dispatcher=1) == ("stalled", "worker")
    assert said(worker=1) == ("at work", "")
    assert said(dispatcher=300) == ("stalled", "dispatcher")
    assert said(dispatcher=1, worker=300) == ("stalled", "worker")


def test_a_team_of_processes_does_the_work_and_stops_in_peace(company: Company) -> None:
    plan_many(company, {"": 3}, due=company.now)  # of walks that do not exist: each costs its attempts, and is parked
    url = company.database.url.render_as_string(hide_password=False)
    team = started("robots", "--engine", "procrastinate", "--workers", "1", ARIANE_DATABASE_URL=url)
    try:
        ends = time.monotonic() + 60
        while messages(company) or not begun(company):
            assert team.poll() is None, team.stdout.read() if team.stdout else ""
            assert time.monotonic() < ends
            time.sleep(0.1)
        os.kill(team.pid, signal.SIGTERM)
        assert team.wait(60) == 0
    finally:
        if team.poll() is None:
            team.kill()
    with company.database.reading() as session:
        beats = session.scalars(select(Heartbeat)).all()
        assert {row.name.partition(" ")[0]: row.slots for row in beats} == {"dispatcher": 0, "worker": 0}
        rows = session.scalars(select(FollowUp)).all()
        assert {(row.state, row.attempts > 0) for row in rows} == {("waiting", True)}, "a missing walk costs attempts"
