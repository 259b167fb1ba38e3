"""Incidents: cases join, each customer is told once and at a pace, robots leave them alone, all is ended."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.database import Database
from base.errors import Forbidden
from cases import incident_course, incidents, stops
from cases.cases import Case, open_case
from cases.contacts import Contact, begin_contact
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.incident_course import (
    MOST_ORDERS,
    IncidentConcernsNobody,
    IncidentHasMoved,
    IncidentHasNoName,
    LetterHalfWritten,
    ListTooLong,
    Plan,
)
from cases.incident_rows import Incident, IncidentCase
from cases.links import Link
from cases.orders import order_at_first_sight
from cases.writing_hours import WritingHours, set_hours
from robots.incidents import OVER, work
from robots.mail import Letter
from tests.company import Company, open_company
from tests.walking import WATCH, begin, tiny

REASON = "delivery.not_received"
LETTER = {"fr": {"subject": "Retards à Lyon", "text": "Votre colis est en retard.\n\nNous vous écrivons."}}
DONE = {"fr": {"subject": "C’est fini", "text": "Votre colis est parti."}}
FLOOD = Plan(name="Flood at Lyon", reasons=[REASON], opening=LETTER, closing=DONE, banner={"fr": "Dépôt inondé."})
TO_DUE = {"days": 1, "hours": 9}


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that looks every day."""
    made = open_company(database, [tiny(WATCH)])
    made.parcel("6A1")
    return made


def someone(session: Session, company: Company, mail: str) -> Customer:
    """A customer of that address and of nothing else."""
    return customer_at_first_sight(session, company.agent, company.now, Identity(name=mail, mail=mail))


def case_of(company: Company, number: str, mail: str) -> Case:
    """An open case about an order of hers."""
    with company.database.unit() as session:
        order = order_at_first_sight(
            session, company.agent, company.now, number, customer=someone(session, company, mail)
        )
        return open_case(session, company.agent, company.now, reason=REASON, language="fr", order=order)


def started(company: Company, plan: Plan = FLOOD) -> str:
    """An incident that is on; its public id."""
    with company.database.unit() as session:
        incident = incident_course.plan(session, company.sofia.actor(), company.now, plan)
        incident_course.begin(session, company.sofia.actor(), company.now, incident)
        return incident.public_id


def ended(company: Company, public_id: str) -> None:
    with company.database.unit() as session:
        incident = incidents.incident_named(session, company.sofia.actor(), public_id)
        incident_course.end(session, company.sofia.actor(), company.now, incident)


def sent(company: Company) -> list[Letter]:
    """The mails that went out, in order."""
    company.robots.settle()
    return company.mailbox.letters


def subjects(company: Company) -> list[str]:
    return [letter.subject for letter in sent(company)]


def test_open_cases_of_the_reason_join_and_their_customers_are_told_once(company: Company) -> None:
    first = case_of(company, "RC-1", "claire@example.test")
    case_of(company, "RC-2", "claire@example.test")
    case_of(company, "RC-3", "paul@example.test")
    started(company)
    work(company.robots)
    work(company.robots)
    assert sorted(letter.to for letter in sent(company)) == [("claire@example.test",), ("paul@example.test",)]
    with company.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(IncidentCase)) == 3
        [concerned] = incidents.incidents_now(session, session.get_one(Case, first.id))
    assert concerned.name == "Flood at Lyon"


def test_a_case_that_comes_while_it_is_on_joins_and_its_contact_is_the_incidents(company: Company) -> None:
    started(company)
    case = case_of(company, "RC-9", "nina@example.test")
    with company.database.unit() as session:
        begin_contact(
            session, company.agent, company.now, channel="phone", direction="inbound",
            case=session.get_one(Case, case.id),
        )  # fmt: skip
    work(company.robots)
    assert subjects(company) == ["Retards à Lyon"]
    with company.database.reading() as session:
        assert session.scalars(select(Contact.incident_id)).one() == session.scalars(select(Incident.id)).one()


def test_orders_of_the_list_get_a_case_and_unknown_numbers_are_named(company: Company) -> None:
    case_of(company, "RC-1", "claire@example.test")
    with company.database.unit() as session:
        order_at_first_sight(
            session, company.agent, company.now, "RC-7", customer=someone(session, company, "marie@x.test")
        )
    numbers = incidents.order_numbers("rc-1; #RC-7\nRC-404\nRC-7")
    assert numbers == ["RC-1", "RC-7", "RC-404"]
    public_id = started(company, Plan(name="Lost lorry", reasons=[REASON], orders=numbers, opening=LETTER))
    work(company.robots)
    work(company.robots)
    assert sorted(letter.to[0] for letter in sent(company)) == ["claire@example.test", "marie@x.test"]
    with company.database.reading() as session:
        incident = incidents.incident_named(session, company.agent, public_id)
        assert incidents.unknown_orders(session, incident) == ["RC-404"]
        assert session.scalars(select(IncidentCase.made).order_by(IncidentCase.id)).all() == [False, True]


def test_the_pace_holds(company: Company) -> None:
    for number in range(30):
        case_of(company, f"RC-{number}", f"c{number}@example.test")
    started(company, Plan(name="Slow", reasons=[REASON], opening=LETTER, per_hour=5))
    work(company.robots)
    assert len(subjects(company)) == 20
    company.later(hours=1)
    work(company.robots)
    assert len(subjects(company)) == 25
    company.later(hours=2)
    work(company.robots)
    assert len(subjects(company)) == 30


