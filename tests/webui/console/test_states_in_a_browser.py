"""Every state of a case in a real browser: readable to all, walked by keys, nothing typed lost, the focus kept."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from base.people import Person
from cases.cases import Case
from processes.connectors.readings import ActAnswer
from processes.language.document import Document
from processes.language.yaml import read_yaml
from processes.versions import publish
from tests.company import DOWN, Company
from tests.webui.conftest import Look
from tests.webui.console.conftest import begin
from tests.webui.console.test_console import step_of

pytestmark = pytest.mark.browser

LOOKS = [("fr", "light", 1366), ("en", "dark", 390)]


@pytest.fixture
def kinds(company: Company) -> Case:
    """A case in the process that has every kind of question."""
    source = Path(__file__).with_name("every-kind.yaml").read_text("utf-8")
    document = Document.model_validate(read_yaml(source).data)
    with company.database.unit() as session:
        publish(session, company.sofia.actor(), company.now, document, note="Pour les tests", override="tests")
    case = company.case()
    needs = {"order_number": "RC-1001"}
    company.walks.start(company.agent, case.id, "every-kind", channel="phone", language="fr", needs=needs)
    return case


def fill_in(page: Page) -> None:
    for name, typed in (("words", "Trempé"), ("pieces", "2"), ("worth", "12,50"), ("since", "2031-03-01")):
        page.fill(f"[name=answer-{name}]", typed)
    for name, value in (("how", "wet"), ("signs", "box"), ("kept", "yes"), ("agreed", "yes")):
        page.check(f"[name=answer-{name}][value={value}]")


def test_a_whole_call_from_the_number_to_the_robot_by_keys(look: Look, anne: Person, company: Company) -> None:
    eyes = look(anne)
    page = eyes.go("/console")
    page.keyboard.press("/")
    page.keyboard.type("rc-1001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Found in the shop: RC-1001")
    page.locator("h1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Claire Martin")
    expect(page.get_by_text("Lampe de bureau")).to_be_visible()
    digit = page.locator('.c-process[value="parcel-not-received"]').get_attribute("data-key")
    assert digit
    page.keyboard.press(digit)
    expect(page.locator(".c-question")).to_contain_text("toujours pas arrivé")
    expect(eyes.focused).to_contain_text("toujours pas arrivé")
    page.keyboard.press("1")
    expect(page.locator(".c-question")).to_contain_text("préférez-vous")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_have_text("The robot looks tomorrow 18:00")
    expect(eyes.focused).to_have_text("The robot looks tomorrow 18:00")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Looked: nothing new.")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()


def test_a_click_on_an_answer_goes_back_and_the_same_choice_finds_the_rest(
    look: Look, anne: Person, company: Company, case: Case
) -> None:
    page = look(anne).go(f"/console/cases/{case.public_id}")
    page.keyboard.press("1")
    expect(page.locator(".c-question")).to_contain_text("préférez-vous")
    page.keyboard.press("1")
    expect(page.locator(".ar-robot")).to_be_visible()
    page.locator(".ar-trail button").first.click()
    expect(page.locator(".c-question")).to_contain_text("toujours pas arrivé")
    expect(page.locator(".ar-answer-before")).to_have_count(1)
    assert page.url.split("?")[0].endswith(case.public_id)
    page.keyboard.press("1")
    expect(page.locator(".ar-robot")).to_be_visible()
    assert step_of(company, case) == "next_day"


def test_the_channel_changes_the_words_and_nothing_else(look: Look, anne: Person, kinds: Case) -> None:
    page = look(anne).go(f"/console/cases/{kinds.public_id}")
    fill_in(page)
    page.get_by_role("button", name="Mail").click()
    expect(page.locator(".c-question")).to_have_text("Merci de nous décrire par retour ce qui est abîmé.")
    expect(page.locator("[name=answer-words]")).to_have_value("Trempé")
    expect(page.locator("[name=answer-how][value=wet]")).to_be_checked()
    assert page.url.endswith(f"{kinds.public_id}?channel=mail")
    page.focus("[name=answer-pieces]")
    page.keyboard.press("Enter")
    expect(page.locator(".c-question")).to_have_text("Quels articles ?")


def test_faults_have_the_focus_and_lead_to_their_fields(look: Look, anne: Person, kinds: Case) -> None:
    eyes = look(anne)
    page = eyes.go(f"/console/cases/{kinds.public_id}")
    page.fill("[name=answer-words]", "Trempé")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".ar-problems")).to_contain_text("How did it happen?")
    expect(eyes.focused).to_contain_text("7 answers need another look")
    expect(page.locator("[name=answer-words]")).to_have_value("Trempé")
    page.locator(".ar-problems a", has_text="Worth").click()
    expect(page.locator("[name=answer-worth]")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")  # what is under the bar above has no place of its own
    assert eyes.faults() == []


def test_without_javascript_a_form_is_filled_and_the_channel_changed(look: Look, anne: Person, kinds: Case) -> None:
    page = look(anne, scripts=False).go(f"/console/cases/{kinds.public_id}")
    fill_in(page)
    page.get_by_role("button", name="Mail").click()
    expect(page.locator("[name=answer-words]")).to_have_value("Trempé")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".c-question")).to_have_text("Quels articles ?")


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_kind_and_an_act_can_be_read(
    look: Look, anne: Person, company: Company, kinds: Case, language: str, theme: str, width: int
) -> None:
    company.services.results["shop.refund"] = {"reference": "R-77"}
    eyes = look(anne, language=language, theme=theme, width=width)
    page = eyes.go(f"/console/cases/{kinds.public_id}")
    fill_in(page)
    page.evaluate("scrollTo(0, 0)")
    assert eyes.faults() == [], "the form"
    page.locator(".c-step [data-confirm]").click()
    page.fill("[name^='answer-lines']", "1")
    assert eyes.faults() == [], "quantities"
    page.locator(".c-step [data-confirm]").click()
    expect(page.locator(".ar-before-act")).to_be_visible()
    assert eyes.faults() == [], "an act to confirm"
    page.locator(".ar-before-act [data-confirm]").click()
    expect(page.locator(".c-tick")).to_be_visible()
    assert eyes.faults() == [], "a task that is waited for"
    page.locator(".ar-before-act [data-confirm]").click()
    page.wait_for_url("**/tasks/*")
    assert eyes.faults() == [], "the task"


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_way_of_standing_can_be_read(
    look: Look, anne: Person, company: Company, case: Case, language: str, theme: str, width: int
) -> None:
    eyes = look(anne, language=language, theme=theme, width=width)
    page = eyes.go(f"/console/cases/{case.public_id}")
    page.keyboard.press("1")
    expect(page.locator(".c-question")).to_contain_text("préférez-vous")
    page.keyboard.press("1")
    expect(page.locator(".ar-robot")).to_be_visible()
    for each in page.locator(".c-more > summary").all():
        each.click()
    assert eyes.faults() == [], "the robot, and all that can be done"
    company.services.results["shop.reship"] = ActAnswer(state="unknown", safety="blind", reason="time")
    company.later(days=1, hours=9)
    eyes.go(f"/console/cases/{case.public_id}")
    expect(page.locator(".c-evidence")).to_be_visible()
    assert eyes.faults() == [], "an act nobody knows about"

    company.services.facts["shop.order", "RC-1002"] = DOWN
    other = company.case("RC-1002")
    begin(company, other, "RC-1002")
    eyes.go(f"/console/cases/{other.public_id}")
    assert eyes.faults() == [], "live data that cannot be read"
    for _ in range(2):
        company.later(hours=12)
    eyes.go(f"/console/cases/{other.public_id}")
    expect(page.locator("[name=section]").first).to_be_visible()
    assert eyes.faults() == [], "with people"
    page.keyboard.press("f")
    page.wait_for_url("**/closing*")
    assert eyes.faults() == [], "about to be closed"
    page.select_option("[name=outcome]", "given_up")
    page.check("[name=solved][value=no]")
    page.locator("[name=then][value=stay]").click()
    expect(page.locator("#toasts .ar-toast")).to_be_visible()
    assert eyes.faults() == [], "closed"
    for address in ("/console", "/console/tasks?view=all", f"/console/customers/{customer_of(company, case)}"):
        eyes.go(address)
        assert eyes.faults() == [], address


def customer_of(company: Company, case: Case) -> str:
    with company.database.reading() as session:
        customer = session.get_one(Case, case.id).customer
        assert customer is not None
        return customer.public_id
