"""Who is it: screen pops, doubtful pairs, merging and taking back, as an agent and a supervisor see them."""

from flask.testing import FlaskClient
from sqlalchemy import select

from base.people import Person
from cases.cases import Case, close
from cases.customers import Customer, Identity, customer_at_first_sight
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.console.conftest import hidden


def stranger(company: Company) -> str:
    """Paul shares Claire's telephone; his public id."""
    with company.database.unit() as session:
        who = Identity(first_name="Paul", name="Martin", phone="+33612345678")
        return customer_at_first_sight(session, company.agent, company.now, who).public_id


def test_a_call_opens_the_customers_open_case(agent: FlaskClient, case: Case) -> None:
    for query in ("phone=%2B33612345678", "phone=+33612345678", "phone=06+12+34+56+78", "order=rc-1001"):
        assert agent.get(f"/console/open?{query}").location == f"/console/cases/{case.public_id}?channel=phone"
    mail = agent.get("/console/open?mail=CLAIRE.martin@example.test")
    assert mail.location == f"/console/cases/{case.public_id}?channel=mail"


def test_a_call_of_somebody_without_an_open_case_opens_his_page(
    agent: FlaskClient, case: Case, company: Company
) -> None:
    with company.database.unit() as session:
        close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="received", solved=True)
    assert "/console/customers/" in agent.get("/console/open?phone=0612345678").location


def test_a_call_from_a_shared_telephone_asks_who_it_is_and_one_from_nobody_searches(
    agent: FlaskClient, case: Case, company: Company
) -> None:
    stranger(company)
    assert "/console/search" in agent.get("/console/open?phone=0612345678").location
    assert "/console/search?q=0700000000" in agent.get("/console/open?phone=0700000000").location


def test_a_doubtful_pair_is_merged_by_a_supervisor_and_taken_back(
    app: object, client: FlaskClient, enter: Enter, sofia: Person, case: Case, company: Company
) -> None:
    paul = stranger(company)
    browser = enter(client, sofia)
    page = browser.get("/console/doubts").text
    assert "same phone" in page and "Paul Martin" in page and "Claire Martin" in page
    address = page.split('action="/console/doubts/')[1].split('"')[0]
    form = hidden(page, address) | {"stays": "first"}
    assert browser.post(f"/console/doubts/{address}", data=form).status_code == 303
    claire = browser.get(f"/console/customers/{paul}").location
    told = browser.get(claire).text
    assert "was merged into this file" in told
    undo = told.split('action="/console/merges/')[1].split("/undo")[0]
    assert browser.post(f"/console/merges/{undo}/undo", data=hidden(told, "undo")).status_code == 303
    assert browser.get(f"/console/customers/{paul}").status_code == 200
    with company.database.reading() as session:
        assert session.scalars(select(Customer.merged_into_id)).all() == [None, None]


def test_an_agent_sees_no_doubtful_pairs(agent: FlaskClient) -> None:
    assert agent.get("/console/doubts").status_code == 403
