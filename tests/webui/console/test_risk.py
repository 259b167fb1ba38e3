"""Alerts, cases at risk, the table of clocks and the explanation of a deadline, as pages."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cases.cases import Case
from cases.clock_rules import EVENTS
from cases.targets import Allowed, set_target
from tests.company import Company
from tests.webui.console.conftest import hidden


@pytest.fixture
def late(company: Company) -> Case:
    """Claire's case, its goal missed a day ago, its deadline near."""
    with company.database.unit() as session:
        allowed = Allowed(contact_budget=2, goal="1 business day", deadline="2 business days")
        set_target(session, company.sofia.actor(), company.now, "delivery.not_received", allowed)
    case = company.case()
    company.later(days=1, hours=7)
    return case


def test_an_alert_is_in_the_inbox_until_somebody_takes_care_of_it(agent: FlaskClient, late: Case) -> None:
    inbox = agent.get("/console/alerts").text
    assert "The goal is missed" in inbox and "The deadline is near" in inbox and late.spoken_reference in inbox
    address = inbox.split('action="/console/alerts/')[1].split('"')[0]
    form = hidden(inbox, "acknowledge")
    assert agent.post(f"/console/alerts/{address}", data=form).status_code == 303
    assert "Anne takes care of it" in agent.get("/console/alerts").text
    assert "Anne takes care of the alert" in agent.get(f"/console/cases/{late.public_id}").text


def test_a_case_at_risk_is_listed_as_one_that_can_be_saved_and_then_as_missed(
    agent: FlaskClient, late: Case, company: Company
) -> None:
    page = agent.get("/console/at-risk").text
    assert late.spoken_reference in page and "Already missed" not in page
    company.later(days=1)
    page = agent.get("/console/at-risk").text
    assert "Nothing is at risk" in page and "Already missed" in page


def test_a_deadline_is_explained_interval_by_interval(agent: FlaskClient, late: Case) -> None:
    page = agent.get(f"/console/cases/{late.public_id}/deadline").text
    assert "Allowed: 2 business days from the opening" in page
    assert page.count("not counted: outside opening hours") == 2
    assert "Counted in all: 18 h 00" in page


def test_the_table_of_clocks_shows_every_event_and_the_targets(agent: FlaskClient, late: Case) -> None:
    page = agent.get("/console/clocks").text
    assert page.count('<th scope="row">') == len(EVENTS) + 1
    assert "2 business days" in page and "Parcel not received" in page


def test_the_bar_of_a_case_shows_what_is_left_and_which_contact_it_is(
    agent: FlaskClient, late: Case, company: Company
) -> None:
    page = agent.get(f"/console/cases/{late.public_id}").text
    assert "/deadline" in page and "Due in" in page
    assert late.opened_at + timedelta(days=2) > company.now
