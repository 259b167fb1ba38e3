"""The distributed engine: workers on any number of hosts, with procrastinate on the same PostgreSQL as their carrier.

Our own rows stay the due list. A dispatcher claims what is due and, in the same transaction, leaves a message of kind,
id, token and hour for each row; a worker that gets one carries the row out like any hand of the embedded engine. One
that is lost, doubled or late breaks nothing: the row's token and lease decide, and the sweep has it issued again.

Of procrastinate only queue, workers and notifications are used: its dates, retries, locks and periodic tasks walk all
waiting jobs, or repeat what must not be repeated.
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from base.clock import real_now
from base.database import Database
from base.errors import ArianeError
from cases.claims import Claimed, Clock, Lost
from robots import dispatching
from robots.dispatching import KINDS, Kind, Room, Ticket
from robots.rounds import GRACE, LOOK_AGAIN, Robots
from robots.rows import Heartbeat, beat

log = structlog.get_logger()

QUEUE = "ariane"
TASK = "ariane.perform"
SILENT = timedelta(seconds=20)
"""A worker that was not heard of for so long gets nothing more."""
BEAT = 5.0
"""Seconds between two heartbeats of a worker."""
ROUND = 0.9
"""Seconds of a dispatcher's round: the clock calls for one each second."""
AGAIN = 0.03
"""Seconds after which more is handed out while there is something."""
_ONE_DISPATCHER = 7_141_592
"""The advisory lock by which one dispatcher at a time counts what is in flight."""
_DEAD = timedelta(minutes=2)

_sender = App(connector=SyncPsycopgConnector())


def process_name(role: str) -> str:
    """By which the heartbeat of this process is known."""
    return f"{role} {socket.gethostname()[:30]} {os.getpid()}"


class Dispatcher:
    """Hands what is due to the workers. There may be several, on several hosts; one at a time works."""

    def __init__(self, robots: Robots) -> None:
        self.robots = robots

    def dispatch(self, room: Room | None = None, kinds: tuple[Kind, ...] = KINDS) -> list[Ticket]:
        """Claim what the workers have room for, and leave them the messages, in one transaction."""
        robots = self.robots
        with robots.database.reading() as session:
            due = dispatching.look(session, robots.clock(session), kinds)
        if not due:
            return []
        closed = robots.closed()
        with robots.database.unit() as session:
            if not session.scalar(select(func.pg_try_advisory_xact_lock(_ONE_DISPATCHER))):
                return []
            taken = dispatching.take(
                session, robots.clock(session), due, room or _room(session, robots.clock(session)), closed
            )
            if taken:
                _leave(session, taken)
        return taken

    def work(self) -> None:
        """Hand out what is due for a second, as fast as the workers take it."""
        self.robots.live()
        ends = time.monotonic() + ROUND
        while time.monotonic() < ends:
            taken = self.dispatch()
            if self.robots.stopping.wait(AGAIN if taken else LOOK_AGAIN):
                return

    def sweep(self) -> int:
        """Free the rows of robots that fell silent."""
        return self.robots.sweep()

    def alone(self, name: str, run: Callable[[Robots], object]) -> None:
        """Do another round of the timetable, unless a dispatcher on another host is just at it."""
        with self.robots.database.engine.connect() as connection:
            if connection.scalar(select(func.pg_try_advisory_xact_lock(_ONE_DISPATCHER, func.hashtext(name)))):
                run(self.robots)

    def tidy(self) -> int:
        """Remove what workers that died left in the carrier; how many messages. The rows look after themselves."""
        with self.robots.database.unit() as session:
            session.execute(delete(Heartbeat).where(Heartbeat.at < real_now(session) - timedelta(days=1)))
            gone = session.execute(
                text(
                    "DELETE FROM procrastinate_jobs job WHERE status IN ('doing', 'failed', 'aborted') AND NOT EXISTS ("
                    "SELECT FROM procrastinate_workers worker WHERE worker.id = job.worker_id AND "
                    "worker.last_heartbeat > statement_timestamp() - CAST(:dead AS interval)) RETURNING id"
                ),
                {"dead": _DEAD},
            )
            return len(gone.all())

    def withdraw(self) -> int:
        """Give back what lies ready and no worker is left to take; how many rows."""
        with self.robots.database.unit() as session:
            if _slots(session):
                return 0
            taken_back = text(
                "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = :queue RETURNING args"
            )
            messages = session.scalars(taken_back, {"queue": QUEUE}).all()
            for message in messages:
                claimed = Claimed(message["id"], message["token"], real_now(session))
                try:
                    with session.begin_nested():
                        dispatching.give_back(session, Ticket(message["kind"], "", claimed))
                except Lost:
                    continue
            return len(messages)


