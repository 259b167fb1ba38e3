"""What the robots' page lists: checks and acts in pages that follow each other by key, and what is due by process.

Plain queries that never write. A page of a list begins after the last row of the page before (its time and its id), so
that the ten thousandth row comes as fast as the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, joinedload

from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import HELD, OPEN, FollowUp
from cases.states import state_is

CheckView = Literal["due", "planned", "running", "parked", "done"]
ActView = Literal["pending", "sending", "unknown", "failed", "done"]
PAGE = 50
LATE = timedelta(minutes=5)
"""Due for longer than this and not done: the robots are behind, or asleep."""
SAMPLE = 1000
"""Latest rows from which lateness is told."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The last row that was shown."""

    at: datetime
    id: int


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows; None: all of them."""

    process: str | None = None
    lane: str | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one process has for robots at one connection."""

    process: str
    lane: str
    due: int
    late: int
    running: int
    parked: int
    oldest: datetime | None
    """The most overdue of those that wait."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How the robots keep up."""

    done: int
    """Checks done since `since`."""
    acts: int
    """Acts and messages done since then."""
    since: datetime
    usual: timedelta | None
    """Lateness of half of the latest checks."""
    worst: timedelta | None
    """Lateness that one in twenty exceeds."""


def checks(
    session: Session,
    brand_id: int,
    view: CheckView,
    now: datetime,
    which: Filter,
    *,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> Sequence[FollowUp]:
    """A page of the robots' rendezvous: soonest first, done ones latest first."""
    wanted = select(FollowUp).where(FollowUp.brand_id == brand_id, *_of(FollowUp, which))
    if view == "done":
        wanted = wanted.where(state_is(FollowUp.state, "done"))
        if after is not None:
            wanted = wanted.where(FollowUp.done_at <= after.at, _before(FollowUp.done_at, after))
        return session.scalars(wanted.order_by(FollowUp.done_at.desc(), FollowUp.id.desc()).limit(limit)).all()
    wanted = wanted.where(state_is(FollowUp.state, *OPEN), _in_view(view, now))
    if after is not None:
        wanted = wanted.where(FollowUp.due_at >= after.at, or_(FollowUp.due_at > after.at, FollowUp.id > after.id))
    return session.scalars(wanted.order_by(FollowUp.due_at, FollowUp.id).limit(limit)).all()


def acts(
    session: Session,
    brand_id: int,
    view: ActView,
    which: Filter,
    *,
    after_id: int | None = None,
    limit: int = PAGE,
) -> Sequence[Effect]:
    """A page of acts and messages: oldest first while something is to be done about them, else latest first."""
    wanted = select(Effect).where(Effect.brand_id == brand_id, Effect.state == view, *_of(Effect, which))
    over = view in ("done", "failed")
    if after_id is not None:
        wanted = wanted.where(Effect.id < after_id if over else Effect.id > after_id)
    ordered = wanted.order_by(Effect.id.desc() if over else Effect.id).limit(limit)
    return session.scalars(ordered.options(joinedload(Effect.case))).all()


def cases_of(session: Session, rows: Sequence[FollowUp]) -> dict[int, Case]:
    """The cases of some checks, with their customers."""
    ids = {row.case_id for row in rows}
    if not ids:
        return {}
    found = session.scalars(select(Case).where(Case.id.in_(ids)).options(joinedload(Case.customer)))
    return {case.id: case for case in found}


def tally(session: Session, brand_id: int, now: datetime) -> list[Line]:
    """What is due, running and parked, by process and connection; most due first. What lies ahead is not read."""
    waiting, begun = FollowUp.state == "waiting", and_(state_is(FollowUp.state, *OPEN), FollowUp.due_at <= now)
    counted = (
        select(
            FollowUp.process,
            FollowUp.lane,
            _sum(waiting).label("due"),
            _sum(and_(waiting, FollowUp.due_at < now - LATE)).label("late"),
            _sum(FollowUp.state.in_(HELD)).label("running"),
            _sum(FollowUp.state == "parked").label("parked"),
            func.min(sql_case((waiting, FollowUp.due_at))).label("oldest"),
        )
        .where(FollowUp.brand_id == brand_id, or_(begun, state_is(FollowUp.state, "parked")))
        .group_by(FollowUp.process, FollowUp.lane)
    )
    lines = [Line(**row._asdict()) for row in session.execute(counted)]
    return sorted(lines, key=lambda line: (-line.due - line.running - line.parked, line.process, line.lane))


def planned(session: Session, brand_id: int, now: datetime) -> int:
    """How many rendezvous lie ahead."""
    ahead = [FollowUp.brand_id == brand_id, _in_view("planned", now), state_is(FollowUp.state, *OPEN)]
    return session.scalar(select(func.count()).select_from(FollowUp).where(*ahead)) or 0


def acts_by_state(session: Session, brand_id: int) -> dict[str, int]:
    """How many acts and messages are pending, being sent or unknown."""
    counted = (
        select(Effect.state, func.count())
        .where(Effect.brand_id == brand_id, Effect.state.in_(("pending", "sending", "unknown")))
        .group_by(Effect.state)
    )
    return dict(session.execute(counted).all())


def pace(session: Session, brand_id: int, now: datetime, since: datetime) -> Pace:
    """How many were done since then, and how late the latest were."""
    over = [FollowUp.brand_id == brand_id, state_is(FollowUp.state, "done")]
    done = session.scalar(select(func.count()).select_from(FollowUp).where(*over, FollowUp.done_at >= since)) or 0
    acted = select(func.count()).select_from(Effect)
    acts = session.scalar(
        acted.where(Effect.brand_id == brand_id, state_is(Effect.state, "done"), Effect.done_at >= since)
    )
    latest = select(FollowUp.due_at, FollowUp.done_at).where(*over, FollowUp.done_at >= since)
    ordered = latest.order_by(FollowUp.done_at.desc()).limit(SAMPLE)
    late = sorted(max(done_at - due_at, timedelta()) for due_at, done_at in session.execute(ordered) if done_at)
    return Pace(
        done=done,
        acts=acts or 0,
        since=since,
        usual=late[len(late) // 2] if late else None,
        worst=late[int(len(late) * 0.95)] if late else None,
    )


def _in_view(view: CheckView, now: datetime) -> ColumnElement[bool]:
    match view:
        case "due":
            return and_(FollowUp.state == "waiting", FollowUp.due_at <= now)
        case "planned":
            return and_(FollowUp.state == "waiting", FollowUp.due_at > now)
        case "running":
            return state_is(FollowUp.state, *HELD)
        case _:
            return state_is(FollowUp.state, view)


def _of(row: Any, which: Filter) -> list[ColumnElement[bool]]:
    same = [row.process == which.process] if which.process is not None else []
    return same + ([row.lane == which.lane] if which.lane is not None else [])


def _before(column: Any, after: Cursor) -> ColumnElement[bool]:
    return or_(column < after.at, FollowUp.id < after.id)


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(sql_case((which, 1), else_=0)), 0)
