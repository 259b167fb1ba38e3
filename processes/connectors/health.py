"""The circuit breaker of a connection, shared by all processes through one row.

Five failures within 30 seconds open it for 30; a refused sign-in or a service that asks for patience opens it at once.
Afterwards one probe at a time finds out whether the service is back. The row is written on a failure and on the first
success after one, never on each success: a healthy service costs no write at all.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from base.clock import real_now
from base.database import Database, insert_or_ignore
from base.logs import logger
from processes.connectors.rows import ConnectorHealth

MOST_FAILURES: Final = 5
WINDOW: Final = timedelta(seconds=30)
REST: Final = timedelta(seconds=30)
REST_AFTER_REFUSED_SIGN_IN: Final = timedelta(minutes=5)
LONGEST_REST: Final = timedelta(hours=6)
_PROBE: Final = timedelta(seconds=12)
_LOOK_AGAIN: Final = 1.0
"""Seconds that a process may rely on what it saw of a row."""

Pass = Literal["go", "probe", "no"]
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that failed, as far as the breaker is concerned."""

    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(slots=True)
class _Seen:
    looked_at: float
    now: datetime
    failures: int = 0
    open_until: datetime | None = None

    @property
    def moment(self) -> datetime:
        """The database's time by now, as far as this process can tell."""
        return self.now + timedelta(seconds=time.monotonic() - self.looked_at)


class Breaker:
    """One per process; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, _Seen] = {}
        self._lock = threading.Lock()

    def may_call(self, connection_id: int) -> Pass:
        """go, no, or probe: the caller is the one who finds out, and has to report."""
        seen = self._look(connection_id)
        if seen.open_until is None:
            return "go"
        if seen.moment < seen.open_until:
            return "no"
        return "probe" if self._take_probe(connection_id) else "no"

    def rests_for(self, connection_id: int) -> timedelta:
        """How long the connection stays closed to callers; zero when it is not, or may be probed."""
        seen = self._look(connection_id)
        if seen.open_until is None:
            return timedelta()
        return max(seen.open_until - seen.moment, timedelta())

    def succeeded(self, connection_id: int) -> None:
        """An answer came. Writes only after a failure."""
        seen = self._look(connection_id)
        if not seen.failures and seen.open_until is None:
            return
        self._write(connection_id, lambda session, now: _close(session, connection_id))

    def failed(self, connection_id: int, failure: Failure) -> None:
        """A call failed."""

        def note(session: Session, now: datetime) -> None:
            _count(_locked(session, connection_id, now), failure, now)

        self._write(connection_id, note)
        log.warning("connector_failure", connection=connection_id, kind=failure.reason, status=failure.status)

    def forget(self) -> None:
        """Look at the rows again at the next use."""
        self._seen.clear()

    def _write(self, connection_id: int, change: Callable[[Session, datetime], None]) -> None:
        with self._database.unit() as session:
            change(session, real_now(session))
        self._seen.pop(connection_id, None)

    def _look(self, connection_id: int) -> _Seen:
        seen = self._seen.get(connection_id)
        if seen is not None and time.monotonic() - seen.looked_at < _LOOK_AGAIN:
            return seen
        with self._database.reading() as session:
            now = real_now(session)
            row = session.get(ConnectorHealth, connection_id)
            seen = _Seen(time.monotonic(), now)
            if row is not None:
                seen.failures, seen.open_until = row.failures, row.open_until
        with self._lock:
            self._seen[connection_id] = seen
        return seen

    def _take_probe(self, connection_id: int) -> bool:
        """One guarded UPDATE: of all processes and threads that would like to, one row count is 1."""
        with self._database.unit() as session:
            now = real_now(session)
            taken = session.execute(
                update(ConnectorHealth)
                .where(
                    ConnectorHealth.connection_id == connection_id,
                    ConnectorHealth.open_until <= now,
                    or_(ConnectorHealth.probe_until.is_(None), ConnectorHealth.probe_until <= now),
                )
                .values(probe_until=now + _PROBE)
                .execution_options(synchronize_session=False)
            )
        self._seen.pop(connection_id, None)
        return cast(CursorResult[Any], taken).rowcount == 1


def _close(session: Session, connection_id: int) -> None:
    session.execute(
        update(ConnectorHealth)
        .where(ConnectorHealth.connection_id == connection_id)
        .values(failures=0, open_until=None, probe_until=None)
        .execution_options(synchronize_session=False)
    )


def _locked(session: Session, connection_id: int, now: datetime) -> ConnectorHealth:
    values = {
        "connection_id": connection_id,
        "failures": 0,
        "window_from": now,
        "last_reason": "",
        "last_failed_at": now,
    }
    insert_or_ignore(session, ConnectorHealth, values)
    chosen = select(ConnectorHealth).where(ConnectorHealth.connection_id == connection_id).with_for_update()
    return session.scalars(chosen).one()


def _count(row: ConnectorHealth, failure: Failure, now: datetime) -> None:
    was_open = row.open_until is not None
    if now - row.window_from > WINDOW:
        row.window_from, row.failures = now, 0
    row.failures += 1
    row.last_reason, row.last_failed_at, row.probe_until = failure.reason, now, None
    rest = _rest(failure, was_open, row.failures)
    if rest is not None:
        until = now + min(rest, LONGEST_REST)
        row.open_until = max(until, row.open_until) if row.open_until is not None else until


def _rest(failure: Failure, was_open: bool, failures: int) -> timedelta | None:
    if failure.status in (401, 403):
        log.error("connector_sign_in_refused", status=failure.status)
        return REST_AFTER_REFUSED_SIGN_IN
    if failure.retry_after is not None:
        return failure.retry_after
    return REST if was_open or failures >= MOST_FAILURES else None
