"""Delivering effects: acts through web services, messages by mail.

Order: the intent is committed already; `sending` is committed before the call, so that a crash uses up an attempt; the
answer, and what the walk makes of it, are written in one transaction that carries the row's token.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.database import Database, DatabaseBusy
from base.errors import ArianeError
from base.permissions import Permission, require
from cases import delivery, effects, follow_ups, stops
from cases.cases import CaseIsClosed
from cases.claims import Claimed, Clock, Lost, database_clock
from cases.effects import Effect, NotUnknown
from processes.connectors.readings import ActAnswer
from processes.rows import WalkRow
from processes.walk.errors import StaleStep
from processes.walk.events import EffectDone, EffectFailed, EffectUnknown, Event
from processes.walk.values import decode, encode
from processes.walks import PATIENCE, ServiceSilent, Shown, WalkHasMoved, WalkIsBroken, Walks, walker_of
from robots.keeping import Keeper
from robots.mail import Letter, Post
from robots.messages import NO_ADDRESS, letter_for, note_fate
from robots.people import SETTLERS, go_on_by_hand
from robots.standing_by import CHANGED, LONGEST_DOUBT, READ_AGAIN, rests_on_old_facts, still_wanted

log = structlog.get_logger()

AT_REST = frozenset({"circuit_open", "budget", "switched_off"})
"""Reasons for which a service was not even called."""
SETTLING = "settling"
"""It is not there, but its service has not had the time yet to show it."""
REST = timedelta(minutes=1)
AWAY = (DatabaseBusy, OperationalError, InterfaceError)
"""The database does not answer, or not now."""
PAUSES = (0.2, 1.0, 3.0)
"""Seconds between tries to write down what became of an act."""
T = TypeVar("T")
TRIES = 5
"""Turns tried while others keep moving the walk."""


class Services(Protocol):
    """What does acts: `processes.connectors.service.Connectors`."""

    def act(
        self, capability: str, inputs: Mapping[str, Any], *, key: str, brand_id: int, look_first: bool = False,
        since: timedelta | None = None,
    ) -> ActAnswer:  # fmt: skip
        """Do it under this key; with `look_first` see whether it was done already, in a try made `since` ago."""

    def resting(self) -> Mapping[str, datetime]:
        """Lanes whose service is to be left alone, and until when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Porter:
    """Carries effects to the world."""

    database: Database
    walks: Walks
    services: Services
    post: Post
    keeper: Keeper
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
            claimed = delivery.claim_one(session, effect_id, clock=self._clock(session))
        return None if claimed is None else self.run(claimed, actor, channel)

    def _clock(self, session: Session) -> Clock:
        return database_clock(session, self.keeper.lease)

    def run(self, claimed: Claimed, actor: Actor | None = None, channel: str = "robot") -> Shown | None:
        """Deliver a claimed effect. What goes wrong here costs it an attempt, never the others of the round."""
        with self.keeper.holding("effect", claimed.id, claimed.token):
            return self._run(claimed, actor, channel)

    def _run(self, claimed: Claimed, actor: Actor | None, channel: str) -> Shown | None:
        letter: Letter | None = None
        try:
            with self.database.unit() as session:
                planned = session.get_one(Effect, claimed.id)
                stopped = stops.holding(session, planned, people=actor is not None)
                if stopped is not None:
                    delivery.give_back(session, claimed.id, claimed.token)
                    return None
            if rests_on_old_facts(planned, claimed.now) and not self._still_wanted(planned, claimed):
                return None
            with self.database.unit() as session:
                effect = delivery.begin(session, claimed.id, claimed.token, clock=self._clock(session))
                if effect.kind == "message":
                    letter = letter_for(session, effect, self.secret, self.base_url)
            if effect.kind == "message":
                self._post(effect, claimed, letter)
                return None
            return self._act(effect, claimed, actor or robot_actor(effect.brand_id), channel)
        except Lost:
            log.info("effect.lost", effect=claimed.id)
        except Exception:  # its lease ends, and it is taken up again or settled as its operation declares
            log.exception("effect.stumbled", effect=claimed.id)
        return None

    def settle(self, actor: Actor, effect_id: int, *, happened: bool, now: datetime, note: str = "") -> Shown | None:
        """A person found out what became of an unknown effect; a walk that waits for it goes on. Raises NotUnknown."""
        require(actor, Permission.EFFECT_SETTLE)
        with self.database.reading() as session:
            effect = session.get_one(Effect, effect_id)
        if effect.state != "unknown":
            raise NotUnknown

        def settled(session: Session) -> None:
            effects.settle(session, actor, now, session.get_one(Effect, effect_id), happened=happened, note=note)

        said: dict[str, Any] = {"walker": "robot", "channel": "robot", "key": effect.key}
        event = EffectDone(**said) if happened else EffectFailed(**said, reason="did_not_happen")
        return self._tell_walk(effect, robot_actor(effect.brand_id), event, settled, now)

    def decide_held(
        self, actor: Actor, effect_id: int, *, approved: bool, now: datetime, note: str = ""
    ) -> Shown | None:
        """A second person lets a held act be done, or refuses it; its walk goes on. Raises OwnDecision, NotHeld."""
        require(actor, Permission.TASK_APPROVE)
        with self.database.reading() as session:
            effect = session.get_one(Effect, effect_id)
        if not approved:

            def refused(session: Session) -> None:
                effects.refuse(session, actor, now, session.get_one(Effect, effect_id), note=note)

            no = EffectFailed(walker="robot", channel="robot", key=effect.key, reason="refused_by_person")
            return self._tell_walk(effect, robot_actor(effect.brand_id), no, refused, now)
        with self.database.unit() as session:
            effects.let_go(session, actor, now, session.get_one(Effect, effect_id), note=note)
        return self.deliver([effect_id])

    def tell_unknown(self) -> int:
        """Bring walks that still wait the news that nobody knows what became of their act. How many.

        A robot that dies while it sends leaves its row to the sweep, which knows no walks.
        """
        wanted = (
            select(Effect, WalkRow.state)
            .join(WalkRow, WalkRow.id == Effect.walk_id)
            .where(Effect.state == "unknown", Effect.kind == "act", WalkRow.waiting == "acting")
        )
        with self.database.reading() as session:
            found = [(effect, state["waiting"] or {}) for effect, state in session.execute(wanted)]
        waiting = [effect for effect, at in found if at.get("key") == effect.key and not at.get("uncertain")]
        for effect in waiting:
            robot = robot_actor(effect.brand_id)
            event = EffectUnknown(walker="robot", channel="robot", key=effect.key)
            self._tell_walk(effect, robot, event, lambda session: None, effect.created_at)
        return len(waiting)

    def _still_wanted(self, effect: Effect, claimed: Claimed) -> bool:
        """Read its conditions again. Where they no longer hold it is not done, and its walk learns why."""
        robot = robot_actor(effect.brand_id)
        patient = claimed.now < effect.created_at + LONGEST_DOUBT
        try:
            if still_wanted(self.walks, robot, effect, patient=patient):
                return True
        except ServiceSilent as silent:
            log.info("effect.facts_not_read", effect=effect.public_id, because=silent.reason)
            with self.database.unit() as session:
                delivery.give_back(session, claimed.id, claimed.token, due_at=claimed.now + READ_AGAIN)
            return False
        log.info("effect.no_longer_wanted", effect=effect.public_id)
        with self.database.unit() as session:
            delivery.begin(session, claimed.id, claimed.token, clock=self._clock(session))
        end = (robot, claimed.now, claimed.id, claimed.token)
        if effect.kind == "message":
            with self.database.unit() as session:
                withdrawn = delivery.withdraw(session, *end, because=CHANGED)
                if effect.walk_id in follow_ups.walks_awaited(session, effect.case_id):
                    follow_ups.bring_forward(session, claimed.now, effect.walk_id)
                else:  # nobody would write any more
                    delivery.ask_to_write(session, robot, claimed.now, withdrawn, SETTLERS)
            return False
        changed = EffectFailed(walker="robot", channel="robot", key=effect.key, reason=CHANGED)
        self._tell_walk(
            effect, robot, changed, lambda session: delivery.failed(session, *end, failure=CHANGED), claimed.now
        )
        return False

    # --- acts --------------------------------------------------------------------------------------------------------

    def _act(self, effect: Effect, claimed: Claimed, actor: Actor, channel: str) -> Shown | None:
        answer = self.services.act(
            effect.operation, decode(effect.request), key=effect.key, brand_id=effect.brand_id,
            look_first=effect.look_first,
            since=claimed.now - effect.sent_at if effect.look_first and effect.sent_at else None,
        )  # fmt: skip
        log.info("effect.act", effect=effect.public_id, operation=effect.operation, state=answer.state)
        said: dict[str, Any] = {"walker": walker_of(actor), "channel": channel, "key": effect.key}
        end = (robot_actor(effect.brand_id), claimed.now, claimed.id, claimed.token)
        match answer.state:
            case "done":
                result = encode(dict(answer.result))
                return self._tell_walk(
                    effect, actor, EffectDone(**said, result=dict(answer.result)),
                    lambda session: delivery.done(session, *end, answer=result), claimed.now,
                )  # fmt: skip
            case "failed":
                reason = answer.reason or "refused"
                return self._tell_walk(
                    effect, actor, EffectFailed(**said, reason=reason),
                    lambda session: delivery.failed(session, *end, failure=reason), claimed.now,
                )  # fmt: skip
            case _:
                return self._not_yet(effect, claimed, actor, answer, said)

    def _not_yet(
        self, effect: Effect, claimed: Claimed, actor: Actor, answer: ActAnswer, said: dict[str, Any]
    ) -> Shown | None:
        """The call did not come through: again later, looked up first, or unknown, as the operation declares."""
        ambiguous = answer.state == "unknown" or answer.in_doubt
        error = answer.reason or "no answer"
        not_before = None if answer.retry_after is None else claimed.now + answer.retry_after
        resting = error in AT_REST and claimed.now < effect.created_at + PATIENCE
        if not ambiguous and (resting or error == SETTLING):
            due_at = max(not_before or claimed.now, claimed.now + REST)
            with self.database.unit() as session:
                delivery.put_off(session, claimed.id, claimed.token, due_at=due_at, because=error)
            return None

        def later(session: Session) -> Effect:
            return delivery.retry(
                session, robot_actor(effect.brand_id), claimed.now, claimed.id, claimed.token, error=error,
                ambiguous=ambiguous, random=self.random, team=SETTLERS, not_before=not_before, safety=answer.safety,
            )  # fmt: skip

        match delivery.fate(effect, ambiguous=ambiguous, safety=answer.safety):
            case "unknown":
                return self._tell_walk(effect, actor, EffectUnknown(**said), later, claimed.now)
            case "failed":
                unreachable = EffectFailed(**said, reason="unreachable")
                return self._tell_walk(effect, actor, unreachable, later, claimed.now)
        with self.database.unit() as session:
            later(session)
        return None

    def _tell_walk(
        self, effect: Effect, actor: Actor, event: Event, record: Callable[[Session], object], now: datetime
    ) -> Shown | None:
        """Record what became of an act, and bring it to its walk in the same transaction.

        Where the walk no longer waits for it, only the row is written; where the process cannot go on, people do.
        """
        return _patiently(effect, lambda: self._record(effect, actor, event, record, now))

    def _record(
        self, effect: Effect, actor: Actor, event: Event, record: Callable[[Session], object], now: datetime
    ) -> Shown | None:
        problem = ""
        try:
            if effect.kind == "act":
                return self._carry_on(effect, actor, event, record)
        except CaseIsClosed:
            log.info("effect.case_is_closed", effect=effect.public_id)
        except WalkIsBroken as broken:
            problem = broken.tell("en")
        except (ArianeError, *AWAY):
            raise
        except Exception as error:  # done is done: a fault of the process must not have it done twice
            log.exception("effect.walk_failed", effect=effect.public_id)
            problem = f"{type(error).__name__}: {error}"[:500]
        with self.database.unit() as session:
            record(session)
            if problem:
                row = session.get_one(Effect, effect.id)
                go_on_by_hand(session, robot_actor(effect.brand_id), now, row, problem)
        return None

    def _carry_on(
        self, effect: Effect, actor: Actor, event: Event, record: Callable[[Session], object]
    ) -> Shown | None:
        """The walk's turn; where it has none for this act, the row alone is written."""

        def fence(session: Session) -> None:
            record(session)

        with self.database.reading() as session:
            walk = session.get(WalkRow, effect.walk_id) if effect.walk_id else None
        for _ in range(TRIES if walk else 0):
            assert walk is not None
            try:
                return self.walks.carry_on(walk.public_id, event, actor=actor, fence=fence)
            except WalkHasMoved as moved:
                if isinstance(moved.__cause__, StaleStep):
                    break
        log.info("effect.walk_has_moved", effect=effect.public_id)
        with self.database.unit() as session:
            record(session)
        return None

    # --- messages ----------------------------------------------------------------------------------------------------

    def _post(self, effect: Effect, claimed: Claimed, letter: Letter | None) -> None:
        posted = NO_ADDRESS if letter is None else self.post.send(letter)
        log.info("effect.mail", effect=effect.public_id, fate=posted.fate, reason=posted.reason)

        def record() -> None:
            with self.database.unit() as session:
                note_fate(session, effect, claimed, posted, self.random)

        _patiently(effect, record)


def _patiently(effect: Effect, record: Callable[[], T]) -> T:
    """What was done in the world must not be forgotten for a moment's absence of the database: tried again for seconds.

    After that the row stays as it was while sending, and is swept.
    """
    for pause in PAUSES:
        try:
            return record()
        except AWAY as error:
            log.warning("effect.database_away", effect=effect.public_id, error=type(error).__name__)
            time.sleep(pause)
    return record()
