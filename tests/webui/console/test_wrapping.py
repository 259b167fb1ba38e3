"""The end of a contact: the summary is written from the path, edited, kept; reason and root cause beside it."""

from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from base.causes import CAUSES
from base.reasons import REASONS
from base.settings import Proposal, write
from cases.cases import Case
from cases.contacts import Contact
from cases.tasks import Task
from tests.company import Company
from tests.webui.console.conftest import hidden
from tests.webui.console.test_console import answer


@pytest.fixture
def said(agent: FlaskClient, case: Case, company: Company) -> Case:
    """Claire's call, walked to the robot; the carriers' desk owns the carrier's faults."""
    with company.database.unit() as session:
        owner = company.sofia.actor()
        named = [
            {"key": "delivery.late", "fr": "retard", "en": "late"},
            {"key": "delivery.not_received", "fr": "non reçu", "en": "not received"},
        ]
        write(session, owner, company.now, REASONS, Proposal(value=named))
        owned = [{"key": "carrier", "fr": "le transporteur", "en": "the carrier", "team": "carriers_desk"}]
        write(session, owner, company.now, CAUSES, Proposal(value=owned))
    answer(agent, case, "not_come")
    company.later(minutes=4)
    answer(agent, case, "reship")
    return case


def test_the_path_is_summed_up_and_the_edited_words_are_kept(agent: FlaskClient, said: Case, company: Company) -> None:
    page = agent.get(f"/console/cases/{said.public_id}/wrap-up").text
    written = unescape(page.split('id="field-words"')[1].split("</textarea>")[0])
    assert "RC-1001" in written and "Next: the robot looks tomorrow 18:00." in written
    assert "Seen: Parcel 6A1" in written and written.count("\n– ") == 2
    form = hidden(page, "wrap-up") | {"words": "Renvoi demandé.", "reason": "delivery.late", "cause": "carrier"}
    address = f"/console/cases/{said.public_id}/wrap-up"
    assert agent.post(address, data=form | {"words": " "}).status_code == 422
    assert agent.post(address, data=form | {"tell_owner": "yes"}).status_code == 303
    thread = agent.get(f"/console/cases/{said.public_id}").text
    assert "Anne summed up the contact" in thread and "Renvoi demandé." in thread and "the carrier" in thread
    with company.database.reading() as session:
        case = session.get_one(Case, said.id)
        assert (case.reason, case.cause) == ("delivery.late", "carrier")
        contact = session.scalars(select(Contact).where(Contact.case_id == said.id)).one()
        assert contact.ended_at is not None and contact.handled >= timedelta(minutes=4), "measured by itself"
        task = session.scalars(select(Task).where(Task.key.startswith("cause:"))).one()
        assert (task.team, task.text) == ("carriers_desk", {"en": "Renvoi demandé."})


def test_the_cause_is_asked_at_closing_and_the_next_case_opens(
    agent: FlaskClient, said: Case, company: Company
) -> None:
    page = agent.get(f"/console/cases/{said.public_id}/closing").text
    form = hidden(page, "close") | {"outcome": "given_up", "solved": "no", "words": "Elle renonce.", "cause": "carrier"}
    wrong = agent.post(f"/console/cases/{said.public_id}/close", data=form | {"solved": ""})
    assert wrong.status_code == 422 and "Elle renonce." in wrong.text
    ended = agent.post(f"/console/cases/{said.public_id}/close", data=form | {"then": "next"})
    assert ended.status_code == 303 and ended.location.endswith("/console/next")
    with company.database.reading() as session:
        case = session.get_one(Case, said.id)
        assert (case.state, case.cause, case.outcome) == ("closed", "carrier", "given_up")
    after = agent.get(f"/console/cases/{said.public_id}/wrap-up").text
    assert "Closed: given up." in after, "a closed case is wrapped up too, its reason corrected"
    kept = hidden(after, "wrap-up") | {"words": "Vu.", "reason": "delivery.late"}
    assert agent.post(f"/console/cases/{said.public_id}/wrap-up", data=kept).status_code == 303
    with company.database.reading() as session:
        assert session.get_one(Case, said.id).reason == "delivery.late"
