"""A robot's rendezvous: taken by one, lost by whoever sleeps, cancelled for good."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.clock import move, real_now
from base.database import Database
from cases import follow_ups, robot_boards
from cases.cases import Case
from cases.claims import Claimed, Lost, database_clock, fixed_clock
from cases.follow_ups import FollowUp, TooLate
from cases.timeline import entries
from tests.cases.rendezvous import plan
from tests.cases.together import together

LABEL = {"fr": "le colis est-il arrivé ?", "en": "has the parcel come?"}


def planned(session: Session, robot: Actor, now: datetime, case: Case, **others: Any) -> FollowUp:
    known: dict[str, Any] = {"walk_id": 71, "version_id": 3, "process": "parcel-not-received", "step": "next_day"}
    known |= {"visit": 1, "due_at": now, "lane": "laposte", "label": LABEL}
    return plan(session, robot, now, case, **(known | others))


@pytest.fixture
def row(database: Database, robot: Actor, case: Case, now: datetime) -> FollowUp:
    """The robot looks whether Clara's parcel has come; it is due now."""
    with database.unit() as session:
        return planned(session, robot, now, case)


def clock_at(now: datetime, **real: float) -> Any:
    return fixed_clock(now, now + timedelta(**real))


def claimed(database: Database, now: datetime) -> Claimed:
    with database.unit() as session:
        return follow_ups.claim(session, "laposte", room=10, clock=clock_at(now))[0]


def running(database: Database, now: datetime) -> Claimed:
    taken = claimed(database, now)
    with database.unit() as session:
        follow_ups.start(session, taken.id, taken.token, clock=clock_at(now))
    return taken


def kinds(session: Session, case: Case) -> list[str]:
    return [entry.kind for entry in entries(session, case.id)]


def test_a_run_takes_the_row_and_is_told_once(
    database: Database, robot: Actor, case: Case, row: FollowUp, now: datetime
) -> None:
    taken = claimed(database, now)
    assert taken.now == now
    with database.unit() as session:
        assert follow_ups.start(session, taken.id, taken.token, clock=clock_at(now)).attempts == 1
    with database.unit() as session:
        assert follow_ups.finish(session, robot, now, taken.id, taken.token).state == "done"
        assert kinds(session, case).count("follow_up.done") == 1


