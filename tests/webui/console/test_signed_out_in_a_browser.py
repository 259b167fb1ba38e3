"""A sign-in that ends in the middle of a form, in a real browser: nothing typed is lost, and it is sent afterwards."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from base.clock import real_now
from base.people import Person
from cases.timeline import TimelineEntry
from tests.company import Company
from tests.webui.conftest import Enter, Look
from webui.accounts.rows import end_all

pytestmark = pytest.mark.browser

SAID = "Elle rappelle demain à 14 h."


def notes(company: Company) -> int:
    with company.database.reading() as session:
        rows = session.scalars(select(TimelineEntry).where(TimelineEntry.case_id == 1)).all()
        return sum(SAID in str(row.params) + str(row.words) for row in rows)


def test_what_was_typed_is_sent_after_signing_in_again(
    look: Look, anne: Person, company: Company, app: Flask, enter: Enter, live: str
) -> None:
    case = company.case()
    eyes = look(anne)
    page = eyes.go(f"/console/cases/{case.public_id}")
    page.fill("[name=note]", SAID)
    with company.database.unit() as session:
        end_all(session, anne.id, real_now(session))
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notices")).to_contain_text("What you typed is still here")
    assert page.locator("[name=note]").input_value() == SAID
    assert notes(company) == 0

    cookie = enter(app.test_client(), anne).get_cookie("ariane")
    assert cookie is not None
    page.context.add_cookies([{"name": "ariane", "value": cookie.value, "url": live}])
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#toasts")).to_contain_text("You are signed in again")
    expect(page.locator("#notices")).to_be_empty()
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#thread")).to_contain_text(SAID)
    assert notes(company) == 1
    page.reload()
    expect(page.locator("[name=note]")).to_have_value("")


def test_what_was_typed_outlives_the_page_as_long_as_it_was_not_sent(
    look: Look, anne: Person, company: Company, app: Flask, enter: Enter, live: str
) -> None:
    case = company.case()
    page = look(anne).go(f"/console/cases/{case.public_id}")
    page.fill("[name=note]", SAID)
    with company.database.unit() as session:
        end_all(session, anne.id, real_now(session))
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notices")).to_contain_text("What you typed is still here")
    cookie = enter(app.test_client(), anne).get_cookie("ariane")
    assert cookie is not None
    page.context.add_cookies([{"name": "ariane", "value": cookie.value, "url": live}])
    page.reload()
    expect(page.locator("[name=note]")).to_have_value(SAID)
