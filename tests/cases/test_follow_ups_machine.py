"""Robots and people at one rendezvous, in any order: whoever has lost leaves no trace."""

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from base.actors import robot_actor, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.database import Database
from cases import follow_ups
from cases.cases import Case, close, open_case
from cases.claims import Claimed, Clock, Lost, fixed_clock
from cases.follow_ups import OPEN, FollowUp, TooLate
from cases.timeline import entries
from tests.cases import rendezvous
from tests.conftest import NOW


class Rendezvous(RuleBasedStateMachine):
    """Several robots, one of which may sleep past its lease at any moment, and a person."""

    template: Path
    claims = Bundle("claims")

    @initialize()
    def plan(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "ariane.db")
        self.database = Database(f"sqlite:///{self.folder}/ariane.db")
        self.now = self.real = NOW
        self.cancelled = False
        self.finished: list[int] = []
        with self.database.unit() as session:
            brand = Brand.create(session, "b", "B", CalendarRow.create(session, "house", "Bureau"))
            self.robot, self.person = robot_actor(brand.id), system_actor(brand.id)
            self.case = open_case(session, self.robot, self.now, reason="r", language="fr").id
            self.id = self.planned(session).id

    def planned(self, session: Session) -> FollowUp:
        case = session.get_one(Case, self.case)
        return rendezvous.plan(
            session,
            self.robot,
            self.now,
            case,
            walk_id=1,
            version_id=1,
            process="p",
            step="s",
            visit=1,
            due_at=self.now,
        )

    def clock(self) -> Clock:
        return fixed_clock(self.now, self.real)

    @rule(seconds=st.sampled_from([1, 61, 90]), hours=st.sampled_from([0, 1, 7]))
    def time_passes(self, seconds: int, hours: int) -> None:
        self.real += timedelta(seconds=seconds)
        self.now += timedelta(hours=hours)

    @rule(target=claims)
    def claim(self) -> object:
        with self.database.unit() as session:
            return multiple(*follow_ups.claim(session, "", room=2, clock=self.clock()))

    @rule(taken=claims)
    def start(self, taken: Claimed) -> None:
        with suppress(Lost, TooLate), self.database.unit() as session:
            follow_ups.start(session, taken.id, taken.token, clock=self.clock())

    @rule(taken=claims)
    def finish(self, taken: Claimed) -> None:
        with suppress(Lost, TooLate), self.database.unit() as session:
            follow_ups.finish(session, self.robot, self.now, taken.id, taken.token)
            self.finished.append(taken.id)

    @rule(taken=claims)
    def give_back(self, taken: Claimed) -> None:
        with suppress(Lost, TooLate), self.database.unit() as session:
            follow_ups.give_back(session, taken.id, taken.token)

    @rule(taken=claims, seed=st.integers(0, 9))
    def stumble(self, taken: Claimed, seed: int) -> None:
        with suppress(Lost, TooLate), self.database.unit() as session:
            follow_ups.stumble(session, self.robot, self.now, taken.id, taken.token, error="x", random=Random(seed))

    @rule(seed=st.integers(0, 9))
    def sweep(self, seed: int) -> None:
        with self.database.unit() as session:
            follow_ups.sweep(session, self.now, clock=self.clock(), random=Random(seed))

    @rule()
    def try_again(self) -> None:
        with suppress(Lost, TooLate), self.database.unit() as session:
            follow_ups.try_again(session, self.person, self.now, session.get_one(FollowUp, self.id))

    @rule()
    def cancel(self) -> None:
        with suppress(Lost, TooLate), self.database.unit() as session:
            follow_ups.cancel(session, self.person, self.now, session.get_one(FollowUp, self.id))
            self.cancelled = True

    @rule()
    def close_the_case(self) -> None:
        with self.database.unit() as session:
            case = session.get_one(Case, self.case)
            if not case.closed:
                self.cancelled = (
                    close(session, self.person, self.now, case, outcome="x").follow_ups == 1 or self.cancelled
                )

    @invariant()
    def what_is_acknowledged_holds(self) -> None:
        with self.database.reading() as session:
            row = session.get_one(FollowUp, self.id)
            done = [entry for entry in entries(session, self.case) if entry.kind == "follow_up.done"]
            if self.cancelled:
                assert row.state == "cancelled"
            assert len(self.finished) == len(done) <= 1
            assert (row.state == "done") == bool(done)
            assert row.attempts <= 5
            assert (row.lease_until is not None) == (row.state in ("queued", "running"))
            assert row.state in OPEN or row.done_at is not None

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()
            shutil.rmtree(self.folder)


def race(template: Path, orders: int) -> None:
    """Draw so many orders of 25 steps of robots and people; the smallest that breaks something is told."""
    Rendezvous.template = template
    thorough = settings(
        max_examples=orders, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Rendezvous, settings=thorough)


def test_in_any_order_nothing_follows_an_acknowledged_cancel(sqlite_template: Path) -> None:
    race(sqlite_template, 40)
