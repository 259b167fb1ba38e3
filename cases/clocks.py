"""The clocks of one case: its goal and deadline as rows keep them, and the next moment at which an alert is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.business_time import Calendar, Delay
from cases.alerts import Alert
from cases.clock_rules import Due, Interval, Pause, counted, due, explain, pauses
from cases.targets import Target, target_for
from cases.waits import CaseWait, waits_of

if TYPE_CHECKING:
    from cases.cases import Case


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """How a deadline came about."""

    target: Target | None
    """None: nothing is said for this reason, there is no deadline."""
    calendar: Calendar
    delay: Delay | None
    due: Due
    lines: list[Interval]
    """From the opening to the deadline, or to now while the clock stands still."""

    @property
    def used(self) -> timedelta:
        """What of the delay the lines count."""
        return counted(self.lines)


def reckon(session: Session, case: "Case", now: datetime) -> bool:
    """Set what the case's target and waits make of its clocks; whether anything is another than before."""
    before = (case.goal_at, case.deadline_at, case.contact_budget, case.alert_at)
    target = target_for(session, case.brand_id, case.reason, case.opened_at)
    case.contact_budget = target.contact_budget if target else None
    if case.state == "closed":
        case.alert_at = None
    elif target is None:
        case.goal_at = case.deadline_at = case.alert_at = None
    else:
        crossings = _crossings(session, case, target)
        case.goal_at, case.deadline_at = crossings.get("goal_missed"), crossings.get("deadline_missed")
        case.alert_at = _next_alert(session, case, crossings, now)
    session.flush()
    return before != (case.goal_at, case.deadline_at, case.contact_budget, case.alert_at)


def crossed(session: Session, case: "Case", now: datetime) -> Iterator[tuple[str, datetime]]:
    """Kinds of alert whose moment has come, with that moment."""
    target = target_for(session, case.brand_id, case.reason, case.opened_at)
    if target is not None and case.state != "closed":
        yield from ((kind, at) for kind, at in _crossings(session, case, target).items() if at <= now)


def explanation(session: Session, case: "Case", now: datetime) -> Explanation:
    """The deadline of a case, interval by interval."""
    target = target_for(session, case.brand_id, case.reason, case.opened_at)
    calendar = _calendar(session, case, target)
    delay = Delay.parse(target.deadline) if target and target.deadline else None
    if target is None or delay is None:
        return Explanation(target=target, calendar=calendar, delay=None, due=Due(None, timedelta()), lines=[])
    stood = list(stood_still(session, case, target))
    end = due(calendar, case.opened_at, delay, stood)
    lines = explain(calendar, case.opened_at, delay, stood, end.at or now)
    return Explanation(target=target, calendar=calendar, delay=delay, due=end, lines=lines)


def stood_still(session: Session, case: "Case", target: Target) -> Iterator[Pause]:
    """When the clock of the case stood still."""
    for wait in waits_of(session, case.id):
        if pauses(wait.party, target.pauses):
            yield Pause(wait.began_at, wait.ended_at, wait.party)


def time_by_party(session: Session, case: "Case", now: datetime) -> dict[str, timedelta]:
    """How long each party had the word; "us" the rest, from the opening to the closing or now."""
    until = case.closed_at or now
    spent: dict[str, timedelta] = {}
    for wait in waits_of(session, case.id):
        if wait.party != "closed":
            spent[wait.party] = spent.get(wait.party, timedelta()) + _within(wait, until)
    others = sum(spent.values(), timedelta())
    return {"us": max(until - case.opened_at - others, timedelta()), **spent}


def _next_alert(session: Session, case: "Case", crossings: dict[str, datetime], now: datetime) -> datetime | None:
    """The first crossing that was not told yet: one that lies behind already is due at once."""
    waiting = dict(crossings)
    if waiting.get("deadline_missed", now) < now:
        waiting.pop("deadline_near", None)
    if any(at <= now for at in waiting.values()):
        told = session.execute(select(Alert.kind, Alert.crossed_at).where(Alert.case_id == case.id))
        for kind, at in told:
            if waiting.get(kind) == at:
                del waiting[kind]
    return min(waiting.values(), default=None)


def _crossings(session: Session, case: "Case", target: Target) -> dict[str, datetime]:
    calendar = _calendar(session, case, target)
    stood = list(stood_still(session, case, target))
    found: dict[str, datetime] = {}
    for kind, written, share in (
        ("deadline_near", target.deadline, target.warn_at),
        ("goal_missed", target.goal, 100),
        ("deadline_missed", target.deadline, 100),
    ):
        at = due(calendar, case.opened_at, Delay.parse(written), stood, share).at if written else None
        if at is not None:
            found[kind] = at
    return found


def _calendar(session: Session, case: "Case", target: Target | None) -> Calendar:
    of_brand = session.get_one(Brand, case.brand_id).calendar
    return target.calendar(of_brand) if target is not None else of_brand


def _within(wait: CaseWait, until: datetime) -> timedelta:
    return max(min(wait.ended_at or until, until) - wait.began_at, timedelta())
