"""Robots waking walks: patience, people who are faster, faults, leases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from base.clock import business_now, move
from base.database import Database
from cases import cases, follow_ups
from cases.cases import Case
from cases.claims import MOST_ATTEMPTS, Claimed, database_clock
from cases.follow_ups import FollowUp
from cases.tasks import Task
from processes.rows import WalkEventRow, WalkRow
from processes.walk.turn import Timing
from processes.walks import Shown, WalkIsBroken
from robots import followups
from tests.company import DOWN, Company, open_company
from tests.walking import WATCH, begin, tiny

TO_DUE = {"days": 1, "hours": 9}


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that looks every day."""
    made = open_company(database, [tiny(WATCH)])
    made.parcel("6A1")
    return made


def watching(company: Company) -> tuple[Shown, Case]:
    case = company.case()
    shown = begin(company.walks, company.agent, case.id)
    assert isinstance(shown.waiting, Timing)
    return shown, case


def the_check(company: Company) -> FollowUp:
    """The latest rendezvous."""
    with company.database.reading() as session:
        return session.scalars(select(FollowUp).order_by(FollowUp.id.desc())).first()  # type: ignore[return-value]


def claimed(company: Company) -> Claimed:
    """The rendezvous, taken by a robot that has not begun."""
    with company.database.unit() as session:
        taken = follow_ups.claim_one(session, the_check(company).id, clock=database_clock(session))
    assert taken is not None
    return taken


def pass_time(company: Company, **by: float) -> None:
    with company.database.unit() as session:
        move(session, timedelta(**by))


def test_nothing_is_woken_before_its_time_and_once_when_it_has_come(company: Company) -> None:
    watching(company)
    assert company.robots.settle().woken == 0
    assert company.later(**TO_DUE).woken == 1
    assert company.robots.settle().woken == 0
    with company.database.reading() as session:
        states = session.scalars(select(FollowUp.state).order_by(FollowUp.id)).all()
    assert states == ["done", "waiting"]


def test_the_rendezvous_knows_the_connection_it_will_call(company: Company) -> None:
    watching(company)
    assert the_check(company).lane == "shop.order"


def test_a_silent_service_postpones_without_using_up_an_attempt_and_then_the_walk_is_told(company: Company) -> None:
    watching(company)
    company.services.facts["shop.order", "RC-1001"] = DOWN
    company.later(**TO_DUE)
    check = the_check(company)
    assert (check.state, check.attempts, check.last_error) == ("waiting", 0, "time")
    assert check.due_at > company.now
    with company.database.reading() as session:
        assert session.scalars(select(WalkRow.revision)).one() == 1
    for _ in range(8):
        company.later(hours=1)
    with company.database.reading() as session:
        kinds = session.scalars(select(WalkEventRow.kind).order_by(WalkEventRow.number)).all()
    assert kinds.count("woken") == 1, "told once, after the patience"
    assert the_check(company).due_at > company.now + timedelta(hours=6), "the next look is the next business day's"


def test_a_service_that_comes_back_within_the_patience_is_as_if_nothing_had_been(company: Company) -> None:
    _, case = watching(company)
    company.services.facts["shop.order", "RC-1001"] = DOWN
    company.later(**TO_DUE)
    company.parcel("6A1")
    company.services.facts["shop.order", "RC-1001"]["status"] = "delivered"  # type: ignore[index]
    company.later(hours=1)
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).outcome == "done"


def test_a_person_who_closes_cancels_and_a_robot_under_way_leaves_no_trace(company: Company) -> None:
    shown, case = watching(company)
    pass_time(company, **TO_DUE)
    taken = claimed(company)
    with company.database.unit() as session:
        now = business_now(session)
        closing = cases.close(session, company.agent, now, session.get_one(Case, case.id), outcome="withdrawn")
    assert closing.follow_ups == 1
    assert followups.run(company.database, company.walks, taken, company.robots.random) is None
    with company.database.reading() as session:
        assert session.scalars(select(WalkRow.revision)).one() == shown.revision
    assert the_check(company).state == "cancelled"
    company.later(days=3)
    assert the_check(company).state == "cancelled"


def test_a_rendezvous_of_a_case_that_another_walk_closed_is_dropped(company: Company) -> None:
    _, case = watching(company)
    with company.database.unit() as session:
        found = session.get_one(Case, case.id)
        cases.close_by_walk(session, company.robot, company.now, found, walk_id=0, outcome="done", solved=True)
    assert the_check(company).state == "waiting"
    company.later(**TO_DUE)
    assert the_check(company).state == "cancelled"
    assert company.later(days=2).woken == 0


