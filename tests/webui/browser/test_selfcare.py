"""Customers' pages in a real browser: on a phone, without JavaScript, in both languages, light and heard."""

import gzip
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from base.config import Configuration
from base.database import Database
from tests.company import Company, open_company
from tests.webui.conftest import EnglishClient, Look
from tests.webui.selfcare.customer import documents
from webui.app import create_app
from webui.requests import Workings

pytestmark = pytest.mark.browser


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database, documents())
    company.parcel("6A1", last_event_days=3)
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Iterator[Flask]:
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    yield app


def enter(page: Page) -> None:
    """Give the order number and the postcode."""
    page.goto("/selfcare")
    page.locator("[name=order_number]").fill("RC-1001")
    page.locator("[name=postcode]").fill("37000")
    page.locator("button.s-btn").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_whole_story_on_a_phone(look: Look, company: Company, scripts: bool) -> None:
    eyes = look(width=390, scripts=scripts)
    page = eyes.page
    enter(page)
    expect(page.locator(".s-state")).to_have_text(
        "Your parcel is on its way, and late: it was due on Friday 28 February."
    )
    expect(page.locator("h1")).to_have_text("It has not come yet? We will look after it for you.")
    page.get_by_role("button", name="Not yet: please look after it").click()
    expect(page.locator("h1")).to_have_text("If it does not come, which do you prefer?")
    page.get_by_role("button", name="Send it again, free of charge").click()
    expect(page.locator("h1")).to_have_text("We keep watch for you")
    expect(page.get_by_text("Tuesday 4 March, 18:00")).to_be_visible()
    page.get_by_role("link", name="Ask for a person").click()
    page.locator("textarea").fill("Please call me.")
    page.get_by_role("button", name="Ask for a person").click()
    expect(page.locator("h1")).to_have_text("A person has your request")
    assert len(company.mailbox.letters) == 1


def test_a_customer_who_had_scrolled_to_the_button_reads_the_state_first(look: Look) -> None:
    page = look(width=390).page
    page.set_viewport_size({"width": 390, "height": 500})
    enter(page)
    page.get_by_role("button", name="Not yet: please look after it").click()
    page.get_by_role("button", name="Send it again, free of charge").click()
    expect(page.locator("h1")).to_have_text("We keep watch for you")
    enter(page)
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("h1")).to_have_text("We keep watch for you")
    expect(page.locator(".s-state")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 390), ("fr", "dark", 390), ("fr", "light", 1366), ("en", "dark", 1366)],
)
def test_pages_have_no_fault(look: Look, company: Company, language: str, theme: str, width: int) -> None:
    eyes = look(language=language, theme=theme, width=width)
    page = eyes.page
    found: dict[str, list[str]] = {}

    def judge(name: str) -> None:
        assert page.locator("html").get_attribute("lang") == language
        if faults := eyes.faults():
            found[name] = faults

    page.goto("/selfcare")
    judge("welcome")
    page.locator("button.s-btn").click()
    page.locator(".s-problems").wait_for()
    judge("missing")
    company.services.facts["shop.verify", ""] = {"verified": False}
    enter(page)
    page.locator(".s-notice").wait_for()
    judge("no match")
    company.services.facts["shop.verify", ""] = {"verified": True}
    enter(page)
    page.locator(".s-answer").first.wait_for()
    judge("question")
    page.locator("[value=not_come]").click()
    page.locator("[value=reship]").click()
    page.locator(".s-facts").wait_for()
    for summary in page.locator("summary").all():
        summary.click()
    judge("waiting")
    for address in ("/selfcare/write", "/selfcare/l/dead", "/selfcare/case/unknown"):
        page.goto(address)
        judge(address)
    assert found == {}


def test_focus_leads_through_the_questions(look: Look) -> None:
    eyes = look(width=390)
    page = eyes.page
    page.goto("/selfcare")
    page.locator("button.s-btn").click()
    page.locator(".s-problems").wait_for()
    expect(eyes.focused).to_contain_text("Please give your order number.")
    enter(page)
    page.locator("[value=not_come]").click()
    expect(page.locator("h1")).to_be_focused()
    page.go_back()
    expect(page.get_by_text("Change my answer")).to_be_visible()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("If it does not come, which do you prefer?")


def test_a_double_click_and_two_tabs(look: Look, company: Company) -> None:
    eyes = look(width=390)
    page = eyes.page
    enter(page)
    page.locator("[value=not_come]").wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("[value=not_come]").dblclick()
    expect(page.locator("h1")).to_have_text("If it does not come, which do you prefer?")
    other.locator("[value=got_it]").click()
    expect(other.locator(".s-notice")).to_contain_text("Here is where your case stands now.")
    expect(other.locator("h1")).to_have_text("If it does not come, which do you prefer?")


def test_answers_are_large_and_pages_light(look: Look) -> None:
    eyes = look(width=390)
    page = eyes.page
    sizes: dict[str, int] = {}
    page.on(
        "response", lambda response: sizes.update({response.url: _weight(response.body())}) if response.ok else None
    )
    enter(page)
    page.locator("[value=not_come]").wait_for()
    heights = [box["height"] for answer in page.locator(".s-answer").all() if (box := answer.bounding_box())]
    assert heights
    assert min(heights) >= 56
    first = {url: size for url, size in sizes.items() if not re.search(r"/selfcare$", url)}
    assert sum(first.values()) < 30_000, first
    assert sum(size for url, size in first.items() if url.endswith(".js")) < 20_000


def _weight(body: bytes) -> int:
    return len(gzip.compress(body, 9))
