"""The contacts of a case as a page; the reason corrected; a case taken up again within its grace window."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from base.reasons import REASONS
from base.settings import Proposal, write
from cases.cases import Case, close
from cases.contacts import Contact
from tests.company import Company
from tests.webui.console.conftest import hidden


@pytest.fixture
def contacted(agent: FlaskClient, case: Case) -> str:
    """The page of contacts, after Anne wrote a note on the phone with Claire."""
    page = agent.get(f"/console/cases/{case.public_id}").text
    agent.post(f"/console/cases/{case.public_id}/answer", data=hidden(page, "answer") | {"a-remedy": "reship"})
    return f"/console/cases/{case.public_id}/contacts"


def test_a_contact_is_said_to_be_courtesy_and_the_case_counts_anew(
    agent: FlaskClient, contacted: str, company: Company, case: Case
) -> None:
    page = agent.get(contacted).text
    assert "The customer" in page and "It only said thank you" in page
    agent.post(_action(page, "courtesy"), data=hidden(page, "courtesy"))
    assert "Thank you: not counted" in agent.get(contacted).text
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).inbound == 0


def test_an_internal_contact_is_noted_with_its_minutes(agent: FlaskClient, contacted: str, company: Company) -> None:
    page = agent.get(contacted).text
    given = hidden(page, "internal") | {"with_whom": "logistics", "minutes": "12"}
    assert agent.post(_action(page, "internal"), data=given).status_code == 303
    assert "logistics" in agent.get(contacted).text
    refused = agent.post(_action(page, "internal"), data=given | {"minutes": "0"})
    assert refused.status_code == 422
    with company.database.reading() as session:
        assert session.scalars(select(Contact.with_whom).where(Contact.direction == "internal")).all() == ["logistics"]


def test_the_reason_is_corrected_in_one_click(agent: FlaskClient, contacted: str, company: Company, case: Case) -> None:
    with company.database.unit() as session:
        rows = [{"key": "delivery.late", "fr": "Retard", "en": "Late"}]
        write(session, company.sofia.actor(), company.now, REASONS, Proposal(value=rows))
    page = agent.get(contacted).text
    agent.post(_action(page, "reason"), data=hidden(page, "reason") | {"reason": "delivery.late"})
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).reason == "delivery.late"


def test_a_contact_within_the_grace_window_takes_the_case_up_again(
    agent: FlaskClient, case: Case, company: Company
) -> None:
    with company.database.unit() as session:
        close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="informed", solved=True)
    company.later(days=1)
    page = agent.get("/console/open?order=RC-1001", follow_redirects=True).text
    form = hidden(page, "start") | {"process": "parcel-not-received", "channel": "phone"}
    assert agent.post("/console/start", data=form).location.startswith(f"/console/cases/{case.public_id}")
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state != "closed"


def test_a_contact_after_the_grace_window_opens_a_linked_case(agent: FlaskClient, case: Case, company: Company) -> None:
    with company.database.unit() as session:
        close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="informed", solved=True)
    company.later(days=5)
    page = agent.get("/console/open?order=RC-1001", follow_redirects=True).text
    form = hidden(page, "start") | {"process": "parcel-not-received", "channel": "phone"}
    agent.post("/console/start", data=form)
    with company.database.reading() as session:
        newest = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert newest is not None and newest.linked_case_id == case.id


def _action(page: str, verb: str) -> str:
    return next(part.split('"')[0] for part in page.split('action="') if part.split('"')[0].endswith(f"/{verb}"))
