"""Promises: dated commitments made to the customer, and whether they were kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict
from base.languages import N_
from base.permissions import Permission, require
from cases.claims import guarded
from cases.states import one_of, state_is
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

PromiseState = Literal["open", "kept", "broken", "excused", "withdrawn"]
_OPEN = text("state = 'open'")


class PromiseIsSettled(Conflict):
    """What became of it is already known."""

    sentence = N_("What became of this promise is already known.")


class Promise(Base):
    """What we said would be done, and by when."""

    __tablename__ = "promise"
    __table_args__ = (
        one_of("state", PromiseState),
        Index(None, "case_id"),
        Index(None, "brand_id", "state"),
        Index("ix_promise_check", "check_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_promise_due", "brand_id", "by", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int | None]
    step: Mapped[str | None]
    visit: Mapped[int | None]
    key: Mapped[str] = mapped_column(unique=True)
    """Given from above, the same however often the walk is replayed."""
    words: Mapped[Json]
    """What was said, as it was."""
    by: Mapped[Moment]
    keep: Mapped[Json | None]
    """The condition that says that it is kept, opaque here."""
    hold: Mapped[Json | None]
    """The condition until which it cannot be broken (the goods are back), opaque here."""
    hold_until: Mapped[Moment | None]
    """When that condition came true after the promise's date: it is due a business day later."""
    if_broken: Mapped[Json | None]
    """What to tell the customer if it is broken, by language."""
    state: Mapped[PromiseState] = mapped_column(String(16), default="open")
    made_at: Mapped[Moment]
    check_at: Mapped[Moment | None]
    """When a robot looks next whether it is kept."""
    settled_at: Mapped[Moment | None]
    case: Mapped["Case"] = relationship()


def make(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    key: str,
    words: Any,
    by: datetime,
    keep: Any = None,
    hold: Any = None,
    check_at: datetime | None = None,
    if_broken: Mapping[str, str] | None = None,
    walk_id: int | None = None,
    step: str | None = None,
    visit: int | None = None,
) -> Promise:
    """Note what the customer was promised. The same `key` again gives the one there is: what was told never moves."""
    require(actor, Permission.CASE_WRITE)
    values = {
        "public_id": new_public_id(),
        "brand_id": case.brand_id,
        "case_id": case.id,
        "walk_id": walk_id,
        "step": step,
        "visit": visit,
        "key": key,
        "words": words,
        "by": by,
        "keep": keep,
        "hold": hold,
        "if_broken": dict(if_broken) if if_broken else None,
        "state": "open",
        "made_at": now,
        "check_at": check_at or by,
    }
    fresh = insert_or_ignore(session, Promise, values)
    promise = session.scalars(select(Promise).where(Promise.key == key)).one()
    if fresh:
        write(session, case.id, "promise.made", actor=actor, now=now, params={"by": by}, words=words, walk_id=walk_id)
    return promise


def kept(session: Session, actor: Actor, now: datetime, promise: Promise) -> None:
    """It was done in time. Raises `PromiseIsSettled`."""
    _settle(session, actor, now, promise, "kept", "open")


def broken(session: Session, actor: Actor, now: datetime, promise: Promise) -> None:
    """It was not done in time. Raises `PromiseIsSettled`."""
    _settle(session, actor, now, promise, "broken", "open")


def look_again(session: Session, promise: Promise, at: datetime, *, held: datetime | None = None) -> None:
    """Nothing is known yet: a robot looks again at `at`. `held`: since when it can be broken, where it was held."""
    values = {"check_at": at} | ({"hold_until": held} if held is not None else {})
    guarded(session, Promise, Promise.id == promise.id, state_is(Promise.state, "open"), **values)


def excuse(session: Session, actor: Actor, now: datetime, promise: Promise, because: str) -> None:
    """It was not done in time, and that is no fault. Raises `PromiseIsSettled`."""
    _settle(session, actor, now, promise, "excused", "open", "broken", because=because)


def withdraw_open(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    walk_id: int | None = None,
    step: str | None = None,
) -> int:
    """Nothing more is due to the customer: a person ended the case, or a walk takes back its step's. How many."""
    of = [Promise.case_id == case.id] if walk_id is None else [Promise.walk_id == walk_id, Promise.step == step]
    ending = update(Promise).where(*of, state_is(Promise.state, "open"))
    ended = ending.values(state="withdrawn", settled_at=now).returning(Promise.id)
    count = len(session.scalars(ended, execution_options={"synchronize_session": False}).all())
    for _ in range(count):
        write(session, case.id, "promise.withdrawn", actor=actor, now=now)
    return count


def _settle(
    session: Session,
    actor: Actor,
    now: datetime,
    promise: Promise,
    state: PromiseState,
    *before: PromiseState,
    **params: Any,
) -> None:
    require(actor, Permission.CASE_WRITE)
    guard = (Promise.id == promise.id, state_is(Promise.state, *before))
    if not guarded(session, Promise, *guard, state=state, settled_at=now):
        raise PromiseIsSettled
    session.refresh(promise)
    params = {"by": promise.by, **params}
    write(session, promise.case_id, f"promise.{state}", actor=actor, now=now, params=params, walk_id=promise.walk_id)
