"""Keeping the leases of rows that this process works on.

A lease says "leave this row to me" for a minute; while the work goes on it is renewed every twenty seconds. A process
that dies or is frozen renews nothing, and its rows are taken over. A piece of work that never ends is kept no longer
than ten leases.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from base.database import Database
from base.errors import ArianeError
from cases.claims import LEASE, Lost, database_clock
from robots.dispatching import Kind, Ticket, renew

log = structlog.get_logger()

PARTS = 3
"""A lease is renewed when this part of it is over."""
MOST_LEASES = 10
"""What takes longer than so many leases is taken to hang."""


@dataclass(slots=True)
class _Hold:
    token: int
    since: float = field(default_factory=time.monotonic)


class Keeper:
    """The rows held by this process. Its thread begins with the first of them, after any fork."""

    def __init__(self, database: Database, lease: timedelta = LEASE) -> None:
        self.lease = lease
        self._database = database
        self._held: dict[tuple[Kind, int], _Hold] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, kind: Kind, id: int, token: int) -> Iterator[None]:
        """Keep a row while the block runs."""
        self.hold(kind, id, token)
        try:
            yield
        finally:
            self.let_go(kind, id)

    def hold(self, kind: Kind, id: int, token: int) -> None:
        """Keep a row from now on."""
        with self._changed:
            self._held[kind, id] = _Hold(token)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._thread.start()
            self._changed.notify()

    def let_go(self, kind: Kind, id: int) -> None:
        """Keep it no longer."""
        with self._changed:
            self._held.pop((kind, id), None)

    def take(self, tickets: list[Ticket]) -> None:
        """Keep what was just claimed."""
        for ticket in tickets:
            self.hold(ticket.kind, ticket.claimed.id, ticket.claimed.token)

    def renew(self) -> int:
        """Renew everything held; how many. What somebody else has by now is let go."""
        with self._changed:
            held = list(self._held.items())
        kept = 0
        for (kind, id), hold in held:
            if time.monotonic() - hold.since > self.lease.total_seconds() * MOST_LEASES:
                log.error("robots.work_hangs", kind=kind, id=id)
                self.let_go(kind, id)
                continue
            try:
                with self._database.unit() as session:
                    renew(session, kind, id, hold.token, database_clock(session, self.lease))
                kept += 1
            except Lost:
                self.let_go(kind, id)
        return kept

    def _keep(self) -> None:
        pause = self.lease.total_seconds() / PARTS
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._held))
            time.sleep(pause)
            try:
                self.renew()
            except (SQLAlchemyError, ArianeError):  # the database is away: the next time, or the lease ends
                log.warning("robots.lease_not_renewed", exc_info=True)
