"""The first honest figures: what is open, what is late, why customers contact us. Reads only.

Each figure says what it counts and over which days; resolution rates come with their own rules (ripe cohorts, windows)
and are not guessed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.scope import within
from cases import boards
from cases.boards import Counts
from cases.cases import Case
from cases.contacts import Contact

LATE = timedelta(minutes=5)
"""A robot's check that was due this long ago and has not been made is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole: a count, and how many in a hundred it is (None of nothing)."""

    name: str
    count: int
    percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of contacts, by its Monday."""

    begins: datetime
    inbound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the insight page opens on."""

    counts: Counts
    since: datetime
    """Start of the days that the counted contacts and closed cases cover."""
    contacts: int
    """Inbound contacts since then, without those of incidents."""
    of_incidents: int
    """Contacts that came because of an incident: out of the other figures, on a line of their own."""
    unqualified: int | None
    """Of a hundred of these contacts, those without a reason; None of nothing."""
    by_reason: list[Share]
    by_cause: list[Share]
    """Root causes of the cases closed since then; empty where nobody said one."""
    by_channel: list[Share]
    closed: int
    """Cases closed since then."""
    solved: int
    """Of these, closed with an outcome that solves the customer's problem; not yet confirmed by time or customer."""
    weeks: list[Week]


def figures(session: Session, actor: Actor, now: datetime, *, days: int = 30) -> Figures:
    """The figures of what the actor may see over the last `days` days."""
    since = now - timedelta(days=days)
    reasons = boards.contacts_by_reason(session, actor, since)
    channels = _by_channel(session, actor, since)
    total = sum(count for _, count in reasons)
    closed, solved = _closed(session, actor, since)
    return Figures(
        counts=boards.counts(session, actor, now, asleep_since=now - LATE), since=since, contacts=total,
        of_incidents=_of_incidents(session, actor, since),
        by_reason=_shares(reasons), by_channel=_shares(channels), closed=closed, solved=solved,
        unqualified=_percent(sum(count for reason, count in reasons if not reason), total),
        by_cause=_shares(_by_cause(session, actor, since)), weeks=_weeks(session, actor, now),
    )  # fmt: skip


def _of_incidents(session: Session, actor: Actor, since: datetime) -> int:
    wanted = (within(actor, Contact), Contact.incident_id.is_not(None), Contact.started_at >= since)
    return session.scalar(select(func.count(Contact.id)).where(*wanted)) or 0


def _by_channel(session: Session, actor: Actor, since: datetime) -> list[tuple[str, int]]:
    counted = (
        select(Contact.channel, func.count().label("contacts"))
        .where(within(actor, Contact), Contact.direction == "inbound", Contact.started_at >= since)
        .where(Contact.incident_id.is_(None))
        .group_by(Contact.channel)
        .order_by(func.count().desc(), Contact.channel)
    )
    return [(channel, count) for channel, count in session.execute(counted)]


def _by_cause(session: Session, actor: Actor, since: datetime) -> list[tuple[str, int]]:
    cause = func.coalesce(Case.cause, "")
    counted = (
        select(cause, func.count())
        .where(within(actor, Case), Case.state == "closed", Case.closed_at >= since)
        .group_by(cause)
        .order_by(cause == "", func.count().desc(), cause)
    )
    found = [(key, count) for key, count in session.execute(counted)]
    return found if any(key for key, _ in found) else []


def _closed(session: Session, actor: Actor, since: datetime) -> tuple[int, int]:
    rows: Sequence[Row[bool | None, int]] = session.execute(
        select(Case.solved, func.count())
        .where(within(actor, Case), Case.state == "closed", Case.closed_at >= since)
        .group_by(Case.solved)
    ).all()
    return sum(count for _, count in rows), sum(count for solved, count in rows if solved)


def _weeks(session: Session, actor: Actor, now: datetime, number: int = 12) -> list[Week]:
    """Inbound contacts of the last whole weeks, oldest first; weeks begin on Monday, UTC."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    weeks = []
    for past in range(number, 0, -1):
        begins = monday - timedelta(weeks=past)
        inbound = session.scalar(
            select(func.count(Contact.id)).where(
                within(actor, Contact),
                Contact.direction == "inbound",
                Contact.started_at >= begins,
                Contact.started_at < begins + timedelta(weeks=1),
            )
        )
        weeks.append(Week(begins=begins, inbound=inbound or 0))
    return weeks


def _shares(counted: list[tuple[str, int]]) -> list[Share]:
    total = sum(count for _, count in counted)
    return [Share(name=name, count=count, percent=_percent(count, total)) for name, count in counted]


def _percent(count: int, total: int) -> int | None:
    return round(100 * count / total) if total else None
