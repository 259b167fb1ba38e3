"""After a stop: what has become overdue, how long it takes at the pace services allow, and spreading it over hours.

Nothing is lost by a stop; it only comes due all at once. Before the robots are let go, people see by step and
connection what waits, and choose: at once, spread over some hours, or look at it first.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.brands import Brand
from base.clock import real_now
from base.languages import N_
from base.permissions import Permission, require
from cases import stops
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.incident_rows import cases_held_by
from cases.stops import Stop
from processes.connectors.rows import Connection
from processes.writing import PATIENCE
from robots.rows import last_beat

PER_SECOND = 20
"""What robots take of one connection in a second, where the connection sets no rate of its own."""
BATCH = 1000
LONG_ABSENCE = timedelta(minutes=30)
MANY = 500
"""So much overdue after a long absence is shown to people before it is done."""
ABSENT = N_("The robots were away for a long time and much has become overdue. Look at it, then let them go.")


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What waits of one step at one connection."""

    kind: str
    """`check` or `act`."""
    process: str
    step: str
    lane: str
    rows: int
    oldest: datetime
    takes: timedelta
    """At the pace that the connection allows, by itself."""


@dataclass(frozen=True, kw_only=True)
class CatchUp:
    """All that has become overdue under a stop."""

    backlogs: Sequence[Backlog]

    @property
    def rows(self) -> int:
        """How many."""
        return sum(each.rows for each in self.backlogs)

    @property
    def takes(self) -> timedelta:
        """At full pace: connections are worked on side by side, the slowest decides."""
        by_lane: dict[str, timedelta] = defaultdict(timedelta)
        for each in self.backlogs:
            by_lane[each.lane] += each.takes
        return max(by_lane.values(), default=timedelta())


def preview(session: Session, brand_id: int, now: datetime, stop: Stop | None = None) -> CatchUp:
    """What would be done at once if the stop were lifted; None: all that is overdue."""
    rates = _rates(session, brand_id)
    backlogs = []
    for kind, row, state in _TABLES:
        counted = (
            select(row.process, row.step, row.lane, func.count(), func.min(row.due_at))
            .where(*_overdue(row, state, brand_id, now), *_under(row, stop))
            .group_by(row.process, row.step, row.lane)
        )
        for process, step, lane, rows, oldest in session.execute(counted):
            takes = timedelta(seconds=rows / rates.get(lane, PER_SECOND))
            backlogs.append(
                Backlog(
                    kind=kind, process=process or "", step=step or "", lane=lane, rows=rows, oldest=oldest, takes=takes
                )
            )  # fmt: skip
    return CatchUp(backlogs=sorted(backlogs, key=lambda each: -each.rows))


def spread(session: Session, actor: Actor, now: datetime, stop: Stop, over: timedelta) -> int:
    """Give what is overdue under the stop new hours, evenly from now on, each connection by itself. How many moved.

    The order is kept, no attempt is used up, and patience with silent services begins anew.
    """
    require(actor, Permission.ROBOTS_STOP)
    moved = 0
    for _, row, state in _TABLES:
        by_lane: dict[str, list[int]] = defaultdict(list)
        wanted = select(row.lane, row.id).where(*_overdue(row, state, stop.brand_id, now), *_under(row, stop))
        for lane, id in session.execute(wanted.order_by(row.due_at, row.id)):
            by_lane[lane].append(id)
        for ids in by_lane.values():
            due = [{"row_id": id, "due": now + over * (place / len(ids))} for place, id in enumerate(ids)]
            _move(session, row, state, due)
            moved += len(ids)
    return moved


def hold_after_absence(session: Session, now: datetime) -> list[Stop]:
    """For robots that begin: after a long absence with much overdue, they wait until people have seen the preview."""
    seen = last_beat(session)
    if seen is None or real_now(session) - seen < LONG_ABSENCE:
        return []
    held = []
    for brand_id in session.scalars(select(Brand.id)).all():
        if _many(session, brand_id, now):
            stop = stops.trip(session, robot_actor(brand_id), now, "all", reason=ABSENT)
            held += [stop] if stop is not None else []
    return held


_TABLES: tuple[tuple[str, Any, str], ...] = (("check", FollowUp, "waiting"), ("act", Effect, "pending"))


def _many(session: Session, brand_id: int, now: datetime) -> bool:
    found = 0
    for _, row, state in _TABLES:
        some = select(row.id).where(*_overdue(row, state, brand_id, now)).limit(MANY).subquery()
        found += session.scalar(select(func.count()).select_from(some)) or 0
    return found >= MANY


def _overdue(row: Any, state: str, brand_id: int, now: datetime) -> list[ColumnElement[bool]]:
    return [row.brand_id == brand_id, row.state == state, row.due_at <= now]


def _under(row: Any, stop: Stop | None) -> list[ColumnElement[bool]]:
    """The rows that the stop holds."""
    if stop is None or stop.scope == "all":
        return []
    if stop.scope == "incident":
        return [row.id < 0] if row is Effect else [row.case_id.in_(cases_held_by(stop.name))]
    columns = {"process": row.process, "connection": row.lane, "operation": getattr(row, "operation", None)}
    column = columns[stop.scope]
    return [row.id < 0] if column is None else [column == stop.name]


def _move(session: Session, row: Any, state: str, due: list[dict[str, Any]]) -> None:
    later: dict[str, Any] = {"due_at": bindparam("due")}
    if row is FollowUp:
        later["patience_until"] = bindparam("patient")
        due = [{**each, "patient": each["due"] + PATIENCE} for each in due]
    table = row.__table__
    moving = update(table).where(table.c.id == bindparam("row_id"), table.c.state == state).values(**later)
    for start in range(0, len(due), BATCH):
        session.connection().execute(moving, due[start : start + BATCH])


def _rates(session: Session, brand_id: int) -> dict[str, float]:
    """Calls a second that each connection allows."""
    rates = {}
    for row in session.scalars(select(Connection).where(Connection.brand_id == brand_id)):
        a_day = row.calls_per_day / 86400 if row.calls_per_day else PER_SECOND
        rates[row.lane] = min(row.calls_per_second or PER_SECOND, a_day, PER_SECOND)
    return rates
