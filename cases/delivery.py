"""Effects on their way: how a robot takes, sends, puts off and ends what was decided.

Each move is one guarded UPDATE by id and token, so that a robot that slept past its lease changes nothing. How a cut
call is taken is declared by the operation: *keyed* (the other side honours our key: send again), *queryable* (look
before sending again), *blind* (nobody can tell: **unknown**, which a person settles, never a robot).
"""

from datetime import datetime
from random import Random
from typing import Any, Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.permissions import Permission, require
from cases import tasks
from cases.claims import (
    MOST_ATTEMPTS,
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
from cases.effects import Effect, EffectState, Safety, as_stored, state_in, tell_case
from cases.stops import leave

_SILENT = "the robot stopped answering"


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
    wanted = [state_in("pending"), Effect.lane == lane, Effect.due_at <= clock.business, _free(clock)]
    wanted += leave(session, Effect, lane)
    return claim_rows(session, Effect, wanted, room=room, clock=clock, values={})


def claim_one(session: Session, id: int, *, clock: Clock) -> Claimed | None:
    """As `claim`, for one row, right after it was decided; None when it is not due, not pending or taken."""
    wanted = [state_in("pending"), Effect.id == id, Effect.due_at <= clock.business, _free(clock)]
    return next(iter(claim_rows(session, Effect, wanted, room=1, clock=clock, values={})), None)


def begin(session: Session, id: int, token: int, *, clock: Clock) -> Effect:
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
        state_in("sending"), Effect.lease_until < clock.real
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


def _end(
    session: Session, actor: Actor, now: datetime, id: int, token: int, state: EffectState, **values: Any
) -> Effect:
    require(actor, Permission.EFFECT_DELIVER)
    over = {} if state == "unknown" else {"done_at": now}
    _move(session, *held(Effect, id, token, "sending"), state=state, lease_until=None, **over, **values)
    effect = _row(session, id)
    tell_case(session, actor, now, effect, state)
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


def ask_to_write(session: Session, actor: Actor, now: datetime, effect: Effect, team: str) -> None:
    """A message was withdrawn and no robot looks at its case again: `team` tells the customer what is true now."""
    tasks.create(
        session, actor, now, effect.case, key=f"withdrawn:{effect.key}", team=team, title=WRITE, text=effect.label,
        walk_id=effect.walk_id, step=effect.step, visit=effect.visit,
    )  # fmt: skip


FIND_OUT = {
    "fr": "Vérifier si cela a été fait",
    "en": "Find out whether this was done",
}
WRITE = {
    "fr": "Écrire au client : ce message n’est pas parti, sa situation a changé entre-temps",
    "en": "Write to the customer: this message was not sent, the situation changed in the meantime",
}


def _move(session: Session, *guard: ColumnElement[bool], **values: Any) -> None:
    if not guarded(session, Effect, *guard, **values):
        raise Lost


def _row(session: Session, id: int) -> Effect:
    return session.scalars(as_stored(Effect.id == id)).one()


def _free(clock: Clock) -> ColumnElement[bool]:
    return Effect.lease_until.is_(None) | (Effect.lease_until < clock.real)
