"""Two clocks, both the database's, so that processes and hosts agree.

* `business_now`: due dates, ages of facts, promises. The demo, and nothing else, moves it ahead by one offset row.
* `real_now`: leases, sign-ins, tokens, rates, breakers. It never has an offset.

Verbs do not look at a clock, they are given `now`; doors and robots ask here once a turn.
"""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Mapped, Session

from base.database import Base, Id, UTCDateTime, table_of
from base.errors import Invalid
from base.languages import N_


class ClockGoesBack(Invalid):
    """The business clock moves ahead only: what is done stays done."""

    sentence = N_("The clock only moves ahead.")


class ClockOffset(Base):
    """The single row by which business time is ahead of real time; none when it is not."""

    __tablename__ = "clock_offset"

    id: Mapped[Id]
    microseconds: Mapped[int]


def business_now(session: Session) -> datetime:
    """Business time, aware UTC."""
    row = session.execute(_both(real_clock(session))).one()
    real: datetime = row.real
    return real + timedelta(microseconds=row.ahead or 0)


@cache
def _both(real: ColumnElement[datetime]) -> Select[tuple[datetime, int]]:
    return select(real.label("real"), _AHEAD.label("ahead"))


def real_now(session: Session) -> datetime:
    """Real time, aware UTC."""
    return session.execute(select(real_clock(session))).scalar_one()


def real_clock(session: Session) -> ColumnElement[datetime]:
    """The expression by which a statement asks for the time: the start of the statement, so that indexes serve."""
    return _STATEMENT_START if session.get_bind().dialect.name == "postgresql" else _SQLITE_NOW


def offset(session: Session) -> timedelta:
    """How far business time is ahead."""
    return timedelta(microseconds=session.scalar(select(_AHEAD)) or 0)


_OFFSET = table_of(ClockOffset).c
_AHEAD = select(_OFFSET.microseconds).where(_OFFSET.id == 1).scalar_subquery()
_STATEMENT_START = func.statement_timestamp(type_=UTCDateTime)
_SQLITE_NOW = func.strftime("%Y-%m-%d %H:%M:%f000", "now", type_=UTCDateTime)


def move(session: Session, by: timedelta) -> None:
    """Move business time ahead. Raises `ClockGoesBack`."""
    if by < timedelta():
        raise ClockGoesBack
    row = session.get(ClockOffset, 1, with_for_update=True)
    if row is None:
        row = ClockOffset(id=1, microseconds=0)
        session.add(row)
    row.microseconds += by // timedelta(microseconds=1)
    session.flush()


def open_at(session: Session, moment: datetime) -> None:
    """Begin business time at `moment`, before anything has happened in it: the demo opens on a fixed day.

    Raises `ClockGoesBack` when business time was moved before.
    """
    if session.get(ClockOffset, 1) is not None:
        raise ClockGoesBack
    session.add(ClockOffset(id=1, microseconds=(moment - real_now(session)) // timedelta(microseconds=1)))
    session.flush()


def move_to(session: Session, moment: datetime) -> None:
    """Move business time ahead to `moment`. Raises `ClockGoesBack`."""
    move(session, moment - business_now(session))
