"""Promises: made by words that are committed, looked at on live data, and told to the customer when broken."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from base.clock import move
from base.database import Database
from cases.alerts import Alert
from cases.promises import Promise
from cases.tasks import Task
from processes.language.document import Document
from processes.language.yaml import read_yaml
from robots import promises
from tests.company import DOWN, Company, open_company

PROCESS = """
ariane: 1
process: promised
title: {fr: "Où est mon colis ?", en: "Where is my parcel?"}
reason: delivery.not_received
audience: [agent, customer, robot, assistant]
outcomes: {informed: solved}
needs:
  order_number: {kind: order_number, label: {fr: "Numéro", en: "Number"}}
facts:
  order:   {from: shop.order, with: {number: order_number}, max_age: 10 minutes}
  parcels:
    {from: carrier.tracking, each: order.parcels, key: .number, with: {carrier: .carrier, number: .number}}
in_doubt:
- hand_over: delivery_team
  because: in_doubt
  within: 1 business day
  text: {fr: "Notre équipe reprend.", en: "Our team takes over."}
  return_to: [only]
sections:
- section: only
  title: {fr: "Colis", en: "Parcel"}
  steps:
  - say: coming
    text: {fr: "Votre colis arrive dans deux jours ouvrés.", en: "Your parcel comes within two business days."}
    promise:
      by: now + 2 business days
      keep: all(parcels, .status = "delivered")
HOLD
      remind:
      - before: 4 hours
        to: carriers_desk
        text:
          fr: "Commande {{ order.number }} : le colis devait arriver."
          en: "Order {{ order.number }}: the parcel was due."
      if_broken:
        fr: "Nous vous avions promis la commande {{ order.number }}. Elle n’est pas arrivée : nous la cherchons."
        en: "We had promised order {{ order.number }}. It has not come: we are looking for it."
  - close: informed
"""


def process(hold: str = "") -> Document:
    """One sentence that promises."""
    return Document.model_validate(read_yaml(PROCESS.replace("HOLD", f"      hold_until: {hold}" if hold else "")).data)


def promised(database: Database, hold: str = "") -> Company:
    """A company that has told Claire when her parcel comes."""
    company = open_company(database, [process(hold)])
    company.parcel()
    case = company.case()
    company.walks.start(
        company.agent, case.id, "promised", channel="phone", language="fr", needs={"order_number": "RC-1001"}
    )
    company.mailbox.letters.clear()
    return company


@pytest.fixture
def company(database: Database) -> Company:
    """The promise is made."""
    return promised(database)


def state(company: Company) -> str:
    """What became of the promise."""
    with company.database.reading() as session:
        return session.scalars(select(Promise.state)).one()


def test_words_that_are_committed_make_a_dated_promise(company: Company) -> None:
    with company.database.reading() as session:
        promise = session.scalars(select(Promise)).one()
        assert promise.by == promise.made_at + timedelta(days=2)
        assert promise.words["fr"] == "Votre colis arrive dans deux jours ouvrés."
        assert promise.check_at == promise.made_at + timedelta(days=1)


def test_it_is_kept_as_soon_as_live_data_say_so_even_after_the_case_was_closed(company: Company) -> None:
    company.track("6A1", status="delivered")
    company.later(days=1)
    assert state(company) == "kept"


def test_a_broken_promise_writes_to_the_customer_before_he_calls_and_raises_one_alert(company: Company) -> None:
    company.later(days=2)
    assert state(company) == "broken"
    [letter] = company.mailbox.letters
    assert letter.to == ("claire.martin@example.test",)
    assert "Nous vous avions promis la commande RC-1001" in letter.text
    company.later(days=1)
    assert len(company.mailbox.letters) == 1
    with company.database.reading() as session:
        assert [alert.kind for alert in session.scalars(select(Alert)).unique()] == ["promise_broken"]


def test_those_who_keep_it_are_reminded_once_before_its_date(company: Company) -> None:
    company.later(days=1, hours=21)
    promises.look(company.robots)
    company.later(hours=1)
    with company.database.reading() as session:
        reminders = [task for task in session.scalars(select(Task)).unique() if ":remind:" in task.key]
    assert [(task.team, task.text["fr"]) for task in reminders] == [
        ("carriers_desk", "Commande RC-1001 : le colis devait arriver.")
    ]


def test_what_nobody_knows_is_not_broken_and_a_person_is_asked_after_some_hours(company: Company) -> None:
    company.services.facts["carrier.tracking", "6A1"] = DOWN
    company.later(days=2)
    company.later(hours=3)
    assert state(company) == "open" and company.mailbox.letters == []
    company.later(hours=4)
    with company.database.reading() as session:
        verdicts = [task for task in session.scalars(select(Task)).unique() if task.key.endswith(":verdict")]
    assert len(verdicts) == 1


def test_it_cannot_be_broken_before_what_it_depends_on_has_happened(database: Database) -> None:
    company = promised(database, 'order.status = "returned"')
    company.later(days=3)
    assert state(company) == "open" and company.mailbox.letters == []
    order = company.services.facts["shop.order", "RC-1001"]
    assert isinstance(order, dict)
    order["status"] = "returned"
    company.later(days=1)
    assert state(company) == "open"
    company.later(days=3, hours=1)
    assert state(company) == "broken" and len(company.mailbox.letters) == 1


def test_two_robots_settle_it_once(company: Company) -> None:
    with company.database.unit() as session:
        move(session, timedelta(days=2))
    with ThreadPoolExecutor(2) as pool:
        settled = list(pool.map(promises.look, [company.robots] * 2))
    company.robots.settle()
    assert sum(settled) == 1
    assert state(company) == "broken" and len(company.mailbox.letters) == 1
