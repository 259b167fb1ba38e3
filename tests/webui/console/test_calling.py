"""Calling the customer back: three tries, then a mail; whoever speaks to him says so."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cases.cases import Case
from cases.contacts import Contact
from cases.tasks import Task
from tests.company import Company
from tests.webui.console.conftest import hidden


@pytest.fixture
def call(agent: FlaskClient, case: Case, company: Company) -> str:
    """Anne has planned a call; the task's id."""
    page = agent.get(f"/console/cases/{case.public_id}").text
    assert "+33612345678" in page and "essayé plusieurs fois" in page, "number and words are filled in"
    form = hidden(page, "call") | {
        "number": "06 12 34 56 78", "team": "delivery_team", "on": "2031-03-04", "at": "11:00",
        "about": "Dire que le colis est retrouvé", "otherwise": "Votre colis est retrouvé.",
    }  # fmt: skip
    address = f"/console/cases/{case.public_id}/call"
    assert agent.post(address, data=form | {"number": "12"}).status_code == 422
    assert agent.post(address, data=form | {"on": "2020-01-01"}).status_code == 422
    assert agent.post(address, data=form).status_code == 303
    return task_of(company).public_id


def task_of(company: Company) -> Task:
    with company.database.reading() as session:
        return session.scalars(select(Task).where(Task.key.startswith("call:"))).unique().one()


def nobody(agent: FlaskClient, call: str, on: str) -> str:
    form = hidden(agent.get(f"/console/tasks/{call}").text, "unanswered") | {"on": on, "at": "10:00"}
    return agent.post(f"/console/tasks/{call}/unanswered", data=form, follow_redirects=True).text


def test_after_three_tries_the_customer_is_written_to(agent: FlaskClient, call: str, company: Company) -> None:
    before = len(company.mailbox.letters)
    for tried, day in ((1, "2031-03-05"), (2, "2031-03-06")):
        assert "Noted: the call comes back" in nobody(agent, call, day)
        task = task_of(company)
        assert (task.tries, task.state) == (tried, "open")
        assert task.due_at is not None and task.due_at.date().isoformat() == day
    assert len(company.mailbox.letters) == before
    assert "written to instead" in nobody(agent, call, "2031-03-07")
    assert task_of(company).state == "done" and task_of(company).answers == {"reached": "no"}
    assert "Votre colis est retrouvé." in company.mailbox.letters[-1].text
    assert len(company.mailbox.letters) == before + 1
    with company.database.reading() as session:
        ours = select(Contact.channel).where(Contact.direction == "outbound").order_by(Contact.id)
        assert session.scalars(ours).all() == ["phone", "phone", "phone", "mail"]


def test_who_speaks_to_the_customer_says_so(agent: FlaskClient, call: str, case: Case, company: Company) -> None:
    nobody(agent, call, "2031-03-05")
    page = agent.get(f"/console/tasks/{call}").text
    assert "Tried 1 of 3 times" in page
    done = hidden(page, "done") | {"remark": "Elle est ravie."}
    assert agent.post(f"/console/tasks/{call}/done", data=done).status_code == 303
    assert task_of(company).state == "done"
    assert "nobody answered (try 1 of 3)" in agent.get(f"/console/cases/{case.public_id}").text
    late = hidden(page, "unanswered") | {"on": "2031-03-06"}
    assert agent.post(f"/console/tasks/{call}/unanswered", data=late).status_code == 409
