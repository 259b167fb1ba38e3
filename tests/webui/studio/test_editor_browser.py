"""The editor in a browser: by keyboard alone, by mouse, on a phone; read by axe; nothing lost."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from base.people import Person
from processes.language.document import Document
from processes.outline import StepOutline, outline_of
from processes.versions import live_version
from tests.company import Company
from tests.webui.conftest import Look
from tests.webui.studio.conftest import READY, Edit, saved, stored

pytestmark = pytest.mark.browser
KEY = "cancel-order"


def document(page: Page) -> dict[str, Any]:
    return json.loads(page.evaluate("JSON.stringify(arianeEditor.document)"))  # type: ignore[no-any-return]


def chosen(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def stands_on(page: Page, label: str) -> None:
    """The focus is on what is called so, at once or when what was pressed has come through."""
    expect(page.locator(":focus")).to_have_attribute("aria-label", label)


def insert(page: Page, kind: str) -> None:
    page.keyboard.press("+")
    page.locator(f'[data-kind="{kind}"]').focus()
    page.keyboard.press("Enter")
    # The menu closes, then the new step is there and has the focus: keys pressed before that go to the old one.
    expect(page.locator(f".ed-k-{kind}:focus")).to_have_count(1)


def test_the_whole_tree_is_worked_by_keyboard(edit: Edit, company: Company) -> None:
    page = edit(KEY).page
    before = document(page)
    page.locator('[role="treeitem"][tabindex="0"]').focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert chosen(page) != "None"
    insert(page, "say")
    stands_on(page, "Says: To be written")
    page.keyboard.press("F2")
    page.keyboard.type("Hello")
    page.keyboard.press("Escape")
    stands_on(page, "Says: Hello")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#ed-live")).to_contain_text("Moved")
    page.keyboard.press("w")
    assert chosen(page).startswith("Decision")
    page.keyboard.press("ArrowRight")
    stands_on(page, "Branch always")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+ArrowLeft")
    stands_on(page, "Says: Hello")
    page.keyboard.press("Delete")
    expect(page.locator("#ed-live")).to_contain_text("deleted")
    for _ in range(6):
        page.keyboard.press("Control+z")
    assert document(page) == before
    page.keyboard.press("Control+Shift+z")
    assert len(document(page)["sections"][0]["steps"]) == len(before["sections"][0]["steps"]) + 1
    saved(page)
    assert stored(company, KEY) == document(page)


def test_every_step_is_one_tab_stop_away(edit: Edit) -> None:
    page = edit(KEY).page
    assert page.locator('#ed-canvas [tabindex="0"]').count() == 1
    items = page.locator("#ed-canvas [data-key]").count()
    page.locator('[role="treeitem"][tabindex="0"]').focus()
    page.keyboard.press("Home")
    seen = {page.evaluate("document.activeElement.dataset.key")}
    for _ in range(items - 1):
        page.keyboard.press("ArrowDown")
        seen.add(page.evaluate("document.activeElement.dataset.key"))
    assert len(seen) == items


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("fr", "light", 1366), ("en", "dark", 1366), ("en", "light", 390), ("fr", "dark", 390)],
)
def test_axe_finds_nothing(edit: Edit, language: str, theme: str, width: int) -> None:
    eyes = edit("parcel-not-received", language=language, theme=theme, width=width)
    assert eyes.faults() == []
    for step in ("situation", "reship", "received"):
        eyes.page.evaluate("id => arianeEditor.goToStep(id)", step)
        assert eyes.faults() == [], step
    for tab in ("process", "checks"):
        eyes.page.evaluate("tab => arianeEditor.showTab(tab)", tab)
        assert eyes.faults() == [], tab
    eyes.page.evaluate("arianeEditor.setView('map')")
    eyes.page.evaluate("void arianeEditor.insert()")
    assert eyes.faults() == []


def test_both_outlines_are_the_same(edit: Edit, company: Company) -> None:
    page = edit("parcel-not-received").page
    for key in ("parcel-not-received", "damaged-on-arrival", "cancel-order"):
        page.goto(f"/studio/{key}/edit")
        page.locator(READY).wait_for()
        held = document(page)
        told = page.evaluate(
            "import(document.querySelector('script[src*=\"studio/editor.js\"]').src.replace('editor.js', 'labels.js'))"
            ".then(({ outline }) => outline(arianeEditor.document, 'en'))"
        )
        whole = outline_of(Document.model_validate(held), "en")
        mine = {
            "sections": [{"name": each.name, "steps": _plain(each.steps)} for each in whole.sections],
            "in_doubt": _plain(whole.in_doubt),
        }
        assert told == mine, key


def _plain(steps: tuple[StepOutline, ...]) -> list[dict[str, Any]]:
    return [
        {
            "kind": step.kind, "id": step.id, "title": step.title,
            "branches": [{"name": branch.name, "steps": _plain(branch.steps)} for branch in step.branches],
        }
        for step in steps
    ]  # fmt: skip


def test_a_card_is_dragged_to_another_place(edit: Edit) -> None:
    page = edit(KEY).page
    before = [next(iter(step.values())) for step in document(page)["sections"][0]["steps"]]
    cards = page.locator(".ed-section:first-child > .ed-steps > .ed-step > .ed-card")
    page.evaluate("arianeEditor.setView('outline')")
    first, second = cards.nth(0), cards.nth(1)
    first.hover()
    page.mouse.down()
    box = second.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 4, steps=4)
    page.locator(".ed-here").wait_for()
    page.mouse.up()
    after = [next(iter(step.values())) for step in document(page)["sections"][0]["steps"]]
    assert after == [before[1], before[0], *before[2:]]


def test_what_was_not_sent_comes_back(edit: Edit) -> None:
    page = edit(KEY).page
    page.route("**/draft", lambda route: route.abort())
    page.evaluate("arianeEditor.apply((held) => ({ ...held, title: { ...held.title, en: 'Changed' } }))")
    page.locator('#ed-saved[data-state="failed"]').wait_for()
    page.unroute("**/draft")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/draft", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    page.reload()
    page.locator(READY).wait_for()
    assert document(page)["title"]["en"] == "Changed"


def test_two_authors_are_told_and_compare(edit: Edit, company: Company) -> None:
    one, two = edit(KEY).page, edit(KEY).page
    one.evaluate("arianeEditor.apply((held) => ({ ...held, title: { ...held.title, en: 'One' } }))")
    saved(one)
    two.evaluate("arianeEditor.apply((held) => ({ ...held, title: { ...held.title, en: 'Two' } }))")
    dialog = two.get_by_role("dialog")
    expect(dialog).to_contain_text("saved this draft in the meantime")
    dialog.get_by_role("button", name="Keep mine").click()
    saved(two)
    assert stored(company, KEY)["title"]["en"] == "Two"


def test_a_table_of_5000_rows_is_pasted(edit: Edit) -> None:
    page = edit("parcel-not-received").page
    page.evaluate("arianeEditor.goToStep('situation')")
    rows = "\n".join("\t".join(["lost", "any", f"> {number}"]) for number in range(5000))
    cell = page.locator('[data-cell="0:0"]')
    cell.focus()
    cell.evaluate(
        "(box, text) => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }",
        rows,
    )
    expect(page.locator("#ed-live")).to_have_text("5000 rows pasted")
    assert page.locator(".ed-sheet tbody tr").count() == 200
    grid = page.evaluate("arianeEditor.chosen().step.rows.trim().split('\\n').length")
    assert grid == 5001


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "מה שלומך?", "👩🏽‍💻 🇫🇷", "{{ not a value", "a\tb"])
def test_any_text_is_only_text(edit: Edit, company: Company, words: str) -> None:
    page = edit(KEY).page
    page.locator('[role="treeitem"][tabindex="0"]').focus()
    insert(page, "say")
    box = page.locator("#ed-panel ed-text [role=textbox]").first
    box.fill(words)
    saved(page)
    texts = [step["text"]["en"] for step in stored(company, KEY)["sections"][0]["steps"] if "say" in step]
    assert words in texts


def test_a_draft_is_tried_out_and_becomes_a_scenario(edit: Edit, company: Company) -> None:
    eyes = edit("parcel-not-received")
    page = eyes.page
    page.get_by_role("button", name="Try out").click()
    panel = page.locator("#ed-panel")
    panel.get_by_label("On which data").select_option("scenario:0")
    panel.get_by_role("button", name="Begin", exact=True).click()
    expect(panel.locator(".ed-story li").first).to_be_visible()
    assert page.locator(".ed-visited").count() > 0
    assert eyes.faults() == []
    panel.locator(".ed-story summary").first.click()
    expect(panel.locator(".ed-proof").first).to_contain_text("Why")
    panel.get_by_role("button", name="Yes, it has just come").click()
    expect(panel).to_contain_text("The end")
    before = len(document(page)["scenarios"])
    panel.get_by_role("button", name="Save as scenario").click()
    page.keyboard.type("It has just come")
    page.keyboard.press("Enter")
    # The name is taken once its dialog has closed: until then everything is saved, and nothing new is there.
    page.wait_for_function("many => arianeEditor.document.scenarios.length === many", arg=before + 1)
    saved(page)
    made = stored(company, "parcel-not-received")["scenarios"]
    assert len(made) == before + 1
    assert made[-1]["answers"]["still_missing"] == "got_it"
    assert company.services.acts == []


def test_the_studios_scripts_weigh_less_than_60_kb(edit: Edit) -> None:
    page = edit(KEY).page
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').filter((each) => new URL(each.name).pathname.endsWith('.js'))"
        ".map((each) => [each.name, each.encodedBodySize])"
    )
    assert 0 < sum(size for _, size in {tuple(each) for each in sizes}) < 60_000, sizes


def test_a_process_is_written_and_published_by_keyboard_only(look: Look, sofia: Person, company: Company) -> None:
    eyes = look(sofia)
    page = eyes.go("/studio/new")
    keys = page.keyboard
    page.get_by_label("Title").focus()
    keys.type("Change my address")
    keys.press("Enter")
    page.locator(READY).wait_for()
    page.locator('[role="treeitem"][tabindex="0"]').focus()
    keys.press("Home")
    insert(page, "ask")
    keys.press("Enter")
    keys.press("Control+a")
    keys.type("Has it been sent?")
    keys.press("Escape")
    stands_on(page, "Question: Has it been sent?")
    keys.press("ArrowRight")
    stands_on(page, "Branch yes")
    insert(page, "say")
    keys.press("Enter")
    keys.press("Control+a")
    keys.type("It is too late to change the address.")
    keys.press("Escape")
    saved(page)
    page.locator("#ed-publish").focus()
    keys.press("Enter")
    page.wait_for_url("**/publish")
    page.get_by_label("What does this version change?").focus()
    keys.type("First version")
    page.get_by_role("button", name="Publish").focus()
    keys.press("Enter")
    page.wait_for_url("**/versions")
    with company.database.reading() as session:
        assert live_version(session, company.brand.id, "change-my-address").number == 1
