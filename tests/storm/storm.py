"""The storm itself: cases with a check each, robots that are killed and frozen, PostgreSQL that dies, then calm."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from ariane import migrations
from base.clock import business_now, move, real_now
from base.database import Database
from base.errors import ArianeError
from cases import follow_ups, stops
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.tasks import Task
from cases.timeline import TimelineEntry
from processes.rows import WalkEventRow
from robots.carrier import bring_up
from robots.mail import message_id_of
from tests import postgres
from tests.company import Company, open_company
from tests.storm import journal
from tests.storm.checker import Evidence, SeenEffect, check
from tests.storm.many import copy_case, number_of
from tests.storm.outside import Mailbox, Shop, Weather
from tests.storm.worker import LEASE, SENDER, Line, Site
from tests.walking import FOLLOW_UP, begin, tiny

Engine = Literal["embedded", "procrastinate"]
ROLES: dict[Engine, tuple[str, ...]] = {
    "embedded": ("robots", "robots", "robots", "robots"),
    "procrastinate": ("dispatcher", "worker", "worker", "worker"),
}
OPTIONS = (
    "-c listen_addresses='' -c synchronous_commit=on -c fsync=off -c max_connections=200 -c shared_buffers=64MB "
    "-c wal_level=minimal -c max_wal_senders=0"
)
"""A server that dies at once loses nothing it has acknowledged, as long as the machine itself lives on."""
STEP = 0.1
MOST_PATIENCE = 4
"""So many times its length does a storm wait to see somebody come too late."""
"""Seconds between two looks at the sky."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long, how many, how bad."""

    engine: Engine
    cases: int = 100
    seconds: float = 12
    kills_per_s: float = 0.8
    pauses_per_s: float = 0.25
    restarts: int = 1
    clock: float = 60
    """Business seconds in a second: pauses between attempts pass quickly."""
    calm_s: float = 120
    """Within which everything has to come to rest afterwards."""
    seed: int = 1
    cuts: float = 0.10
    """Part of the calls that are done and cut instead of answered."""
    mutation: str = ""


@dataclass
class Outcome:
    """What it came to."""

    evidence: Evidence
    faults: list[str]
    settled_s: float
    """Seconds from the end of the storm until all was at rest."""
    left: list[str] = field(default_factory=list)
    """What was still open then, row for row: where to begin looking for the cause."""

    def figures(self) -> dict[str, object]:
        """For people."""
        seen = self.evidence
        return {
            "checks": len(seen.orders), "kills": seen.kills, "pauses": seen.pauses, "restarts": seen.restarts,
            "stale writers refused": seen.refused_writers, "let in": len(seen.stale_writes),
            "requests": sum(seen.requests.values()), "keys": len(seen.requests), "parcels": len(seen.shipped),
            "mails": sum(seen.mails.values()),
            "effects": dict(Counter(f"{effect.kind} {effect.state}" for effect in seen.effects)),
            "settled after s": round(self.settled_s, 1), "left": self.left, "faults": self.faults,
        }  # fmt: skip


