"""Pages of the knowledge door in a real browser."""

import pytest
from playwright.sync_api import expect

from base.people import Person
from tests.webui.conftest import Look

pytestmark = pytest.mark.browser

PAGES = (
    "/knowledge",
    "/knowledge?q=colis",
    "/knowledge/articles/pickup",
    "/knowledge/new",
    "/knowledge/articles/pickup/fr",
)
HELP = ("/selfcare/help", "/selfcare/help?q=colis", "/selfcare/help?q=zzz", "/selfcare/help/pickup")


@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_pages_have_no_fault(look: Look, ada: Person, language: str, theme: str, width: int) -> None:
    eyes = look(ada, language=language, theme=theme, width=width)
    found = {}
    for address in PAGES + HELP:
        eyes.go(address)
        if faults := eyes.faults():
            found[address] = faults
    assert found == {}


def test_the_agents_box_has_no_fault(look: Look, anne: Person) -> None:
    for width in (1366, 390):
        eyes = look(anne, language="fr", width=width)
        eyes.go("/console/search?q=colis")
        assert eyes.faults() == []


def test_the_preview_stands_beside_the_sheet(look: Look, ada: Person) -> None:
    page = look(ada).go("/knowledge/articles/pickup/en")
    page.get_by_label("Text").fill("Quite **new**.")
    page.get_by_role("button", name="See how it reads").click()
    expect(page.locator("#preview strong")).to_have_text("new")
    assert page.url.endswith("/knowledge/articles/pickup/en")
    expect(page.get_by_label("Text")).to_have_value("Quite **new**.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".kb-text strong")).to_have_text("new")


def test_all_of_it_works_without_scripts(look: Look, ada: Person) -> None:
    page = look(ada, scripts=False).go("/knowledge/articles/pickup/en")
    page.get_by_label("Text").fill("Quite **new**.")
    page.get_by_role("button", name="See how it reads").click()
    expect(page.locator("#preview strong")).to_have_text("new")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_label("Text")).to_have_value("Quite **new**.")
