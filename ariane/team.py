"""The distributed engine on one host: a dispatcher in this process, and workers in processes of their own.

A worker that ends without being asked is replaced. Stopping lets each finish what it has begun; what no worker anywhere
is left to take is given back.
"""

import signal
import subprocess
import sys
import threading

import structlog

from ariane.assembly import Installation
from robots import ticker
from robots.distributed import Dispatcher, Worker, process_name
from robots.rounds import GRACE
from robots.timetable import DISPATCHING

log = structlog.get_logger()

LOOK = 1.0
"""Seconds between two looks at the workers."""


def run_worker(installation: Installation) -> None:
    """Work until stopped by a signal."""
    Worker(installation.robots, installation.configuration.robots_hands).run()


def run_team(installation: Installation, workers: int) -> None:
    """Dispatch, and keep so many workers alive, until stopped by a signal."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    robots = installation.robots
    robots.name = process_name("dispatcher")
    dispatcher = Dispatcher(robots)
    robots.live()  # before any worker is heard of: a long absence is noticed by the silence
    scheduler = ticker.start(dispatcher, DISPATCHING)
    team = [_hired() for _ in range(workers)]
    while not stop.wait(LOOK):
        team = [worker if worker.poll() is None else _replaced(worker) for worker in team]
    robots.stopping.set()
    scheduler.shutdown(wait=True)
    _dismiss(team)
    dispatcher.withdraw()


def _hired() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ariane.cli", "robots", "--engine", "procrastinate", "--only-work"]
    return subprocess.Popen(command)  # noqa: S603 - this program


def _replaced(worker: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    log.error("robots.worker_ended", process=worker.pid, code=worker.returncode)
    return _hired()


def _dismiss(team: list[subprocess.Popen[bytes]]) -> None:
    for worker in team:
        worker.terminate()
    for worker in team:
        try:
            worker.wait(GRACE + 5)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
