"""The page of web services for authors: the catalogue, and the radar of unknown statuses."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from base.people import Person
from processes.connectors.definitions import library
from processes.connectors.installing import install_connection
from processes.connectors.reader import interpret
from processes.connectors.readings import Reading
from processes.connectors.unknown_codes import count_unknown_codes
from tests.company import Company
from tests.webui.conftest import Enter, Look
from webui.requests import EXTENSION

ORDER = {
    "name": "RC-1", "created_at": "2026-11-02T10:00:00+01:00", "total_price": "49.90", "currency": "EUR",
    "financial_status": "paid", "fulfillment_status": "fulfilled", "line_items": [],
    "fulfillments": [{"status": "success", "shipment_status": "hovering", "tracking_number": "6A1",
                      "tracking_company": "La Poste", "created_at": "2026-11-03T10:00:00+01:00", "line_items": []}],
}  # fmt: skip
"""With a status of a parcel that no table holds."""


@pytest.fixture(autouse=True)
def spotted(company: Company) -> None:
    """A code that no table holds came twice."""
    with company.database.unit() as session:
        connection = install_connection(
            session, company.sofia.actor(), company.now, definition="shopify", base_url="https://shop.example.com",
            keys=[SecretStr("k" * 44)], routes=[("shop.order", "order", None)],
        )  # fmt: skip
        for _ in range(2):
            count_unknown_codes(session, connection.id, "order", {"parcels[0].status": "drone_lost"})


def test_an_author_adds_the_code_in_one_click(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    author = enter(client, sofia)
    page = author.get("/studio/services").text
    assert "drone_lost" in page and "2 times" in page and "Where is my parcel?" in page
    token = re.search(r'csrf_token" value="([^"]+)', page)
    action = re.search(r"(/studio/services/codes/\d+)", page)
    assert token is not None and action is not None
    after = author.post(action[1], data={"csrf_token": token[1], "value": "lost"}, follow_redirects=True).text
    assert "is in the table of shopify" in after
    assert "Every status that came is in the tables" in after


def test_agents_look_and_add_nothing(client: FlaskClient, enter: Enter, anne: Person) -> None:
    page = enter(client, anne).get("/studio/services").text
    assert "drone_lost" in page
    assert "Add to the table" not in page


def test_facts_and_actions_are_told_in_words(client: FlaskClient, enter: Enter, anne: Person) -> None:
    page = enter(client, anne).get("/studio/services").text
    assert "stop an order being picked" in page
    assert "never shown to customers" in page


TABLE = "/studio/services/tables/shopify/shipments"
TRY = "/studio/services/try/shop.order"


def token_of(page: str) -> str:
    found = re.search(r'csrf_token" value="([^"]+)', page)
    assert found is not None
    return found[1]


def test_a_code_table_is_edited_line_by_line(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    author = enter(client, sofia)
    page = author.get(TABLE).text
    assert 'value="picked_up"' in page
    typed = {"csrf_token": token_of(page), "code": ["drone_lost", ""], "meaning": ["lost", ""]}
    after = author.post(TABLE, data=typed, follow_redirects=True).text
    assert "1 codes are in the table" in after and 'value="drone_lost"' in after and 'value="picked_up"' not in after
    assert "Every status that came is in the tables" in author.get("/studio/services").text


def test_a_pasted_table_with_a_wrong_line_keeps_what_was_pasted(
    client: FlaskClient, enter: Enter, sofia: Person
) -> None:
    author = enter(client, sofia)
    typed = {"csrf_token": token_of(author.get(TABLE).text), "lines": "A1\tlost\nA2\tgone <b>"}
    answer = author.post(TABLE, data=typed)
    assert answer.status_code == 422
    assert "Line 2: “gone &lt;b&gt;” is no meaning of this table" in answer.text and "A1\tlost" in answer.text
    assert 'value="picked_up"' in author.get(TABLE).text


def test_a_table_nobody_has_is_not_found(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    assert enter(client, sofia).get("/studio/services/tables/shopify/nothing").status_code == 404


def test_a_fact_is_tried_with_the_answer_beside(
    client: FlaskClient, enter: Enter, sofia: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = library()["shopify"].operations["order"]
    body = json.dumps({"orders": [ORDER]}).encode()

    def look(name: str, inputs: dict[str, str], *, brand_id: int) -> tuple[Reading, bytes]:
        return interpret(operation, 200, {}, body, inputs), body

    monkeypatch.setattr(app.extensions[EXTENSION].workings.connectors, "look", look, raising=False)
    author = enter(client, sofia)
    page = author.get(TRY).text
    assert "Nothing is stored, and nothing is done." in page
    answer = author.post(TRY, data={"csrf_token": token_of(page), "number": "RC-1"}).text
    assert "€49.90" in answer, "what was understood"
    assert "total_price" in answer, "what the service said"
    assert "the service says “hovering”" in answer


def test_what_is_missing_is_said_beside_its_field(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    author = enter(client, sofia)
    answer = author.post(TRY, data={"csrf_token": token_of(author.get(TRY).text), "number": ""})
    assert answer.status_code == 422 and "Please fill this in." in answer.text


def test_only_facts_of_services_can_be_tried(client: FlaskClient, enter: Enter, sofia: Person, anne: Person) -> None:
    author = enter(client, sofia)
    for name in ("shop.refund", "ariane.past_cases", "nothing"):
        assert author.get(f"/studio/services/try/{name}").status_code == 404
    assert enter(client, anne).get(TRY).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("address", ["/studio/services", TABLE, TRY])
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_pages_have_no_fault(
    look: Look, sofia: Person, language: str, theme: str, width: int, address: str
) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go(address)
    assert eyes.faults() == []
