"""Forms of several fields and scales of figures are made in the panel: nobody opens the YAML view for them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from base.calendars import CalendarRow
from tests.company import Company
from tests.webui.studio.conftest import Edit, saved, stored

pytestmark = pytest.mark.browser
KEY, PARCEL, QUESTION = "where-is-my-refund", "parcel-not-received", "way_back"


def press(page: Page, word: str, place: int = 0) -> None:
    """Reach a button of the panel or dialog by its name, and press it as a keyboard does."""
    dialog = page.locator("dialog[open]")
    within = dialog if dialog.count() else page.locator(".ed-panel-body")
    within.get_by_role("button", name=word, exact=True).nth(place).focus()
    page.keyboard.press("Enter")


def name_it(page: Page, word: str) -> None:
    """Answer a dialog that asks for a name."""
    expect(page.locator("dialog[open] input")).to_be_focused()
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)


def type_in(page: Page, label: str, word: str) -> None:
    """Overwrite a field of the panel."""
    page.locator(".ed-panel-body").get_by_label(label, exact=True).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(word)
    page.keyboard.press("Tab")


def found(document: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    """The step of a name, wherever it stands."""

    def look(held: Any) -> dict[str, Any] | None:
        if isinstance(held, dict):
            if held.get(key) == name:
                return held
            held = list(held.values())
        if not isinstance(held, list):
            return None
        return next((step for each in held if (step := look(each)) is not None), None)

    step = look(document["sections"])
    assert step is not None
    return step


def test_a_form_of_a_question_is_made_in_the_panel(edit: Edit, company: Company) -> None:
    eyes = edit(KEY)
    page = eyes.page
    page.evaluate("arianeEditor.goToStep('account')")
    type_in(page, "iban en", "Your IBAN")
    press(page, "Add a field")
    name_it(page, "Where is it held?")
    kind = page.locator(".ed-box", has_text="where_is_it_held").get_by_label("Kind of answer")
    kind.focus()
    kind.select_option("choice")
    type_in(page, "Answer 1 en", "In France")
    press(page, "Add an answer")
    assert eyes.faults() == []
    saved(page)
    form = found(stored(company, KEY), "ask", "account")["form"]
    assert list(form) == ["holder", "iban", "where_is_it_held"]
    assert form["iban"]["label"]["en"] == "Your IBAN"
    assert form["where_is_it_held"]["choices"][0] == {
        "value": "answer", "label": {"fr": "Autre réponse", "en": "In France"},
    }  # fmt: skip
    assert len(form["where_is_it_held"]["choices"]) == 3


def test_a_question_of_one_answer_becomes_a_form_and_back(edit: Edit, company: Company) -> None:
    page, name = edit("cancel-order").page, QUESTION
    page.evaluate("name => arianeEditor.goToStep(name)", name)
    press(page, "Ask for several answers at once")
    saved(page)
    step = found(stored(company, "cancel-order"), "ask", name)
    assert list(step["form"]) == ["answer"] and "kind" not in step and "choices" not in step
    press(page, "Ask for one answer only")
    saved(page)
    step = found(stored(company, "cancel-order"), "ask", name)
    assert step["kind"] == "text" and "form" not in step


def test_a_scale_among_the_figures_is_a_sheet(edit: Edit, company: Company) -> None:
    eyes = edit(KEY)
    page = eyes.page
    page.evaluate("arianeEditor.showTab('process')")
    press(page, "Add a figure")
    name_it(page, "Goodwill")
    box = page.locator("details.ed-box", has=page.locator("summary b", has_text="goodwill"))
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    holds = box.get_by_label("Holds")
    holds.focus()
    holds.select_option("rows")
    cell = box.locator('[data-cell="0:1"]')
    cell.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    assert eyes.faults() == []
    saved(page)
    assert stored(company, KEY)["settings"]["goodwill"]["rows"] == "case.reason | = value\nany | 12\n"


def test_a_wait_is_counted_on_the_carriers_calendar(edit: Edit, company: Company) -> None:
    with company.database.unit() as session:
        CalendarRow.create(session, "carrier", "La Poste")
    page = edit(PARCEL).page
    page.evaluate("arianeEditor.goToStep('next_day')")
    chosen = page.locator(".ed-panel-body label", has_text="Counted on the calendar").get_by_role("combobox")
    chosen.select_option("carrier")
    expect(chosen).to_have_value("carrier")
    saved(page)
    assert found(stored(company, PARCEL), "wait", "next_day")["calendar"] == "carrier"
    chosen.select_option("")
    expect(chosen).to_have_value("")
    saved(page)
    assert "calendar" not in found(stored(company, PARCEL), "wait", "next_day")
