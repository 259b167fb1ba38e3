"""A calendar has changed: which waiting walks that touches, and finding their dates again.

A walk that waits keeps the rule of its dates (`walk.timers`). People see first what would move and decide; then robots
go through the waiting walks in small transactions, from where the one before stopped. What was put to another hour by
hand stays there, and so do promises already told to customers: they are no rows of the due list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, Session, joinedload, lazyload, mapped_column

from base.actors import Actor
from base.business_time import Calendar
from base.calendars import calendar_named
from base.database import Base, Id, Json, Moment
from base.permissions import Permission, require
from cases import cases, follow_ups, tasks, waits
from cases.follow_ups import FollowUp
from processes.rows import WalkRow
from processes.walk.timers import found_again, wake_at
from processes.walk.values import decode, encode
from processes.writing import PATIENCE

NAMED_HERE = 50
"""Cases that a preview lists by name."""
LOOKED_AT = 2000
"""Waiting walks that a preview looks at; of more, it says so."""
BATCH = 50
"""Walks looked at in one transaction: others wait that long for their turn to write."""
_OPEN = text("ended_at IS NULL")


class DateMove(Base):
    """Somebody wants the planned dates found again on a calendar; robots go through the waiting walks."""

    __tablename__ = "date_move"
    __table_args__ = (
        Index(None, "calendar", "asked_at"),
        Index("ix_date_move_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    """Of who asked; calendars are of the whole house."""
    calendar: Mapped[str] = mapped_column(String(60))
    """Its key."""
    asked_at: Mapped[Moment]
    by: Mapped[Json]
    after_id: Mapped[int] = mapped_column(default=0)
    """Follow-ups up to this id were looked at."""
    moved: Mapped[int] = mapped_column(default=0)
    stayed: Mapped[int] = mapped_column(default=0)
    """Would have moved, had not somebody put them to another hour by hand."""
    ended_at: Mapped[Moment | None]


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One look of a robot that comes at another time."""

    case: str
    """Public id."""
    reference: str
    process: str
    label: Any
    before: datetime
    after: datetime


@dataclass(kw_only=True)
class Preview:
    """What a changed calendar would move."""

    looked_at: int = 0
    more: bool = False
    """Whether more walks wait on the calendar than were looked at."""
    moving: int = 0
    by_hand: int = 0
    """Would move, but somebody put them to another hour: they stay."""
    shifts: list[Shift] = field(default_factory=list)
    """The first of those of the reader's brand."""


def preview(session: Session, actor: Actor, key: str, changed: Calendar) -> Preview:
    """What moves if the calendar of that key becomes `changed`. Raises NotPermitted."""
    require(actor, Permission.ADMIN)
    found = Preview()
    rows = _waiting(session, key, 0, LOOKED_AT + 1)
    found.more = len(rows) > LOOKED_AT
    for row, walk in rows[:LOOKED_AT]:
        found.looked_at += 1
        then, now = _dates(walk, changed)
        before, after = wake_at(then), wake_at(now)
        if then == now or after is None:
            continue
        if row.due_at != before:
            found.by_hand += 1
            continue
        found.moving += 1
        if row.brand_id == actor.brand_id and len(found.shifts) < NAMED_HERE:
            case = walk.case
            found.shifts.append(
                Shift(
                    case=case.public_id, reference=case.spoken_reference, process=row.process, label=row.label,
                    before=row.due_at, after=after,
                )
            )  # fmt: skip
    return found


def ask(session: Session, actor: Actor, now: datetime, key: str) -> DateMove:
    """Have the robots find the planned dates again on the calendar as it is now. Raises NotPermitted."""
    require(actor, Permission.ADMIN)
    row = DateMove(brand_id=actor.brand_id, calendar=key, asked_at=now, by=actor.to_json(), moved=0, stayed=0)
    session.add(row)
    session.flush()
    return row


def last_moves(session: Session) -> dict[str, DateMove]:
    """The newest of each calendar, by its key."""
    return {row.calendar: row for row in session.scalars(select(DateMove).order_by(DateMove.id))}


def open_moves(session: Session) -> Sequence[int]:
    """Ids of those that are not done, in the order they were asked for."""
    return session.scalars(select(DateMove.id).where(DateMove.ended_at.is_(None)).order_by(DateMove.id)).all()


def go_on(session: Session, now: datetime, id: int) -> bool:
    """Look at one batch; whether more is left."""
    asked = session.get_one(DateMove, id, with_for_update=True)
    if asked.ended_at is not None:
        return False
    calendar, actor = calendar_named(session, asked.calendar), Actor.from_json(asked.by)
    rows = [(row.id, row.case_id) for row, _ in _waiting(session, asked.calendar, asked.after_id, BATCH)]
    for row_id, case_id in sorted(rows, key=lambda each: each[1]):  # the order in which everybody locks cases
        case = cases.locked(session, case_id)
        for row, walk in [] if case.closed else _waiting(session, asked.calendar, row_id - 1, 1, row_id):
            moved = _move_one(session, actor, now, row, walk, calendar)
            asked.moved += moved is True
            asked.stayed += moved is False
    if rows:
        asked.after_id = rows[-1][0]
    if len(rows) < BATCH:
        asked.ended_at = now
    session.flush()
    return asked.ended_at is None


def _waiting(
    session: Session, key: str, after_id: int, most: int, up_to: int | None = None
) -> Sequence[tuple[FollowUp, WalkRow]]:
    """Rendezvous counted on the calendar that no robot has taken, as they are now, with their walks, by id."""
    wanted = (
        select(FollowUp, WalkRow)
        .join(WalkRow, WalkRow.id == FollowUp.walk_id)
        .options(joinedload(WalkRow.case), lazyload(WalkRow.version))
        .where(FollowUp.calendar == key, follow_ups.WAITS, FollowUp.id > after_id)
        .order_by(FollowUp.id)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    if up_to is not None:
        wanted = wanted.where(FollowUp.id <= up_to)
    return [(row, walk) for row, walk in session.execute(wanted).unique()]


def _dates(walk: WalkRow, calendar: Calendar) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the walk waits for, with its dates as they are and as the calendar has them now."""
    waiting: dict[str, Any] = decode(walk.state["waiting"]) if walk.state["waiting"] else {}
    return waiting, found_again(waiting, calendar)


def _move_one(
    session: Session, actor: Actor, now: datetime, row: FollowUp, walk: WalkRow, calendar: Calendar
) -> bool | None:
    """True: moved; False: put to another hour by hand; None: nothing to do. The case is locked.

    The revision moves on: whoever had the page open is told.
    """
    then, found = _dates(walk, calendar)
    before, after = wake_at(then), wake_at(found)
    if then == found or before is None or after is None:
        return None
    if row.due_at != before:
        return False
    state = {**walk.state, "waiting": encode(found)}
    moving = update(WalkRow).where(WalkRow.id == walk.id, WalkRow.revision == walk.revision)
    moved = moving.values(state=state, revision=walk.revision + 1).returning(WalkRow.id)
    if session.execute(moved, execution_options={"synchronize_session": False}).first() is None:
        return None
    if after != before:
        follow_ups.move_with_calendar(session, actor, now, row, after, patience_until=after + PATIENCE)
        waits.come_back_at(session, row.case_id, before, after)
    if found.get("deadline") != then.get("deadline") and "key" in then:
        tasks.due_at(session, then["key"], then["deadline"], found["deadline"])
    return True
