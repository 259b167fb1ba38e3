"""Who may open what: agents and supervisors all, partners their tasks, authors and strangers nothing here."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from base.actors import Role, system_actor
from base.people import Partner, Person, Team
from cases import tasks
from cases.cases import Case
from cases.tasks import Task
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.console.conftest import hidden

PAGES = ("/console", "/console/search?q=martin", "/console/cases/{case}")


@pytest.fixture
def tom(company: Company) -> Person:
    """He works for the carrier, at the carriers' desk."""
    return person(company, "Tom", Role.PARTNER, "carriers_desk")


def person(company: Company, name: str, role: Role, team: str = "") -> Person:
    with company.database.unit() as session:
        partner = Partner(brand_id=company.brand.id, key=f"of-{name.lower()}", name="La Poste", kind="carrier")
        session.add(partner)
        session.flush()
        teams = tuple(session.scalars(select(Team).where(Team.key == team)))
        return Person.create(
            session, system_actor(company.brand.id), company.now, name=name, email=f"{name.lower()}@example.test",
            roles=frozenset({role}), teams=teams, partner_id=partner.id if role is Role.PARTNER else None,
        )  # fmt: skip


def task_for(company: Company, case: Case, team: str) -> Task:
    with company.database.unit() as session:
        return tasks.create(
            session, company.agent, company.now, session.get_one(Case, case.id), key=f"test:{team}", team=team,
            title={"fr": f"Pour {team}", "en": f"For {team}"},
        )  # fmt: skip


def test_a_partner_sees_the_tasks_of_his_teams_alone(
    app: Flask, enter: Enter, company: Company, case: Case, tom: Person
) -> None:
    his, others = task_for(company, case, "carriers_desk"), task_for(company, case, "warehouse")
    client = enter(app.test_client(), tom)
    page = client.get("/console/tasks?view=all").text
    assert "For carriers_desk" in page
    assert "For warehouse" not in page
    assert client.get(f"/console/tasks/{others.public_id}").status_code == 404
    address = f"/console/tasks/{his.public_id}"
    page = client.get(address).text
    assert "Claire Martin" not in page
    assert client.post(f"{address}/done", data=hidden(page, "done")).status_code == 303
    form = {"csrf_token": hidden(client.get("/console/tasks").text, "preferences")["csrf_token"]}
    assert client.post(f"/console/tasks/{others.public_id}/claim", data=form).status_code == 404


@pytest.mark.parametrize("role", [Role.PARTNER, Role.AUTHOR])
def test_customers_and_cases_are_for_those_who_handle_them(
    app: Flask, enter: Enter, company: Company, case: Case, role: Role
) -> None:
    client = enter(app.test_client(), person(company, "Eve", role))
    for page in PAGES:
        assert client.get(page.format(case=case.public_id)).status_code == 403, page


def test_nobody_is_let_in_without_a_name(client: FlaskClient, case: Case) -> None:
    for page in (*PAGES, "/console/tasks"):
        reply = client.get(page.format(case=case.public_id))
        assert reply.status_code == 302
        assert "/sign-in" in reply.location


def test_only_a_supervisor_decides(agent: FlaskClient, company: Company, case: Case) -> None:
    task = task_for(company, case, "supervisor")
    with company.database.unit() as session:
        session.get_one(Task, task.id).purpose = "approval"
    address = f"/console/tasks/{task.public_id}"
    page = agent.get(address).text
    assert "Only a supervisor may agree." in page
    token = hidden(page, "claim")
    assert agent.post(f"{address}/decide", data={**token, "approved": "yes"}).status_code == 403
    assert agent.post(f"{address}/done", data=token).status_code == 403


def test_a_refusal_says_why(app: Flask, enter: Enter, company: Company, case: Case, sofia: Person) -> None:
    task = task_for(company, case, "supervisor")
    with company.database.unit() as session:
        session.get_one(Task, task.id).purpose = "approval"
    client = enter(app.test_client(), sofia)
    address = f"/console/tasks/{task.public_id}"
    form = hidden(client.get(address).text, "decide")
    reply = client.post(f"{address}/decide", data={**form, "approved": "no"})
    assert reply.status_code == 422
    assert 'href="#field-reason"' in reply.text
    reply = client.post(f"{address}/decide", data={**form, "approved": "no", "reason": "Trop cher"})
    assert reply.status_code == 303
    assert "Trop cher" in client.get(address).text


def test_a_task_that_somebody_has_is_his(
    app: Flask, agent: FlaskClient, enter: Enter, company: Company, case: Case, sofia: Person
) -> None:
    task = task_for(company, case, "warehouse")
    address = f"/console/tasks/{task.public_id}"
    form = hidden(agent.get(address).text, "claim")
    assert agent.post(f"{address}/claim", data=form).status_code == 303
    chief = enter(app.test_client(), sofia)
    page = chief.get(address).text
    assert "Anne has this task." in page
    token = {"csrf_token": hidden(page, "hand-back")["csrf_token"]}
    reply = chief.post(f"{address}/claim", data=token)
    assert reply.status_code == 409
    assert "Anne already has this task." in reply.text
    assert chief.post(f"{address}/hand-back", data=token).status_code == 303
    with company.database.reading() as session:
        assert session.get_one(Task, task.id).state == "open"
