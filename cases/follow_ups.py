"""Follow-ups: a robot's next rendezvous with a walk. These rows are the due list, whatever engine carries the work.

waiting → queued → running → done, or back to waiting for later, or parked for a person, or cancelled. Every arrow is
one UPDATE that names the state and token it starts from: of two who try, one finds no row and has lost. A run's work is
written in one transaction with `finish`; until then nothing has happened, so that even a running one can be cancelled.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    bindparam,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from base.actors import Actor, robot_actor
from base.database import Base, Json, Moment, PublicId, insert_or_ignore, loose, new_public_id, table_of
from base.errors import Conflict
from base.languages import N_
from base.permissions import Permission, require
from cases.claims import (
    MOST_ATTEMPTS,
    Claimable,
    Claimed,
    Clock,
    DueLane,
    Lost,
    claim_rows,
    count_by_lane,
    guarded,
    held,
    lanes_due,
    pause,
)
from cases.states import one_of, state_is
from cases.stops import leave
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

FollowUpState = Literal["waiting", "queued", "running", "done", "parked", "cancelled"]
OPEN: tuple[FollowUpState, ...] = ("waiting", "queued", "running", "parked")
"""States from which something may still happen."""
HELD: tuple[FollowUpState, ...] = ("queued", "running")
_SHORTEST_SILENCE, _LONGEST_SILENCE = timedelta(seconds=15), timedelta(hours=1)

_WAITING = text("state = 'waiting'")
_HELD = text("state IN ('queued', 'running')")
_DONE = text("state = 'done'")
_OPEN = text("state IN ('waiting', 'queued', 'running', 'parked')")
_PARKED = text("state = 'parked'")
_ENDED = text("done_at IS NOT NULL")


class TooLate(Conflict):
    """The robot has begun, is done, or somebody cancelled it."""

    sentence = N_("Too late: the robot is already at it, or it is no longer planned.")


class FollowUp(Claimable, Base):
    """When a robot comes back to a walk, and why."""

    __tablename__ = "follow_up"
    __table_args__ = (
        one_of("state", FollowUpState),
        Index("ix_follow_up_due", "lane", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_follow_up_lease", "lease_until", sqlite_where=_HELD, postgresql_where=_HELD),
        Index(
            "uq_follow_up_open", *("walk_id", "step", "visit"), unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(None, "case_id", "due_at"),
        Index("ix_follow_up_agenda", "brand_id", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_follow_up_done", "brand_id", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
        Index("ix_follow_up_parked", "brand_id", "due_at", sqlite_where=_PARKED, postgresql_where=_PARKED),
        Index(None, "walk_id"),
        Index("ix_follow_up_ended", "done_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )

    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int]
    """Opaque here, as is the version."""
    version_id: Mapped[int]
    process: Mapped[str]
    """The process's key."""
    step: Mapped[str]
    visit: Mapped[int]
    label: Mapped[Json | None]
    """What the robot will look at, by language."""
    state: Mapped[FollowUpState] = mapped_column(String(16), default="waiting")
    calendar: Mapped[str | None] = mapped_column(String(60))
    """Key of the calendar that `due_at` was counted on: it is found again when that changes. None: on none."""
    patience_until: Mapped[Moment | None]
    """Until when a service that does not answer only postpones; after it the walk is told."""
    silences: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How often in a row a service did not answer: each look comes later than the one before."""
    created_at: Mapped[Moment]


WAITS = state_is(FollowUp.state, "waiting")
"""No robot has taken it."""


def plan(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    walk_id: int,
    version_id: int,
    process: str,
    step: str,
    visit: int,
    due_at: datetime,
    lane: str = "",
    label: Mapping[str, str] | None = None,
    calendar: str | None = None,
    patience_until: datetime | None = None,
) -> None:
    """Have a robot come back to the walk at `due_at`.

    One rendezvous per walk, step and visit is open at a time: planned again it moves, and a robot that was just at it
    has lost it. Only the first of a step and visit is told in the timeline; a daily look is no daily news.
    """
    require(actor, Permission.WALK_ADVANCE)
    same = (FollowUp.walk_id == walk_id, FollowUp.step == step, FollowUp.visit == visit)
    known_before = session.scalar(select(FollowUp.id).where(*same).limit(1)) is not None
    when = {"due_at": due_at, "lane": lane, "patience_until": patience_until, "version_id": version_id}
    when["calendar"] = calendar
    fixed = {"walk_id": walk_id, "step": step, "visit": visit, "process": process, "label": _plain(label)}
    owner = {"public_id": new_public_id(), "brand_id": case.brand_id, "case_id": case.id, "created_at": now}
    if not insert_or_ignore(session, FollowUp, {**when, **fixed, **owner, "state": "waiting"}):
        again = {"state": "waiting", "lease_until": None, "attempts": 0, "silences": 0, "last_error": None}
        _move(session, *same, _state_in(*OPEN), token=FollowUp.token + 1, **when, **again)
    if not known_before:
        params = {"due": due_at, "label": label, "step": step}
        write(session, case.id, "follow_up.planned", actor=actor, now=now, params=params, walk_id=walk_id)


# A robot's way through a row


def due_lanes(session: Session, clock: Clock) -> list[DueLane]:
    """Lanes with something due, most overdue first."""
    return lanes_due(session, FollowUp, "waiting", clock)


def in_flight(session: Session, clock: Clock) -> dict[str, int]:
    """How many rows of each lane robots have right now."""
    return count_by_lane(session, FollowUp, _state_in(*HELD))


def claim(session: Session, lane: str, *, room: int, clock: Clock) -> list[Claimed]:
    """waiting → queued, for at most `room` due rows of one lane. Commit before working on them."""
    wanted = [_state_in("waiting"), FollowUp.lane == lane, FollowUp.due_at <= clock.business]
    wanted += leave(session, FollowUp, lane)
    return claim_rows(session, FollowUp, wanted, room=room, clock=clock, values={"state": "queued"})


def claim_overdue_patience(session: Session, lane: str, *, room: int, clock: Clock) -> list[Claimed]:
    """As `claim`, for a lane that is closed: only rows whose patience has run out, to be told so."""
    wanted = [_state_in("waiting"), FollowUp.lane == lane, FollowUp.due_at <= clock.business]
    wanted += [FollowUp.patience_until <= clock.business, *leave(session, FollowUp, lane)]
    return claim_rows(session, FollowUp, wanted, room=room, clock=clock, values={"state": "queued"})


def claim_one(session: Session, id: int, *, clock: Clock) -> Claimed | None:
    """As `claim`, for one row, due or not; None when it is not waiting."""
    wanted = [_state_in("waiting"), FollowUp.id == id]
    return next(iter(claim_rows(session, FollowUp, wanted, room=1, clock=clock, values={"state": "queued"})), None)


def start(session: Session, id: int, token: int, *, clock: Clock) -> FollowUp:
    """queued → running. Commit before working: a crash then uses up an attempt. Raises `Lost`."""
    return _taken(session, _starting(clock), {"of": id, "with": token})


def renew(session: Session, id: int, token: int, *, clock: Clock) -> None:
    """Keep the row for another lease. Raises `Lost`."""
    _move(session, *held(FollowUp, id, token, *HELD), lease_until=clock.lease_until)


def finish(session: Session, actor: Actor, now: datetime, id: int, token: int) -> FollowUp:
    """running → done, in the one transaction that writes all that the run did. Raises `Lost`."""
    row = _taken(session, _FINISHING, {"of": id, "with": token, "at": now})
    params = {"label": row.label, "step": row.step, "visit": row.visit}
    write(session, row.case_id, "follow_up.done", actor=actor, now=now, params=params, walk_id=row.walk_id)
    return row


def give_back(session: Session, id: int, token: int, *, due_at: datetime | None = None) -> None:
    """queued or running → waiting, without using up an attempt: a stop, a busy case.

    `due_at` moves it; None leaves it as due as it was. Raises `Lost`.
    """
    spared = FollowUp.attempts - sql_case((_state_in("running"), 1), else_=0)
    later = {"due_at": due_at} if due_at else {}
    _move(session, *held(FollowUp, id, token, *HELD), state="waiting", attempts=spared, lease_until=None, **later)


def put_off(session: Session, now: datetime, id: int, token: int, *, because: str, random: Random) -> datetime:
    """running → waiting, later and later, without using up an attempt: a service does not answer. When it is due next.

    Never later than its patience, after which the walk is told. Raises `Lost`.
    """
    row = session.scalars(_fresh(FollowUp.id == id)).one()
    later = now + min(max(pause(row.silences + 1, random), _SHORTEST_SILENCE), _LONGEST_SILENCE)
    if row.patience_until is not None:
        later = min(later, max(row.patience_until, now))
    spared = {"state": "waiting", "attempts": FollowUp.attempts - 1, "lease_until": None}
    guard = held(FollowUp, id, token, "running")
    _move(session, *guard, due_at=later, silences=FollowUp.silences + 1, last_error=because, **spared)
    return later


def stumble(session: Session, actor: Actor, now: datetime, id: int, token: int, *, error: str, random: Random) -> bool:
    """running → waiting after a fault of ours, later and later; → parked after the fifth. Whether it was parked.

    Raises `Lost`.
    """
    row = session.scalars(_fresh(FollowUp.id == id)).one()
    guard = held(FollowUp, id, token, "running")
    if row.attempts >= MOST_ATTEMPTS:
        park(session, actor, now, id, token, error=error)
        return True
    _move(
        session, *guard, state="waiting", due_at=now + pause(row.attempts, random), lease_until=None, last_error=error
    )
    return False


def park(session: Session, actor: Actor, now: datetime, id: int, token: int, *, error: str) -> None:
    """queued or running → parked: only a person brings it on. Raises `Lost`."""
    _move(session, *held(FollowUp, id, token, *HELD), state="parked", lease_until=None, last_error=error)
    _tell_parked(session, actor, now, session.scalars(_fresh(FollowUp.id == id)).one())


def sweep(session: Session, now: datetime, *, clock: Clock, random: Random, room: int = 100) -> int:
    """Free rows whose robot let its lease end: → waiting, or parked when the attempts are spent. How many."""
    expired = select(FollowUp.id, FollowUp.token, FollowUp.attempts).where(
        _state_in(*HELD), FollowUp.lease_until < clock.real
    )
    swept = 0
    for id, token, attempts in session.execute(expired.order_by(FollowUp.lease_until).limit(room)).all():
        spent = attempts >= MOST_ATTEMPTS
        later = {} if spent else {"due_at": now + (pause(attempts, random) if attempts else timedelta())}
        guard = (*held(FollowUp, id, token, *HELD), FollowUp.lease_until < clock.real)
        values = {"state": "parked" if spent else "waiting", "lease_until": None, "last_error": _SILENT, **later}
        if not guarded(session, FollowUp, *guard, token=FollowUp.token + 1, **values):
            continue
        swept += 1
        if spent:
            row = session.scalars(_fresh(FollowUp.id == id)).one()
            _tell_parked(session, robot_actor(row.brand_id), now, row)
    return swept


# What people do with a row


def cancel(session: Session, actor: Actor, now: datetime, row: FollowUp) -> None:
    """Take the rendezvous back, even while a robot is at it: it then leaves no trace. Raises `TooLate`."""
    require(actor, Permission.FOLLOW_UP_PLAN)
    _by_hand(session, row, OPEN, state="cancelled", done_at=now, lease_until=None, token=FollowUp.token + 1)
    _tell(session, actor, now, row, "follow_up.cancelled")


def postpone(session: Session, actor: Actor, now: datetime, row: FollowUp, until: datetime) -> None:
    """Have the robot come at another time. Raises `TooLate`."""
    require(actor, Permission.FOLLOW_UP_PLAN)
    _by_hand(session, row, ("waiting",), due_at=until)
    _tell(session, actor, now, row, "follow_up.postponed")


def check_now(session: Session, actor: Actor, now: datetime, row: FollowUp) -> None:
    """Have the robot come at its next round. Raises `TooLate`."""
    require(actor, Permission.FOLLOW_UP_PLAN)
    _by_hand(session, row, ("waiting",), due_at=now)
    _tell(session, actor, now, row, "follow_up.hastened")


def try_again(session: Session, actor: Actor, now: datetime, row: FollowUp) -> None:
    """parked → waiting, with all attempts anew. Raises `TooLate`."""
    require(actor, Permission.FOLLOW_UP_PLAN)
    _by_hand(session, row, ("parked",), state="waiting", attempts=0, silences=0, due_at=now, token=FollowUp.token + 1)
    _tell(session, actor, now, row, "follow_up.tried_again")


def move_with_calendar(
    session: Session, actor: Actor, now: datetime, row: FollowUp, due_at: datetime, *, patience_until: datetime
) -> None:
    """The calendar it was counted on has changed, and with it its date. Raises `TooLate`."""
    was = row.due_at
    _by_hand(session, row, ("waiting",), due_at=due_at, patience_until=patience_until)
    params = {"due": due_at, "was": was, "label": row.label, "step": row.step}
    write(session, row.case_id, "follow_up.moved", actor=actor, now=now, params=params, walk_id=row.walk_id)


def bring_forward(session: Session, now: datetime, walk_id: int) -> int:
    """News from a service: have the robot look now at what that walk waits for. How many rows moved."""
    sooner = update(FollowUp).where(FollowUp.walk_id == walk_id, _state_in("waiting"), FollowUp.due_at > now)
    return len(session.execute(sooner.values(due_at=now).returning(FollowUp.id), execution_options=_PLAIN).all())


def walks_awaited(session: Session, case_id: int) -> set[int]:
    """The walks of a case that a robot has a rendezvous with."""
    return set(session.scalars(_AWAITED, {"case_id": case_id}))


def cancel_all(
    session: Session, actor: Actor, now: datetime, case: "Case", *, walk_id: int | None = None, told: bool = True
) -> int:
    """Take back every rendezvous of the case, or of one of its walks. How many; `told`: each in the timeline."""
    gone, of = (_GONE_OF_CASE, case.id) if walk_id is None else (_GONE_OF_WALK, walk_id)
    ids = session.scalars(gone, {"of": of, "at": now}).all()
    rows = session.scalars(_fresh(FollowUp.id.in_(ids)).order_by(FollowUp.due_at)).all() if ids else []
    for row in rows if told else ():
        _tell(session, actor, now, row, "follow_up.cancelled")
    return len(ids)


_PLAIN = {"synchronize_session": False}
_SILENT = "the robot stopped answering"


def _move(session: Session, *guard: ColumnElement[bool], **values: Any) -> None:
    if not guarded(session, FollowUp, *guard, **values):
        raise Lost


def _by_hand(session: Session, row: FollowUp, states: Sequence[FollowUpState], **values: Any) -> None:
    if not guarded(session, FollowUp, FollowUp.id == row.id, _state_in(*states), **values):
        raise TooLate
    session.refresh(row)


def _tell(session: Session, actor: Actor, now: datetime, row: FollowUp, kind: str) -> None:
    params = {"due": row.due_at, "label": row.label, "step": row.step}
    write(session, row.case_id, kind, actor=actor, now=now, params=params, walk_id=row.walk_id)


def _tell_parked(session: Session, actor: Actor, now: datetime, row: FollowUp) -> None:
    params = {"step": row.step, "attempts": row.attempts, "error": row.last_error}
    write(session, row.case_id, "follow_up.parked", actor=actor, now=now, params=params, walk_id=row.walk_id)


def _state_in(*states: FollowUpState) -> ColumnElement[bool]:
    return state_is(FollowUp.state, *states)


def _fresh(*which: ColumnElement[bool]) -> Select[FollowUp]:
    return select(FollowUp).where(*which).execution_options(populate_existing=True)


def _plain(texts: Mapping[str, str] | None) -> dict[str, str] | None:
    return dict(texts) if texts else None


def _gone(of: InstrumentedAttribute[Any]) -> Any:
    return (
        update(FollowUp)
        .where(of == bindparam("of"), _state_in(*OPEN))
        .values(state="cancelled", done_at=bindparam("at"), lease_until=None, token=FollowUp.token + 1)
        .returning(FollowUp.id)
        .execution_options(synchronize_session=False)
    )


_ROWS = table_of(FollowUp)
_TABLE = _ROWS.c


def _held(state: FollowUpState) -> Any:
    """One row's way on, made once: robots do this for every row they work on."""
    mine = (_TABLE.id == bindparam("of"), _TABLE.token == bindparam("with"), state_is(_TABLE.state, state))
    return update(_ROWS).where(*mine).returning(*_ROWS.c)


@lru_cache(8)
def _starting(clock: Clock) -> Any:
    begun = {"state": "running", "attempts": _TABLE.attempts + 1, "lease_until": clock.lease_until}
    return _held("queued").values(begun)


_FINISHING = _held("running").values(state="done", done_at=bindparam("at"), lease_until=None, last_error=None)


def _taken(session: Session, moving: Any, which: Mapping[str, Any]) -> FollowUp:
    """The row after its move, of no session. Raises `Lost`."""
    found = session.execute(moving, which).first()
    if found is None:
        raise Lost
    return loose(FollowUp, **found._asdict())


_AWAITED = select(_TABLE.walk_id).where(
    _TABLE.case_id == bindparam("case_id"), _TABLE.state.in_([literal_column(f"'{state}'") for state in OPEN])
)
_GONE_OF_CASE, _GONE_OF_WALK = _gone(FollowUp.case_id), _gone(FollowUp.walk_id)
