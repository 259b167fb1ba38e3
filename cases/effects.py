"""Effects: what is done to the world, an act of a web service or a message. One row, one key, whatever happens.

pending → sending → done, failed or unknown; or back to pending for later; or cancelled. The intent is committed with
its cause before anything is sent; sending happens outside any transaction; the answer is written in one guarded UPDATE.
How a cut call is taken is declared by the operation: *keyed* (the other side honours our key: send again), *queryable*
(look before sending again), *blind* (nobody can tell: **unknown**, which a person settles, never a robot).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, select, text, true, update
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from base.actors import Actor, Role, robot_actor
from base.database import Base, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict, Forbidden
from base.languages import N_
from base.money import Money
from base.permissions import Permission, require
from cases import tasks
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
from cases.limits import Held, Hold
from cases.states import one_of, state_is
from cases.stops import leave
from cases.timeline import write, written

if TYPE_CHECKING:
    from cases.cases import Case

EffectKind = Literal["act", "message"]
EffectState = Literal["pending", "sending", "done", "failed", "unknown", "cancelled"]
Safety = Literal["keyed", "queryable", "blind"]

_PENDING = text("state = 'pending'")
_HELD = text("lease_until IS NOT NULL")
_COUNTS = text("state NOT IN ('failed', 'cancelled')")
_UNKNOWN = text("state = 'unknown'")
_ACTS = text("kind = 'act'")
_ON_HOLD = text("held IS NOT NULL")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When what is held is due: not before a person lets it go."""


class KeyReused(Conflict):
    """A fault above: one key was given to two different requests."""

    sentence = N_("The key %(key)s already stands for something else.")


class AlreadyDone(Conflict):
    """Another walk has already done the same for the same order; `effect` is that one."""

    sentence = N_("This was already done, or is under way, in another case.")

    def __init__(self, effect: "Effect") -> None:
        super().__init__()
        self.effect = effect
        self.case_id = effect.case_id


class UnderWay(Conflict):
    """It is just being sent, or has been: nobody can take it back."""

    sentence = N_("This is already under way.")


class NotUnknown(Conflict):
    """What became of it is known already."""

    sentence = N_("What became of this is already known.")


class NotHeld(Conflict):
    """Somebody has let it go, refused it or taken it back already."""

    sentence = N_("This no longer waits for a person.")


class OwnDecision(Forbidden):
    """The second person is another one."""

    sentence = N_("You decided this yourself: another person has to let it go.")


