"""The pages of incidents: whom it concerns is seen before it begins; pages of its cases say so while it is on."""

import re

from flask import Flask
from flask.testing import FlaskClient

from base.settings import Proposal, write
from robots.incidents import work
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.robots.conftest import read, send

INCIDENTS = "/insight/robots/incidents"
FORM = {
    "name": "Flood at Lyon", "reasons": "delivery.not_received", "per_hour": "600", "orders": "",
    "banner-en": "The depot at Lyon is flooded.", "opening-subject-en": "Delays", "opening-text-en": "We are sorry.",
}  # fmt: skip


def with_reasons(company: Company) -> None:
    with company.database.unit() as session:
        rows = [{"key": "delivery.not_received", "en": "Parcel not received", "fr": "Colis non reçu"}]
        write(session, company.sofia.actor(), company.now, "reasons", Proposal(value=rows))


def planned(company: Company, sofia: FlaskClient) -> tuple[str, str]:
    """The address of an incident that has not begun, and its page."""
    with_reasons(company)
    page = send(sofia, f"{INCIDENTS}/new", f"{INCIDENTS}/new", **FORM)
    found = re.search(rf"{INCIDENTS}/\w{{32}}", page)
    assert found, page[:2000]
    return found[0], page


def test_whom_it_concerns_is_seen_before_anybody_is_told(company: Company, sofia: FlaskClient) -> None:
    company.case()
    _, page = planned(company, sofia)
    assert "Open cases that fit" in page
    assert "Begin: customers are told now" in page
    assert "Parcel not received" in page
    company.robots.settle()
    assert company.mailbox.letters == []


def test_its_cases_say_so_while_it_is_on_and_not_after(
    app: Flask, company: Company, sofia: FlaskClient, enter: Enter
) -> None:
    case = company.case()
    address, _ = planned(company, sofia)
    of_case = f"/console/cases/{case.public_id}"
    assert "Going on" in send(sofia, f"{address}/begin", address)
    anne = enter(app.test_client(), company.anne)
    assert "The depot at Lyon is flooded." in read(anne, of_case)
    work(company.robots)
    page = read(sofia, address)
    assert case.spoken_reference in page
    assert "Flood at Lyon" in read(sofia, INCIDENTS)
    assert "Over" in send(sofia, f"{address}/end", address)
    assert "The depot at Lyon is flooded." not in read(anne, of_case)


def test_what_is_wrong_is_said_and_what_was_typed_stays(company: Company, sofia: FlaskClient) -> None:
    with_reasons(company)
    page = send(sofia, f"{INCIDENTS}/new", f"{INCIDENTS}/new", **{**FORM, "opening-text-en": ""})
    assert "A message needs a subject and a text, in en too." in page
    assert "Flood at Lyon" in page
    page = send(sofia, f"{INCIDENTS}/new", f"{INCIDENTS}/new", **{**FORM, "reasons": "unheard.of"})
    assert "Say whom it concerns" in page


def test_without_a_message_nobody_is_said_to_be_told(company: Company, sofia: FlaskClient) -> None:
    company.case()
    with_reasons(company)
    silent = {**FORM, "opening-subject-en": "", "opening-text-en": ""}
    page = send(sofia, f"{INCIDENTS}/new", f"{INCIDENTS}/new", **silent)
    found = re.search(rf"{INCIDENTS}/\w{{32}}", page)
    assert found and "are not written to" in page and "customers are told now" not in page
    assert "nobody is written to" in send(sofia, f"{found[0]}/begin", found[0])
    work(company.robots)
    page = read(sofia, found[0])
    assert "Cases" in page and "Told" not in page


def test_one_that_never_began_is_forgotten(company: Company, sofia: FlaskClient) -> None:
    address, _ = planned(company, sofia)
    assert "No incident so far" in send(sofia, f"{address}/withdraw", address)
    assert sofia.get(address).status_code == 404


def test_agents_read_banners_and_manage_nothing(app: Flask, company: Company, enter: Enter) -> None:
    anne = enter(app.test_client(), company.anne)
    assert anne.get(INCIDENTS).status_code == 403
    assert anne.get(f"{INCIDENTS}/new").status_code == 403
