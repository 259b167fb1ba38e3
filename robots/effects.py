"""Delivering effects: acts through web services, messages by mail.

Order: the intent is committed already; `sending` is committed before the call, so that a crash uses up an attempt; the
answer, and what the walk makes of it, are written in one transaction that carries the row's token.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.database import Database
from base.people import Person, Team, TeamMember
from cases import effects
from cases.cases import CaseIsClosed
from cases.claims import Claimed, Lost, database_clock
from cases.effects import Effect
from cases.links import Link, token_of
from processes.connectors.readings import ActAnswer
from processes.rows import WalkRow
from processes.walk.events import EffectDone, EffectFailed, EffectUnknown, Event
from processes.walk.values import decode, encode
from processes.walks import Shown, WalkHasMoved, Walks, walker_of
from robots.mail import Post, letter_of

log = structlog.get_logger()

SETTLERS = "customer_service"
"""Team that finds out what became of an effect nobody knows about."""


class Services(Protocol):
    """What does acts: `processes.connectors.service.Connectors`."""

    def act(
        self, capability: str, inputs: Mapping[str, Any], *, key: str, brand_id: int, look_first: bool = False
    ) -> ActAnswer:
        """Do it under this key; with `look_first` see whether it was done already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Porter:
    """Carries effects to the world."""

    database: Database
    walks: Walks
    services: Services
    post: Post
    secret: str
    base_url: str
    random: Random

    def deliver(self, effect_ids: Iterable[int], actor: Actor | None = None, channel: str = "robot") -> Shown | None:
        """Deliver effects just decided, for the door whose turn decided them: the walk goes on as its walker.

        Those decided on the way are delivered too. Returns where the last turn came to, None when no walk moved.
        """
        last: Shown | None = None
        waiting = list(effect_ids)
        while waiting:
            shown = self._deliver_one(waiting.pop(0), actor, channel)
            if shown is not None:
                last = shown
                waiting += shown.effect_ids
        return last

    def _deliver_one(self, effect_id: int, actor: Actor | None, channel: str) -> Shown | None:
        with self.database.unit() as session:
            claimed = effects.claim_one(session, effect_id, clock=database_clock(session))
        return None if claimed is None else self.run(claimed, actor, channel)

    def run(self, claimed: Claimed, actor: Actor | None = None, channel: str = "robot") -> Shown | None:
        """Deliver a claimed effect."""
        with self.database.unit() as session:
            try:
                effect = effects.sending(session, claimed.id, claimed.token, clock=database_clock(session))
            except Lost:
                return None
            to = _recipients(session, effect)
            link = _link(session, effect)
        by = actor or robot_actor(effect.brand_id)
        try:
            if effect.kind == "message":
                self._post(effect, claimed, by, to, link)
                return None
            return self._act(effect, claimed, by, channel)
        except Lost:
            log.info("effect.lost", effect=effect.public_id)
            return None

    # --- acts --------------------------------------------------------------------------------------------------------

    def _act(self, effect: Effect, claimed: Claimed, actor: Actor, channel: str) -> Shown | None:
        answer = self.services.act(
            effect.operation, decode(effect.request), key=effect.key, brand_id=effect.brand_id,
            look_first=effect.look_first,
        )  # fmt: skip
        log.info("effect.act", effect=effect.public_id, operation=effect.operation, state=answer.state)
        said: dict[str, Any] = {"walker": walker_of(actor), "channel": channel, "key": effect.key}
        robot = robot_actor(effect.brand_id)
        match answer.state:
            case "done":
                result = encode(dict(answer.result))
                return self._tell_walk(
                    effect, actor, EffectDone(**said, result=dict(answer.result)),
                    lambda s: effects.done(s, robot, claimed.now, claimed.id, claimed.token, answer=result),
                )  # fmt: skip
            case "failed":
                reason = answer.reason or "refused"
                return self._tell_walk(
                    effect, actor, EffectFailed(**said, reason=reason),
                    lambda s: effects.failed(s, robot, claimed.now, claimed.id, claimed.token, failure=reason),
                )  # fmt: skip
            case _:
                return self._not_yet(effect, claimed, actor, answer, said)

    def _not_yet(
        self, effect: Effect, claimed: Claimed, actor: Actor, answer: ActAnswer, said: dict[str, Any]
    ) -> Shown | None:
        """The call did not come through: again later, looked up first, or unknown, as the operation declares."""
        robot = robot_actor(effect.brand_id)
        ambiguous = answer.state == "unknown"
        not_before = None if answer.retry_after is None else claimed.now + answer.retry_after
        with self.database.unit() as session:
            row = session.get_one(Effect, effect.id)
            row.safety = answer.safety
            session.flush()
            after = effects.retry(
                session, robot, claimed.now, claimed.id, claimed.token, error=answer.reason or "no answer",
                ambiguous=ambiguous, random=self.random, team=SETTLERS, not_before=not_before,
            )  # fmt: skip
            state = after.state
        if state == "unknown":
            return self._tell_walk(effect, actor, EffectUnknown(**said), lambda session: None)
        if state == "failed":
            return self._tell_walk(effect, actor, EffectFailed(**said, reason="unreachable"), lambda session: None)
        return None

    def _tell_walk(
        self, effect: Effect, actor: Actor, event: Event, fence: Callable[[Session], object]
    ) -> Shown | None:
        """Bring the walk what became of its act; where it no longer waits for it, only the row is written."""
        with self.database.reading() as session:
            walk = session.get(WalkRow, effect.walk_id) if effect.walk_id else None
        if walk is not None:
            try:
                return self.walks.carry_on(walk.public_id, event, actor=actor, fence=lambda s: _run(fence, s))
            except (WalkHasMoved, CaseIsClosed):
                log.info("effect.walk_has_moved", effect=effect.public_id)
        with self.database.unit() as session:
            fence(session)
        return None

    def settle(self, actor: Actor, effect_id: int, *, happened: bool, now: datetime, note: str = "") -> Shown | None:
        """A person found out what became of an unknown effect: the walk that waits for it goes on."""
        with self.database.unit() as session:
            effect = session.get_one(Effect, effect_id)
            effects.settle(session, actor, now, effect, happened=happened, note=note)
        said: dict[str, Any] = {"walker": "robot", "channel": "robot", "key": effect.key}
        event = EffectDone(**said) if happened else EffectFailed(**said, reason="did_not_happen")
        return self._tell_walk(effect, robot_actor(effect.brand_id), event, lambda session: None)

    # --- messages ----------------------------------------------------------------------------------------------------

    def _post(self, effect: Effect, claimed: Claimed, actor: Actor, to: list[str], link: str | None) -> None:
        robot = robot_actor(effect.brand_id)
        if not to:
            with self.database.unit() as session:
                effects.failed(session, robot, claimed.now, claimed.id, claimed.token, failure="no_address")
            return
        address = f"{self.base_url.rstrip('/')}/selfcare/l/{token_of(self.secret, link)}" if link else self.base_url
        posted = self.post.send(letter_of(effect.key, effect.request, to, address))
        log.info("effect.mail", effect=effect.public_id, fate=posted.fate, reason=posted.reason)
        with self.database.unit() as session:
            end = (session, robot, claimed.now, claimed.id, claimed.token)
            match posted.fate:
                case "sent":
                    effects.done(*end, answer={"message_id": posted.message_id})
                case "refused":
                    effects.failed(*end, failure=posted.reason or "refused")
                case "not_now":
                    effects.retry(*end, error=posted.reason, ambiguous=False, random=self.random, team=SETTLERS)
                case "unknown":
                    effects.unknown(*end, error=posted.reason, team=SETTLERS)


def due_lanes(session: Session, now: datetime) -> list[str]:
    """Lanes with something to send."""
    due = select(Effect.lane).where(Effect.state == "pending", Effect.due_at <= now).distinct()
    return list(session.scalars(due))


def _run(fence: Callable[[Session], object], session: Session) -> None:
    fence(session)


def _recipients(session: Session, effect: Effect) -> list[str]:
    """Who gets a message: the customer's address, or those of a team's people."""
    if effect.kind != "message":
        return []
    request = effect.request
    if request.get("to", "customer") == "customer":
        return [request["address"]] if request.get("address") else []
    members = (
        select(Person.email)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.brand_id == effect.brand_id, Team.key == request["to"], Person.active)
    )
    return list(session.scalars(members))


def _link(session: Session, effect: Effect) -> str | None:
    if effect.kind != "message" or not effect.request.get("link"):
        return None
    return session.scalars(select(Link.public_id).where(Link.public_id == effect.request["link"])).one_or_none()
