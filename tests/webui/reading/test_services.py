"""The page of web services for authors: the catalogue, and the radar of unknown statuses."""

import re

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from base.people import Person
from processes.connectors.installing import install_connection
from processes.connectors.unknown_codes import count_unknown_codes
from tests.company import Company
from tests.webui.conftest import Enter, Look


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


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_page_has_no_fault(look: Look, sofia: Person, language: str, theme: str, width: int) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go("/studio/services")
    assert eyes.faults() == []
