"""The insight page: the first figures, with what they count beside them."""

import pytest
from flask.testing import FlaskClient

from base.clock import business_now
from base.database import Database
from base.people import Person
from cases.cases import close, open_case
from cases.contacts import begin_contact
from tests.webui.conftest import Enter, Look


def test_figures_are_shown_with_their_definition(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    page = enter(client, sofia).get("/insight?days=90").text
    assert "Cases in progress" in page
    assert "Inbound contacts since" in page


def test_causes_and_unqualified_contacts_are_counted(
    client: FlaskClient, enter: Enter, sofia: Person, database: Database
) -> None:
    actor = sofia.actor()
    with database.unit() as session:
        now = business_now(session)
        for reason, cause in (("delivery.late", "carrier"), ("", None)):
            case = open_case(session, actor, now, reason=reason, language="fr")
            begin_contact(session, actor, now, channel="mail", direction="inbound", case=case)
            close(session, actor, now, case, outcome="closed", solved=False, cause=cause)
    page = enter(client, sofia).get("/insight").text
    assert "The carrier" in page and "Not said" in page and "Not qualified" in page
    assert "50 %" in page


def test_a_period_nobody_offers_is_the_usual_one(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    assert "in the last 30 days" in enter(client, sofia).get("/insight?days=1%20or%201").text


def test_agents_do_not_read_it(client: FlaskClient, enter: Enter, anne: Person) -> None:
    assert enter(client, anne).get("/insight").status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_page_has_no_fault(look: Look, sofia: Person, language: str, theme: str, width: int) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go("/insight")
    assert eyes.faults() == []
