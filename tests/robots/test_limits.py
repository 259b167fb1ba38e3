"""Caps, the second person, the breaker: what goes over a limit waits for people, and nothing is refused silently."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from base.actors import customer_actor
from base.clock import move
from base.database import Database
from base.money import Money
from cases import effects, limits, stops
from cases.cases import open_case
from cases.customers import Identity, customer_at_first_sight
from cases.effects import Effect, NotHeld, OwnDecision
from cases.limits import Hold, Planned
from cases.tasks import Task
from processes.connectors.readings import ActAnswer
from robots import breaker
from tests.company import Company, open_company
from tests.walking import CANCEL, answer, begin, tiny

REFUND = "shop.refund"


@pytest.fixture
def company(database: Database) -> Company:
    """A company whose small process acts."""
    made = open_company(database, [tiny(CANCEL)])
    made.parcel("6A1")
    return made


def limit(company: Company, **what: object) -> None:
    with company.database.unit() as session:
        limits.set_limit(session, company.sofia.actor(), company.now, reason="Pilot", **what)  # type: ignore[arg-type]


def refund(company: Company, euros: str, number: str = "RC-1001", *, by_agent: bool = False) -> Hold | None:
    """What a robot's refund meets; it is decided all the same. Each order is another customer's."""
    with company.database.unit() as session:
        identity = Identity(name=number, mail=f"{number.lower()}@example.test")
        customer = customer_at_first_sight(session, company.agent, company.now, identity)
        case = open_case(session, company.agent, company.now, reason="refund.missing", language="fr", customer=customer)
    actor = company.agent if by_agent else company.robot
    with company.database.unit() as session:
        case = session.merge(case)
        amount = Money.parse(f"{euros} EUR")
        planned = Planned(actor=actor, case=case, process="tiny", operation=REFUND, amount=amount)
        hold = limits.hold_for(session, company.now, planned)
        effects.decide(
            session, actor, company.now, case, kind="act", key=f"{number}:{euros}:{case.id}", operation=REFUND,
            request={"order": number}, amount=amount, lane="shop", process="tiny", step="pay", visit=1, hold=hold,
        )  # fmt: skip
    return hold


def test_a_cap_in_number_holds_what_goes_over_it_that_day_only(company: Company) -> None:
    limit(company, per="all", most=2)
    met = [refund(company, "10.00", f"RC-200{place}") for place in range(3)]
    assert [hold.why if hold else None for hold in met] == [None, None, "over_cap"]
    with company.database.unit() as session:
        move(session, timedelta(days=1))
    assert refund(company, "10.00", "RC-2009") is None


def test_a_cap_in_euros_counts_what_was_let_through_and_nothing_else(company: Company) -> None:
    limit(company, per="all", amount=Money.parse("100 EUR"))
    assert refund(company, "60.00", "RC-2001") is None
    assert refund(company, "50.00", "RC-2002") is not None
    assert refund(company, "40.00", "RC-2003") is None, "what is held does not count"
    assert refund(company, "0.01", "RC-2004") is not None


def test_a_cap_of_one_customer_leaves_others_alone(company: Company) -> None:
    limit(company, per="customer", most=1, days=30)
    assert refund(company, "10.00", "RC-2001") is None
    assert refund(company, "11.00", "RC-2001") is not None
    assert refund(company, "10.00", "RC-2002") is None


def test_caps_of_robots_neither_hold_nor_count_what_agents_decide(company: Company) -> None:
    limit(company, per="all", most=1)
    assert refund(company, "10.00", "RC-2001", by_agent=True) is None
    assert refund(company, "10.00", "RC-2002", by_agent=True) is None
    assert refund(company, "10.00", "RC-2003") is None
    assert refund(company, "10.00", "RC-2004") is not None


def test_a_cap_of_another_process_or_act_does_not_concern_it(company: Company) -> None:
    limit(company, per="all", most=0, process="another")
    limit(company, per="all", most=0, operation="shop.reship")
    assert refund(company, "10.00") is None


def test_money_in_a_currency_the_limit_cannot_weigh_is_held(company: Company) -> None:
    limit(company, per="act", amount=Money.parse("100 GBP"))
    hold = refund(company, "1.00")
    assert hold is not None
    assert hold.why == "second_person"


def test_above_the_threshold_a_second_person_is_asked_and_then_it_is_done(company: Company) -> None:
    limit(company, per="act", amount=Money.parse("50 EUR"))
    assert refund(company, "50.00", "RC-2001") is None
    hold = refund(company, "50.01", "RC-2002")
    assert hold is not None
    assert hold.why == "second_person"
    company.robots.settle()
    assert len(company.services.acts) == 1
    with company.database.reading() as session:
        (effect,) = effects.on_hold(session, company.brand.id)
        task = session.scalars(select(Task).where(Task.effect_id == effect.id)).one()
    assert (task.purpose, task.team, task.amount) == ("approval", "supervisor", Money.parse("50.01 EUR"))
    company.porter.decide_held(company.sofia.actor(), effect.id, approved=True, now=company.now, note="Seen")
    assert len(company.services.acts) == 2
    with company.database.reading() as session:
        assert session.get_one(Task, task.id).state == "done"
        assert session.get_one(Effect, effect.id).state == "done"


def test_nobody_lets_go_what_he_decided_himself(company: Company) -> None:
    limit(company, per="act", amount=Money.parse("50 EUR"), people_too=True)
    company.anne, company.sofia = company.sofia, company.anne  # the supervisor decides
    with company.database.unit() as session:
        session.add(session.merge(company.anne))
    assert refund(company, "80.00", by_agent=True) is not None
    with company.database.reading() as session:
        (effect,) = effects.on_hold(session, company.brand.id)
    with pytest.raises(OwnDecision):
        company.porter.decide_held(company.anne.actor(), effect.id, approved=True, now=company.now)


def test_a_refusal_goes_to_the_walk_and_it_goes_on(database: Database) -> None:
    company = open_company(database, [tiny(CANCEL)])
    company.parcel("6A1")
    limit(company, per="all", most=0, people_too=True)
    decided = answer(company.walks, company.agent, begin(company.walks, company.agent, company.case().id), True)
    company.porter.deliver(decided.effect_ids, company.agent, "phone")
    assert company.services.acts == []
    with database.reading() as session:
        (effect,) = effects.on_hold(session, company.brand.id)
    company.porter.decide_held(company.sofia.actor(), effect.id, approved=False, now=company.now, note="No")
    with database.reading() as session:
        assert session.get_one(Effect, effect.id).failure == "refused_by_person"
    standing = company.walks.standing(company.agent, decided.walk)
    assert standing.row.waiting == "with_people", "the process's branch for a failure"
    with pytest.raises(NotHeld):
        company.porter.decide_held(company.sofia.actor(), effect.id, approved=True, now=company.now)


def test_an_empty_limit_and_one_without_a_reason_are_refused(company: Company) -> None:
    with pytest.raises(limits.EmptyLimit):
        limit(company, per="all")
    with pytest.raises(limits.LimitNeedsReason), company.database.unit() as session:
        limits.set_limit(session, company.sofia.actor(), company.now, per="all", most=1, reason=" ")


def test_a_customer_is_no_member_of_staff(company: Company) -> None:
    case = company.case()
    customer = customer_actor(company.brand.id, case.customer_id or 0, "Claire")
    assert not Planned(actor=customer, case=case, process=None, operation=REFUND, amount=None).by_staff


def test_the_breaker_stops_an_act_that_fails_too_often_and_judges_anew_once_let_go(company: Company) -> None:
    company.services.results[REFUND] = ActAnswer(state="failed", safety="keyed", reason="refused")
    for place in range(10):
        refund(company, "10.00", f"RC-30{place:02}")
    company.robots.settle()
    company.robots.tick()
    with company.database.reading() as session:
        (stop,) = stops.in_force(session, company.brand.id)
    assert (stop.scope, stop.name, stop.by_itself, stop.reason) == ("operation", REFUND, True, breaker.TOO_MANY)
    with company.database.unit() as session:
        move(session, timedelta(seconds=1))
        stops.lift(session, company.sofia.actor(), company.now, session.merge(stop), reason="Mended")
    company.robots.tick()
    with company.database.reading() as session:
        assert not stops.in_force(session)


def test_few_failures_open_no_breaker(company: Company) -> None:
    company.services.results[REFUND] = ActAnswer(state="failed", safety="keyed", reason="refused")
    for place in range(9):
        refund(company, "10.00", f"RC-30{place:02}")
    company.robots.settle()
    company.robots.tick()
    with company.database.reading() as session:
        assert not stops.in_force(session)


def test_of_many_refunds_at_once_only_as_many_pass_as_the_cap_allows(company: Company) -> None:
    limit(company, per="all", amount=Money.parse("100 EUR"))
    with ThreadPoolExecutor(8) as pool:
        met = list(pool.map(lambda place: refund(company, "30.00", f"RC-40{place:02}"), range(8)))
    assert sum(hold is None for hold in met) == 3
