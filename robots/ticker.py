"""The clock of the robots: APScheduler as a ticker only.

Nothing is stored in it and nothing is scheduled by it but rounds: what is due stands in our own rows. A round that
fails is logged and the next one comes; a clock that stops is seen by the missing heartbeat.
"""

import logging
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from robots.rounds import Robots
from robots.timetable import TIMETABLE, Entry

log = structlog.get_logger()


def start(robots: Any, entries: tuple[Entry, ...] = TIMETABLE) -> BaseScheduler:
    """Start ticking in threads of this process; `stop` ends it."""
    # A round that goes on while there is work is no news, every second.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone="UTC")
    for entry in entries:
        scheduler.add_job(
            _safely, "interval", seconds=entry.every_s, args=[entry, robots], max_instances=1, coalesce=True,
            misfire_grace_time=None, id=entry.name,
        )  # fmt: skip
    scheduler.start()
    return scheduler


def stop(scheduler: BaseScheduler, robots: Robots) -> None:
    """Take nothing new, give back what was not begun, finish what is under way."""
    robots.stop()
    scheduler.shutdown(wait=True)


def _safely(entry: Entry, robots: Any) -> None:
    try:
        entry.run(robots)
    except Exception:  # the next round comes whatever happened in this one
        log.exception("robots.round_failed", round=entry.name)
