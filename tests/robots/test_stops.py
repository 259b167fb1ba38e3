"""The kill switch: everything, a process, a connection or an operation is left alone, from the commit on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from base.actors import Actor
from base.database import Database
from base.permissions import NotPermitted
from cases import follow_ups, stops
from cases.claims import database_clock
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.stops import Scope, Stop
from processes.walks import Shown
from robots import followups
from tests.company import Company, open_company
from tests.walking import CANCEL, WATCH, answer, begin, tiny

TO_DUE = {"days": 1, "hours": 9}


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that looks every day."""
    made = open_company(database, [tiny(WATCH)])
    made.parcel("6A1")
    return made


def stopped(company: Company, scope: Scope = "all", name: str = "") -> Stop:
    with company.database.unit() as session:
        return stops.stop(session, company.sofia.actor(), company.now, scope, name, reason="Two refunds for one order")


def let_go(company: Company, stop: Stop) -> None:
    with company.database.unit() as session:
        stops.lift(session, company.sofia.actor(), company.now, session.get_one(Stop, stop.id), reason="Mended")


def the_check(company: Company) -> FollowUp:
    with company.database.reading() as session:
        return session.scalars(select(FollowUp).order_by(FollowUp.id.desc())).first()  # type: ignore[return-value]


def watched(company: Company) -> Shown:
    return begin(company.walks, company.agent, company.case().id)


@pytest.mark.parametrize(("scope", "name"), [("all", ""), ("process", "tiny"), ("connection", "shop.order")])
def test_what_is_stopped_waits_without_using_up_attempts(company: Company, scope: Scope, name: str) -> None:
    watched(company)
    stop = stopped(company, scope, name)
    assert company.later(**TO_DUE).woken == 0
    check = the_check(company)
    assert (check.state, check.attempts, check.last_error) == ("waiting", 0, None)
    let_go(company, stop)
    assert company.robots.settle().woken == 1


@pytest.mark.parametrize(("scope", "name"), [("process", "another"), ("connection", "laposte"), ("operation", "x")])
def test_a_stop_of_something_else_holds_nobody(company: Company, scope: Scope, name: str) -> None:
    watched(company)
    stopped(company, scope, name)
    assert company.later(**TO_DUE).woken == 1


def test_a_robot_at_work_when_the_switch_is_thrown_leaves_no_trace(company: Company) -> None:
    shown = watched(company)
    with company.database.unit() as session:
        from base.clock import move

        move(session, timedelta(**TO_DUE))
    with company.database.unit() as session:
        claimed = follow_ups.claim(session, "shop.order", room=1, clock=database_clock(session))[0]
    services = company.services
    read = services.read

    def read_and_be_stopped(*args: object, **options: object) -> object:
        stopped(company)
        return read(*args, **options)  # type: ignore[arg-type]

    services.read = read_and_be_stopped  # type: ignore[method-assign, assignment]
    assert followups.run(company.database, company.walks, claimed, company.robots.random) is None
    check = the_check(company)
    assert (check.state, check.attempts) == ("waiting", 0)
    standing = company.walks.standing(company.agent, shown.walk)
    assert standing.row.revision == shown.revision, "the walk has not moved"


def test_a_stopped_operation_holds_people_too_and_is_done_when_let_go(database: Database) -> None:
    company = open_company(database, [tiny(CANCEL)])
    company.parcel("6A1")
    stop = stopped(company, "operation", "shop.cancel_order")
    shown = answer(company.walks, company.agent, begin(company.walks, company.agent, company.case().id), True)
    company.porter.deliver(shown.effect_ids, company.agent, "phone")
    company.robots.settle()
    assert company.services.acts == []
    with database.reading() as session:
        effect = session.scalars(select(Effect).where(Effect.kind == "act")).one()
    assert (effect.state, effect.attempts) == ("pending", 0)
    let_go(company, stop)
    company.robots.settle()
    assert [act for act, _, _ in company.services.acts] == ["shop.cancel_order"]


def test_a_whole_stop_holds_robots_not_the_agent_on_the_line(database: Database) -> None:
    company = open_company(database, [tiny(CANCEL)])
    company.parcel("6A1")
    stopped(company)
    shown = answer(company.walks, company.agent, begin(company.walks, company.agent, company.case().id), True)
    company.porter.deliver(shown.effect_ids, company.agent, "phone")
    assert [act for act, _, _ in company.services.acts] == ["shop.cancel_order"]


def test_a_second_switch_for_the_same_is_the_first_and_the_reason_is_kept(company: Company) -> None:
    first, second = stopped(company), stopped(company)
    assert first.id == second.id
    with company.database.reading() as session:
        (one,) = stops.in_force(session, company.brand.id)
    assert (one.reason, one.stopped_by["name"]) == ("Two refunds for one order", "Sofia")
    let_go(company, first)
    third = stopped(company)
    assert third.id != first.id, "a stop that was lifted stays in the history"
    with company.database.reading() as session:
        (over,) = stops.lately(session, company.brand.id)
    assert over.lifted_because == "Mended"


def test_an_agent_may_not_stop_the_robots_and_a_reason_is_wanted(company: Company) -> None:
    def stop(actor: Actor, reason: str) -> None:
        with company.database.unit() as session:
            stops.stop(session, actor, company.now, "all", reason=reason)

    with pytest.raises(NotPermitted):
        stop(company.agent, "because")
    with pytest.raises(stops.ReasonWanted):
        stop(company.sofia.actor(), "  ")