def test_robots_leave_its_cases_alone_and_look_when_it_is_over(company: Company) -> None:
    held, other = company.case("RC-1001"), company.case("RC-1001")
    for case in (held, other):
        begin(company.walks, company.agent, case.id)
    with company.database.unit() as session:
        session.get_one(Case, other.id).reason = "delivery.late"
    public_id = started(company, Plan(name="Flood", reasons=[REASON], holds_robots=True))
    work(company.robots)
    assert company.later(**TO_DUE).woken == 1, "the other one"
    with company.database.reading() as session:
        [stop] = stops.in_force(session, company.brand.id)
        assert (stop.scope, stop.name, stop.reason) == ("incident", public_id, "Flood")
        waiting = session.scalars(select(FollowUp).where(FollowUp.case_id == held.id)).one()
        assert (waiting.state, waiting.attempts) == ("waiting", 0)
        assert stops.holding(session, waiting) is not None
    ended(company, public_id)
    assert company.robots.settle().woken == 1
    with company.database.reading() as session:
        assert stops.in_force(session, company.brand.id) == []


def test_the_end_is_told_to_those_who_were_told_and_cases_are_closed_where_people_want_it(company: Company) -> None:
    told = case_of(company, "RC-1", "claire@example.test")
    public_id = started(company, Plan(name="F", reasons=[REASON], opening=LETTER, closing=DONE, closes_cases=True))
    work(company.robots)
    assert subjects(company) == ["Retards à Lyon"]
    late = case_of(company, "RC-2", "paul@example.test")
    ended(company, public_id)
    work(company.robots)
    work(company.robots)
    assert subjects(company) == ["Retards à Lyon", "C’est fini"]
    with company.database.reading() as session:
        assert session.get_one(Case, told.id).outcome == OVER
        assert session.get_one(Case, late.id).state == "open", "it came after the end"


def test_a_round_broken_off_tells_nobody_twice(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    case_of(company, "RC-1", "claire@example.test")
    started(company)
    work(company.robots)
    with company.database.unit() as session:
        for row in session.scalars(select(IncidentCase)):
            row.told_at = None  # as if the round had died before it wrote that down
    work(company.robots)
    assert len(subjects(company)) == 1
    with company.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Link)) == 1, "no second one that leads nowhere"


def test_words_that_are_added_while_it_is_on_reach_those_who_joined_before(company: Company) -> None:
    case_of(company, "RC-1", "claire@example.test")
    silent = Plan(name="Flood", reasons=[REASON])
    public_id = started(company, silent)
    work(company.robots)
    assert subjects(company) == []
    with company.database.unit() as session:
        incident = incidents.incident_named(session, company.sofia.actor(), public_id)
        incident_course.change(session, company.sofia.actor(), incident, replace(silent, opening=LETTER))
    work(company.robots)
    assert subjects(company) == ["Retards à Lyon"]


def test_an_incident_that_ends_during_a_round_stays_over(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    case_of(company, "RC-1", "claire@example.test")
    ends, others = started(company), started(company)
    fetch = Database.unit

    def meanwhile(database: Database) -> Any:
        """Once the round has looked which are on, and before it does anything."""
        monkeypatch.setattr(Database, "unit", fetch)
        ended(company, ends)
        return database.unit()

    monkeypatch.setattr(Database, "unit", meanwhile)
    work(company.robots)
    assert len(subjects(company)) == 1, "of the other one"
    with company.database.reading() as session:
        states = dict(session.execute(select(Incident.public_id, Incident.state)).all())
    assert states == {ends: "over", others: "on"}


def test_what_waits_for_the_hours_of_writing_is_taken_back_when_it_is_over(company: Company) -> None:
    with company.database.unit() as session:
        mornings = WritingHours(opens=time(7), closes=time(8))
        set_hours(session, company.sofia.actor(), company.now, mornings)
    case_of(company, "RC-1", "claire@example.test")
    public_id = started(company)
    work(company.robots)
    assert subjects(company) == [], "it is too late in the day"
    ended(company, public_id)
    work(company.robots)
    company.later(days=1)
    assert subjects(company) == []
    with company.database.reading() as session:
        assert session.scalars(select(Effect.state)).all() == ["cancelled"]


def test_a_case_made_for_it_is_not_called_by_the_name_that_is_for_staff(company: Company) -> None:
    with company.database.unit() as session:
        order_at_first_sight(
            session, company.agent, company.now, "RC-7", customer=someone(session, company, "marie@x.test")
        )
    started(company, Plan(name="Lorry stolen, do not tell", reasons=[REASON], orders=["RC-7"]))
    work(company.robots)
    with company.database.reading() as session:
        assert session.scalars(select(Case.title)).all() == [None]


def test_what_cannot_be_is_told(company: Company) -> None:
    actor, now = company.sofia.actor(), company.now
    half = {"fr": {"subject": "Retards", "text": ""}}
    with company.database.unit() as session:
        for plan, wrong in (
            (Plan(name=" ", reasons=[REASON]), IncidentHasNoName),
            (Plan(name="F"), IncidentConcernsNobody),
            (Plan(name="F", reasons=[REASON], opening=half), LetterHalfWritten),
            (Plan(name="F", reasons=[REASON], orders=[f"RC{n}" for n in range(MOST_ORDERS + 1)]), ListTooLong),
        ):
            with pytest.raises(wrong):
                incident_course.plan(session, actor, now, plan)
        with pytest.raises(Forbidden):
            incident_course.plan(session, company.agent, now, FLOOD)
        incident = incident_course.plan(session, actor, now, FLOOD)
        with pytest.raises(IncidentHasMoved):
            incident_course.end(session, actor, now, incident)
        incident_course.begin(session, actor, now, incident)
        with pytest.raises(IncidentHasMoved):
            incident_course.begin(session, actor, now + timedelta(hours=1), incident)
        with pytest.raises(IncidentHasMoved):
            incident_course.withdraw(session, actor, incident)
