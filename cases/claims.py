"""Work that several robots could take: how one of them gets a row, keeps it, and loses it.

Follow-ups and effects share this. A claim raises the row's *token* and sets a *lease*; every later write carries the
token in its WHERE, so that a robot which slept past its lease finds no row and drops its work. Due dates and leases are
the database's time: the clock of the machine that works decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Integer, String, func, literal, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from base.clock import ClockOffset, real_clock
from base.database import Base, Id, Moment, UTCDateTime
from base.errors import Conflict
from base.languages import N_
from cases.states import state_is

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


class Lost(Conflict):
    """The row is no longer the caller's, or no longer in the state it had: drop the work, roll back."""

    sentence = N_("Somebody else has taken this over in the meantime.")


class Claimable:
    """The columns that claim, lease, retry and sweep need."""

    id: Mapped[Id]
    state: Mapped[Any]
    lane: Mapped[str] = mapped_column(default="")
    """The connection that the work calls first; empty when none. Claims are per lane, so that none fills the pool."""
    due_at: Mapped[Moment]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was begun since it last went well; a crash counts."""
    token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[Moment | None]
    """Until when whoever claimed it is left alone, real time; None when nobody has."""
    last_error: Mapped[str | None]
    done_at: Mapped[Moment | None]


@dataclass(frozen=True)
class Claimed:
    """A row that the caller has, until its lease ends or its token is raised."""

    id: int
    token: int
    now: datetime
    """Business time at the claim: the `now` of the run."""


@dataclass(frozen=True, eq=False)
class Clock:
    """What a statement takes the time from. The same object each time, so that statements made with it are kept."""

    business: ColumnElement[datetime]
    real: ColumnElement[datetime]
    lease_until: ColumnElement[datetime]


def database_clock(session: Session, lease: timedelta = LEASE) -> Clock:
    """The database's own clock: business time with its offset, leases without."""
    return _database_clock(session.get_bind().dialect.name, real_clock(session), lease)


@cache
def _database_clock(dialect: str, real: ColumnElement[datetime], lease: timedelta) -> Clock:
    ahead = select(ClockOffset.microseconds).where(ClockOffset.id == 1).scalar_subquery()
    if dialect == "postgresql":
        microsecond = literal(timedelta(microseconds=1))
        business: ColumnElement[datetime] = real + func.coalesce(ahead, 0) * microsecond
        return Clock(business, real, real + literal(lease))
    business = _strftime(sql_cast(func.coalesce(ahead, 0) / 1_000_000.0, String).concat(" seconds"))
    return Clock(business, real, _strftime(literal(f"{lease.total_seconds()} seconds")))


def fixed_clock(business: datetime, real: datetime, lease: timedelta = LEASE) -> Clock:
    """A clock that stands still, for simulations and for a sweep at a given time."""
    return Clock(_moment(business), _moment(real), _moment(real + lease))


def claim_rows(
    session: Session,
    row: type[Claimable],
    wanted: Sequence[ColumnElement[bool]],
    *,
    room: int,
    clock: Clock,
    values: dict[str, Any],
) -> list[Claimed]:
    """Take at most `room` rows that fit `wanted`, most overdue first, passing by what others are just taking."""
    due = select(row.id).where(*wanted).order_by(row.due_at).limit(room).with_for_update(skip_locked=True).cte("due")
    # MATERIALIZED keeps LIMIT and lock together, whatever plan is chosen.
    due = due.prefix_with("MATERIALIZED", dialect="postgresql")
    taken = (
        update(row)
        .where(row.id == due.c.id, *wanted)
        .values(token=row.token + 1, lease_until=clock.lease_until, **values)
        .returning(row.id, row.token, clock.business)
        .execution_options(synchronize_session=False)
    )
    return [Claimed(*found) for found in session.execute(taken)]


@dataclass(frozen=True)
class DueLane:
    """A lane that has something due."""

    lane: str
    since: datetime
    """When its most overdue row was due."""


def lanes_due(session: Session, row: type[Claimable], state: str, clock: Clock) -> list[DueLane]:
    """Lanes with rows of `state` that are due, most overdue first.

    Jumps from lane to lane in the index of what is due: a million rows of the future cost nothing.
    """
    standing = state_is(cast(InstrumentedAttribute[str], row.state), state)
    lanes = select(func.min(row.lane).label("lane")).where(standing).cte("lanes", recursive=True)
    following = select(func.min(row.lane)).where(standing, row.lane > lanes.c.lane).scalar_subquery()
    lanes = lanes.union_all(select(following).where(lanes.c.lane.is_not(None)))
    oldest = select(func.min(row.due_at, type_=UTCDateTime)).where(standing, row.lane == lanes.c.lane)
    seen = select(lanes.c.lane, oldest.scalar_subquery().label("since")).where(lanes.c.lane.is_not(None)).cte("seen")
    found = select(seen.c.lane, seen.c.since).where(seen.c.since <= clock.business).order_by(seen.c.since)
    return [DueLane(lane, since) for lane, since in session.execute(found)]


def count_by_lane(session: Session, row: type[Claimable], *which: ColumnElement[bool]) -> dict[str, int]:
    """How many such rows each lane has."""
    counted = select(row.lane, func.count()).where(*which).group_by(row.lane)
    return {row[0]: row[1] for row in session.execute(counted)}


def guarded(session: Session, row: type[Base], *guard: ColumnElement[bool], **values: Any) -> bool:
    """One UPDATE whose WHERE says what must still be true; whether it was, for the one row."""
    statement = update(row).where(*guard).values(**values).execution_options(synchronize_session=False)
    return cast(CursorResult[Any], session.execute(statement)).rowcount == 1


def held(row: type[Claimable], id: int, token: int, *states: str) -> tuple[ColumnElement[bool], ...]:
    """The guard of whoever claimed a row."""
    return (row.id == id, row.token == token, state_is(cast(InstrumentedAttribute[str], row.state), *states))


def pause(attempts: int, random: Random) -> timedelta:
    """How long to wait after so many attempts: up to 1 minute, 2, 4 … at most 6 hours, anywhere in between.

    The whole length is left to chance ("full jitter"): a thousand cases that failed together come back apart.
    """
    ceiling = min(_FIRST_PAUSE * 2 ** max(0, min(attempts, 30) - 1), _LONGEST_PAUSE)
    return timedelta(seconds=ceiling.total_seconds() * random.random())


def _strftime(ahead: ColumnElement[str]) -> ColumnElement[datetime]:
    return func.strftime("%Y-%m-%d %H:%M:%f000", "now", ahead, type_=UTCDateTime)


def _moment(value: datetime) -> ColumnElement[datetime]:
    return literal(value, UTCDateTime)
