"""Targets: versions, families, and the deadline that a case gets from them."""

from datetime import datetime, timedelta

import pytest

from base.actors import Actor
from base.database import Database
from base.permissions import NotPermitted
from cases import cases, clocks, contacts
from cases.alerts import Alert, AlreadyAcknowledged, acknowledge, alerts_of_case
from cases.cases import Case, open_case
from cases.targets import Allowed, UnusableTarget, set_target, target_for, targets_in_force

FIVE_DAYS = Allowed(contact_budget=2, goal="2 business days", deadline="5 business days")
THREE_CONTACTS = Allowed(contact_budget=3, deadline="5 business days")
REASON = "delivery.not_received"


def opened(database: Database, robot: Actor, now: datetime, reason: str = REASON) -> int:
    """A fresh case; its number."""
    with database.unit() as session:
        return open_case(session, robot, now, reason=reason, language="fr").id


def test_a_reason_has_its_own_target_else_its_familys_else_everybodys(
    database: Database, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, "", Allowed(contact_budget=3))
        set_target(session, supervisor, now, "delivery", Allowed(contact_budget=2))
        set_target(session, supervisor, now, REASON, Allowed(contact_budget=1))
        budgets = [
            target.contact_budget
            for reason in (REASON, "delivery.late", "return.how")
            if (target := target_for(session, supervisor.brand_id, reason, now))
        ]
    assert budgets == [1, 2, 3]


def test_a_case_is_measured_by_what_was_in_force_when_it_was_opened(
    database: Database, robot: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now - timedelta(days=9), REASON, FIVE_DAYS)
    old = opened(database, robot, now)
    with database.unit() as session:
        set_target(session, supervisor, now + timedelta(hours=1), REASON, Allowed(deadline="1 business day"))
        clocks.reckon(session, session.get_one(Case, old), now + timedelta(hours=2))
        assert len(targets_in_force(session, supervisor.brand_id, now + timedelta(hours=2))) == 1
    new = opened(database, robot, now + timedelta(hours=2))
    with database.reading() as session:
        assert session.get_one(Case, old).deadline_at == now + timedelta(days=7)
        assert session.get_one(Case, new).deadline_at == now + timedelta(days=1, hours=2)


def test_the_deadline_waits_while_the_case_is_parked_and_goes_on_afterwards(
    database: Database, robot: Actor, agent: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, REASON, FIVE_DAYS)
    case_id = opened(database, robot, now)
    with database.unit() as session:
        case = session.get_one(Case, case_id)
        cases.pause(session, agent, now + timedelta(hours=1), case, because="attend une photo")
        assert (case.deadline_at, case.state) == (None, "waiting")
        still = clocks.explanation(session, case, now + timedelta(hours=3))
        assert still.due.at is None and still.lines[-1].why == "hand"
        cases.resume(session, agent, now + timedelta(days=1, hours=1), case)
        assert case.deadline_at == now + timedelta(days=8)
        assert clocks.explanation(session, case, now + timedelta(days=2)).due.at == case.deadline_at
        spent = clocks.time_by_party(session, case, now + timedelta(days=2))
    assert spent == {"us": timedelta(days=1), "hand": timedelta(days=1)}


def test_a_closed_case_does_not_use_up_its_time(
    database: Database, robot: Actor, agent: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, REASON, FIVE_DAYS)
    case_id = opened(database, robot, now)
    with database.unit() as session:
        case = session.get_one(Case, case_id)
        cases.close(session, agent, now + timedelta(days=1), case, outcome="received", solved=True)
        assert case.alert_at is None
        cases.reopen(session, agent, now + timedelta(days=3), case)
        assert case.deadline_at == now + timedelta(days=9)


def test_an_alert_comes_before_the_last_contact_and_when_one_too_many_comes(
    database: Database, robot: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, REASON, THREE_CONTACTS)
    case_id = opened(database, robot, now)
    kinds = []
    for day in range(5):
        with database.unit() as session:
            case = session.get_one(Case, case_id)
            at = now + timedelta(days=day)
            contacts.begin_contact(session, robot, at, channel="phone", direction="inbound", case=case)
            kinds.append([alert.kind for alert in alerts_of_case(session, case_id)])
    assert kinds[:4] == [[], ["budget_near"], ["budget_near"], ["budget_missed", "budget_near"]]
    assert kinds[4][0] == "budget_missed"


def test_of_two_who_take_care_of_an_alert_the_second_is_told_who_has_it(
    database: Database, robot: Actor, agent: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, REASON, THREE_CONTACTS)
    case_id = opened(database, robot, now)
    with database.unit() as session:
        case = session.get_one(Case, case_id)
        for _ in range(2):
            contacts.begin_contact(session, robot, now, channel="phone", direction="inbound", case=case)
        alert = alerts_of_case(session, case_id)[0]
        acknowledge(session, agent, now, alert)
        acknowledge(session, agent, now, alert)
    with database.unit() as session, pytest.raises(AlreadyAcknowledged):
        acknowledge(session, supervisor, now, session.get_one(Alert, alert.id))


def test_a_first_contact_is_no_sign_that_anything_is_about_to_be_missed(
    database: Database, robot: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, REASON, FIVE_DAYS)
    case_id = opened(database, robot, now)
    with database.unit() as session:
        case = session.get_one(Case, case_id)
        contacts.begin_contact(session, robot, now, channel="phone", direction="inbound", case=case)
        assert alerts_of_case(session, case_id) == []


@pytest.mark.parametrize(
    "allowed",
    [Allowed(deadline="soon"), Allowed(contact_budget=0), Allowed(warn_at=0), Allowed(pauses=["closed"])],
    ids=["delay", "budget", "share", "party"],
)
def test_a_target_that_makes_no_sense_is_refused(
    database: Database, supervisor: Actor, now: datetime, allowed: Allowed
) -> None:
    with database.unit() as session, pytest.raises(UnusableTarget):
        set_target(session, supervisor, now, REASON, allowed)


def test_an_agent_sets_no_target(database: Database, agent: Actor, now: datetime) -> None:
    with database.unit() as session, pytest.raises(NotPermitted):
        set_target(session, agent, now, REASON, FIVE_DAYS)