def test_a_person_who_was_faster_wins_and_the_robot_comes_back(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching(company)
    pass_time(company, **TO_DUE)
    read = company.services.read
    turns: list[int] = []

    def meanwhile(*args: object, **more: object) -> object:
        """While the robot reads, somebody else moves the walk."""
        if not turns:
            turns.append(1)
            with company.database.unit() as session:
                session.execute(update(WalkRow).values(revision=WalkRow.revision + 1))
        return read(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(company.services, "read", meanwhile)
    company.robots.tick()
    check = the_check(company)
    assert (check.state, check.attempts) == ("waiting", 0)
    assert company.later(minutes=2).woken == 1
    assert [event.kind for event in _events(company)].count("woken") == 1


def _events(company: Company) -> list[WalkEventRow]:
    with company.database.reading() as session:
        return list(session.scalars(select(WalkEventRow).order_by(WalkEventRow.number)))


def test_a_rendezvous_its_walk_does_not_wait_for_is_parked_in_the_end(company: Company) -> None:
    watching(company)
    with company.database.unit() as session:
        row = session.scalars(select(WalkRow)).one()
        session.execute(update(WalkRow).values(state={**row.state, "ended": True}))
    pass_time(company, **TO_DUE)
    for _ in range(MOST_ATTEMPTS + 1):
        company.later(hours=7)
    assert the_check(company).state == "parked"


def test_a_fault_of_ours_comes_back_later_and_is_parked_with_a_task_after_the_fifth(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching(company)
    carry_on = company.walks.carry_on

    def broken(*_: object, **__: object) -> Shown:
        raise WalkIsBroken(problem="round in circles")

    monkeypatch.setattr(company.walks, "carry_on", broken)
    company.later(**TO_DUE)
    assert (the_check(company).state, the_check(company).attempts) == ("waiting", 1)
    for _ in range(MOST_ATTEMPTS):
        company.later(hours=7)
    check = the_check(company)
    assert (check.state, check.attempts) == ("parked", MOST_ATTEMPTS)
    assert "WalkIsBroken" in (check.last_error or "")
    with company.database.reading() as session:
        assert session.scalars(select(Task.purpose)).all() == ["parked"]
    monkeypatch.setattr(company.walks, "carry_on", carry_on)
    with company.database.unit() as session:
        follow_ups.try_again(session, company.sofia.actor(), company.now, session.get_one(FollowUp, check.id))
    company.robots.settle()
    assert [event.kind for event in _events(company)].count("woken") == 1


def test_a_bad_row_steps_aside_and_the_others_are_woken(company: Company) -> None:
    watching(company)
    case = company.case()
    second = begin(company.walks, company.agent, case.id)
    with company.database.unit() as session:
        session.execute(update(WalkRow).where(WalkRow.public_id == second.walk).values(state={"schema": 99}))
    round_ = company.later(**TO_DUE)
    assert round_.woken == 2
    assert [event.kind for event in _events(company)].count("woken") == 1


def test_a_robot_that_fell_silent_loses_its_row_to_the_sweep(company: Company) -> None:
    watching(company)
    pass_time(company, **TO_DUE)
    taken = claimed(company)
    with company.database.unit() as session:
        follow_ups.start(session, taken.id, taken.token, clock=database_clock(session))
        session.execute(update(FollowUp).values(lease_until=company.now - timedelta(days=4000)))
    assert company.robots.tick().swept == 1
    company.later(hours=1)
    assert [event.kind for event in _events(company)].count("woken") == 1
    assert followups.run(company.database, company.walks, taken, company.robots.random) is None
    assert [event.kind for event in _events(company)].count("woken") == 1


def test_two_robots_on_one_rendezvous_leave_one_trace(company: Company) -> None:
    from threading import Thread

    watching(company)
    pass_time(company, **TO_DUE)
    threads = [Thread(target=company.robots.tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.kind for event in _events(company)].count("woken") == 1


STARTS = """
- start: watcher
  with: {order_number: order_number}
- close: done
  text: {fr: "Fait.", en: "Done."}
"""


def test_a_started_walk_begins_once_in_a_linked_case_and_outlives_the_first(database: Database) -> None:
    watcher = tiny(WATCH, **{"process: tiny": "process: watcher"})
    company = open_company(database, [watcher, tiny(STARTS)])
    company.parcel("6A1")
    case = company.case()
    begin(company.walks, company.agent, case.id)
    company.robots.settle()
    company.robots.settle()
    with database.reading() as session:
        linked = session.scalars(select(Case).where(Case.linked_case_id == case.id)).all()
        assert [(each.state, each.order_id) for each in linked] == [("waiting", case.order_id)]
        assert session.get_one(Case, case.id).state == "closed"
        walks = session.scalars(select(WalkRow).where(WalkRow.case_id == linked[0].id)).all()
        assert [(walk.process, walk.waiting, walk.revision) for walk in walks] == [("watcher", "timing", 1)]
    assert company.later(**TO_DUE).woken == 1