class Effect(Claimable, Base):
    """One thing done to the world."""

    __tablename__ = "effect"
    __table_args__ = (
        one_of("kind", EffectKind),
        one_of("state", EffectState),
        one_of("safety", Safety),
        Index("ix_effect_due", "lane", "due_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index("ix_effect_held", "lease_until", sqlite_where=_HELD, postgresql_where=_HELD),
        Index(
            "uq_effect_once",
            *("brand_id", "operation", "once_per_key"),
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
        Index("ix_effect_unknown", "brand_id", "id", sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
        Index("ix_effect_acts", "brand_id", "created_at", sqlite_where=_ACTS, postgresql_where=_ACTS),
        Index("ix_effect_on_hold", "brand_id", "id", sqlite_where=_ON_HOLD, postgresql_where=_ON_HOLD),
        Index("ix_effect_states", "brand_id", "state", "id"),
        Index(None, "case_id", "id"),
        Index(None, "walk_id"),
    )

    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int | None]
    """The walk that decided it, opaque here, as is the version; None when a person did."""
    version_id: Mapped[int | None]
    process: Mapped[str | None]
    step: Mapped[str | None]
    visit: Mapped[int | None]
    kind: Mapped[EffectKind] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(unique=True)
    """Given from above and sent along: the same over retries, workers and deployments."""
    once_per_key: Mapped[str | None]
    """Business facts for which the operation is done once, whichever walk asks."""
    operation: Mapped[str]
    """A capability or operation of a connection; for messages the channel, such as mail."""
    safety: Mapped[Safety] = mapped_column(String(16), default="blind")
    label: Mapped[Json | None]
    """What it does, by language; of a message its subject."""
    request: Mapped[Json]
    """What is asked for, as `cases.timeline.written` writes it; of a message recipient, subject and words."""
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    state: Mapped[EffectState] = mapped_column(String(16), default="pending")
    look_first: Mapped[bool] = mapped_column(default=False)
    """Whether it may have been done already, so that it must be looked up before it is sent again."""
    sent_at: Mapped[Moment | None]
    """When it was last sent to be done, business time; looking it up is no sending."""
    answer: Mapped[Json | None]
    """What the other side said."""
    failure: Mapped[str | None]
    """Why it was not done, in a word: refused, over_cap, already_done …"""
    decided_by: Mapped[Json]
    """The actor."""
    by_staff: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether a person at work decided it, not a robot or a customer."""
    held: Mapped[Held | None] = mapped_column(String(16))
    """Why it waits for a person: over a cap, or a second person is wanted. Pending, and never due, until let go."""
    limit_id: Mapped[int | None]
    """The limit that holds or held it. No foreign key: SQLite would have to write the whole table anew for it."""
    created_at: Mapped[Moment]
    case: Mapped["Case"] = relationship()

    @property
    def amount(self) -> Money | None:
        """The money that it moves."""
        return Money(self.amount_minor, self.currency) if self.amount_minor is not None and self.currency else None


@dataclass(frozen=True)
class Decision:
    """An effect that is decided."""

    effect: Effect
    fresh: bool
    """False when the same key had decided it before."""


def decide(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    kind: EffectKind,
    key: str,
    operation: str,
    request: Mapping[str, Any],
    safety: Safety = "blind",
    once_per_key: str | None = None,
    label: Mapping[str, str] | None = None,
    amount: Money | None = None,
    lane: str = "",
    due_at: datetime | None = None,
    walk_id: int | None = None,
    version_id: int | None = None,
    process: str | None = None,
    step: str | None = None,
    visit: int | None = None,
    hold: Hold | None = None,
) -> Decision:
    """Have something done to the world, once committed. The same key again gives the effect there is.

    Raises `KeyReused` when that one asks for something else, `AlreadyDone` when another key did the same business.
    """
    require(actor, Permission.WALK_ADVANCE)
    values = {
        "public_id": new_public_id(), "brand_id": case.brand_id, "case_id": case.id, "walk_id": walk_id,
        "version_id": version_id, "process": process, "step": step, "visit": visit, "kind": kind, "key": key,
        "once_per_key": once_per_key, "operation": operation, "safety": safety,
        "label": dict(label) if label else None, "request": written(request),
        "amount_minor": amount.minor if amount else None, "currency": amount.currency if amount else None,
        "lane": lane, "state": "pending", "due_at": NEVER if hold else due_at or now,
        "held": hold.why if hold else None, "limit_id": hold.limit_id if hold else None,
        "decided_by": actor.to_json(), "by_staff": actor.kind == "agent", "created_at": now,
    }  # fmt: skip
    fresh = insert_or_ignore(session, Effect, values)
    effect = _decided(session, values)
    if fresh:
        _tell(session, actor, now, effect, "decided")
        if hold is not None:
            _ask_second_person(session, actor, now, effect)
    return Decision(effect, fresh)


# A robot's way through a row


def due_lanes(session: Session, clock: Clock) -> list[DueLane]:
    """Lanes with something to send, most overdue first."""
    return lanes_due(session, Effect, "pending", clock)


def in_flight(session: Session, clock: Clock) -> dict[str, int]:
    """How many rows of each lane somebody has right now, to send or sending."""
    return count_by_lane(session, Effect, Effect.lease_until >= clock.real)


def claim(session: Session, lane: str, *, room: int, clock: Clock) -> list[Claimed]:
    """Take at most `room` due rows of one lane. They stay pending until `sending`. Commit before working on them.

    A row whose taker let the lease end before sending is free again: nothing was sent.
    """
    wanted = [_state_in("pending"), Effect.lane == lane, Effect.due_at <= clock.business, _free(clock)]
    wanted += leave(session, Effect, lane)
    return claim_rows(session, Effect, wanted, room=room, clock=clock, values={})


def claim_one(session: Session, id: int, *, clock: Clock) -> Claimed | None:
    """As `claim`, for one row, right after it was decided; None when it is not due, not pending or taken."""
    wanted = [_state_in("pending"), Effect.id == id, Effect.due_at <= clock.business, _free(clock)]
    return next(iter(claim_rows(session, Effect, wanted, room=1, clock=clock, values={})), None)


def sending(session: Session, id: int, token: int, *, clock: Clock) -> Effect:
    """pending → sending. Commit before the call: a crash then uses up an attempt. Raises `Lost`."""
    begun = {"state": "sending", "attempts": Effect.attempts + 1, "lease_until": clock.lease_until}
    first = sql_case((Effect.look_first & Effect.sent_at.is_not(None), Effect.sent_at), else_=clock.business)
    _move(session, *held(Effect, id, token, "pending"), sent_at=first, **begun)
    return _row(session, id)


def renew(session: Session, id: int, token: int, *, clock: Clock) -> None:
    """Keep the row for another lease. Raises `Lost`."""
    _move(session, *held(Effect, id, token, "pending", "sending"), lease_until=clock.lease_until)


def give_back(session: Session, id: int, token: int, *, due_at: datetime | None = None) -> None:
    """Let go of a row that was claimed and not sent. Raises `Lost`."""
    later = {"due_at": due_at} if due_at else {}
    _move(session, *held(Effect, id, token, "pending"), lease_until=None, **later)


def done(session: Session, actor: Actor, now: datetime, id: int, token: int, *, answer: Any = None) -> Effect:
    """sending → done, with what the other side said. Raises `Lost`."""
    return _end(session, actor, now, id, token, "done", answer=answer)


def failed(
    session: Session, actor: Actor, now: datetime, id: int, token: int, *, failure: str, answer: Any = None
) -> Effect:
    """sending → failed: the other side surely did not do it. Raises `Lost`."""
    return _end(session, actor, now, id, token, "failed", failure=failure, answer=answer)


def withdraw(session: Session, actor: Actor, now: datetime, id: int, token: int, *, because: str) -> Effect:
    """sending → cancelled, before anything went out: what it says is no longer true. Raises `Lost`."""
    return _end(session, actor, now, id, token, "cancelled", failure=because)


def unknown(
    session: Session, actor: Actor, now: datetime, id: int, token: int, *, error: str, team: str, answer: Any = None
) -> Effect:
    """sending → unknown: it may have been done. `team` gets the task to find out. Raises `Lost`."""
    effect = _end(session, actor, now, id, token, "unknown", last_error=error, answer=answer)
    _ask_people(session, actor, now, effect, team)
    return effect


def retry(
    session: Session,
    actor: Actor,
    now: datetime,
    id: int,
    token: int,
    *,
    error: str,
    ambiguous: bool,
    random: Random,
    team: str,
    not_before: datetime | None = None,
    safety: Safety | None = None,
) -> Effect:
    """sending → pending, later and later, after a call that did not come through.

    `ambiguous`: the request may have arrived, so that a blind operation becomes unknown and a queryable one is looked
    up first. When the attempts are spent: unknown if it may have been done, else failed. `safety`: as the operation
    that was called declares it; None leaves what was known at the decision. Raises `Lost`.
    """
    effect = _row(session, id)
    match fate(effect, ambiguous=ambiguous, safety=safety):
        case "unknown":
            return unknown(session, actor, now, id, token, error=error, team=team)
        case "failed":
            return failed(session, actor, now, id, token, failure="unreachable", answer={"error": error})
    due_at = max(now + pause(effect.attempts, random), not_before or now)
    again: dict[str, Any] = {"state": "pending", "due_at": due_at, "lease_until": None, "last_error": error}
    again |= {"look_first": ambiguous or effect.look_first, "safety": safety or effect.safety}
    if ambiguous:
        again["sent_at"] = now
    _move(session, *held(Effect, id, token, "sending"), **again)
    return _row(session, id)


def fate(effect: Effect, *, ambiguous: bool, safety: Safety | None = None) -> Literal["pending", "unknown", "failed"]:
    """What `retry` makes of an effect that is being sent: nobody but whoever holds it can change that."""
    if ambiguous and (safety or effect.safety) == "blind":
        return "unknown"
    if effect.attempts < MOST_ATTEMPTS:
        return "pending"
    return "unknown" if ambiguous or effect.look_first else "failed"


def put_off(session: Session, id: int, token: int, *, due_at: datetime, because: str) -> None:
    """sending → pending without using up an attempt: nothing was sent, the service is left alone. Raises `Lost`."""
    later = {"state": "pending", "due_at": due_at, "lease_until": None, "last_error": because}
    _move(session, *held(Effect, id, token, "sending"), attempts=Effect.attempts - 1, **later)


def sweep(session: Session, now: datetime, *, clock: Clock, random: Random, team: str, room: int = 100) -> int:
    """What was being sent when its robot fell silent is sent again, looked up, or unknown, as declared. How many."""
    expired = select(Effect.id, Effect.token, Effect.brand_id).where(
        _state_in("sending"), Effect.lease_until < clock.real
    )
    swept = 0
    for id, token, brand_id in session.execute(expired.order_by(Effect.lease_until).limit(room)).all():
        guard = (*held(Effect, id, token, "sending"), Effect.lease_until < clock.real)
        # Whoever sleeps there is shut out first; what follows carries the new token.
        if guarded(session, Effect, *guard, token=Effect.token + 1):
            robot = robot_actor(brand_id)
            retry(session, robot, now, id, token + 1, error=_SILENT, ambiguous=True, random=random, team=team)
            swept += 1
    return swept


# What people do with a row


def cancel(session: Session, actor: Actor, now: datetime, effect: Effect) -> None:
    """Take it back before it is sent. Raises `UnderWay`."""
    require(actor, Permission.CASE_WRITE)
    gone = {"state": "cancelled", "done_at": now, "lease_until": None, "token": Effect.token + 1}
    if not guarded(session, Effect, Effect.id == effect.id, _state_in("pending"), **gone):
        raise UnderWay
    session.refresh(effect)
    _tell(session, actor, now, effect, "cancelled")


def settle(session: Session, actor: Actor, now: datetime, effect: Effect, *, happened: bool, note: str = "") -> None:
    """unknown → done or failed, as a person found out. Raises `NotUnknown`."""
    require(actor, Permission.EFFECT_SETTLE)
    found = {"state": "done"} if happened else {"state": "failed", "failure": "did_not_happen"}
    guard = (Effect.id == effect.id, _state_in("unknown"))
    if not guarded(session, Effect, *guard, done_at=now, token=Effect.token + 1, **found):
        raise NotUnknown
    session.refresh(effect)
    _tell(session, actor, now, effect, "happened" if happened else "did_not_happen", words=note or None)
    tasks.end_for_effect(session, actor, now, effect.id, {"happened": happened, "note": note})


def let_go(session: Session, actor: Actor, now: datetime, effect: Effect, *, note: str = "") -> None:
    """held → due now: a second person agrees. Raises `OwnDecision`, `NotHeld`."""
    _second_person(actor, effect)
    freed = {"held": None, "due_at": now, "token": Effect.token + 1}
    if not guarded(session, Effect, Effect.id == effect.id, _state_in("pending"), Effect.held.is_not(None), **freed):
        raise NotHeld
    session.refresh(effect)
    _tell(session, actor, now, effect, "let_go", words=note or None)
    tasks.end_for_effect(session, actor, now, effect.id, {"approved": True, "reason": note})


def refuse(session: Session, actor: Actor, now: datetime, effect: Effect, *, note: str) -> None:
    """held → failed: a second person says no. Raises `OwnDecision`, `NotHeld`."""
    _second_person(actor, effect)
    no = {"state": "failed", "failure": "refused_by_person", "held": None, "done_at": now, "token": Effect.token + 1}
    if not guarded(session, Effect, Effect.id == effect.id, _state_in("pending"), Effect.held.is_not(None), **no):
        raise NotHeld
    session.refresh(effect)
    _tell(session, actor, now, effect, "refused", words=note or None)
    tasks.end_for_effect(session, actor, now, effect.id, {"approved": False, "reason": note})


def on_hold(session: Session, brand_id: int, *, after: int = 0, limit: int = 50) -> Sequence[Effect]:
    """What waits for a person, oldest first."""
    wanted = select(Effect).where(Effect.brand_id == brand_id, Effect.held.is_not(None), Effect.id > after)
    return session.scalars(wanted.order_by(Effect.id).limit(limit).options(joinedload(Effect.case))).all()


def cancel_pending(session: Session, actor: Actor, now: datetime, case: "Case") -> int:
    """Take back everything of the case that is not being sent yet. How many."""
    gone = (
        update(Effect)
        .where(Effect.case_id == case.id, _state_in("pending"))
        .values(state="cancelled", done_at=now, lease_until=None, token=Effect.token + 1)
        .returning(Effect.id)
    )
    ids = session.scalars(gone, execution_options={"synchronize_session": False}).all()
    for effect in session.scalars(_fresh(Effect.id.in_(ids)).order_by(Effect.id)).all() if ids else ():
        _tell(session, actor, now, effect, "cancelled")
    return len(ids)


def under_way(session: Session, case: "Case") -> tuple[Effect, ...]:
    """What is just being sent for the case."""
    return tuple(session.scalars(_fresh(Effect.case_id == case.id, _state_in("sending"))))


_SILENT = "the robot stopped answering"


def _end(
    session: Session, actor: Actor, now: datetime, id: int, token: int, state: EffectState, **values: Any
) -> Effect:
    require(actor, Permission.EFFECT_DELIVER)
    over = {} if state == "unknown" else {"done_at": now}
    _move(session, *held(Effect, id, token, "sending"), state=state, lease_until=None, **over, **values)
    effect = _row(session, id)
    _tell(session, actor, now, effect, state)
    return effect


def _ask_people(session: Session, actor: Actor, now: datetime, effect: Effect, team: str) -> None:
    tasks.create(
        session,
        actor,
        now,
        effect.case,
        key=f"unknown:{effect.key}",
        team=team,
        title=FIND_OUT,
        text=effect.label,
        purpose="unknown_effect",
        amount=effect.amount,
        effect_id=effect.id,
        walk_id=effect.walk_id,
        step=effect.step,
        visit=effect.visit,
    )


def _second_person(actor: Actor, effect: Effect) -> None:
    require(actor, Permission.TASK_APPROVE)
    if effect.by_staff and effect.decided_by.get("person_id") == actor.person_id:
        raise OwnDecision


def _ask_second_person(session: Session, actor: Actor, now: datetime, effect: Effect) -> None:
    tasks.create(
        session,
        actor,
        now,
        effect.case,
        key=f"held:{effect.key}",
        team=str(Role.SUPERVISOR),
        title=LET_GO,
        text=effect.label,
        purpose="approval",
        amount=effect.amount,
        effect_id=effect.id,
        walk_id=effect.walk_id,
        step=effect.step,
        visit=effect.visit,
    )


LET_GO = {
    "fr": "Au-delà d’une limite : faut-il le faire ?",
    "en": "Over a limit: may this be done?",
}
FIND_OUT = {
    "fr": "Vérifier si cela a été fait",
    "en": "Find out whether this was done",
}


def _decided(session: Session, values: Mapping[str, Any]) -> Effect:
    effect = session.scalars(_fresh(Effect.key == values["key"])).one_or_none()
    if effect is None:
        same = (getattr(Effect, name) == values[name] for name in ("brand_id", "operation", "once_per_key"))
        raise AlreadyDone(session.scalars(_fresh(*same, Effect.state.not_in(("failed", "cancelled")))).one())
    if (effect.operation, effect.request) != (values["operation"], values["request"]):
        raise KeyReused(key=effect.key)
    return effect


def _tell(session: Session, actor: Actor, now: datetime, effect: Effect, what: str, words: Any = None) -> None:
    params = {
        "label": effect.label or effect.operation,
        "channel": effect.operation if effect.kind == "message" else None,
        "amount": effect.amount,
        "because": effect.failure,
        "effect": effect.public_id,
    }
    if effect.kind == "message" and what == "done":
        words = effect.request
    kind = f"{effect.kind}.{what}"
    write(session, effect.case_id, kind, actor=actor, now=now, params=params, words=words, walk_id=effect.walk_id)


def _move(session: Session, *guard: ColumnElement[bool], **values: Any) -> None:
    if not guarded(session, Effect, *guard, **values):
        raise Lost


def _row(session: Session, id: int) -> Effect:
    return session.scalars(_fresh(Effect.id == id)).one()


def _state_in(*states: EffectState) -> ColumnElement[bool]:
    return state_is(Effect.state, *states)


def _free(clock: Clock) -> ColumnElement[bool]:
    return Effect.lease_until.is_(None) | (Effect.lease_until < clock.real)


def _fresh(*which: ColumnElement[bool]) -> Select[Effect]:
    return select(Effect).where(*which).execution_options(populate_existing=True)
