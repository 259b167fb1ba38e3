"""Every kind of value, an act to confirm, a task that is waited for: each in its form, nothing typed is ever lost."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from cases.cases import Case
from cases.tasks import Task
from processes.language.document import Document
from processes.language.yaml import read_yaml
from processes.rows import WalkRow
from processes.versions import publish
from tests.company import Company
from tests.webui.console.conftest import hidden
from tests.webui.console.test_console import step_of

DETAILS = {
    "how": "wet", "signs": "box", "kept": "yes", "agreed": "yes", "words": "La boîte est trempée.", "pieces": "2",
    "worth": "12,50", "since": "2031-03-01", "other": "rc-1002",
}  # fmt: skip


@pytest.fixture
def case(company: Company) -> Case:
    """A case in the process that has every kind of question."""
    source = Path(__file__).with_name("every-kind.yaml").read_text("utf-8")
    document = Document.model_validate(read_yaml(source).data)
    with company.database.unit() as session:
        publish(session, company.sofia.actor(), company.now, document, note="Pour les tests", override="tests")
    case = company.case()
    needs = {"order_number": "RC-1001"}
    company.walks.start(company.agent, case.id, "every-kind", channel="phone", language="fr", needs=needs)
    return case


def send(agent: FlaskClient, case: Case, verb: str, form: dict[str, str], step: str = "answer") -> TestResponse:
    """Post the form on the page, as it stands there."""
    stands = hidden(agent.get(f"/console/cases/{case.public_id}").text, step)
    return agent.post(f"/console/cases/{case.public_id}/{verb}", data={**stands, **form}, follow_redirects=True)


def named(values: dict[str, str]) -> dict[str, str]:
    return {f"answer-{name}": value for name, value in values.items()}


def test_each_kind_has_its_field_and_the_note_is_apart(agent: FlaskClient, case: Case) -> None:
    page = agent.get(f"/console/cases/{case.public_id}").text
    for name in DETAILS:
        assert f'name="answer-{name}"' in page
    assert 'type="date"' in page
    assert 'type="radio" name="answer-how" value="broken"' in page
    assert 'type="checkbox" name="answer-signs" value="box"' in page
    inner = re.search(r'<aside class="ar-inner">.*?</aside>', page, re.DOTALL)
    assert inner
    assert "Promise nothing yet." in inner[0]
    assert '<h1 class="c-question" tabindex="-1">Décrivez ce qui est abîmé.</h1>' in page


def test_faults_are_summed_up_linked_and_nothing_typed_is_lost(
    agent: FlaskClient, company: Company, case: Case
) -> None:
    wrong = {**DETAILS, "pieces": "12", "worth": "beaucoup", "agreed": ""}
    reply = send(agent, case, "answer", named(wrong))
    assert reply.status_code == 422
    for name in ("pieces", "worth", "agreed"):
        assert f'href="#field-answer-{name}"' in reply.text
        assert f'id="field-answer-{name}"' in reply.text
    assert "La boîte est trempée." in reply.text
    assert 'value="beaucoup"' in reply.text
    assert 'value="wet" checked' in reply.text
    assert 'value="2031-03-01"' in reply.text
    assert step_of(company, case) == "details"


def test_another_channel_words_it_anew_and_keeps_what_was_typed(
    agent: FlaskClient, company: Company, case: Case
) -> None:
    reply = send(agent, case, "channel", {**named(DETAILS), "channel": "mail"})
    assert "Merci de nous décrire par retour" in reply.text
    assert "La boîte est trempée." in reply.text
    assert 'name="channel" value="mail"' in reply.text
    with company.database.reading() as session:
        assert session.scalars(select(WalkRow.revision).where(WalkRow.case_id == case.id)).one() == 1


def test_what_was_typed_for_a_step_that_has_passed_is_given_back(agent: FlaskClient, case: Case) -> None:
    page = agent.get(f"/console/cases/{case.public_id}").text
    send(agent, case, "answer", named(DETAILS))
    late = {**hidden(page, "answer"), **named({**DETAILS, "words": "Encore autre chose."})}
    reply = agent.post(f"/console/cases/{case.public_id}/answer", data=late)
    assert reply.status_code == 409
    assert "Encore autre chose." in reply.text
    assert "answer-lines" in reply.text, "the step where the case stands now"


def test_quantities_an_act_confirmed_and_a_task_waited_for(agent: FlaskClient, company: Company, case: Case) -> None:
    company.services.results["shop.refund"] = {"reference": "R-77"}
    assert send(agent, case, "answer", named(DETAILS)).status_code == 200
    page = agent.get(f"/console/cases/{case.public_id}").text
    counted = re.search(r'name="(answer-lines:[^"]+)" type="number"[^>]*max="1"', page)
    assert counted, "the quantity ordered is the most"
    assert send(agent, case, "answer", {counted[1]: "1"}).status_code == 200

    page = agent.get(f"/console/cases/{case.public_id}").text
    assert "Je vous rembourse 49,90" in page
    assert "This cannot be taken back once it is done." in page
    assert "€49.90" in page
    assert company.services.acts == []
    reply = send(agent, case, "confirm", {"confirm": "yes"}, step="confirm")
    assert [act[0] for act in company.services.acts] == ["shop.refund"]
    assert "C’est fait, référence R-77." in reply.text
    assert "c-tick ar-tone-good" in reply.text
    assert "A task has to be done first" in reply.text

    with company.database.reading() as session:
        task = session.scalars(select(Task).where(Task.step == "inspect")).one()
    address = f"/console/tasks/{task.public_id}"
    form = hidden(agent.get(address).text, "done")
    assert agent.post(f"{address}/done", data=form).status_code == 422
    reply = agent.post(f"{address}/done", data={**form, "answer-state": "good"}, follow_redirects=True)
    assert "This task is done." in reply.text
    assert ">Good<" in reply.text
    with company.database.reading() as session:
        ended = session.get_one(Case, case.id)
    assert (ended.state, ended.outcome) == ("closed", "repaired")
    assert any("votre dossier est clos" in letter.text for letter in company.mailbox.letters), "the robot writes it"


def test_an_act_that_is_declined_is_not_done(agent: FlaskClient, company: Company, case: Case) -> None:
    send(agent, case, "answer", named(DETAILS))
    page = agent.get(f"/console/cases/{case.public_id}").text
    name = re.findall(r'name="(answer-lines:[^"]+)"', page)[0]
    send(agent, case, "answer", {name: "1"})
    reply = send(agent, case, "confirm", {"confirm": "no"}, step="confirm")
    assert company.services.acts == []
    assert "With people: Delivery team" in reply.text


def test_two_confirmations_of_one_act_do_it_once(agent: FlaskClient, company: Company, case: Case) -> None:
    company.services.results["shop.refund"] = {"reference": "R-77"}
    send(agent, case, "answer", named(DETAILS))
    page = agent.get(f"/console/cases/{case.public_id}").text
    name = re.findall(r'name="(answer-lines:[^"]+)"', page)[0]
    send(agent, case, "answer", {name: "1"})
    form = {**hidden(agent.get(f"/console/cases/{case.public_id}").text, "confirm"), "confirm": "yes"}
    replies = [agent.post(f"/console/cases/{case.public_id}/confirm", data=form) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [303, 409]
    assert len(company.services.acts) == 1