def test_only_what_is_due_is_taken_and_only_of_the_lane(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        planned(session, robot, now, case, step="later", due_at=now + timedelta(seconds=1))
        planned(session, robot, now, case, step="other", lane="dhl")
        late = planned(session, robot, now, case, step="late", due_at=now - timedelta(hours=2))
        planned(session, robot, now, case, step="due")
        assert [c.id for c in follow_ups.claim(session, "laposte", room=1, clock=clock_at(now))] == [late.id]
        assert len(follow_ups.claim(session, "laposte", room=9, clock=clock_at(now))) == 1


def test_the_databases_clock_decides_and_its_offset_moves_due_dates_not_leases(
    database: Database, robot: Actor, case: Case
) -> None:
    with database.unit() as session:
        now = real_now(session)
        planned(session, robot, now, case, due_at=now + timedelta(days=1, hours=-1))
        assert follow_ups.claim(session, "laposte", room=1, clock=database_clock(session)) == []
        move(session, timedelta(days=1))
        (taken,) = follow_ups.claim(session, "laposte", room=1, clock=database_clock(session))
        row = session.get_one(FollowUp, taken.id, populate_existing=True)
        assert timedelta(days=1) <= taken.now - now < timedelta(days=1, seconds=30)
        assert row.lease_until is not None
        assert timedelta(seconds=59) <= row.lease_until - now < timedelta(seconds=90)


def test_two_robots_never_take_one_row(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        ids = {planned(session, robot, now, case, visit=visit).id for visit in range(20)}

    def take(session: Session) -> list[int]:
        return [taken.id for taken in follow_ups.claim(session, "laposte", room=7, clock=clock_at(now))]

    taken = [id for got in together(database, take, take, take, take) for id in got]
    assert len(taken) == len(set(taken)) == 20
    assert set(taken) == ids


def test_who_slept_past_the_lease_has_lost(
    database: Database, robot: Actor, row: FollowUp, now: datetime, random: Random
) -> None:
    taken = running(database, now)
    with database.unit() as session:
        assert follow_ups.sweep(session, now, clock=clock_at(now, seconds=61), random=random) == 1
    for late in (follow_ups.finish, follow_ups.stumble):
        extra: Any = {} if late is follow_ups.finish else {"error": "x", "random": random}
        with pytest.raises(Lost), database.unit() as session:
            late(session, robot, now, taken.id, taken.token, **extra)
    with pytest.raises(Lost), database.unit() as session:
        follow_ups.renew(session, taken.id, taken.token, clock=clock_at(now))


def test_a_renewed_lease_is_left_alone(
    database: Database, robot: Actor, row: FollowUp, now: datetime, random: Random
) -> None:
    taken = running(database, now)
    with database.unit() as session:
        follow_ups.renew(session, taken.id, taken.token, clock=clock_at(now, seconds=20))
        assert follow_ups.sweep(session, now, clock=clock_at(now, seconds=61), random=random) == 0


def test_a_fault_of_ours_comes_back_later_and_is_parked_after_the_fifth(
    database: Database, robot: Actor, agent: Actor, case: Case, row: FollowUp, now: datetime, random: Random
) -> None:
    outcomes = []
    for _ in range(5):
        now += timedelta(hours=7)
        taken = running(database, now)
        with database.unit() as session:
            error = "ZeroDivisionError at next_day"
            outcomes.append(follow_ups.stumble(session, robot, now, taken.id, taken.token, error=error, random=random))
    assert outcomes == [False, False, False, False, True]
    with database.unit() as session:
        parked = session.get_one(FollowUp, row.id)
        assert (parked.state, parked.attempts) == ("parked", 5)
        assert "follow_up.parked" in kinds(session, case)
        [line] = robot_boards.tally(session, case.brand_id, now - timedelta(days=2))
        assert (line.parked, line.due) == (1, 0), "whenever it was due"
        follow_ups.try_again(session, agent, now, parked)
        assert (parked.state, parked.attempts) == ("waiting", 0)


def test_a_crash_uses_up_an_attempt(
    database: Database, robot: Actor, row: FollowUp, now: datetime, random: Random
) -> None:
    for _ in range(5):
        now += timedelta(hours=7)
        running(database, now)
        with database.unit() as session:
            follow_ups.sweep(session, now, clock=clock_at(now, seconds=61), random=random)
    with database.reading() as session:
        assert session.get_one(FollowUp, row.id).state == "parked"


def test_work_given_back_uses_up_none(database: Database, row: FollowUp, now: datetime) -> None:
    taken = running(database, now)
    later = now + timedelta(minutes=10)
    with database.unit() as session:
        follow_ups.give_back(session, taken.id, taken.token, due_at=later)
    with database.reading() as session:
        again = session.get_one(FollowUp, row.id)
        assert (again.state, again.attempts, again.due_at, again.lease_until) == ("waiting", 0, later, None)


def test_a_silent_service_uses_up_no_attempt_and_is_asked_later_and_later_but_never_after_the_patience(
    database: Database, row: FollowUp, now: datetime, random: Random
) -> None:
    waits = []
    for _ in range(12):
        taken = running(database, now)
        with database.unit() as session:
            later = follow_ups.put_off(session, now, taken.id, taken.token, because="time", random=Random(9))
        waits.append(later - now)
        now = later
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(seconds=15)
    assert waits[-1] == timedelta(hours=1)
    with database.unit() as session:
        again = session.get_one(FollowUp, row.id)
        assert (again.state, again.attempts, again.silences, again.last_error) == ("waiting", 0, 12, "time")
        again.patience_until = now + timedelta(minutes=1)
    taken = running(database, now)
    with database.unit() as session:
        assert follow_ups.put_off(
            session, now, taken.id, taken.token, because="time", random=random
        ) <= now + timedelta(minutes=1)


def test_a_running_check_can_be_cancelled_and_leaves_no_trace(
    database: Database, robot: Actor, agent: Actor, case: Case, row: FollowUp, now: datetime
) -> None:
    taken = running(database, now)
    with database.unit() as session:
        follow_ups.cancel(session, agent, now, session.get_one(FollowUp, row.id))
    with pytest.raises(Lost), database.unit() as session:
        follow_ups.finish(session, robot, now, taken.id, taken.token)
    with database.unit() as session:
        assert "follow_up.done" not in kinds(session, case)
        with pytest.raises(TooLate):
            follow_ups.check_now(session, agent, now, session.get_one(FollowUp, row.id))


def test_cancel_against_claim_has_one_outcome(
    database: Database, agent: Actor, robot: Actor, case: Case, now: datetime
) -> None:
    for visit in range(15):
        with database.unit() as session:
            id = planned(session, robot, now, case, visit=visit).id

        def take(session: Session) -> list[Claimed]:
            return follow_ups.claim(session, "laposte", room=5, clock=clock_at(now))

        def stop(session: Session, id: int = id) -> None:
            follow_ups.cancel(session, agent, now, session.get_one(FollowUp, id))

        taken, _ = together(database, take, stop)
        for claim in taken:
            with pytest.raises(Lost), database.unit() as session:
                follow_ups.start(session, claim.id, claim.token, clock=clock_at(now))
        with database.reading() as session:
            assert session.get_one(FollowUp, id).state == "cancelled"


def test_planned_again_it_moves_and_a_robot_at_it_has_lost(
    database: Database, robot: Actor, case: Case, row: FollowUp, now: datetime
) -> None:
    taken = running(database, now)
    with database.unit() as session:
        moved = planned(session, robot, now, case, due_at=now + timedelta(days=2))
        assert (moved.id, moved.state, moved.due_at) == (row.id, "waiting", now + timedelta(days=2))
    with pytest.raises(Lost), database.unit() as session:
        follow_ups.finish(session, robot, now, taken.id, taken.token)


def test_a_daily_look_is_told_when_it_begins_not_every_day(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    for _ in range(3):
        with database.unit() as session:
            planned(session, robot, now, case)
        taken = running(database, now)
        now += timedelta(days=1)
        with database.unit() as session:
            follow_ups.finish(session, robot, now, taken.id, taken.token)
            planned(session, robot, now, case, due_at=now)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 4
        assert kinds(session, case).count("follow_up.planned") == 1


def test_people_postpone_and_hasten_what_waits(
    database: Database, agent: Actor, case: Case, row: FollowUp, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(FollowUp, row.id)
        follow_ups.postpone(session, agent, now, mine, now + timedelta(days=3))
        assert mine.due_at == now + timedelta(days=3)
        follow_ups.check_now(session, agent, now, mine)
        assert mine.due_at == now
        assert kinds(session, case)[-2:] == ["follow_up.postponed", "follow_up.hastened"]


def test_news_from_a_service_brings_the_look_forward(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        planned(session, robot, now, case, due_at=now + timedelta(days=1))
        assert follow_ups.bring_forward(session, now, 71) == 1
        assert follow_ups.bring_forward(session, now, 71) == 0
        assert len(follow_ups.claim(session, "laposte", room=1, clock=clock_at(now))) == 1


def test_a_closed_lane_still_gives_what_has_waited_too_long(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        planned(session, robot, now, case, step="fresh", patience_until=now + timedelta(hours=6))
        old = planned(session, robot, now, case, step="old", patience_until=now)
        taken = follow_ups.claim_overdue_patience(session, "laposte", room=9, clock=clock_at(now))
        assert [claim.id for claim in taken] == [old.id]
