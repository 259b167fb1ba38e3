"""Every page can be read: by axe, on a phone, in both themes and both languages."""

import pytest

from base.people import Person
from tests.webui.conftest import Look
from tests.webui.gallery import PAGES

pytestmark = pytest.mark.browser

ADDRESSES = ("/", "/sign-in", "/nothing-here", *(f"/gallery/{name}" for name in PAGES))


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("fr", "light", 1366), ("en", "dark", 1366), ("en", "light", 390), ("fr", "dark", 390)],
)
def test_pages_have_no_fault(look: Look, anne: Person, language: str, theme: str, width: int) -> None:
    eyes = look(anne, language=language, theme=theme, width=width)
    found = {}
    for address in ADDRESSES:
        page = eyes.go(address)
        assert page.locator("html").get_attribute("lang") == language
        if faults := eyes.faults():
            found[address] = faults
    assert found == {}


def test_a_faulty_form_has_no_fault_itself(look: Look, anne: Person) -> None:
    for theme in ("light", "dark"):
        eyes = look(anne, theme=theme)
        page = eyes.go("/gallery/forms")
        page.get_by_role("button", name="Save").click()
        page.locator(".ar-problems").wait_for()
        assert eyes.faults() == []


def test_open_menu_and_keys_have_no_fault(look: Look, anne: Person) -> None:
    eyes = look(anne, theme="dark")
    page = eyes.go("/gallery/case")
    page.locator(".ar-menu summary").click()
    assert eyes.faults() == []
    page.get_by_role("button", name="Keys").click()
    assert page.locator("#keys-help").is_visible()
    assert eyes.faults() == []


def test_twice_as_large_still_fits(look: Look, anne: Person) -> None:
    """A window of 683 px is what 1366 px are at 200 %."""
    eyes = look(anne, width=683)
    for address in ADDRESSES:
        eyes.go(address)
        assert eyes.page.evaluate("document.documentElement.scrollWidth") <= 683, address


@pytest.mark.parametrize("name", PAGES)
def test_everything_pressed_is_large_enough(look: Look, anne: Person, name: str) -> None:
    """24 px at the least everywhere, 44 px for buttons and 56 px for customers' answers."""
    page = look(anne, width=390).go(f"/gallery/{name}")
    least = {".ar-btn:not(.ar-btn-small)": 44, ".ar-input": 44, ".s-answer, .s-btn": 56, ".ar-answer": 56}
    for selector, size in least.items():
        for element in page.locator(selector).all():
            box = element.bounding_box()
            assert box is None or box["height"] >= size, (selector, box)
