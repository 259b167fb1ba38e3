"""Effects: what is done to the world, an act of a web service or a message. One row, one key, whatever happens.

pending → sending → done, failed or unknown; or back to pending for later; or cancelled. The intent is committed with
its cause before anything is sent. This page holds the row, its decision and what people do with it; how robots send it
stands in `delivery`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, select, text, true, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from base.actors import Actor, Role
from base.database import Base, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict, Forbidden
from base.languages import N_
from base.money import Money
from base.permissions import Permission, require
from cases import tasks
from cases.claims import (
    Claimable,
    guarded,
)
from cases.limits import Held, Hold
from cases.states import one_of, state_is
from cases.timeline import write, written

if TYPE_CHECKING:
    from cases.cases import Case

EffectKind = Literal["act", "message"]
EffectState = Literal["pending", "sending", "done", "failed", "unknown", "cancelled"]
Safety = Literal["keyed", "queryable", "blind"]

_DONE = text("state = 'done'")
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
        Index("ix_effect_done", "brand_id", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
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
        tell_case(session, actor, now, effect, "decided")
        if hold is not None:
            _ask_second_person(session, actor, now, effect)
    return Decision(effect, fresh)


def cancel(session: Session, actor: Actor, now: datetime, effect: Effect) -> None:
    """Take it back before it is sent. Raises `UnderWay`."""
    require(actor, Permission.CASE_WRITE)
    gone = {"state": "cancelled", "done_at": now, "lease_until": None, "token": Effect.token + 1}
    if not guarded(session, Effect, Effect.id == effect.id, state_in("pending"), **gone):
        raise UnderWay
    session.refresh(effect)
    tell_case(session, actor, now, effect, "cancelled")


def settle(session: Session, actor: Actor, now: datetime, effect: Effect, *, happened: bool, note: str = "") -> None:
    """unknown → done or failed, as a person found out. Raises `NotUnknown`."""
    require(actor, Permission.EFFECT_SETTLE)
    found = {"state": "done"} if happened else {"state": "failed", "failure": "did_not_happen"}
    guard = (Effect.id == effect.id, state_in("unknown"))
    if not guarded(session, Effect, *guard, done_at=now, token=Effect.token + 1, **found):
        raise NotUnknown
    session.refresh(effect)
    tell_case(session, actor, now, effect, "happened" if happened else "did_not_happen", words=note or None)
    tasks.end_for_effect(session, actor, now, effect.id, {"happened": happened, "note": note})


def let_go(session: Session, actor: Actor, now: datetime, effect: Effect, *, note: str = "") -> None:
    """held → due now: a second person agrees. Raises `OwnDecision`, `NotHeld`."""
    _second_person(actor, effect)
    freed = {"held": None, "due_at": now, "token": Effect.token + 1}
    if not guarded(session, Effect, Effect.id == effect.id, state_in("pending"), Effect.held.is_not(None), **freed):
        raise NotHeld
    session.refresh(effect)
    tell_case(session, actor, now, effect, "let_go", words=note or None)
    tasks.end_for_effect(session, actor, now, effect.id, {"approved": True, "reason": note})


def refuse(session: Session, actor: Actor, now: datetime, effect: Effect, *, note: str) -> None:
    """held → failed: a second person says no. Raises `OwnDecision`, `NotHeld`."""
    _second_person(actor, effect)
    no = {"state": "failed", "failure": "refused_by_person", "held": None, "done_at": now, "token": Effect.token + 1}
    if not guarded(session, Effect, Effect.id == effect.id, state_in("pending"), Effect.held.is_not(None), **no):
        raise NotHeld
    session.refresh(effect)
    tell_case(session, actor, now, effect, "refused", words=note or None)
    tasks.end_for_effect(session, actor, now, effect.id, {"approved": False, "reason": note})


def on_hold(session: Session, brand_id: int, *, after: int = 0, limit: int = 50) -> Sequence[Effect]:
    """What waits for a person, oldest first."""
    wanted = select(Effect).where(Effect.brand_id == brand_id, Effect.held.is_not(None), Effect.id > after)
    return session.scalars(wanted.order_by(Effect.id).limit(limit).options(joinedload(Effect.case))).all()


def cancel_pending(session: Session, actor: Actor, now: datetime, case: "Case") -> int:
    """Take back everything of the case that is not being sent yet. How many."""
    gone = (
        update(Effect)
        .where(Effect.case_id == case.id, state_in("pending"))
        .values(state="cancelled", done_at=now, lease_until=None, token=Effect.token + 1)
        .returning(Effect.id)
    )
    ids = session.scalars(gone, execution_options={"synchronize_session": False}).all()
    for effect in session.scalars(as_stored(Effect.id.in_(ids)).order_by(Effect.id)).all() if ids else ():
        tell_case(session, actor, now, effect, "cancelled")
    return len(ids)


def under_way(session: Session, case: "Case") -> tuple[Effect, ...]:
    """What is just being sent for the case."""
    return tuple(session.scalars(as_stored(Effect.case_id == case.id, state_in("sending"))))


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


def _decided(session: Session, values: Mapping[str, Any]) -> Effect:
    effect = session.scalars(as_stored(Effect.key == values["key"])).one_or_none()
    if effect is None:
        same = (getattr(Effect, name) == values[name] for name in ("brand_id", "operation", "once_per_key"))
        raise AlreadyDone(session.scalars(as_stored(*same, Effect.state.not_in(("failed", "cancelled")))).one())
    if (effect.operation, effect.request) != (values["operation"], values["request"]):
        raise KeyReused(key=effect.key)
    return effect


def tell_case(session: Session, actor: Actor, now: datetime, effect: Effect, what: str, words: Any = None) -> None:
    """Tell the case's timeline what became of it; of a message that left also its words."""
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


def state_in(*states: EffectState) -> ColumnElement[bool]:
    """Rows in one of these states."""
    return state_is(Effect.state, *states)


def as_stored(*which: ColumnElement[bool]) -> Select[Effect]:
    """Those rows as the database has them now, whatever the session remembers."""
    return select(Effect).where(*which).execution_options(populate_existing=True)
