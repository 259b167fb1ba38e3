"""The robots of a process: they take what is due, carry it out, free what a silent robot held, and say that they live.

Everything is a plain function of the database and its clock. `work` goes on while something is due and hands are free:
the ticker calls it every second. `tick` is one whole round, `settle` rounds until nothing is due: for tests, for the
demo's clock and for `ariane robots --once`.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import structlog
from sqlalchemy.orm import Session

from base.clock import business_now, real_now
from base.database import Database
from cases import delivery
from cases import follow_ups as follow_up_rows
from cases.claims import Claimed, Clock, Lost, database_clock, fixed_clock
from processes.connectors import inbox
from processes.proposals import publish_due
from processes.walks import Walks
from robots import breaker, dispatching, followups, notices, promises, shadow, watch
from robots.catching_up import hold_after_absence
from robots.dispatching import KINDS, Kind, Room, Ticket
from robots.effects import Porter
from robots.hands import Hands
from robots.inbox import Inbox
from robots.keeping import Keeper
from robots.people import SETTLERS
from robots.rows import beat

log = structlog.get_logger()

HANDS = 12
"""Threads of a robots process: they mostly wait for services."""
MAIL_LANE = "mail"
"""The lane of letters: left alone while the mail server is away."""
LOOK_AGAIN = 0.2
"""Seconds after which a busy process looks for what is newly due."""
MOST_ROUNDS = 200
"""Rounds that `settle` goes at the most: a walk may need several."""
GRACE = 25.0
"""Seconds that a stop waits for what is under way."""


@dataclass(slots=True)
class Round:
    """What a round did."""

    swept: int = 0
    delivered: int = 0
    woken: int = 0
    by_lane: Counter[str] = field(default_factory=Counter)

    @property
    def worked(self) -> int:
        """Rows worked on."""
        return self.swept + self.delivered + self.woken


class Robots:
    """The robots of an installation: everything a round needs."""

    def __init__(
        self,
        database: Database,
        walks: Walks,
        porter: Porter,
        *,
        threads: int = HANDS,
        random: Random | None = None,
        now: datetime | None = None,
        name: str = "robots",
        webhook_networks: Sequence[str] = (),
        inbox: Inbox | None = None,
        audit_heads: Path | None = None,
    ) -> None:
        self.database = database
        self.walks = walks
        self.porter = porter
        self.now = now
        """Stands in for business time (`--now`); None: the database's clock."""
        self.inbox = inbox
        """Where customers' mails arrive; None: nowhere."""
        self.webhook_networks = tuple(webhook_networks)
        """Networks of our own that alerts may be posted to."""
        self.audit_heads = audit_heads
        """File outside to which the head of the audit trail is added; None: none."""
        self.random = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self.name = name
        """By which its heartbeat is known."""
        self.hands = Hands(threads, self.perform)
        self.stopping = threading.Event()

    @property
    def keeper(self) -> Keeper:
        """Who renews the leases of what is in work."""
        return self.porter.keeper

    # --- going on and on ---------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Take work as hands become free, until nothing is due that may be taken."""
        while not self.stopping.is_set():
            self.live()
            taken = self.take(Room(total=self.hands.room, per_lane=self.hands.places // 2))
            self.keeper.take(taken)
            self.hands.give(taken)
            if not taken and self.hands.idle:
                return
            # Work that was just finished makes room at once; what is newly due is seen a moment later.
            self.hands.wait_for_room(self.hands.places // 2 if taken else self.hands.places, LOOK_AGAIN)

    def live(self) -> None:
        """Leave a heartbeat. A process whose hands all hang leaves none: somebody has to look."""
        if self.hands.stuck(2 * self.keeper.lease.total_seconds()):
            log.error("robots.all_hands_hang")
            return
        with self.database.unit() as session:
            hold_after_absence(session, self.now or business_now(session))
            beat(session, real_now(session), self.hands.places - self.hands.room, self.name)

    def sweep(self) -> int:
        """Free the rows of robots that fell silent, and tell walks of acts that nobody knows about. How many rows."""
        with self.database.unit() as session:
            now, clock = self.now or business_now(session), self.clock(session)
            hold_after_absence(session, now)
            breaker.watch(session, now)
            shadow.compare(session, now)
            inbox.work(session, now)
            swept = follow_up_rows.sweep(session, now, clock=clock, random=self.random)
            swept += delivery.sweep(session, now, clock=clock, random=self.random, team=SETTLERS)
        self.porter.tell_unknown()
        return swept

    def publish(self) -> int:
        """Publish the processes that authors planned for now or before. How many."""
        with self.database.reading() as session:
            now = self.now or business_now(session)
        return publish_due(self.database, now)

    def stop(self, grace: float = GRACE) -> bool:
        """Take nothing new, give back what nobody has begun, finish what is under way; whether all was finished."""
        self.stopping.set()
        for ticket in self.hands.stop():
            self.keeper.let_go(ticket.kind, ticket.claimed.id)
            self._give_back(ticket)
        return self.hands.wait_until_idle(grace)

    # --- one round ---------------------------------------------------------------------------------------------------

    def tick(self) -> Round:
        """One whole round: a share of every lane, worked on to its end."""
        self.publish()
        done = Round(swept=self.sweep())
        done.delivered = self._phase(done, "effect")
        done.woken = self._phase(done, "follow_up")
        with self.database.unit() as session:
            beat(session, real_now(session), done.worked, self.name)
        return done

    def settle(self) -> Round:
        """Rounds until nothing is due any more."""
        total = Round()
        for _ in range(MOST_ROUNDS):
            done = self.tick()
            total.swept += done.swept
            total.delivered += done.delivered
            total.woken += done.woken
            total.by_lane += done.by_lane
            if not done.worked:
                break
        promises.look(self)
        watch.watch(self)
        notices.deliver(self)
        return total

    def _phase(self, done: Round, kind: Kind) -> int:
        taken = self.take(Room(total=self.hands.places * 10, per_lane=dispatching.BATCH), (kind,))
        done.by_lane.update(ticket.lane for ticket in taken)
        self.keeper.take(taken)
        self.hands.give(taken)
        self.hands.wait_until_idle()
        return len(taken)

    # --- taking and doing --------------------------------------------------------------------------------------------

    def take(self, room: Room, kinds: Iterable[Kind] = KINDS) -> list[Ticket]:
        """Claim what is due and may be taken, in one short transaction. When nothing is due, nothing is written."""
        with self.database.reading() as session:
            due = dispatching.look(session, self.clock(session), kinds) if room.total > 0 else []
        if not due:
            return []
        closed = self.closed()
        with self.database.unit() as session:
            return dispatching.take(session, self.clock(session), due, room, closed)

    def closed(self) -> Collection[str]:
        """Lanes that are to be left alone."""
        resting = set(self.porter.services.resting())
        return resting | {MAIL_LANE} if self.porter.post.away else resting

    def perform(self, ticket: Ticket) -> None:
        """Carry out a claimed row, and deliver what its walk decides. Never raises for what one row does."""
        claimed = ticket.claimed
        with self.keeper.holding(ticket.kind, claimed.id, claimed.token):
            if ticket.kind == "effect":
                shown = self.porter.run(claimed)
            else:
                shown = followups.run(self.database, self.walks, claimed, self.random, lease=self.keeper.lease)
        if shown is not None:
            self.porter.deliver(shown.effect_ids)

    def perform_message(self, kind: Kind, id: int, token: int, now: datetime) -> None:
        """Carry out the row that a message names, claimed at `now`, unless somebody else has it by now."""
        self.perform(Ticket(kind, "", Claimed(id, token, self.now or now)))

    def _give_back(self, ticket: Ticket) -> None:
        try:
            with self.database.unit() as session:
                dispatching.give_back(session, ticket)
        except Lost:
            log.info("robots.taken_over", kind=ticket.kind, id=ticket.claimed.id)

    def clock(self, session: Session) -> Clock:
        """What statements take the time from."""
        lease = self.keeper.lease
        if self.now is None:
            return database_clock(session, lease)
        return fixed_clock(self.now, real_now(session), lease)
