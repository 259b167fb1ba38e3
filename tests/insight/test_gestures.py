"""The ledger of gestures, counted by hand on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from base.actors import Actor
from base.database import Database
from base.money import Money
from cases.effects import Effect, cancel, decide
from insight.gestures import ledger
from tests.company import Company, open_company


@pytest.fixture
def company(database: Database) -> Company:
    return open_company(database, [])


def given(company: Company, actor: Actor, key: str, amount: str | None, **how: Any) -> int:
    """The number of an act decided now."""
    case = company.case()
    with company.database.unit() as session:
        made = decide(
            session, actor, company.now, case, kind="act", key=key, operation=how.pop("operation", "shop.refund"),
            request={}, amount=Money.parse(amount) if amount else None, **how,
        )  # fmt: skip
        return made.effect.id


def test_gestures_are_added_up_by_kind_process_and_size(company: Company) -> None:
    given(company, company.robot, "a", "12.00 EUR", process="late-delivery")
    given(company, company.agent, "b", "49.90 EUR", process="late-delivery")
    given(company, company.agent, "c", "200.00 EUR")
    given(company, company.robot, "d", "30.00 EUR", operation="shop.reship", process="parcel-not-received")
    given(company, company.robot, "e", None, operation="shop.return_label")
    with company.database.reading() as session:
        found = ledger(session, company.sofia.actor(), company.now - timedelta(days=1))
    assert [(line.name, line.count, str(line.amount.decimal), line.alone) for line in found.totals] == [
        ("EUR", 4, "291.90", 2)
    ]
    assert [(line.name, line.count) for line in found.by_operation] == [("shop.refund", 3), ("shop.reship", 1)]
    assert {line.name: line.count for line in found.by_process} == {
        "": 1, "late-delivery": 2, "parcel-not-received": 1,
    }  # fmt: skip
    assert [(line.name, line.count) for line in found.by_size] == [("0", 1), ("1", 2), ("3", 1)]
    assert [line.key for line in found.lines] == ["d", "c", "b", "a"]
    assert found.waiting == 4, "decided, and nobody has done them yet"


def test_currencies_are_never_added(company: Company) -> None:
    given(company, company.agent, "a", "10.00 EUR")
    given(company, company.agent, "b", "10.00 GBP")
    given(company, company.agent, "c", "3000 JPY")
    with company.database.reading() as session:
        found = ledger(session, company.sofia.actor(), company.now - timedelta(days=1))
    assert {line.name for line in found.totals} == {"EUR", "GBP", "JPY"}
    sizes = {(line.amount.currency, line.name) for line in found.by_size}
    assert sizes == {("EUR", "0"), ("GBP", "0"), ("JPY", "3")}


def test_what_was_taken_back_is_not_given(company: Company) -> None:
    number = given(company, company.robot, "a", "12.00 EUR")
    with company.database.unit() as session:
        cancel(session, company.sofia.actor(), company.now, session.get_one(Effect, number))
    with company.database.reading() as session:
        found = ledger(session, company.sofia.actor(), company.now - timedelta(days=1))
    assert (found.totals, list(found.lines), found.waiting) == ([], [], 0)


def test_the_newest_are_shown_and_the_file_holds_all(company: Company) -> None:
    for key in "abc":
        given(company, company.robot, key, "1.00 EUR")
    with company.database.reading() as session:
        since = company.now - timedelta(days=1)
        assert len(ledger(session, company.sofia.actor(), since, lines=2).lines) == 2
        assert len(ledger(session, company.sofia.actor(), since, lines=None).lines) == 3
