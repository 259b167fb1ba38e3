"""A customer comes back about something: to which case his contact belongs. The rule, and its use on rows.

An open case of the same matter takes it; one closed within its grace window is reopened; a later contact opens a case
of its own, linked to that one, so that it still counts as a repeat contact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.brands import Brand
from base.business_time import Calendar, Delay, has_passed
from cases.cases import Case, reopen
from cases.customers import Customer
from cases.orders import Order
from cases.targets import target_for

Way = Literal["open", "reopen", "linked", "new"]
USUAL_GRACE = Delay(3, "days")
"""Where no target says otherwise."""


@dataclass(frozen=True, slots=True)
class Known:
    """A case of the same matter, as far as the rule must know it."""

    id: int
    closed_at: datetime | None
    grace: Delay = USUAL_GRACE


@dataclass(frozen=True, slots=True)
class Decision:
    """To which case a contact belongs."""

    way: Way
    case_id: int | None
    """The case that takes it; of a linked one the case before."""


def decide(known: Sequence[Known], calendar: Calendar, now: datetime) -> Decision:
    """The newest open case; else the one closed last, reopened or linked to; else a new one."""
    still = [case for case in known if case.closed_at is None]
    if still:
        return Decision("open", max(case.id for case in still))
    closed = [case for case in known if case.closed_at is not None]
    if not closed:
        return Decision("new", None)
    last = max(closed, key=lambda case: (case.closed_at, case.id))
    assert last.closed_at is not None
    over = has_passed(calendar, last.closed_at, last.grace, now)
    return Decision("linked" if over else "reopen", last.id)


def case_before(
    session: Session, actor: Actor, now: datetime, reason: str, *, customer: Customer | None, order: Order | None
) -> tuple[Way, Case | None]:
    """What the rule says about a contact of this customer, about this order, for this reason."""
    about = Case.order_id == order.id if order is not None else Case.customer_id == (customer.id if customer else None)
    same = select(Case).where(Case.brand_id == actor.brand_id, about, Case.reason == reason)
    cases = {case.id: case for case in session.scalars(same.order_by(Case.opened_at.desc(), Case.id.desc()).limit(20))}
    known = [Known(case.id, case.closed_at, _grace(session, case)) for case in cases.values()]
    decision = decide(known, session.get_one(Brand, actor.brand_id).calendar, now)
    return decision.way, cases.get(decision.case_id or 0)


def take_up(session: Session, actor: Actor, now: datetime, case: Case) -> None:
    """A contact within the grace window: the matter was not over."""
    reopen(session, actor, now, case)


def _grace(session: Session, case: Case) -> Delay:
    target = target_for(session, case.brand_id, case.reason, case.opened_at)
    return Delay.parse(target.grace) if target is not None and target.grace else USUAL_GRACE
