"""Calls allowed a day and a second, shared by all processes through one row each; only where a limit is set.

Of a daily budget a process takes a few calls at once, so that the row is written once for several calls.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.clock import real_now
from base.database import Database, insert_or_ignore
from processes.connectors.rows import CallCount

DAY: Final = 24 * 3600
SECOND: Final = 1
_SHARES: Final = 50
"""A process takes at most a fiftieth of a limit at once."""
_MOST_AT_ONCE: Final = 20


@dataclass(slots=True)
class _Taken:
    window_from: datetime
    left: int


class Allowance:
    """One per process; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taken: dict[tuple[int, int], _Taken] = {}
        self._lock = threading.Lock()

    def take(self, connection_id: int, per_day: int | None, per_second: int | None) -> timedelta | None:
        """One call. None: go ahead; else how long until the next window."""
        waits = (
            self._take(connection_id, seconds, limit)
            for seconds, limit in ((SECOND, per_second), (DAY, per_day))
            if limit is not None
        )
        return next((wait for wait in waits if wait is not None), None)

    def _take(self, connection_id: int, seconds: int, limit: int) -> timedelta | None:
        with self._lock:
            taken = self._taken.get((connection_id, seconds))
            # Within a second there is nothing to keep; a day's share serves until the day has certainly ended.
            if taken is not None and seconds == DAY and taken.left > 0 and _today() == taken.window_from:
                taken.left -= 1
                return None
        with self._database.unit() as session:
            now = real_now(session)
            begin = _begin(now, seconds)
            got = _take_from_row(session, connection_id, seconds, begin, limit)
        if not got:
            return begin + timedelta(seconds=seconds) - now
        with self._lock:
            self._taken[connection_id, seconds] = _Taken(begin, got - 1)
        return None


def _take_from_row(session: Session, connection_id: int, seconds: int, begin: datetime, limit: int) -> int:
    key = {"connection_id": connection_id, "seconds": seconds}
    insert_or_ignore(session, CallCount, {**key, "window_from": begin, "used": 0})
    row = session.scalars(select(CallCount).filter_by(**key).with_for_update()).one()
    if row.window_from < begin:
        row.window_from, row.used = begin, 0
    share = min(max(limit // _SHARES, 1), _MOST_AT_ONCE) if seconds == DAY else 1
    got = max(min(share, limit - row.used), 0)
    row.used += got
    return got


def _begin(now: datetime, seconds: int) -> datetime:
    """The window's start: UTC midnight, as carriers count their days, or the second."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) if seconds == DAY else now.replace(microsecond=0)


def _today() -> datetime:
    # The machine's clock decides nothing here but when a small share is given up early.
    return _begin(datetime.now(UTC), DAY)
