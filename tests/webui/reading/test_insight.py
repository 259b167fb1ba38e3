"""The insight page: the first figures, with what they count beside them."""

import pytest
from flask.testing import FlaskClient

from base.clock import business_now
from base.database import Database
from base.money import Money
from base.people import Person
from cases.cases import close, open_case
from cases.contacts import begin_contact
from cases.effects import decide
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


PAGES = ["/insight", "/insight/gestures", "/insight/fairness", "/insight/effort"]


def give(database: Database, sofia: Person) -> None:
    """A refund decided now, with a name that a spreadsheet would take for a formula."""
    actor = sofia.actor()
    with database.unit() as session:
        now = business_now(session)
        case = open_case(session, actor, now, reason="delivery.late", language="fr")
        decide(
            session, actor, now, case, kind="act", key="k", operation="shop.refund", request={}, step="refund",
            amount=Money.parse("12.50 EUR"), label={"fr": "=REMBOURSER()", "en": "=REFUND()"},
        )  # fmt: skip


def test_the_ledger_of_gestures_is_shown_and_handed_out(
    client: FlaskClient, enter: Enter, sofia: Person, database: Database
) -> None:
    give(database, sofia)
    staff = enter(client, sofia)
    page = staff.get("/insight/gestures").text
    assert "€12.50" in page and "by hand" in page and sofia.name in page
    sheet = staff.get("/insight/gestures.csv?days=7")
    assert sheet.mimetype == "text/csv"
    head, line = sheet.text.removeprefix("\ufeff").splitlines()
    assert head.startswith("Decided,Case,What") and "'=REFUND()" in line and "12.50,EUR" in line


def test_nothing_given_nothing_closed_nothing_asked_has_its_page(
    client: FlaskClient, enter: Enter, sofia: Person
) -> None:
    staff = enter(client, sofia)
    assert "Nothing was given in these days." in staff.get("/insight/gestures").text
    assert "No case with a process was closed" in staff.get("/insight/fairness?reason=nobody.has.it").text
    assert "Nothing was asked twice" in staff.get("/insight/effort").text


@pytest.mark.parametrize("address", [*PAGES, "/insight/gestures.csv"])
def test_agents_do_not_read_them(client: FlaskClient, enter: Enter, anne: Person, address: str) -> None:
    assert enter(client, anne).get(address).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_pages_have_no_fault(
    look: Look, sofia: Person, database: Database, language: str, theme: str, width: int, address: str
) -> None:
    give(database, sofia)
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go(address)
    assert eyes.faults() == []
