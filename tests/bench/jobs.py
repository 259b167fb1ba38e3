"""Jobs a second with a million follow-ups that wait: our engines, the bare loop that is their ceiling, and DBOS.

A job is the same everywhere: one UPDATE of a case and one INSERT into the timeline, in one transaction. Around it the
bare loop claims twenty rows and marks each done; ours add lanes, start, lease, token and hands. All on one PostgreSQL,
in one run, in turns. Jobs a second are counted in time on the wall: quote ratios.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from statistics import median

import psycopg
from sqlalchemy import text, update

from ariane import migrations
from base.actors import robot_actor
from base.database import Database
from cases import follow_ups
from cases.cases import Case
from cases.claims import Lost, database_clock
from processes.facts import FactReader
from processes.own_facts import OWN_FACTS
from processes.versions import Library
from processes.walks import Walks
from robots.carrier import bring_up
from robots.dispatching import Ticket
from robots.distributed import Dispatcher, Worker
from robots.effects import Porter
from robots.keeping import Keeper
from robots.rounds import Robots
from tests import postgres
from tests.bench.measure import Figure, at_least, at_most
from tests.bench.robots import LANES, fill
from tests.company import Mailbox, Services, open_company
from tests.walking import WATCH, tiny

JOBS, ROUNDS, CASES = 2000, 3, 500
WORKERS, PLACES = 2, 20
SECONDS, A_SECOND = 10, 20
"""Of a trickle: so many rows come due a second, to see how soon they are picked up."""
PEER_JOBS = 600
NO_ANSWER = 1.0
"""Seconds that a dead service keeps a hand."""
_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c max_connections=200"
"""Without waits for the disk: what is measured is the work."""
_NOW = "(SELECT statement_timestamp() + COALESCE(max(microseconds), 0) * interval '1 microsecond' FROM clock_offset)"
_DUE = (
    "INSERT INTO follow_up (public_id, brand_id, case_id, walk_id, version_id, process, step, visit, lane, state,"
    " due_at, created_at, attempts, token)"
    " SELECT md5(random()::text || n), case_.brand_id, case_.id, 0, 1, 'tiny', md5(random()::text || n), 1,"
    f" 'lane' || n %% {LANES}, 'waiting', {_NOW}, {_NOW}, 0, 0"
    f' FROM generate_series(1, %s) n JOIN bench_case ON place = n %% {CASES} JOIN "case" case_ USING (id)'
)
_CLAIM = (
    "WITH due AS MATERIALIZED (SELECT id FROM follow_up WHERE state = 'waiting' AND lane = %s AND due_at <= "
    f"{_NOW} ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED)"
    " UPDATE follow_up f SET state = 'queued', token = f.token + 1 FROM due WHERE f.id = due.id"
    " AND f.state = 'waiting' RETURNING f.id, f.token, f.case_id"
)
STAMP = 'UPDATE "case" SET alert_at = NULL WHERE id = %s'
TELL = (
    "INSERT INTO timeline_entry (case_id, kind, params, actor, at)"
    " VALUES (%s, 'follow_up.done', '{}', '{}', statement_timestamp())"
)
_DONE = "UPDATE follow_up SET state = 'done', done_at = statement_timestamp() WHERE id = %s AND token = %s"
_LEFT = (
    "SELECT count(*) FROM follow_up WHERE state IN ('waiting', 'queued', 'running') AND brand_id = 1"
    f" AND due_at <= {_NOW}"
)
_PICKED_UP = text(f"INSERT INTO bench_pick_up SELECT extract(epoch FROM {_NOW} - due_at) FROM follow_up WHERE id = :id")


class Stamping(Robots):
    """Robots whose work is that of the bare loop; all around it is theirs."""

    watched = False
    """Whether it is written down how soon a row was picked up."""
    dead = ""
    """A lane whose service does not answer."""

    def perform(self, ticket: Ticket) -> None:
        """Begin, do the job, finish."""
        claimed = ticket.claimed
        if self.dead and ticket.lane == self.dead:
            time.sleep(NO_ANSWER)
        with self.keeper.holding(ticket.kind, claimed.id, claimed.token):
            try:
                with self.database.unit() as session:
                    row = follow_ups.start(session, claimed.id, claimed.token, clock=database_clock(session))
                    if self.watched:
                        session.execute(_PICKED_UP, {"id": claimed.id})
                stamped = update(Case).where(Case.id == row.case_id).values(alert_at=None)
                with self.database.unit() as session:
                    session.execute(stamped, execution_options={"synchronize_session": False})
                    follow_ups.finish(session, robot_actor(row.brand_id), claimed.now, claimed.id, claimed.token)
            except Lost:
                return


def stamping(url: str) -> Stamping:
    """Such robots on a database."""
    database, services, post = Database(url), Services(), Mailbox()
    walks = Walks(database, FactReader(database, services, OWN_FACTS), secret="s" * 40, library=Library())
    porter = Porter(
        database=database, walks=walks, services=services, post=post,  # type: ignore[arg-type]
        keeper=Keeper(database), secret="s" * 40, base_url="http://bench.test", random=Random(1),
    )  # fmt: skip
    return Stamping(database, walks, porter)


def figures() -> Iterator[Figure]:
    """On a PostgreSQL of its own, which cleans up after updates as an installation's does."""
    with postgres.own_cluster(postgres.find_binaries(), _OPTIONS) as cluster:
        server = postgres.Server(cluster.url)
        yard = Yard(server.create("ariane_test_jobs"))
        bare, embedded = [], []
        for _ in range(ROUNDS):
            bare.append(yard.rate(yard.bare_loop))
            embedded.append(yard.rate(yard.embedded))
        ceiling, ours = median(bare), median(embedded)
        yield at_least("embedded robots, part of the bare loop's jobs a second", 100 * ours / ceiling, "%", 70)
        yield Figure(name="bare SKIP LOCKED loop", value=round(ceiling), unit="jobs/s", goal="", met=True)
        yield Figure(name="embedded robots", value=round(ours), unit="jobs/s", goal="", met=True)
        alone, beside = [], []
        for _ in range(ROUNDS):
            alone.append(yard.rate(yard.others))
            beside.append(yard.rate(yard.others_beside_a_dead_one))
        yield at_least("other lanes beside one whose service is dead", 100 * median(beside) / median(alone), "%", 90)
        with yard.distributed():
            rates = [yard.rate(yard.wait_for_all) for _ in range(ROUNDS)]
            yield at_least("distributed robots, 2 workers", median(rates), "jobs/s", 250)
            yield at_most("a row that comes due is picked up, distributed, p95", yard.pick_up(), "s", 1)
        peer = yard.dbos(server.create("ariane_test_jobs_peer"))
        yield Figure(name="DBOS, 2 workers, nothing else waiting", value=round(peer), unit="jobs/s", goal="", met=True)
        yard.close()


