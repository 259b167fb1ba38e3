"""The server: gunicorn with threads, one process for SQLite, the robots in a thread of it where they are wanted.

One process and a few threads serve a small company; with PostgreSQL there may be several processes, and the robots run
in one of their own (`ariane robots`).
"""

import gc
import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from ariane.assembly import Installation
from base.config import Configuration
from base.errors import Unavailable
from base.languages import N_
from robots import ticker

THREADS = 8
COLLECT_EVERY = 50_000
"""New objects before the collector looks: a page makes a few thousand, nearly all without cycles."""
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
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self.address,
            "workers": self.processes,
            "threads": THREADS,
            "worker_class": "gthread",
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
        if self.robots and worker.age <= self.processes:
            self.scheduler = ticker.start(self.installation.robots)
        if self.ready is not None:
            self.ready(self.installation)

    def _ended(self, server: Any, worker: Any) -> None:
        scheduler = getattr(self, "scheduler", None)
        if scheduler is not None:
            assert self.installation is not None
            ticker.stop(scheduler, self.installation.robots)
