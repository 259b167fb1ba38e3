"""Finding the customer and beginning: one case however often one clicks, a kind word when nothing is found."""

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select

from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer
from cases.orders import Order
from tests.company import DOWN, Company
from tests.webui.console.conftest import hidden


def count(company: Company, kind: type) -> int:
    with company.database.reading() as session:
        return session.scalars(select(func.count()).select_from(kind)).one()


def see_order(agent: FlaskClient, number: str = "RC-1001") -> str:
    """Search an order that only the shop knows, open its file; the address of the page."""
    page = agent.get(f"/console/search?q={number}").text
    return agent.post("/console/orders", data=hidden(page, "orders")).location


def start(agent: FlaskClient, address: str, process: str = "parcel-not-received", **form: str) -> str:
    stands = hidden(agent.get(address).text, "start")
    return agent.post("/console/start", data={**stands, "process": process, "channel": "phone", **form}).location


def test_looking_for_an_order_changes_nothing_until_its_file_is_opened(agent: FlaskClient, company: Company) -> None:
    page = agent.get("/console/search?q=rc-1001").text
    assert "Order RC-1001 of Claire Martin has no file here yet." in page
    assert (count(company, Order), count(company, Customer)) == (0, 0)
    address = see_order(agent)
    assert (count(company, Order), count(company, Customer)) == (1, 1)
    assert "Claire Martin" in agent.get(address).text
    assert see_order_again(agent) == address


def see_order_again(agent: FlaskClient) -> str:
    return agent.get("/console/search?q=RC-1001").location


def test_a_shop_that_is_down_is_no_missing_order(agent: FlaskClient, company: Company) -> None:
    company.services.facts["shop.order", "RC-1001"] = DOWN
    page = agent.get("/console/search?q=RC-1001")
    assert page.status_code == 200
    assert "The shop does not answer" in page.text
    assert "Nobody and nothing" not in page.text


def test_a_customer_is_found_by_mail_phone_and_name(agent: FlaskClient) -> None:
    see_order(agent)
    for typed in ("claire.martin@example.test", "06 12 34 56 78", "martin", "Claire Mar"):
        page = agent.get("/console/search", query_string={"q": typed}).text
        assert "/console/customers/" in page, typed


def test_a_call_begins_with_its_contact(agent: FlaskClient, company: Company) -> None:
    case = start(agent, see_order(agent))
    page = agent.get(case).text
    assert 'value="still_missing"' in page, "the order number was not asked"
    with company.database.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert (contact.channel, contact.direction) == ("phone", "inbound")


def test_two_clicks_open_one_case(agent: FlaskClient, company: Company) -> None:
    address = see_order(agent)
    first, second = start(agent, address), start_as_before(agent, address)
    assert first.split("?")[0] == second.split("?")[0]
    assert count(company, Case) == 1


def start_as_before(agent: FlaskClient, address: str) -> str:
    """The same form once more, as a double click sends it."""
    return start(agent, address)


def test_the_open_case_is_offered_before_a_new_one(agent: FlaskClient, company: Company) -> None:
    address = see_order(agent)
    first = start(agent, address)
    company.later(minutes=1)
    page = agent.get(address).text
    standing, starting = page.index("Go on from there"), page.index("It is about something else")
    assert standing < starting
    assert "stands at a question" in page
    again = start(agent, address, again="")
    assert again.split("?")[0] == first.split("?")[0]
    another = start(agent, address, again="yes")
    assert another.split("?")[0] != first.split("?")[0]
    assert count(company, Case) == 2


def test_another_path_in_the_case(agent: FlaskClient, company: Company) -> None:
    case = start(agent, see_order(agent)).split("?")[0]
    assert f'hx-get="{case}/start' in agent.get(case).text, "the other paths are fetched when asked for"
    form = hidden(agent.get(f"{case}/start").text, "start")
    page = agent.post(f"{case}/start", data={**form, "process": "late-delivery", "channel": "mail"}).location
    assert page.startswith(case)
    assert "late-delivery" not in re.findall(r"<h2[^>]*>([^<]*)", agent.get(page).text)
    assert count(company, Case) == 1


def test_what_is_sent_by_hand_is_answered_kindly(agent: FlaskClient) -> None:
    address = see_order(agent)
    stands = hidden(agent.get(address).text, "start")
    assert agent.post("/console/start", data={**stands, "process": "no-such"}).status_code == 404
    nobody = {"csrf_token": stands["csrf_token"], "process": "parcel-not-received"}
    assert agent.post("/console/start", data=nobody).status_code == 422
    assert agent.get("/console/customers/" + "0" * 32).status_code == 404
    assert agent.get("/console/search?q=%00%F0%9F").status_code == 200
    assert agent.get("/console/search?q=").status_code == 303


def test_a_live_order_and_its_parcels_beside_the_customer(agent: FlaskClient, company: Company) -> None:
    address = see_order(agent)
    part = agent.get(f"{address}/live", headers={"HX-Request-Type": "partial"}).text
    assert "6A1" in part
    assert "Lampe de bureau" in part
    company.services.facts["shop.order", "RC-1001"] = DOWN
    assert "takes too long" in agent.get(f"{address}/live").text
