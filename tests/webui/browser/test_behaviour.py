"""What modules add to pages: keys, focus, toasts, copying; and that all works without them."""

import pytest
from playwright.sync_api import expect

from base.people import Person
from tests.webui.conftest import Look
from tests.webui.gallery import blueprint as gallery

pytestmark = pytest.mark.browser


def arrived() -> list[dict[str, str]]:
    return gallery.arrived  # type: ignore[attr-defined,no-any-return]


def test_a_digit_chooses_its_answer_and_the_new_title_has_the_focus(look: Look, anne: Person) -> None:
    eyes = look(anne)
    page = eyes.go("/gallery/case")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")
    assert [each["answer"] for each in arrived()] == ["not_yet"]
    assert page.url.endswith("/gallery/ending")
    expect(page.locator("#toasts")).to_have_text("Answer kept.")
    expect(eyes.focused).to_have_text("Send the order again?")


def test_back_shows_the_step_before_with_the_focus_on_its_title(look: Look, anne: Person) -> None:
    eyes = look(anne)
    page = eyes.go("/gallery/case")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Has the customer looked")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")


def test_enter_confirms_the_only_choice(look: Look, anne: Person) -> None:
    page = look(anne).go("/gallery/ending")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gallery/ending")
    expect(page.locator("#toasts")).to_have_text("Answer kept.")
    assert [each["confirm"] for each in arrived()] == ["yes"]


def test_a_double_click_sends_once(look: Look, anne: Person) -> None:
    page = look(anne).go("/gallery/case")
    page.get_by_role("button", name="Yes, nothing found").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")
    page.wait_for_load_state("networkidle")
    assert len(arrived()) == 1


def test_keys_do_not_act_while_typing_nor_when_switched_off(look: Look, anne: Person) -> None:
    page = look(anne).go("/gallery/ending")
    page.get_by_label("Note").fill("")
    page.keyboard.type("1?/c")
    expect(page.get_by_label("Note")).to_have_value("1?/c")
    expect(page.locator("#keys-help")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("button", name="Switch single keys off").click()
    page.goto("/gallery/case")
    page.keyboard.press("1")
    page.keyboard.press("?")
    page.wait_for_load_state("networkidle")
    assert arrived() == []
    expect(page.locator("#keys-help")).to_be_hidden()


def test_a_conflict_is_said_above_the_page_that_stays(look: Look, anne: Person) -> None:
    eyes = look(anne)
    page = eyes.go("/gallery/case")
    page.keyboard.press("4")
    expect(page.get_by_role("alert")).to_contain_text("This has moved on")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Has the customer looked")
    assert page.url.endswith("/gallery/case")
    expect(eyes.focused).to_contain_text("This has moved on")
    page.get_by_role("button", name="Not yet").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_faulty_form_comes_back_with_the_focus_on_its_faults(look: Look, anne: Person) -> None:
    eyes = look(anne)
    page = eyes.go("/gallery/forms")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".ar-problems")).to_contain_text("five digits")
    expect(eyes.focused).to_contain_text("One answer needs another look")
    page.locator(".ar-problems a").click()
    expect(page.get_by_label("Postcode")).to_be_focused()
    assert page.get_by_label("Postcode").get_attribute("aria-invalid") == "true"


def test_the_words_are_copied_with_one_key(look: Look, anne: Person) -> None:
    eyes = look(anne)
    eyes.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = eyes.go("/gallery/case")
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("I can see that your parcel 8X0042")


def test_a_broken_connection_is_said_and_nothing_is_lost(look: Look, anne: Person) -> None:
    eyes = look(anne)
    # Before the page is there: a line cut later is not always cut in time on a busy machine.
    eyes.page.route("**/gallery/answer", lambda route: route.abort())
    page = eyes.go("/gallery/case")
    page.keyboard.press("1")
    expect(page.locator("#toasts")).to_contain_text("Nothing was lost")
    expect(page.get_by_role("button", name="Yes, nothing found")).to_be_enabled()


def test_a_theme_is_kept_without_a_flash(look: Look, anne: Person) -> None:
    page = look(anne).go("/gallery/case")
    page.locator(".ar-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert "data-bs-theme" in page.request.get("/gallery/case").text()


def test_menus_close_with_escape_and_with_a_click_elsewhere(look: Look, anne: Person) -> None:
    page = look(anne).go("/gallery/case")
    menu = page.locator("details.ar-menu")
    page.locator(".ar-menu summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator(".ar-menu summary")).to_be_focused()
    page.locator(".ar-menu summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_all_works_without_javascript(look: Look, anne: Person) -> None:
    page = look(anne, scripts=False).go("/gallery/case")
    page.get_by_role("button", name="Yes, nothing found").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")
    expect(page.locator("#toasts")).to_have_text("Answer kept.")
    page.goto("/gallery/forms")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".ar-problems")).to_contain_text("five digits")
    page.goto("/gallery/state")
    page.get_by_role("button", name="I have not received it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")


def test_a_customer_answers_with_the_keyboard_alone(look: Look) -> None:
    eyes = look(width=390)
    page = eyes.go("/gallery/state")
    page.locator(".s-answer").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the order again?")
    assert [each["answer"] for each in arrived()] == ["b"]


def test_service_data_cannot_smuggle_behaviour_in(look: Look, anne: Person) -> None:
    """Neither an attribute of htmx nor markup in a value becomes alive."""
    page = look(anne).go("/gallery/case")
    page.evaluate("""() => {
        const text = document.querySelector("#words");
        text.innerHTML = '<a id="trap" data-hx-get="/gallery/trap" hx-get="/gallery/trap" href="#words">x</a>';
        htmx.process(document.body);
    }""")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#trap").click()
    page.wait_for_load_state("networkidle")
    assert not any("trap" in url for url in asked)
