"""The server: gunicorn with threads, the robots in a thread of one of its processes where they are wanted.

Two processes and a few threads each serve a small company; SQLite takes no more than that, PostgreSQL does, and then
the robots run in processes of their own (`ariane robots`).
"""

import fcntl
import gc
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from gunicorn.app.base import BaseApplication

from ariane.assembly import Installation
from ariane.sharing import SharingWorker
from base.config import Configuration
from base.database import Database, sqlite
from base.errors import Unavailable
from base.languages import N_
from robots import ticker

THREADS = 8
MOST_ON_SQLITE = 2
"""Processes: writers wait for each other, and more than two wait for long (measured)."""
COLLECT_EVERY = 50_000
"""New objects before the collector looks: a page makes a few thousand, nearly all without cycles."""
WAIT_FOR_A_TURN = 0.0005
"""Seconds a thread leaves the interpreter to another that computes. Whoever comes back from the database, perhaps with
its write lock, waits for that long at each statement: a tenth of Python's own figure, so that a page at 32 connections
comes a sixth sooner (measured)."""
GRACE = 30
"""Seconds in which requests under way are finished when the server stops."""


class PortIsBusy(Unavailable):
    """Something else listens where the server should."""

    sentence = N_("Port %(port)s is already in use. Choose another one with --port.")


def serve(
    configuration: Configuration,
    *,
    host: str = "127.0.0.1",
    port: int = 8800,
    processes: int = 1,
    robots: bool = True,
    ready: Callable[[Installation], None] | None = None,
    prepare: Callable[[Any], None] | None = None,
) -> None:
    """Serve until stopped. `prepare` gets the application before it serves, `ready` is called once it listens.

    Raises PortIsBusy.
    """
    refuse_busy_port(host, port)
    _Server(configuration, host, port, processes, robots, ready, prepare).run()


def refuse_busy_port(host: str, port: int) -> None:
    """Raise PortIsBusy when something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) == 0:  # noqa: S104 - compared, not bound
            raise PortIsBusy(port=port)


def fitting_processes(database: Database) -> int:
    """How many processes this machine and that database are well served by."""
    return min(MOST_ON_SQLITE, os.cpu_count() or 1, most_processes(database))


def most_processes(database: Database) -> int:
    """How many processes may share that database."""
    if not database.is_sqlite:
        return 64
    return MOST_ON_SQLITE if sqlite.is_fixed(sqlite.library()) else 1


class _Server(BaseApplication):
    """Gunicorn, told by arguments instead of files."""

    def __init__(
        self,
        configuration: Configuration,
        host: str,
        port: int,
        processes: int,
        robots: bool,
        ready: Callable[[Installation], None] | None,
        prepare: Callable[[Any], None] | None,
    ) -> None:
        self.configuration = configuration
        self.address = f"{host}:{port}"
        self.processes = processes
        self.robots = robots
        self.ready = ready
        self.prepare = prepare
        self.installation: Installation | None = None
        self.scheduler: BaseScheduler | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self.address,
            "workers": self.processes,
            "threads": THREADS,
            "worker_class": SharingWorker,
            "graceful_timeout": GRACE,
            "timeout": 60,
            "keepalive": 15,
            "loglevel": "warning",
            "post_worker_init": self._started,
            "worker_exit": self._ended,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        # After the fork: database connections and threads are never shared between processes.
        self.installation = Installation(self.configuration, self.configuration.open_database())
        application = self.installation.application()
        if self.prepare is not None:
            self.prepare(application)
        return application

    def _started(self, worker: Any) -> None:
        assert self.installation is not None
        # What is loaded by now stays for good: the collector need not walk over it at every turn.
        gc.collect()
        gc.freeze()
        gc.set_threshold(COLLECT_EVERY, 50, 50)
        sys.setswitchinterval(WAIT_FOR_A_TURN)
        if self.robots:
            threading.Thread(target=self._robots_when_free, args=[self.installation], daemon=True).start()
        if self.ready is not None:
            self.ready(self.installation)

    def _robots_when_free(self, installation: Installation) -> None:
        """One process runs the robots; another takes over when that one is gone, however it went."""
        self.watch = (self.configuration.data_folder / "robots.lock").open("ab")
        fcntl.flock(self.watch, fcntl.LOCK_EX)
        self.scheduler = ticker.start(installation.robots)

    def _ended(self, server: Any, worker: Any) -> None:
        if self.scheduler is not None:
            assert self.installation is not None
            ticker.stop(self.scheduler, self.installation.robots)
