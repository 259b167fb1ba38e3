"""The console in a real browser: by keyboard alone, on a phone, in both themes, with double clicks and two tabs."""

import pytest
from playwright.sync_api import expect

from base.people import Person
from cases.cases import Case
from tests.company import Company
from tests.webui.conftest import Look
from tests.webui.console.test_console import step_of

pytestmark = pytest.mark.browser


def test_a_call_by_keyboard_alone(look: Look, anne: Person, company: Company, case: Case) -> None:
    page = look(anne).go("/console")
    page.keyboard.press("/")
    page.keyboard.type("RC-1001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/**")
    page.goto(f"{page.url.split('/console')[0]}/console/cases/{case.public_id}")
    page.keyboard.press("1")
    expect(page.locator("input[name=step]").first).to_have_value("remedy")
    page.keyboard.press("1")
    expect(page.locator("input[name=step][value=remedy]")).to_have_count(0)
    assert step_of(company, case) == "next_day"


def test_a_double_click_answers_once(look: Look, anne: Person, company: Company, case: Case) -> None:
    page = look(anne).go(f"/console/cases/{case.public_id}")
    page.locator(".ar-answer").first.dblclick()
    expect(page.locator("input[name=step]").first).to_have_value("remedy")
    assert step_of(company, case) == "remedy"


def test_the_second_of_two_tabs_is_shown_where_the_case_stands(look: Look, anne: Person, case: Case) -> None:
    first, second = look(anne), look(anne)
    for eyes in (first, second):
        eyes.go(f"/console/cases/{case.public_id}")
    first.page.locator(".ar-answer").first.click()
    expect(first.page.locator("input[name=step]").first).to_have_value("remedy")
    second.page.locator(".ar-answer").last.click()
    expect(second.page.locator("input[name=step]").first).to_have_value("remedy")


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("fr", "light", 1366), ("en", "dark", 1366), ("en", "light", 390), ("fr", "dark", 390)],
)
def test_pages_have_no_fault(look: Look, anne: Person, case: Case, language: str, theme: str, width: int) -> None:
    eyes = look(anne, language=language, theme=theme, width=width)
    for address in ("/console", "/console/search?q=RC-1001", f"/console/cases/{case.public_id}", "/console/tasks"):
        eyes.go(address)
        assert eyes.faults() == [], address


def test_without_javascript_a_call_is_walked_too(look: Look, anne: Person, company: Company, case: Case) -> None:
    page = look(anne, scripts=False).go(f"/console/cases/{case.public_id}")
    page.locator(".ar-answer").first.click()
    page.locator(".ar-answer").first.click()
    assert step_of(company, case) == "next_day"
