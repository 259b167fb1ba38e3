"""What a turn decided, in rows: messages with their links and documents, promises, tasks, hand-overs."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from base.database import Database
from cases.cases import Case
from cases.effects import Effect
from cases.links import Link, find_link, token_of
from cases.promises import Promise
from cases.tasks import Task
from processes.decisions import _addresses, _once_per
from tests.company import Company, open_company
from tests.walking import begin, tiny

LETTER = """
- act: label
  using: shop.return_label
  with: {order: order.number, parcel: order.number}
  if_fails: go_on
- send: letter
  subject: {fr: "Votre étiquette {{ order_number }}", en: "Your label {{ order_number }}"}
  attach: [label.file]
  text: {fr: "Voici votre étiquette.", en: "Here is your label."}
- send: warning
  to: delivery_team
  text: {fr: "Étiquette envoyée pour {{ order_number }}.", en: "Label sent for {{ order_number }}."}
- close: done
  text: {fr: "Fait.", en: "Done."}
"""
PROMISE = """
- say: we_write
  text: {fr: "Nous vous écrivons demain pour {{ order_number }}.", en: "We write tomorrow about {{ order_number }}."}
  promise:
    by: now + 1 day
    keep: case.last_message_at > we_write.at
    if_broken: {fr: "Nous sommes en retard.", en: "We are late."}
- task: write_to_her
  for: delivery_team
  due: 1 day
  text: {fr: "Écrire pour {{ order_number }}.", en: "Write about {{ order_number }}."}
CANCEL
- close: done
  text: {fr: "Fait.", en: "Done."}
"""


def company_with(database: Database, steps: str) -> Company:
    company = open_company(database, [tiny(steps)])
    company.parcel("6A1")
    return company


@pytest.mark.parametrize(
    ("label", "linked"),
    [
        ("https://shop.test/label.pdf?a=1&b=2", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ('https://shop.test/"><script>', False),
    ],
)
def test_a_document_becomes_a_link_never_fetched_never_a_script(database: Database, label: str, linked: bool) -> None:
    company = company_with(database, LETTER)
    company.services.results["shop.return_label"] = {"file": label, "parcel_number": "R1", "carrier": "laposte"}
    begin(company.walks, company.agent, company.case().id)
    company.robots.settle()
    letter = next(letter for letter in company.mailbox.letters if letter.subject.startswith("Votre étiquette"))
    assert (label in letter.text) is linked
    assert ('href="https://shop.test/label.pdf?a=1&amp;b=2"' in letter.html) is linked
    assert "<script>" not in letter.html


def test_only_the_customer_gets_a_link_into_the_case(database: Database) -> None:
    company = company_with(database, LETTER)
    company.services.results["shop.return_label"] = {"file": "https://shop.test/l.pdf"}
    case = company.case()
    begin(company.walks, company.agent, case.id)
    company.robots.settle()
    with database.reading() as session:
        link = session.scalars(select(Link)).one()
        token = token_of("s" * 40, link.public_id)
        assert find_link(session, company.now, token).case_id == case.id
        to_team = session.scalars(select(Effect).where(Effect.step == "warning")).one()
    assert "/selfcare/" not in to_team.request["text"]
    assert "link" not in to_team.request
    assert any(token in letter.text for letter in company.mailbox.letters)


def test_a_promise_keeps_its_words_its_condition_and_what_to_say_when_broken(database: Database) -> None:
    company = company_with(database, PROMISE.replace("CANCEL\n", ""))
    begin(company.walks, company.agent, company.case().id)
    with database.reading() as session:
        promise = session.scalars(select(Promise)).one()
    assert promise.words["fr"] == "Nous vous écrivons demain pour RC-1001."
    assert promise.words["en"] == "We write tomorrow about RC-1001."
    assert promise.keep == "case.last_message_at > we_write.at"
    assert promise.if_broken == {"fr": "Nous sommes en retard.", "en": "We are late."}
    assert promise.state == "open", "a walk's own close takes nothing back"


def test_a_promise_made_by_a_message_has_the_words_of_the_message(database: Database) -> None:
    steps = PROMISE.replace("CANCEL\n", "").replace("say: we_write", "send: we_write")
    company = company_with(database, steps)
    begin(company.walks, company.agent, company.case().id)
    with database.reading() as session:
        promise = session.scalars(select(Promise)).one()
    assert promise.words["fr"] == "Nous vous écrivons demain pour RC-1001."


def test_a_step_taken_back_takes_its_promise_and_its_task_back(database: Database) -> None:
    company = company_with(database, PROMISE.replace("CANCEL", "- cancel: write_to_her\n- cancel: we_write"))
    begin(company.walks, company.agent, company.case().id)
    with database.reading() as session:
        assert session.scalars(select(Task.state)).all() == ["cancelled"]
        assert session.scalars(select(Promise.state)).all() == ["withdrawn"]


def test_a_task_is_told_in_both_languages_with_its_values(database: Database) -> None:
    company = company_with(database, PROMISE.replace("CANCEL\n", ""))
    case = company.case()
    begin(company.walks, company.agent, case.id)
    with database.reading() as session:
        task = session.scalars(select(Task)).one()
        assert session.get_one(Case, case.id).state == "closed"
    assert task.text == {"fr": "Écrire pour RC-1001.", "en": "Write about RC-1001."}
    assert (task.team, task.state, task.blocking) == ("delivery_team", "open", False)


def test_addresses_are_found_in_lists_and_only_addresses() -> None:
    attached: Any = ["https://a.test/x", ["http://b.test/y", "proof.pdf"], None, 7, "https://c.test/a b"]
    assert list(_addresses(attached)) == ["https://a.test/x", "http://b.test/y"]


@dataclass
class Capability:
    once_per: list[str] = field(default_factory=lambda: ["order", "lines"])


def test_the_same_business_is_the_same_in_whatever_order_it_was_chosen() -> None:
    one = _once_per(Capability(), {"order": "RC-1", "lines": ["A", "B"]})  # type: ignore[arg-type]
    other = _once_per(Capability(), {"order": "RC-1", "lines": ["B", "A"]})  # type: ignore[arg-type]
    assert one == other
    assert one != _once_per(Capability(), {"order": "RC-1", "lines": ["A"]})  # type: ignore[arg-type]