@dataclass
class Crew:
    """The robots processes, born in the nursery; one that dies is replaced."""

    nursery: subprocess.Popen[str]
    roles: tuple[str, ...]
    living: dict[int, str] = field(default_factory=dict)
    frozen: dict[int, float] = field(default_factory=dict)
    kills: int = 0
    pauses: int = 0

    def complete(self) -> None:
        """Have every role filled."""
        for pid in [pid for pid in self.living if not _lives(pid)]:
            self._forget(pid)
        for role in (Counter(self.roles) - Counter(self.living.values())).elements():
            assert self.nursery.stdin is not None
            assert self.nursery.stdout is not None
            self.nursery.stdin.write(f"{role}\n")
            self.nursery.stdin.flush()
            self.living[int(self.nursery.stdout.readline())] = role

    def kill(self, random: Random) -> None:
        """One is gone without a word."""
        if awake := [pid for pid in self.living if pid not in self.frozen]:
            pid = random.choice(awake)
            self._signal(pid, signal.SIGKILL)
            self._forget(pid)
            self.kills += 1

    def freeze(self, random: Random, at_work: Collection[int]) -> None:
        """One sleeps past its lease, and wakes up: rather one in the middle of its work."""
        awake = [pid for pid in self.living if pid not in self.frozen]
        if len(awake) > 1:
            pid = random.choice([pid for pid in awake if pid in at_work] or awake)
            self._signal(pid, signal.SIGSTOP)
            self.frozen[pid] = time.monotonic() + LEASE.total_seconds() + random.uniform(1, 2)
            self.pauses += 1

    def thaw(self, all: bool = False) -> None:
        """Wake whoever has slept long enough."""
        for pid, until in list(self.frozen.items()):
            if all or time.monotonic() >= until:
                self._signal(pid, signal.SIGCONT)
                self.frozen.pop(pid, None)

    def dismiss(self) -> None:
        """All stop; who does not is ended."""
        self.thaw(all=True)
        for pid in self.living:
            self._signal(pid, signal.SIGTERM)
        ends = time.monotonic() + 15
        while any(map(_lives, self.living)) and time.monotonic() < ends:
            time.sleep(STEP)
        for pid in self.living:
            self._signal(pid, signal.SIGKILL)
        self.living.clear()

    def _forget(self, pid: int) -> None:
        self.living.pop(pid, None)
        self.frozen.pop(pid, None)

    def _signal(self, pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def rage(plan: Plan) -> Outcome:
    """One storm, and what the checker says of it."""
    random = Random(plan.seed)
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres.own_cluster(postgres.find_binaries(), OPTIONS))
        database, company, numbers = _prepared(cluster, plan)
        stack.callback(database.dispose)
        weather = Weather(Random(plan.seed), cuts_after=plan.cuts)
        shop, mailbox = Shop(weather), Mailbox(weather)
        stack.callback(shop.close)
        stack.callback(mailbox.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = database.url.render_as_string(hide_password=False)
        site = Site(url, shop.port, mailbox.port, str(folder / "log"), plan.mutation)
        crew = stack.enter_context(_crew(site, ROLES[plan.engine]))
        _storm(plan, random, cluster, company, crew, shop.at_work, lambda: _refused(folder / "log"))
        weather.calm()
        began = time.monotonic()
        _come_to_rest(plan, company, crew)
        settled = time.monotonic() - began
        left = _left(company)
        crew.dismiss()
        refused = _refused(folder / "log")
        evidence = _evidence(company, numbers, shop, mailbox, crew, refused, plan.restarts)
        return Outcome(evidence, check(evidence), settled, left)


def _prepared(cluster: postgres.Cluster, plan: Plan) -> tuple[Database, Company, dict[int, str]]:
    """The company with its cases, all checks due at once; order by walk."""
    url = postgres.Server(cluster.url).create("ariane_test_storm")
    database = Database(url)
    migrations.upgrade(database)
    with database.engine.begin() as connection:
        bring_up(connection)
    journal.keep(database)
    company = open_company(database, [tiny(FOLLOW_UP)])
    company.services.lane = Line(0).lane  # type: ignore[method-assign]
    first = number_of(0)
    company.parcel("6A1", first)
    begun = begin(company.walks, company.agent, company.case(first).id, needs={"order_number": first})
    with database.unit() as session:
        copy_case(session, begun.walk, plan.cases - 1)
        walks = session.scalars(select(FollowUp.walk_id).order_by(FollowUp.walk_id)).all()
        move(session, timedelta(days=1, hours=9))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return database, company, {walk: number_of(place) for place, walk in enumerate(walks)}


@contextmanager
def _crew(site: Site, roles: tuple[str, ...]) -> Iterator[Crew]:
    command = [sys.executable, "-m", "tests.storm.nursery", json.dumps(asdict(site))]
    nursery = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    crew = Crew(nursery, roles)
    try:
        crew.complete()
        yield crew
    finally:
        crew.dismiss()
        nursery.kill()
        nursery.communicate()


def _storm(
    plan: Plan, random: Random, cluster: postgres.Cluster, company: Company, crew: Crew,
    at_work: Callable[[], set[int]], refused: Callable[[], int],
) -> None:  # fmt: skip
    def freeze() -> bool:
        """Whoever is idle when he is frozen cannot come too late: where nobody is at work there is nothing to see."""
        ends = time.monotonic() + 2
        while not (busy := at_work() & crew.living.keys()) and time.monotonic() < ends:
            time.sleep(STEP / 5)
        crew.freeze(random, busy)
        return bool(busy)

    def kill() -> bool:
        crew.kill(random)
        return True

    began = last = time.monotonic()
    restarts = [plan.seconds * (place + 1) / (plan.restarts + 1) for place in range(plan.restarts)]
    # However short the storm is, one sleeps in the middle of his work and one dies.
    sure = [(0.3, freeze), (0.5, kill)]

    def unseen() -> bool:
        """Whether nobody has come too late yet. A row is lost only once somebody else has looked at it, which takes
        its time where few are left: a short storm goes on for that."""
        return bool(crew.pauses) and time.monotonic() - began < plan.seconds * MOST_PATIENCE and not refused()

    while (now := time.monotonic()) - began < plan.seconds or crew.frozen or unseen():
        if sure and now - began > plan.seconds * sure[0][0] and sure[0][1]():
            sure.pop(0)
        if restarts and now - began > restarts[0]:
            restarts.pop(0)
            cluster.stop()
            cluster.start()
        elapsed, last = now - last, now
        over = now - began > plan.seconds
        if not over and random.random() < plan.kills_per_s * elapsed:
            kill()
        if (over and not crew.frozen) or (not over and random.random() < plan.pauses_per_s * elapsed):
            freeze()
        crew.thaw()
        crew.complete()
        _time_passes(company.database, elapsed * plan.clock)
        _let_go(company)
        time.sleep(STEP)


def _come_to_rest(plan: Plan, company: Company, crew: Crew) -> None:
    """Until nothing is open any more; what was parked in the storm is tried again, as a person would."""
    ends = time.monotonic() + plan.calm_s
    while time.monotonic() < ends:
        crew.complete()
        _time_passes(company.database, _idle_until_next(company.database))
        _let_go(company)
        with company.database.unit() as session:
            parked = session.scalars(select(FollowUp).where(FollowUp.state == "parked")).all()
            for row in parked:
                follow_ups.try_again(session, company.sofia.actor(), row.due_at, row)
            waiting = session.scalar(select(func.count()).where(FollowUp.state.not_in(("done", "cancelled"))))
            sending = session.scalar(select(func.count()).where(Effect.state.in_(("pending", "sending"))))
        if not parked and not waiting and not sending:
            return
        time.sleep(0.3)


def _idle_until_next(database: Database) -> float:
    """Business seconds in which nothing comes due: patience with silent services does not run out while work waits."""
    with database.reading() as session:
        checks = session.scalar(select(func.min(FollowUp.due_at)).where(FollowUp.state == "waiting"))
        acts = session.scalar(select(func.min(Effect.due_at)).where(Effect.state == "pending"))
        soonest = min((due for due in (checks, acts) if due is not None), default=None)
        return max(0.0, (soonest - business_now(session)).total_seconds() + 1) if soonest else 0.0


def _left(company: Company) -> list[str]:
    """Rows that are still open, and how they stand to the clock."""
    with company.database.reading() as session:
        now, real = business_now(session), real_now(session)
        rows: list[FollowUp | Effect] = [
            *session.scalars(select(FollowUp).where(FollowUp.state.not_in(("done", "cancelled")))),
            *session.scalars(select(Effect).where(Effect.state.in_(("pending", "sending")))),
        ]
        return [
            f"{row.__tablename__} {row.id} {row.state} in {row.lane}, due in {row.due_at - now}, "
            f"attempts {row.attempts}, token {row.token}, lease {row.lease_until and row.lease_until - real}, "
            f"{row.last_error}"
            for row in rows
        ]  # fmt: skip


def _let_go(company: Company) -> None:
    """A person lets the robots go again, who stopped by themselves after too many faults."""
    with suppress(SQLAlchemyError, ArianeError), company.database.unit() as session:
        for stop in stops.in_force(session):
            stops.lift(session, company.sofia.actor(), stop.stopped_at, stop, reason="storm")


def _time_passes(database: Database, seconds: float) -> None:
    for _ in range(20):
        try:
            with database.unit() as session:
                move(session, timedelta(seconds=seconds))
        except SQLAlchemyError:  # it was just restarted under us
            time.sleep(STEP)
        else:
            return


def _evidence(
    company: Company, numbers: dict[int, str], shop: Shop, mailbox: Mailbox, crew: Crew, refused: int, restarts: int
) -> Evidence:
    with company.database.reading() as session:
        checks = [
            (numbers[walk], state)
            for walk, state in session.execute(select(FollowUp.walk_id, FollowUp.state)).all()
        ]  # fmt: skip
        turns = select(WalkEventRow.walk_id, func.count()).where(WalkEventRow.kind == "woken")
        woken = dict(session.execute(turns.group_by(WalkEventRow.walk_id)).all())  # type: ignore[arg-type]
        entries = select(TimelineEntry.walk_id, func.count()).where(TimelineEntry.kind == "follow_up.done")
        told = dict(session.execute(entries.group_by(TimelineEntry.walk_id)).all())  # type: ignore[arg-type]
        tasks = set(session.scalars(select(Task.effect_id).where(Task.effect_id.is_not(None))))
        effects = [
            SeenEffect(
                key=row.key, kind=row.kind, state=row.state, order=numbers[row.walk_id or 0],
                message_id=message_id_of(row.key, SENDER), has_task=row.id in tasks,
            )
            for row in session.scalars(select(Effect))
        ]  # fmt: skip
    return Evidence(
        orders=list(numbers.values()), checks=checks, woken={numbers[walk]: count for walk, count in woken.items()},
        told={numbers[walk]: count for walk, count in told.items()}, effects=effects, shipped=dict(shop.shipped),
        requests=dict(shop.requests), mails=dict(mailbox.mails), refused_writers=refused,
        stale_writes=journal.stale_writes(company.database), kills=crew.kills,
        pauses=crew.pauses, restarts=restarts,
    )  # fmt: skip


def _refused(log: Path) -> int:
    """How many woke up from a pause and were not let in, by the robots' own log."""
    told = log.read_text(errors="replace") if log.exists() else ""
    return sum(told.count(f'"{event}"') for event in ("follow_up.lost", "effect.lost", "follow_up.overtaken"))


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return not Path("/proc/self").exists()
