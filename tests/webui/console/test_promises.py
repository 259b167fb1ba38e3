"""Promises on the page of a case: shown with their date, settled by a person, excused only with a reason."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cases import promises
from cases.cases import Case
from cases.promises import Promise
from tests.company import Company
from tests.webui.console.conftest import hidden


@pytest.fixture
def promised(company: Company, case: Case) -> Case:
    """Claire was promised her parcel for tomorrow."""
    with company.database.unit() as session:
        mine = session.get_one(Case, case.id)
        words = {"fr": "Il arrive demain.", "en": "It comes tomorrow."}
        by = company.now + timedelta(days=1)
        promises.make(session, company.agent, company.now, mine, key="p", words=words, by=by)
    return case


def state(company: Company) -> str:
    """What became of it."""
    with company.database.reading() as session:
        return session.scalars(select(Promise.state)).one()


def settle(agent: FlaskClient, case: Case, **given: str) -> int:
    """Press a button of the promise's form; the status of the answer."""
    page = agent.get(f"/console/cases/{case.public_id}").text
    form = hidden(page, "promise")
    named = {name.replace("because", f"because-{form['promise']}"): value for name, value in given.items()}
    return agent.post(f"/console/cases/{case.public_id}/promise", data=form | named).status_code


def test_a_promise_stands_on_the_page_with_its_words_and_its_next_look(agent: FlaskClient, promised: Case) -> None:
    page = agent.get(f"/console/cases/{promised.public_id}").text
    assert "It comes tomorrow." in page and "The robot looks" in page and 'id="promises"' in page


def test_a_person_says_that_it_was_kept_and_a_second_one_is_told(
    agent: FlaskClient, promised: Case, company: Company
) -> None:
    page = agent.get(f"/console/cases/{promised.public_id}").text
    form = hidden(page, "promise")
    assert settle(agent, promised, became="kept") == 303
    assert state(company) == "kept"
    again = agent.post(f"/console/cases/{promised.public_id}/promise", data=form | {"became": "broken"})
    assert again.status_code == 409 and "already known" in again.text


def test_an_excuse_says_why(agent: FlaskClient, promised: Case, company: Company) -> None:
    assert settle(agent, promised, became="excused") == 422
    assert settle(agent, promised, became="excused", because="grève") == 303
    assert state(company) == "excused"
