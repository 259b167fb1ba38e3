"""The demo's time: moved on for all at once, with the robots at work at every rendezvous on the way."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from sqlalchemy import func, select

from ariane.assembly import Installation
from ariane.demo.services import Addresses
from base.clock import business_now, move_to
from base.database import Database
from base.errors import Conflict
from base.languages import N_
from cases.effects import Effect
from cases.follow_ups import FollowUp

FILE = "running.json"
MOST_STOPS = 500
"""Rendezvous on one way; a demo has a few dozen."""


class NothingPlanned(Conflict):
    """No robot waits for anything."""

    sentence = N_("No robot has a rendezvous: start a case first, or move the clock a day on.")


class DemoIsNotRunning(Conflict):
    """There is no running demo whose clock could be moved."""

    sentence = N_("The demo is not running. Start it with: make demo")


def remember(folder: Path, addresses: Addresses, port: int) -> None:
    """Note where this demo runs, for `ariane demo --advance`."""
    (folder / FILE).write_text(json.dumps({"addresses": asdict(addresses), "port": port}))


def remembered(folder: Path) -> Addresses:
    """Where the demo of this folder runs. Raises DemoIsNotRunning."""
    try:
        return Addresses(**json.loads((folder / FILE).read_text())["addresses"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DemoIsNotRunning from error


def next_rendezvous(database: Database, after: datetime | None = None) -> datetime | None:
    """When a robot next has something to do; `after`: what is overdue, as robots stand still, is left out."""
    looking, sending = [FollowUp.state == "waiting"], [Effect.state == "pending"]
    if after is not None:
        looking.append(FollowUp.due_at > after)
        sending.append(Effect.due_at > after)
    with database.reading() as session:
        looks = session.scalar(select(func.min(FollowUp.due_at)).where(*looking))
        sends = session.scalar(select(func.min(Effect.due_at)).where(*sending))
    return min((moment for moment in (looks, sends) if moment is not None), default=None)


def advance_to_next(installation: Installation, addresses: Addresses) -> datetime:
    """Go to one minute past the robots' next rendezvous. Raises NothingPlanned."""
    due = next_rendezvous(installation.database)
    if due is None:
        raise NothingPlanned
    return _go(installation, addresses, max(due, _now(installation)) + timedelta(minutes=1))


def advance_by(installation: Installation, addresses: Addresses, by: timedelta) -> datetime:
    """Go `by` on, stopping at every rendezvous on the way, so that each robot sees the world of its own hour."""
    target = _now(installation) + by
    for _ in range(MOST_STOPS):
        due = next_rendezvous(installation.database, after=_now(installation))
        if due is None or due + timedelta(minutes=1) >= target:
            break
        _go(installation, addresses, due + timedelta(minutes=1))
    return _go(installation, addresses, target)


def tell_services(addresses: Addresses, now: datetime) -> None:
    """Tell shop, carriers and mail what time it is. Raises DemoIsNotRunning."""
    body = json.dumps({"now": now.isoformat()}).encode()
    request = Request(f"{addresses.shop}/clock", body, {"Content-Type": "application/json"}, method="POST")
    try:
        with urlopen(request, timeout=5):
            pass
    except OSError as error:
        raise DemoIsNotRunning from error


def _go(installation: Installation, addresses: Addresses, moment: datetime) -> datetime:
    now = max(moment, _now(installation))
    tell_services(addresses, now)
    with installation.database.unit() as session:
        move_to(session, max(now, business_now(session)))
    installation.robots.settle()
    return now


def _now(installation: Installation) -> datetime:
    with installation.database.reading() as session:
        return business_now(session)
