"""The total time of a call, held even against a service that sends one byte at a time.

A read time-out starts anew with every byte, headers included; so a watchman shuts the socket down when the time is up,
and the reading thread falls out of whatever it was waiting in.
"""

import contextlib
import heapq
import itertools
import os
import socket
import threading
import time
from typing import Final


class Deadline:
    """One call's time, and how far the call has come."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self.sent = False
        """The request has left, or begun to: what happens from here on is ambiguous for an act."""
        self.cut = False
        """The watchman had to shut the socket."""
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._over = False

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(self.ends_at - time.monotonic(), 0.0)

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self.cut or time.monotonic() >= self.ends_at

    def watch(self, connected: socket.socket) -> None:
        """Have this socket shut down at the end of the time."""
        # A duplicate: TLS detaches the first object from its descriptor, in the very middle of a handshake.
        duplicate = socket.socket(fileno=os.dup(connected.fileno()))
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = duplicate
        _WATCHMAN.expect(self)

    def finish(self) -> None:
        """The call is over: its socket is left alone."""
        with self._lock:
            self._over = True
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def shut(self) -> None:
        """End the call now."""
        with self._lock:
            if self._over or self._socket is None:
                return
            self.cut = True
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Watchman:
    """One thread for all calls of the process, started with the first."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Deadline]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._numbers = itertools.count()

    def expect(self, deadline: Deadline) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (deadline.ends_at, next(self._numbers), deadline))
            if self._thread is None or not self._thread.is_alive():  # also after a fork, which leaves threads behind
                self._thread = threading.Thread(target=self._watch, name="connector-deadlines", daemon=True)
                self._thread.start()
            elif self._waiting[0][2] is deadline:
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    # Threads are cheap to start again; an idle process should have none.
                    if not self._changed.wait(timeout=30) and not self._waiting:
                        self._thread = None
                        return
                    continue
                wait = self._waiting[0][0] - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                deadline = heapq.heappop(self._waiting)[2]
            deadline.shut()


_WATCHMAN: Final = _Watchman()
