"""One robots process of the storm: the real rows, walks, robots and engines, with a plain client outside."""

import json
import os
import signal
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any

import structlog

from base.database import Database
from processes.connectors.readings import ActAnswer, Reading, Safety
from processes.facts import FactReader
from processes.own_facts import OWN_FACTS
from processes.walks import Walks
from robots import ticker
from robots.distributed import Dispatcher, Worker
from robots.effects import Porter
from robots.keeping import Keeper
from robots.mail import Post
from robots.rounds import Robots
from robots.timetable import Entry
from tests.storm.many import lane_of
from tests.storm.outside import CALLER

PATIENCE = 1.0
"""Seconds that a call may take."""
LEASE = timedelta(seconds=3)
HANDS = 6
SENDER = "robots@storm.test"


@dataclass(frozen=True)
class Site:
    """Where everything is."""

    url: str
    shop: int
    mail: int
    log: str
    mutation: str = ""


@dataclass
class Line:
    """The connectors' protocol, spoken to the storm's shop."""

    port: int
    mutation: str = ""

    def read(
        self, capability: str, inputs: Mapping[str, Any], *, brand_id: int, deadline_s: float = 3.0,
        max_age: timedelta | None = None,
    ) -> Reading:  # fmt: skip
        """What the shop says of an order."""
        status, body, reason = self._call("/order", {"order": str(inputs.get("number"))})
        if status == 200:
            return Reading(state="known", value=body)
        return Reading(state="unknown", reason=reason)  # type: ignore[arg-type]

    def act(
        self, capability: str, inputs: Mapping[str, Any], *, key: str, brand_id: int, look_first: bool = False,
        since: timedelta | None = None,
    ) -> ActAnswer:  # fmt: skip
        """Ask for a parcel under a key that the shop honours."""
        if self.mutation == "no_key":
            key = uuid.uuid4().hex
        status, _, reason = self._call("/ship", {"order": str(inputs.get("order")), "key": key})
        if status == 200:
            return ActAnswer(state="done", safety="keyed", result={})
        in_doubt = reason in ("time", "content")
        return ActAnswer(state="retry", safety="keyed", reason=reason, in_doubt=in_doubt)  # type: ignore[arg-type]

    def lane(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> str:
        """Four lanes, by the order's last digit."""
        return lane_of(str(inputs.get("number", inputs.get("order", "0"))))

    def safety(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> Safety:
        """The shop honours keys."""
        return "keyed"

    def resting(self) -> dict[str, datetime]:
        """Nothing rests: the storm goes on."""
        return {}

    def _call(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], str | None]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("POST", path, json.dumps(body), {CALLER: str(os.getpid())})
            answer = line.getresponse()
            content = answer.read()
            return answer.status, json.loads(content), None if answer.status == 200 else "status"
        except ConnectionRefusedError:
            return 0, {}, "connect"
        except TimeoutError:
            return 0, {}, "time"
        except (OSError, HTTPException, ValueError):
            return 0, {}, "content"
        finally:
            line.close()


def robots_of(site: Site, name: str, hands: int = HANDS) -> Robots:
    """Robots as an installation makes them, with the storm's shop and mailbox."""
    # Under its own name in the database, whose journal then knows who wrote.
    database = Database(f"{site.url}&application_name=robot-{os.getpid()}")
    line = Line(site.shop, site.mutation)
    walks = Walks(database, FactReader(database, line, OWN_FACTS), secret="s" * 40)
    random = Random(os.getpid())
    porter = Porter(
        database=database, walks=walks, services=line, post=Post(f"smtp://127.0.0.1:{site.mail}", SENDER),
        keeper=Keeper(database, LEASE), secret="s" * 40, base_url="http://storm.test", random=random,
    )  # fmt: skip
    return Robots(database, walks, porter, threads=hands, random=random, name=name)


def run(role: str, site: Site) -> None:
    """Work until told to stop."""
    _log_to(Path(site.log))
    if site.mutation == "no_token":
        _forget_tokens()
    robots = robots_of(site, f"{role} storm {os.getpid()}")
    if role == "worker":
        Worker(robots, HANDS, robots.name).run()
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    ticking: Any = Dispatcher(robots) if role == "dispatcher" else robots
    entries = (Entry("work", 0.2, lambda each: each.work()), Entry("sweep", 0.5, lambda each: each.sweep()))
    scheduler = ticker.start(ticking, entries)
    stop.wait()
    ticker.stop(scheduler, robots)


def _log_to(file: Path) -> None:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(file=file.open("a", buffering=1)),
        cache_logger_on_first_use=False,
    )


def _forget_tokens() -> None:
    """The mutation that the checker has to notice: whoever slept past the lease writes all the same."""
    from cases import delivery, follow_ups

    def by_id_alone(row: Any, id: int, token: int, *states: str) -> Any:
        return (row.id == id,)

    follow_ups.held = delivery.held = by_id_alone  # type: ignore[assignment]
