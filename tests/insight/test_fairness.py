"""Closed cases by segment; the interval is pure and held by properties."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.database import Database
from base.money import Money
from cases import cases
from cases.effects import decide
from insight.fairness import FEWEST, decided_by_segment, interval, segments
from tests.company import Company, open_company


@pytest.fixture
def company(database: Database) -> Company:
    return open_company(database)


def walked(company: Company, number: str, segment: str | None, *, solved: bool, hours: int = 2) -> int:
    """A case whose process read the order, closed some hours later."""
    company.parcel(f"P{number}", number)
    if segment:
        company.services.facts["shop.order", number]["segment"] = segment  # type: ignore[index]
    case = company.case(number)
    company.walks.start(
        company.agent, case.id, "parcel-not-received", channel="phone", language="fr",
        needs={"order_number": number},
    )  # fmt: skip
    with company.database.unit() as session:
        cases.close(
            session, company.agent, case.opened_at + timedelta(hours=hours), cases.locked(session, case.id),
            outcome="informed", solved=solved,
        )  # fmt: skip
    return case.id


def test_cases_are_told_apart_by_what_the_shop_last_said(company: Company) -> None:
    walked(company, "RC-1", "VIP", solved=True)
    walked(company, "RC-2", "VIP", solved=False, hours=4)
    walked(company, "RC-3", None, solved=True)
    with company.database.reading() as session:
        found = segments(session, company.sofia.actor(), company.now - timedelta(days=1))
    assert [(each.name, each.cases, each.solved, each.percent) for each in found] == [
        ("VIP", 2, 1, 50),
        ("", 1, 1, 100),
    ]
    assert found[0].median_time == timedelta(hours=3)
    assert not any(each.differs for each in found), "too few to say so"


def test_gestures_and_cases_taken_over_are_counted(company: Company) -> None:
    number = walked(company, "RC-1", "VIP", solved=True)
    with company.database.unit() as session:
        case = cases.locked(session, number)
        made = decide(
            session, company.agent, company.now, case, kind="act", key="k", operation="shop.refund", request={},
            amount=Money.parse("20.00 EUR"),
        )  # fmt: skip
        made.effect.state = "done"
    with company.database.reading() as session:
        [found] = segments(session, company.sofia.actor(), company.now - timedelta(days=1))
    assert (found.gestures, found.given, found.handed_over) == (1, [Money.parse("20.00 EUR")], 0)


def test_a_segment_differs_when_chance_does_not_explain_it(company: Company) -> None:
    for place in range(FEWEST):
        walked(company, f"RC-1{place}", "VIP", solved=True)
        walked(company, f"RC-2{place}", "B2B", solved=False)
    with company.database.reading() as session:
        found = segments(session, company.sofia.actor(), company.now - timedelta(days=1))
        other = segments(session, company.sofia.actor(), company.now - timedelta(days=1), "delivery.late")
    assert [each.differs for each in found] == [True, True]
    assert other == [], "no case has that reason"


def test_shipped_processes_that_look_at_the_segment_are_named(company: Company) -> None:
    with company.database.reading() as session:
        assert decided_by_segment(session, company.brand.id) == []


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_holds_the_share_and_stays_within_bounds(counted: tuple[int, int]) -> None:
    part, whole = counted
    low, high = interval(part, whole)
    assert 0 <= low <= part / whole + 1e-9 and part / whole - 1e-9 <= high <= 1


def test_the_interval_is_wilsons() -> None:
    low, high = interval(10, 20)
    assert (round(low, 3), round(high, 3)) == (0.299, 0.701)
