"""Twenty varied calls, mails and chats, played one after the other by an agent who never touches the mouse.

Each begins at the desk, finds its order, walks whatever the process asks, and ends as contacts end: wrapped up, parked,
closed by hand, sent on to the robot. Only keys are pressed; what is waited for is always a state of the page.
"""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.people import Person
from cases import boards
from cases.cases import Case
from cases.contacts import Contact
from cases.tasks import LIVE
from cases.timeline import TimelineEntry
from cases.waits import waiting_for
from robots.inbox.parsing import Received
from robots.inbox.taking import take
from tests.company import Company
from tests.webui.conftest import Look

pytestmark = pytest.mark.browser

MOST_STEPS = 14
MOST_TABS = 120
PLACE = """() => [
  location.pathname,
  ...["step", "visit", "revision"].map((name) => document.querySelector(`#guide [name=${name}]`)?.value),
  document.querySelector("#guide h1")?.innerText,
].join("|")"""
"""Where the guided panel stands: changes with every step."""
READY = """() => !document.querySelector(".htmx-request") && document.readyState === "complete" """


@dataclass(frozen=True)
class Played:
    """A contact: on which channel, by which process, which answers are chosen, and how it ends."""

    channel: str
    process: str
    turns: str
    """The digit pressed at each question, the last one again and again."""
    end: str = "wrap"
    status: str = "in_transit"
    days: int = 6
    """Since the carrier last saw the parcel."""


CONTACTS = (
    Played("phone", "parcel-not-received", "11"),
    Played("mail", "parcel-not-received", "12"),
    Played("chat", "parcel-not-received", "2", end="close"),
    Played("phone", "parcel-not-received", "1", status="delivered", days=1),
    Played("phone", "late-delivery", "1", days=1),
    Played("mail", "late-delivery", "2", end="park"),
    Played("chat", "damaged-on-arrival", "1", status="delivered", days=1),
    Played("phone", "damaged-on-arrival", "2", status="delivered", days=1, end="close"),
    Played("mail", "missing-or-wrong-item", "1", status="delivered", days=1),
    Played("phone", "missing-or-wrong-item", "2", status="delivered", days=1),
    Played("chat", "where-is-my-refund", "1"),
    Played("phone", "where-is-my-refund", "2", end="park"),
    Played("mail", "cancel-order", "1", end="close"),
    Played("phone", "change-of-mind", "1", status="delivered", days=1),
    Played("chat", "change-of-mind", "2", status="delivered", days=1),
    Played("phone", "seller-dispute", "1"),
    Played("mail", "delivered-twice", "1", status="delivered", days=1),
)
"""With three mails that came into the mailbox, twenty."""


def test_twenty_contacts_by_keyboard_alone(look: Look, anne: Person, company: Company) -> None:
    eyes = look(anne)
    page = eyes.page
    page.set_default_timeout(20_000)
    page.add_init_script("addEventListener('pointerdown', () => { window.mouse = true; });")
    for number, contact in enumerate(CONTACTS, start=3001):
        arrive(company, f"RC-{number}", contact)
        play(page, f"RC-{number}", contact, company)
    for number in (1, 2, 3):
        written(company, number)
        answer_a_mail(page, number)
    assert not page.evaluate("Boolean(window.mouse)")
    with company.database.reading() as session:
        channels = dict(
            session.execute(
                select(Contact.channel, func.count()).where(Contact.direction == "inbound").group_by(Contact.channel)
            ).all()
        )
        summed = session.scalar(select(func.count()).where(TimelineEntry.kind == "contact.summed_up"))
        silent = [case.reference for case in session.scalars(select(Case)) if not goes_on(session, case)]
    assert sum(channels.values()) == 20 and set(channels) == {"phone", "mail", "chat"}
    assert summed is not None and summed >= 15
    assert silent == [], "nobody waits without a next word and a date"


def goes_on(session: Session, case: Case) -> bool:
    """Whether somebody or something has the next word on the case, by a date where it waits."""
    if case.state in ("closed", "open"):
        return True
    if case.state == "with_people":
        return case.answer_by is not None
    wait = waiting_for(session, case.id)
    looked_at = boards.follow_ups_of_case(session, case.id)
    asked = any(task.due_at for task in boards.tasks_of_case(session, case.id) if task.state in LIVE)
    return bool(looked_at) or asked or (wait is not None and wait.until is not None)


def arrive(company: Company, number: str, contact: Played) -> None:
    """Somebody of his own ordered it; the parcel is where the contact wants it."""
    parcel = f"6A{number[-4:]}"
    company.parcel(parcel, number, last_event_days=contact.days)
    if contact.status == "delivered":
        company.track(parcel, status="delivered", delivered_at=company.now, last_event_at=company.now)
    order = dict(company.services.facts["shop.order", number])  # type: ignore[arg-type]
    order["customer"] = {
        "name": f"Client N{number[-4:]}", "first_name": "Client", "last_name": f"N{number[-4:]}",
        "mail": f"client{number[-4:]}@example.test", "phone": f"+336000{number[-4:]}0",
    }  # fmt: skip
    company.services.facts["shop.order", number] = order


