"""Hands, shares and leases: one slow service keeps nobody else waiting, and what is in work stays in work."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from base.clock import real_now
from base.database import Database
from cases import follow_ups
from cases.claims import Claimed, database_clock
from cases.follow_ups import FollowUp
from robots import dispatching
from robots.dispatching import BATCH, Room, Ticket
from robots.hands import Hands
from robots.keeping import Keeper
from robots.rows import last_beat
from tests.company import Company, open_company
from tests.robots.planning import plan_many
from tests.walking import WATCH, tiny

NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)


def ticket(lane: str, id: int) -> Ticket:
    return Ticket("follow_up", lane, Claimed(id, 1, NOW))


def test_a_service_that_never_answers_leaves_the_others_their_hands() -> None:
    silent, done, lock = threading.Event(), [], threading.Lock()
    most = 0
    at_slow = 0

    def work(one: Ticket) -> None:
        nonlocal most, at_slow
        if one.lane == "slow":
            with lock:
                at_slow += 1
                most = max(most, at_slow)
            silent.wait(30)
            with lock:
                at_slow -= 1
        else:
            with lock:
                done.append(one.claimed.id)

    hands = Hands(6, work)
    hands.give([ticket("slow", id) for id in range(20)])
    hands.give([ticket(f"lane{id % 2}", id) for id in range(100, 140)])
    hands.wait_for_room(hands.places - 20, 30)
    assert sorted(done) == list(range(100, 140)), "all of the others' work, while the slow one still has not answered"
    assert most == hands.of_one_lane == 2
    silent.set()
    assert hands.wait_until_idle(30)


def test_what_nobody_has_begun_is_given_back_by_a_stop() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(one: Ticket) -> None:
        begun.set()
        go_on.wait(30)

    hands = Hands(1, work)
    hands.give([ticket("a", id) for id in range(5)])
    assert begun.wait(30)
    assert len(hands.stop()) == 4
    go_on.set()
    assert hands.wait_until_idle(30), "what was under way is finished"


def test_a_piece_of_work_that_fails_costs_no_hand() -> None:
    seen = []

    def work(one: Ticket) -> None:
        seen.append(one.claimed.id)
        raise RuntimeError("a fault")

    hands = Hands(1, work)
    hands.give([ticket("a", id) for id in range(3)])
    assert hands.wait_until_idle(30)
    assert len(seen) == 3


def test_hands_that_all_hang_are_noticed() -> None:
    go_on = threading.Event()
    hands = Hands(2, lambda one: bool(go_on.wait(30)) and None)
    hands.give([ticket("a", 1)])
    assert not hands.stuck(-1.0), "one hand is free"
    hands.give([ticket("b", 2)])
    begun = threading.Event()
    while not hands.stuck(-1.0):
        begun.wait(0.01)
    assert not hands.stuck(60)
    go_on.set()
    assert hands.wait_until_idle(30)


def company(database: Database) -> Company:
    return open_company(database, [tiny(WATCH)])


def test_every_lane_gets_a_fair_share_and_none_more_than_its_own(database: Database) -> None:
    made = company(database)
    plan_many(made, {"dead": 50, "alive": 10, "quick": 3}, due=made.now)
    with database.unit() as session:
        clock = database_clock(session)
        taken = dispatching.take(session, clock, dispatching.look(session, clock), Room(total=30, per_lane=8))
    by_lane = {lane: sum(one.lane == lane for one in taken) for lane in ("dead", "alive", "quick")}
    assert by_lane == {"dead": 8, "alive": 8, "quick": 3}
    with database.unit() as session:
        clock = database_clock(session)
        again = dispatching.take(session, clock, dispatching.look(session, clock), Room(total=30, per_lane=8))
    assert again == [], "what is in flight counts"


def test_a_closed_lane_is_left_alone_until_patience_ends(database: Database) -> None:
    made = company(database)
    plan_many(made, {"dead": 3, "alive": 2}, due=made.now)
    with database.unit() as session:
        one = session.scalars(select(FollowUp.id).where(FollowUp.lane == "dead").limit(1)).one()
        session.execute(update(FollowUp).where(FollowUp.id == one).values(patience_until=made.now))
    with database.unit() as session:
        clock = database_clock(session)
        due = dispatching.look(session, clock)
        taken = dispatching.take(session, clock, due, Room(total=90, per_lane=BATCH), {"dead"})
    assert sorted(each.lane for each in taken) == ["alive", "alive", "dead"]
    assert [each.claimed.id for each in taken if each.lane == "dead"] == [one]


def test_services_that_rest_close_their_lanes(database: Database) -> None:
    made = company(database)
    plan_many(made, {"dead": 3, "alive": 2}, due=made.now)
    made.services.rests = {"dead": made.now}
    taken = made.robots.take(Room(total=90, per_lane=BATCH))
    assert [each.lane for each in taken] == ["alive", "alive"]


def test_a_lease_is_renewed_while_the_work_goes_on_and_lost_with_the_token(database: Database) -> None:
    made = company(database)
    plan_many(made, {"": 2}, due=made.now)
    taken = made.robots.take(Room(total=2, per_lane=2))
    keeper = Keeper(database, timedelta(hours=2))
    keeper.take(taken)
    assert keeper.renew() == 2
    with database.unit() as session:
        rows = session.scalars(select(FollowUp)).all()
        assert all(row.lease_until and row.lease_until > real_now(session) + timedelta(hours=1) for row in rows)
        session.execute(update(FollowUp).where(FollowUp.id == rows[0].id).values(token=FollowUp.token + 1))
    assert keeper.renew() == 1
    with keeper.holding("follow_up", rows[1].id, taken[0].claimed.token):
        pass
    assert keeper.renew() == 0, "what is done is let go"


def test_a_stop_gives_unbegun_rows_back_as_due_as_they_were(database: Database) -> None:
    made = company(database)
    plan_many(made, {"": 5}, due=made.now)
    begun, go_on = threading.Event(), threading.Event()

    def work(one: Ticket) -> None:
        begun.set()
        go_on.wait(30)

    made.robots.hands = Hands(1, work)
    made.robots.hands.give(made.robots.take(Room(total=5, per_lane=5)))
    assert begun.wait(30)
    assert not made.robots.stop(grace=0), "one is under way"
    with database.reading() as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.state)).all()
    assert [(row.state, row.attempts) for row in rows] == [("queued", 0)] + [("waiting", 0)] * 4
    made.robots.work()
    with database.reading() as session:
        assert list(session.scalars(select(FollowUp.state)).all()).count("waiting") == 4, "nothing new is taken"
    go_on.set()
    assert made.robots.stop(grace=30)


def test_work_goes_on_until_nothing_is_due(database: Database) -> None:
    made = company(database)
    plan_many(made, {"a": 30, "b": 30}, due=made.now)

    def work(one: Ticket) -> None:
        with database.unit() as session:
            follow_ups.start(session, one.claimed.id, one.claimed.token, clock=database_clock(session))
            follow_ups.finish(session, made.robot, one.claimed.now, one.claimed.id, one.claimed.token)

    made.robots.hands = Hands(4, work)
    made.robots.work()
    with database.reading() as session:
        assert list(session.scalars(select(FollowUp.state))) == ["done"] * 60
        assert last_beat(session) is not None
