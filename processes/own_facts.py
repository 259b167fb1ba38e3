"""Facts that Ariane answers from its own rows: the customer's history, the carrier's contract, a partner's score."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.business_time import Calendar, Delay, add, subtract
from base.money import Money
from base.settings import values_of
from cases.cases import Case
from cases.tasks import Task
from processes.connectors.carriers import carrier_key
from processes.facts import Asked, BuiltIn

CONTRACTS = "carrier_contracts"
"""Setting that lists contracts: carrier, claim_within, counted_from (sent or delivered), contest_within, answer_within,
compensation, papers. Delays as documents write them; a carrier not listed has no contract: the fact is missing."""


def past_cases(session: Session, asked: Asked) -> Mapping[str, Any] | None:
    """How often this customer had such a case before, and when last."""
    if asked.customer_id is None:
        return {"count": 0}
    period = asked.inputs.get("period", Delay(12, "months"))
    calendar = session.get_one(Brand, asked.brand_id).calendar
    since = subtract(calendar, asked.now, period) if isinstance(period, Delay) else asked.now
    wanted = [
        Case.customer_id == asked.customer_id,
        Case.id != asked.case_id,
        Case.reason == asked.inputs["reason"],
        Case.closed_at >= since,
    ]
    outcomes = asked.inputs.get("outcomes")
    if outcomes:
        wanted.append(Case.outcome.in_(list(outcomes)))
    count, last = session.execute(select(func.count(Case.id), func.max(Case.closed_at)).where(*wanted)).one()
    return {"count": count} | ({"last_at": last} if last is not None else {})


def carrier_contract(session: Session, asked: Asked) -> Mapping[str, Any] | None:
    """The dates that the contract with the parcel's carrier sets, for this parcel."""
    parcel = asked.inputs.get("parcel", {})
    contracts = values_of(session, asked.brand_id).get(CONTRACTS) or []
    carrier = carrier_key(str(parcel.get("carrier", "")))
    contract = next((row for row in contracts if row.get("carrier") == carrier), None)
    if contract is None:
        return None
    calendar = session.get_one(Brand, asked.brand_id).calendar
    start = _start(parcel, contract.get("counted_from", "sent"), asked.now)
    known: dict[str, Any] = {
        "claim_by": _day(calendar, start, contract.get("claim_within")),
        "contest_by": _day(calendar, _start(parcel, "delivered", asked.now), contract.get("contest_within")),
        "answer_by": _day(calendar, asked.now, contract.get("answer_within")),
        "compensation": Money.parse(contract["compensation"]) if contract.get("compensation") else None,
        "papers": contract.get("papers"),
    }
    return {name: value for name, value in known.items() if value is not None}


def partner_score(session: Session, asked: Asked) -> Mapping[str, Any] | None:
    """Tasks a partner's team was given in a period, and the share done in time."""
    period = asked.inputs.get("period", Delay(3, "months"))
    calendar = session.get_one(Brand, asked.brand_id).calendar
    since = subtract(calendar, asked.now, period) if isinstance(period, Delay) else asked.now
    given = [Task.brand_id == asked.brand_id, Task.team == asked.inputs["partner"], Task.created_at >= since]
    total = session.scalar(select(func.count(Task.id)).where(*given)) or 0
    if not total:
        return {"cases": 0}
    given += [Task.state == "done", Task.done_at <= func.coalesce(Task.due_at, Task.done_at)]
    in_time = session.scalar(select(func.count(Task.id)).where(*given))
    share = round(100 * (in_time or 0) / total)
    return {"cases": total, "answered": share, "score": share}


OWN_FACTS: dict[str, BuiltIn] = {
    "ariane.past_cases": past_cases,
    "ariane.carrier_contract": carrier_contract,
    "ariane.partner_score": partner_score,
}


def _start(parcel: Mapping[str, Any], counted_from: str, now: datetime) -> datetime:
    moment = parcel.get("delivered_at") if counted_from == "delivered" else parcel.get("sent_at")
    return moment if isinstance(moment, datetime) else now


def _day(calendar: Calendar, start: datetime, within: str | None) -> date | None:
    return None if within is None else calendar.local(add(calendar, start, Delay.parse(within))).date()