def play(page: Page, number: str, contact: Played, company: Company) -> None:
    page.goto("/console")
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    ready(page)
    page.keyboard.press("Enter")
    choice = page.locator(f'.c-process[value="{contact.process}"]')
    expect(choice).to_be_visible()
    ready(page)
    tab_to(page, "input[name=channel]")
    for _ in range(("phone", "mail", "chat").index(contact.channel)):
        page.keyboard.press("ArrowRight")
    expect(page.locator(f"input[name=channel][value={contact.channel}]")).to_be_checked()
    digit = choice.get_attribute("data-key")
    if digit:
        page.keyboard.press(digit)
    else:
        tab_to(page, f'.c-process[value="{contact.process}"]')
        page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/**")
    walk(page, contact)
    finish(page, contact)


def walk(page: Page, contact: Played) -> None:
    """Answer what is asked until something else than the agent has the word."""
    for step in range(MOST_STEPS):
        ready(page)
        before = page.evaluate(PLACE)
        if page.locator("#guide .ar-answer[data-key]").count():
            choose(page, contact.turns[min(step, len(contact.turns) - 1)])
        elif page.locator("#guide [name=confirm]").count():
            page.keyboard.press("Enter")
        elif page.locator("#guide [name^=answer-]:visible").count():
            fill(page)
        else:
            return
        page.wait_for_function(f"before => ({PLACE})() !== before", arg=before)
    pytest.fail(f"{contact} does not end")


def choose(page: Page, wished: str) -> None:
    """The digit that is wished, else the last there is."""
    digits = [each.get_attribute("data-key") or "" for each in page.locator("#guide .ar-answer[data-key]").all()]
    page.keyboard.press(wished if wished in digits else digits[-1])


def fill(page: Page) -> None:
    """Every field is reached by Tab, filled by keys, and Enter sends them."""
    names = page.evaluate(
        "[...new Set([...document.querySelectorAll('#guide [name^=answer-]')].map(each => each.name))]"
    )
    for name in names:
        kind = tab_to(page, f'[name="{name}"]')
        if kind in ("radio", "checkbox"):
            page.keyboard.press("Space")
        elif kind == "date":
            page.keyboard.type("03012031")
        elif kind == "number":
            page.keyboard.press("ArrowUp")
        else:
            page.keyboard.type("12" if kind == "decimal" else "https://photos.example.test/1.jpg")
    tab_to(page, "#guide [data-confirm]")
    page.keyboard.press("Enter")


def finish(page: Page, contact: Played) -> None:
    ready(page)
    open_case = page.locator("[data-key=f]").count() > 0
    if contact.end == "park" and open_case:
        page.keyboard.press("p")
        page.wait_for_selector("details[data-keys-first][open]")
        page.keyboard.press("2")
        expect(page.locator("#toasts")).to_contain_text("Parked")
        return
    closing = contact.end == "close" and open_case
    page.keyboard.press("f" if closing else "w")
    page.wait_for_url("**/closing**" if closing else "**/wrap-up**")
    expect(page.locator("[name=words]")).not_to_be_empty()
    if closing:
        tab_to(page, "[name=outcome]")
        page.keyboard.type("given")
        tab_to(page, "[name=solved]")
        page.keyboard.press("Space")
    tab_to(page, "[name=words]")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Fait au clavier.")
    tab_to(page, "[name=cause]")
    page.keyboard.type("The carrier")
    tab_to(page, "[name=then]")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("case is closed" if closing else "Wrapped up")


def written(company: Company, number: int) -> None:
    """A mail of somebody unknown comes into the mailbox."""
    mail = Received(
        message_id=f"<{number}@example.test>", refers_to=(), address=f"ecrit{number}@example.test",
        name=f"Écrit {number}", subject=f"Question {number}", words="Où en est ma commande ?", nature="message",
    )  # fmt: skip
    with company.database.unit() as session:
        take(session, company.robot, company.now, session.merge(company.brand, load=True), mail)


def answer_a_mail(page: Page, number: int) -> None:
    """Found by its writer, answered in its thread, wrapped up."""
    page.goto("/console")
    page.keyboard.press("/")
    page.keyboard.type(f"ecrit{number}@example.test")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key='1']").first).to_be_visible()
    ready(page)
    page.keyboard.press("1")
    expect(page.locator(".c-standing [data-confirm]")).to_be_visible()
    ready(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/cases/**")
    tab_to(page, "summary:has(+ * [name=words])")
    page.keyboard.press("Enter")
    tab_to(page, "#field-reply")
    page.keyboard.type("Bonjour, votre commande part demain.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Sent")
    finish(page, Played("mail", "", ""))


# --- hands on the keyboard ------------------------------------------------------------------------------------------


def tab_to(page: Page, selector: str) -> str:
    """Press Tab until what is wished has the focus; what kind of field it is. Fails when no key leads there."""
    for _ in range(MOST_TABS):
        found = page.evaluate(
            "selector => document.activeElement.matches(selector) && "
            "(document.activeElement.inputMode || document.activeElement.type || 'other')",
            selector,
        )
        if found:
            return str(found)
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {selector} on {page.url}")


def ready(page: Page) -> None:
    """The page is whole: its modules have run, keys are heard."""
    page.wait_for_function(READY)
