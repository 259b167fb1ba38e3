"""A round of the robots: rows whose robot fell silent are freed, effects delivered, walks woken.

`tick` is a plain function of the database and the clock: the ticker calls it every second, `ariane robots --once` once,
tests as they like. Each lane has its own share of a round, so that one dead service holds up nobody else.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import robot_actor
from base.brands import Brand
from base.clock import business_now, real_now
from base.database import Database
from cases import effects as effect_rows
from cases import follow_ups as follow_up_rows
from cases.claims import Claimed, Clock, database_clock, fixed_clock
from processes.walks import Walks
from robots import effects, followups
from robots.effects import Porter
from robots.people import SETTLERS
from robots.rows import beat

log = structlog.get_logger()

ROOM = 20
"""Rows of one lane taken at a time."""
MOST_ROUNDS = 200
"""Rounds that `settle` goes at the most: a walk may need several."""


@dataclass(slots=True)
class Round:
    """What a round did."""

    swept: int = 0
    delivered: int = 0
    woken: int = 0
    by_lane: dict[str, int] = field(default_factory=dict)

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
        threads: int = 8,
        random: Random | None = None,
        now: datetime | None = None,
    ) -> None:
        self.database = database
        self.walks = walks
        self.porter = porter
        self.now = now
        """Stands in for business time (`--now`); None: the database's clock."""
        self.random = random or Random()  # noqa: S311 - spreads retries, guards nothing
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="robots")

    def tick(self) -> Round:
        """One round."""
        done = Round()
        clock = self._clock
        done.swept = self._sweep(clock)
        self.porter.tell_unknown()
        done.delivered = self._work(done, clock, effects.due_lanes, effect_rows.claim, self._deliver)
        done.woken = self._work(done, clock, followups.due_lanes, follow_up_rows.claim, self._wake)
        with self.database.unit() as session:
            beat(session, real_now(session), done.worked)
        return done

    def settle(self) -> Round:
        """Rounds until nothing is due any more."""
        total = Round()
        for _ in range(MOST_ROUNDS):
            done = self.tick()
            total.swept += done.swept
            total.delivered += done.delivered
            total.woken += done.woken
            if not done.worked:
                break
        return total

    def _clock(self, session: Session) -> Clock:
        return database_clock(session) if self.now is None else fixed_clock(self.now, real_now(session))

    def _sweep(self, clock: Callable[[Session], Clock]) -> int:
        swept = 0
        with self.database.unit() as session:
            now = self.now or business_now(session)
            for brand_id in session.scalars(select(Brand.id)).all():
                robot = robot_actor(brand_id)
                taken = clock(session)
                swept += follow_up_rows.sweep(session, robot, now, clock=taken, random=self.random)
                swept += effect_rows.sweep(session, robot, now, clock=taken, random=self.random, team=SETTLERS)
        return swept

    def _work(
        self,
        done: Round,
        clock: Callable[[Session], Clock],
        lanes_of: Callable[[Session, datetime], list[str]],
        claim: Callable[..., list[Claimed]],
        work: Callable[[Claimed], None],
    ) -> int:
        """Claim a share of every lane that has something due, and work on all of it at once."""
        with self.database.reading() as session:
            moment = session.scalar(select(clock(session).business))
            lanes = lanes_of(session, moment) if moment is not None else []
        claimed: list[Claimed] = []
        for lane in lanes:
            with self.database.unit() as session:
                taken = claim(session, lane, room=ROOM, clock=clock(session))
            done.by_lane[lane] = done.by_lane.get(lane, 0) + len(taken)
            claimed += taken
        list(self.pool.map(work, claimed))
        return len(claimed)

    def _deliver(self, claimed: Claimed) -> None:
        shown = self.porter.run(claimed)
        if shown is not None:
            self.porter.deliver(shown.effect_ids)

    def _wake(self, claimed: Claimed) -> None:
        shown = followups.run(self.database, self.walks, claimed, self.random)
        if shown is not None:
            self.porter.deliver(shown.effect_ids)
