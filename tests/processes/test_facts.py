"""Reading facts: together, once each, within bounds, never inside a write unit; and those Ariane answers itself."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from base.business_time import Delay
from base.database import Database, InsideWriteUnit
from base.money import Money
from cases import cases, tasks
from cases.cases import Case
from processes.facts import Asked, FactReader, reading_of, row_of
from processes.own_facts import OWN_FACTS
from processes.rows import FactReading
from processes.walk.turn import WantedFact
from processes.walk.values import UNKNOWN
from tests.company import DOWN, Company, open_company
from tests.walking import WATCH, begin, tiny


@pytest.fixture
def company(database: Database) -> Company:
    """The company, with one process published."""
    made = open_company(database, [tiny(WATCH)])
    made.parcel("6A1")
    return made


def asked(company: Company, case: Case | None = None, **inputs: Any) -> Asked:
    return Asked(
        brand_id=company.brand.id, case_id=case.id if case else 0, customer_id=case.customer_id if case else None,
        now=company.now, inputs=inputs,
    )  # fmt: skip


def wanted(fact: str, operation: str, item: str | None = None, **inputs: Any) -> WantedFact:
    return WantedFact(fact=fact, item=item, operation=operation, inputs=inputs, max_age=None)


def test_the_same_call_wanted_twice_is_made_once(company: Company) -> None:
    order = wanted("order", "shop.order", number="RC-1001")
    first, second = company.walks.facts.read([order, replace(order, fact="again")], asked(company))
    assert len(company.services.reads) == 1
    assert (first.reading.fact, second.reading.fact) == ("order", "again")
    assert first.reading.value == second.reading.value
    assert first.reading.id != second.reading.id


def test_what_is_wanted_together_is_read_at_the_same_time(company: Company) -> None:
    together = threading.Barrier(4, timeout=10)
    read = company.services.read

    def slowly(*args: Any, **more: Any) -> Any:
        together.wait()
        return read(*args, **more)

    company.services.read = slowly  # type: ignore[method-assign]
    each = [wanted("parcels", "carrier.tracking", str(n), number=str(n)) for n in range(4)]
    reads = company.walks.facts.read(each, asked(company))
    assert [read.reading.item for read in reads] == ["0", "1", "2", "3"], "in the order asked"


def test_of_two_carriers_the_one_that_is_down_leaves_the_other_known(company: Company) -> None:
    company.services.facts["carrier.tracking", "6A2"] = DOWN
    each = [wanted("parcels", "carrier.tracking", n, number=n) for n in ("6A1", "6A2")]
    states = [read.reading.state for read in company.walks.facts.read(each, asked(company))]
    assert states == ["known", "unknown"]


def test_no_fact_is_read_inside_a_write_unit(company: Company) -> None:
    with company.database.unit(), pytest.raises(InsideWriteUnit):
        company.walks.facts.read([wanted("order", "shop.order", number="RC-1001")], asked(company))


def test_a_stored_reading_comes_back_as_it_was_read(company: Company) -> None:
    begin(company.walks, company.agent, company.case().id)
    order = company.services.facts["shop.order", "RC-1001"]
    assert isinstance(order, dict)
    order["status"] = UNKNOWN
    [read] = company.walks.facts.read([wanted("order", "shop.order", number="RC-1001")], asked(company))
    with company.database.unit() as session:
        session.add(row_of(read, 1))
    with company.database.reading() as session:
        row = session.scalars(select(FactReading).where(FactReading.public_id == read.reading.id)).one()
    back = reading_of(row)
    assert back.value["total"] == Money.parse("49.90 EUR")
    assert back.value["status"] is UNKNOWN
    assert (back.fact, back.state, back.id) == ("order", "known", read.reading.id)
    assert abs(back.at - read.reading.at) < timedelta(milliseconds=1)


# What Ariane answers itself


def own(company: Company, capability: str, case: Case | None = None, **inputs: Any) -> Any:
    reader = FactReader(company.database, company.services, OWN_FACTS)
    return reader.read([wanted("own", capability, **inputs)], asked(company, case))[0].reading


def test_past_cases_of_the_same_customer_and_reason_count_and_others_do_not(company: Company) -> None:
    old, now = company.case(), company.case()
    assert own(company, "ariane.past_cases", now, reason=old.reason).value == {"count": 0}
    with company.database.unit() as session:
        cases.close(session, company.agent, company.now, session.get_one(Case, old.id), outcome="reshipped")
    known = own(company, "ariane.past_cases", now, reason=old.reason, period=Delay.parse("12 months")).value
    assert known["count"] == 1
    assert known["last_at"] <= company.now
    assert own(company, "ariane.past_cases", now, reason="other").value["count"] == 0
    assert own(company, "ariane.past_cases", now, reason=old.reason, outcomes=["refunded"]).value["count"] == 0
    assert own(company, "ariane.past_cases", None, reason=old.reason).value == {"count": 0}, "a stranger has no past"


def test_a_carriers_contract_counts_from_the_parcel_and_no_contract_is_missing(company: Company) -> None:
    sent = company.now - timedelta(days=10)
    known = own(company, "ariane.carrier_contract", parcel={"carrier": "laposte", "sent_at": sent})
    assert known.state == "known"
    assert known.value["claim_by"] == (sent + timedelta(days=30)).date()
    assert "contest_by" not in known.value
    for parcel in ({"carrier": "nobody"}, {}, {"carrier": UNKNOWN}):
        assert own(company, "ariane.carrier_contract", parcel=parcel).state == "missing", parcel


def test_a_partners_score_is_the_share_done_in_time(company: Company) -> None:
    assert own(company, "ariane.partner_score", partner="warehouse").value == {"cases": 0}
    case = company.case()
    with company.database.unit() as session:
        now, found = company.now, session.get_one(Case, case.id)
        for number in range(4):
            task = tasks.create(
                session, company.agent, now, found, key=f"t{number}", team="warehouse", title={"fr": "x"},
                due_at=now + timedelta(days=1),
            )  # fmt: skip
            if number:
                tasks.done(session, company.agent, now + timedelta(days=3 if number == 1 else 0), task)
    value = own(company, "ariane.partner_score", partner="warehouse").value
    assert value == {"cases": 4, "answered": 50, "score": 50}
