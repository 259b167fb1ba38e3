"""Working together: parking in two keys, the next case, a question to another team, a guest without account."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from base.people import Person
from cases.cases import Case
from cases.tasks import Task
from cases.timeline import entries
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.console.conftest import hidden
from webui.answers import PREFIX


def page_of(agent: FlaskClient, case: Case) -> str:
    """The page of the case."""
    return agent.get(f"/console/cases/{case.public_id}").text


def test_a_parked_case_comes_back_by_itself_at_its_time(agent: FlaskClient, company: Company) -> None:
    case = company.case()
    form = hidden(page_of(agent, case), "park") | {"until": "tomorrow", "because": "rappelle demain"}
    assert agent.post(f"/console/cases/{case.public_id}/park", data=form).status_code == 303
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "waiting"
    company.later(days=1, hours=1)
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "open"
        assert "clock.back" in [entry.kind for entry in entries(session, case.id)]


def test_a_case_is_not_parked_until_yesterday(agent: FlaskClient, case: Case) -> None:
    form = hidden(page_of(agent, case), "park")
    for until in ("2020-01-01", "never", ""):
        assert agent.post(f"/console/cases/{case.public_id}/park", data=form | {"until": until}).status_code == 422


def test_the_next_case_opens_or_nothing_presses(agent: FlaskClient, case: Case, company: Company) -> None:
    assert agent.get("/console/next").location == f"/console/cases/{case.public_id}"
    form = hidden(page_of(agent, case), "park") | {"until": "week"}
    assert agent.post(f"/console/cases/{case.public_id}/park", data=form).location == "/console"
    assert agent.get("/console/next").location == "/console"


def asked(agent: FlaskClient, case: Case, company: Company) -> Task:
    """Anne asks the carriers' desk; the task."""
    form = hidden(page_of(agent, case), "ask") | {"team": "carriers_desk", "question": "Sont-ils en grève ?"}
    assert agent.post(f"/console/cases/{case.public_id}/ask", data=form).status_code == 303
    with company.database.reading() as session:
        return session.scalars(select(Task).where(Task.team == "carriers_desk")).unique().one()


def test_another_team_is_asked_not_live_and_its_answer_comes_into_the_thread(
    agent: FlaskClient, case: Case, company: Company
) -> None:
    task = asked(agent, case, company)
    assert task.due_at == task.created_at + timedelta(days=1)
    page = agent.get(f"/console/tasks/{task.public_id}").text
    assert "Sont-ils en grève" in page
    done = hidden(page, "done") | {f"{PREFIX}answer": "Non, tout roule."}
    assert agent.post(f"/console/tasks/{task.public_id}/done", data=done).status_code == 303
    assert "Non, tout roule." in page_of(agent, case)


@pytest.fixture
def link(agent: FlaskClient, case: Case, company: Company) -> str:
    """The path of a link for Marc of DHL."""
    task = asked(agent, case, company)
    page = agent.get(f"/console/tasks/{task.public_id}").text
    form = hidden(page, "guest") | {"guest": "Marc, DHL"}
    shown = agent.post(f"/console/tasks/{task.public_id}/guest", data=form).text
    return "/guest/" + shown.split("/guest/")[1].split("<")[0].strip()


def test_a_guest_answers_one_task_without_an_account_and_sees_nothing_else(
    app: Flask, link: str, agent: FlaskClient, case: Case
) -> None:
    guest = app.test_client()
    page = guest.get(link).text
    assert "Sont-ils en grève" in page and "Marc, DHL" in page
    assert "Claire" not in page and case.spoken_reference not in page
    form = hidden(page, link.rpartition("/")[2])
    assert "needs another look" in guest.post(link, data=form).text
    assert "has arrived" in guest.post(link, data=form | {f"{PREFIX}answer": "Non."}).text
    assert guest.post(link, data=form | {f"{PREFIX}answer": "Si."}).status_code == 409
    told = page_of(agent, case)
    assert "Marc, DHL did the task" in told and "Non." in told
    for path in ("/console", f"/console/cases/{case.public_id}", "/console/tasks"):
        assert guest.get(path).status_code in (302, 303, 401)


def test_a_guests_link_ends_and_a_wrong_one_never_was(app: Flask, link: str, company: Company) -> None:
    guest = app.test_client()
    assert guest.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 410
    company.later(days=15)
    assert guest.get(link).status_code == 410


def test_two_at_one_case_are_told(app: Flask, agent: FlaskClient, enter: Enter, sofia: Person, case: Case) -> None:
    other = enter(app.test_client(), sofia)
    form = hidden(page_of(agent, case), "here")
    assert "at this case too" not in agent.post(f"/console/cases/{case.public_id}/here", data=form).text
    seen = other.post(f"/console/cases/{case.public_id}/here", data=hidden(page_of(other, case), "here")).text
    assert "Anne is at this case too" in seen
