"""What is allowed for a reason, changed in a page by those who decide, and told in the history."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from base.audit import AuditEntry
from base.people import Person
from base.reasons import REASONS
from base.settings import Proposal, write
from cases.targets import target_for
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.console.conftest import hidden

LATE = "delivery.late"


@pytest.fixture
def chief(app: Flask, enter: Enter, sofia: Person, company: Company) -> FlaskClient:
    """Sofia, who decides; the company has one reason."""
    names = [{"key": LATE, "en": "parcel late", "fr": "colis en retard"}]
    with company.database.unit() as session:
        write(session, sofia.actor(), company.now, REASONS, Proposal(value=names))
    return enter(app.test_client(), sofia)


def given(chief: FlaskClient, reason: str = LATE, **changed: object) -> dict[str, object]:
    page = chief.get("/console/target", query_string={"reason": reason}).text
    usual = {
        "contact_budget": "2", "goal": "1", "goal_unit": "business days", "deadline": "3",
        "deadline_unit": "business days", "grace": "", "grace_unit": "days", "warn_at": "70", "calendar": "",
        "complexity": "simple", "pauses": ["customer", "partner"],
    }  # fmt: skip
    return {**hidden(page, "target"), **usual, **changed}


def test_a_target_is_set_and_changed_and_both_stand_in_the_history(chief: FlaskClient, company: Company) -> None:
    assert "Set a target of its own for" in chief.get("/console/clocks").text
    assert chief.post("/console/target", data=given(chief)).status_code == 303
    with company.database.reading() as session:
        target = target_for(session, company.brand.id, LATE, company.now)
        assert target is not None
        assert (target.contact_budget, target.goal, target.deadline) == (2, "1 business day", "3 business days")
        assert (target.warn_at, target.pauses, target.grace) == (70, ["customer", "partner"], None)
    company.later(hours=1)
    assert chief.post("/console/target", data=given(chief, deadline="1", deadline_unit="weeks")).status_code == 303
    page = chief.get("/console/target", query_string={"reason": LATE}).text
    assert "deadline 3 business days" in page and "deadline 1 week" in page and "Sofia" in page
    with company.database.reading() as session:
        told = session.scalars(select(AuditEntry.what).where(AuditEntry.what == "target.added")).all()
    assert len(told) == 2
    assert "1 week" in chief.get("/console/clocks").text


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"contact_budget": "0"}, "contact_budget"),
        ({"contact_budget": "²"}, "contact_budget"),
        ({"deadline": "three"}, "deadline"),
        ({"deadline": "3", "deadline_unit": "fortnights"}, "deadline"),
        ({"deadline": ""}, "deadline"),
        ({"warn_at": "101"}, "warn_at"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field_and_nothing_typed_is_lost(
    chief: FlaskClient, company: Company, changed: dict[str, object], wrong: str
) -> None:
    answer = chief.post("/console/target", data=given(chief, **changed))
    assert answer.status_code == 422
    assert f'href="#field-{wrong}"' in answer.text and 'value="partner" checked' in answer.text
    with company.database.reading() as session:
        assert target_for(session, company.brand.id, LATE, company.now) is None


def test_a_reason_that_is_none_has_no_target(chief: FlaskClient) -> None:
    assert chief.get("/console/target?reason=nonsense").status_code == 404
    assert chief.post("/console/target", data=given(chief) | {"reason": "nonsense"}).status_code == 404


def test_an_agent_reads_the_table_and_changes_nothing(agent: FlaskClient) -> None:
    assert "Set a target" not in agent.get("/console/clocks").text
    assert agent.get("/console/target").status_code == 403
