"""Figures for a monitoring system, in Prometheus' form: what is due, how late, what is in work, what needs people.

Due and late are read from the index of what is due; numbers by state are counted at most once a minute a process. No
name of a person, no number of an order: lanes and states only.
"""

import time
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.clock import business_now, real_now
from base.database import Database
from cases import delivery, follow_ups
from cases.claims import DueLane, database_clock
from cases.effects import Effect
from cases.follow_ups import OPEN, FollowUp
from robots.rows import pulse

COUNT_AGAIN = 60.0
"""Seconds for which numbers by state are good enough."""

_Counted = dict[tuple[str, str], tuple[int, int]]


class RobotFigures:
    """Collects anew at each look. One a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: _Counted = {}
        self._counted_at = float("-inf")

    def exposed(self) -> bytes:
        """All figures as text."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Called by the library."""
        with self._database.reading() as session:
            clock, now = database_clock(session), business_now(session)
            due = (("check", follow_ups.due_lanes(session, clock)), ("effect", delivery.due_lanes(session, clock)))
            flying = (("check", follow_ups.in_flight(session, clock)), ("effect", delivery.in_flight(session, clock)))
            robots = pulse(session, real_now(session))
            late = [(kind, lane.lane, _seconds(now, lane)) for kind, lanes in due for lane in lanes]
            counted = self._states(session)
        yield _gauge("ariane_robots_up", "1 while the robots are at work", [((), float(robots.state == "at work"))])
        yield _gauge(
            "ariane_late_seconds", "How long the most overdue row of a lane has been due",
            [((kind, lane), seconds) for kind, lane, seconds in late], "kind", "lane",
        )  # fmt: skip
        yield _gauge(
            "ariane_in_flight", "Rows that robots have right now",
            [((kind, lane), count) for kind, lanes in flying for lane, count in lanes.items()], "kind", "lane",
        )  # fmt: skip
        yield _gauge(
            "ariane_rows", "Rows by state; checks that are open, effects that there are",
            [(which, count) for which, (count, _) in counted.items()], "kind", "state",
        )  # fmt: skip
        attempts = CounterMetricFamily("ariane_attempts", "Attempts of the rows that there are", labels=["kind"])
        for kind in ("check", "effect"):
            attempts.add_metric([kind], sum(tries for (of, _), (_, tries) in counted.items() if of == kind))
        yield attempts

    def _states(self, session: Session) -> _Counted:
        if time.monotonic() - self._counted_at > COUNT_AGAIN:
            checks = select(FollowUp.state, func.count(), func.sum(FollowUp.attempts)).where(FollowUp.state.in_(OPEN))
            sent = select(Effect.state, func.count(), func.sum(Effect.attempts)).group_by(Effect.state)
            found = (("check", checks.group_by(FollowUp.state)), ("effect", sent))
            self._counted = {
                (kind, state): (count, int(tries or 0))
                for kind, question in found
                for state, count, tries in session.execute(question)
            }
            due = select(func.count()).where(FollowUp.state == "waiting", FollowUp.due_at <= business_now(session))
            self._counted["check", "due"] = (session.scalar(due) or 0, 0)
            self._counted_at = time.monotonic()
        return self._counted


def _gauge(name: str, words: str, values: list[tuple[tuple[str, ...], float]], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for names, value in values:
        family.add_metric(list(names), value)
    return family


def _seconds(now: datetime, lane: DueLane) -> float:
    return max((now - lane.since).total_seconds(), 0.0)