@dataclass
class Yard:
    """The database with its million rows, and the engines that work on it."""

    url: str
    database: Database = field(init=False)
    plain: "psycopg.Connection[tuple[int, int, int]]" = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(self.url)
        migrations.upgrade(self.database)
        with self.database.engine.connect() as connection, connection.begin():
            bring_up(connection)
        company = open_company(self.database, [tiny(WATCH)])
        ids = [company.case(f"RC-{number}").id for number in range(CASES)]
        fill(company, due=0)
        self.plain = psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)
        self.plain.execute("CREATE TABLE bench_case (place int, id bigint)")
        self.plain.execute("CREATE TABLE bench_pick_up (seconds double precision)")
        for place, id in enumerate(ids):
            self.plain.execute("INSERT INTO bench_case VALUES (%s, %s)", (place, id))

    def close(self) -> None:
        """Let go of the database."""
        self.plain.close()
        self.database.dispose()

    def rate(self, work: Callable[[], None]) -> float:
        """Jobs a second of somebody who does all that is due."""
        self.plain.execute(_DUE, (JOBS,))
        if work == self.others_beside_a_dead_one:
            dead = "UPDATE follow_up SET lane = 'dead' WHERE state = 'waiting' AND lane = 'lane0' AND due_at <= "
            self.plain.execute(dead + _NOW)
        start = time.perf_counter()
        work()
        spent = time.perf_counter() - start
        assert self._left() == 0
        return JOBS / spent

    def bare_loop(self) -> None:
        """Nothing but SKIP LOCKED: one connection, one thread."""
        done = -1
        while done:
            done = 0
            for lane in range(LANES):
                for id, token, case in self.plain.execute(_CLAIM, (f"lane{lane}",)).fetchall():
                    with self.plain.transaction():
                        self.plain.execute(STAMP, (case,))
                        self.plain.execute(TELL, (case,))
                        self.plain.execute(_DONE, (id, token))
                    done += 1

    def embedded(self) -> None:
        """The robots of one process."""
        robots = stamping(self.url)
        robots.work()
        robots.stop()
        robots.database.dispose()

    def others(self, dead: str = "") -> None:
        """The robots of one process, until the lanes that are not dead are done."""
        robots = stamping(self.url)
        robots.dead = dead
        working = threading.Thread(target=robots.work, daemon=True)
        working.start()
        while self._left(dead):
            time.sleep(0.005)
        robots.stop(0)
        working.join()
        self.plain.execute("UPDATE follow_up SET state = 'cancelled' WHERE lane = %s AND state <> 'done'", (dead,))
        robots.database.dispose()

    def others_beside_a_dead_one(self) -> None:
        """The same, with as much due in a lane that keeps each hand for a second."""
        self.others("dead")

    @contextmanager
    def distributed(self) -> Iterator[None]:
        """A dispatcher and two workers, each a process."""
        roles = ["dispatcher", *["worker"] * WORKERS]
        started = [subprocess.Popen([sys.executable, "-m", "tests.bench.jobs", role, self.url]) for role in roles]
        try:
            self.plain.execute(_DUE, (JOBS // 10,))
            self.wait_for_all()  # all three are there now
            yield
        finally:
            for each in started:
                each.terminate()
            for each in started:
                each.wait()

    def wait_for_all(self) -> None:
        """Until others have done all that is due."""
        while self._left():
            time.sleep(0.05)

    def pick_up(self) -> float:
        """Seconds from due to begun, of a trickle."""
        self.plain.execute("TRUNCATE bench_pick_up")
        for _ in range(SECONDS * A_SECOND):
            self.plain.execute(_DUE, (1,))
            time.sleep(1 / A_SECOND)
        self.wait_for_all()
        taken = sorted(row[0] for row in self.plain.execute("SELECT seconds FROM bench_pick_up").fetchall())
        assert len(taken) >= SECONDS * A_SECOND
        return round(float(taken[int(len(taken) * 0.95)]), 2)

    def dbos(self, own: str) -> float:
        """The peer: the same job as a durable workflow, enqueued before, done by two of its processes."""
        peer = [sys.executable, "-m", "tests.bench.jobs_dbos", own, self.url]
        subprocess.run([*peer, "enqueue", str(PEER_JOBS)], check=True)
        before = self._told()
        workers = [subprocess.Popen([*peer, "work", str(number)]) for number in range(WORKERS)]
        try:
            while self._told() == before:
                time.sleep(0.01)
            start, begun = time.perf_counter(), self._told()
            while (told := self._told()) < before + PEER_JOBS:
                time.sleep(0.05)
            return (told - begun) / (time.perf_counter() - start)
        finally:
            for each in workers:
                each.kill()
                each.wait()

    def _told(self) -> int:
        return self.plain.execute("SELECT count(*) FROM timeline_entry WHERE kind = 'peer'").fetchall()[0][0]

    def _left(self, but: str = "") -> int:
        return self.plain.execute(f"{_LEFT} AND lane <> %s", (but,)).fetchall()[0][0]


def _serve(role: str, url: str) -> None:
    """A process of the distributed engine."""
    robots = stamping(url)
    robots.watched = True
    if role == "worker":
        Worker(robots, PLACES).run()
        return
    dispatcher = Dispatcher(robots)
    while True:
        dispatcher.work()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