def _room(session: Session, clock: Clock) -> Room:
    """Twice the workers' free places, so that no lease ends in the queue; a lane gets a third of them.

    What is in flight is counted by our own rows: a worker that died leaves messages behind, but its leases end.
    """
    slots = _slots(session)
    flying = sum(dispatching.in_flight(session, clock).values())
    return Room(total=2 * slots - flying, per_lane=max(2, slots // 3))


def _slots(session: Session) -> int:
    """Rows that all workers together work on at once."""
    living = Heartbeat.at > real_now(session) - SILENT
    return session.scalar(select(func.coalesce(func.sum(Heartbeat.slots), 0)).where(living)) or 0


def _leave(session: Session, tickets: list[Ticket]) -> None:
    connection = session.connection().connection.driver_connection
    messages = [
        {"kind": each.kind, "id": each.claimed.id, "token": each.claimed.token, "now": each.claimed.now.isoformat()}
        for each in tickets
    ]
    _sender.configure_task(TASK, queue=QUEUE, connection=connection).batch_defer(*cast(list[Any], messages))


class Worker:
    """Carries out what messages name, so many at once."""

    def __init__(self, robots: Robots, places: int, name: str | None = None) -> None:
        self.robots = robots
        self.places = places
        self.name = name or process_name("worker")

    def run(self, *, wait: bool = True) -> None:
        """Work until stopped by a signal; without `wait` until nothing lies ready."""
        stopped = threading.Event()
        self._beat(self.places)
        beating = threading.Thread(target=self._beat_on, args=[stopped], name="heartbeat", daemon=True)
        if wait:
            beating.start()
        try:
            if wait:
                asyncio.run(self._work(wait))  # in the main thread, which is told to stop
            else:
                # Whoever waits for the end may have a loop of his own in this thread.
                with ThreadPoolExecutor(1, thread_name_prefix="worker") as alone:
                    alone.submit(lambda: asyncio.run(self._work(wait))).result()
        finally:
            stopped.set()
            with suppress(SQLAlchemyError, ArianeError):  # the database is away: it will be missed soon enough
                self._beat(0)

    async def _work(self, wait: bool) -> None:
        # Synchronous tasks run in the loop's own pool, whose size knows nothing of `concurrency`.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self.places, thread_name_prefix="robot"))
        app = App(connector=PsycopgConnector(conninfo=_conninfo(self.robots.database), min_size=1, max_size=4))
        app.task(name=TASK, queue=QUEUE)(self._perform)
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE], name=self.name, concurrency=self.places, wait=wait, fetch_job_polling_interval=1,
                shutdown_graceful_timeout=GRACE, delete_jobs="always", listen_notify=wait, install_signal_handlers=wait,
            )  # fmt: skip

    def _perform(self, kind: Kind, id: int, token: int, now: str) -> None:
        self.robots.perform_message(kind, id, token, datetime.fromisoformat(now))

    def _beat_on(self, stopped: threading.Event) -> None:
        while not stopped.wait(BEAT):
            try:
                self._beat(self.places)
            except Exception:  # the database is away: nothing is handed to whoever is not heard of
                log.warning("robots.no_heartbeat", exc_info=True)

    def _beat(self, slots: int) -> None:
        with self.robots.database.unit() as session:
            beat(session, real_now(session), 0, self.name, slots)


def _conninfo(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)
