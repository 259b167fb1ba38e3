"""Facts read a moment ago, kept by this process: for conversations and display, never for what decides.

A kept reading serves only whoever says how old it may be, with its age told. Moving the business clock makes all of
them old at once.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from processes.connectors.readings import Reading
from processes.walk.values import encode

MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Kept:
    reading: Reading
    at: float
    clock: timedelta


class FactCache:
    """Readings by connection, operation, definition and inputs."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def get(self, key: str, max_age: timedelta) -> tuple[Reading, timedelta] | None:
        """A reading young enough, its age told, with the clock's offset at which it was read."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        age = timedelta(seconds=time.monotonic() - kept.at)
        return None if age > max_age else (replace(kept.reading, age=age), kept.clock)

    def keep(self, key: str, reading: Reading, clock: timedelta) -> None:
        """Keep what a service really said; an unknown reading is worth nothing."""
        if reading.state == "unknown":
            return
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = _Kept(reading, time.monotonic(), clock)
            while len(self._kept) > MOST:
                self._kept.pop(next(iter(self._kept)))

    def forget(self) -> None:
        """All of them: an act may have changed anything."""
        with self._lock:
            self._kept.clear()


def cache_key(connection_id: int, operation: str, definition_hash: str, inputs: Mapping[str, Any]) -> str:
    """The same call, spelled the same."""
    return json.dumps([connection_id, operation, definition_hash, encode(dict(inputs))], sort_keys=True)
