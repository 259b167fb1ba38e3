"""The hands of a robots process: threads that work, and what lies ready for them.

Work lies in one heap a lane. No lane occupies more than its part of the hands, so that one slow service leaves the
others theirs. What nobody has begun can be taken back, for a graceful stop.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

import structlog

from robots.dispatching import BATCH, Ticket

log = structlog.get_logger()


class Hands:
    """So many threads, which begin with the first work given."""

    def __init__(self, count: int, work: Callable[[Ticket], None]) -> None:
        self.count = count
        self.of_one_lane = max(1, count // 3)
        """Hands that one lane may occupy."""
        self.places = max(2 * count, 2 * BATCH)
        """Rows that may be claimed: in work, or ready for a hand."""
        self._work = work
        self._ready: dict[str, deque[Ticket]] = {}
        self._at_work: dict[str, int] = defaultdict(int)
        self._begun: dict[int, float] = {}
        self._waiting = 0
        self._stopping = False
        self._lock = threading.Lock()
        self._something_to_do = threading.Condition(self._lock)
        self._something_done = threading.Condition(self._lock)
        self._threads: list[threading.Thread] = []

    @property
    def room(self) -> int:
        """How many more rows may be claimed."""
        with self._lock:
            return self.places - self._waiting - len(self._begun)

    @property
    def idle(self) -> bool:
        """Whether there is nothing in work and nothing ready."""
        with self._lock:
            return not self._waiting and not self._begun

    def stuck(self, seconds: float) -> bool:
        """Whether every hand has been at one piece of work for longer than that."""
        with self._lock:
            return len(self._begun) == self.count and time.monotonic() - max(self._begun.values()) > seconds

    def give(self, tickets: list[Ticket]) -> None:
        """Lay work ready."""
        with self._lock:
            for ticket in tickets:
                self._ready.setdefault(ticket.lane, deque()).append(ticket)
            self._waiting += len(tickets)
            while len(self._threads) < min(self.count, self._waiting + len(self._begun)):
                thread = threading.Thread(target=self._live, name=f"robot-{len(self._threads) + 1}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._something_to_do.notify(len(tickets))

    def wait_for_room(self, wanted: int, seconds: float) -> None:
        """Until so many places are free, or so long."""
        with self._lock:
            self._something_done.wait_for(lambda: self.places - self._waiting - len(self._begun) >= wanted, seconds)

    def wait_until_idle(self, seconds: float | None = None) -> bool:
        """Until all is done; whether it is."""
        with self._lock:
            return self._something_done.wait_for(lambda: not self._waiting and not self._begun, seconds)

    def stop(self) -> list[Ticket]:
        """Begin nothing any more; what nobody has begun."""
        with self._lock:
            self._stopping = True
            left = [ticket for heap in self._ready.values() for ticket in heap]
            self._ready.clear()
            self._waiting = 0
            self._something_to_do.notify_all()
            self._something_done.notify_all()
            return left

    def _live(self) -> None:
        me = threading.get_ident()
        while True:
            with self._lock:
                ticket = self._next()
                while ticket is None:
                    if self._stopping:
                        return
                    self._something_to_do.wait()
                    ticket = self._next()
                self._begun[me] = time.monotonic()
                self._at_work[ticket.lane] += 1
            try:
                self._work(ticket)
            except Exception:  # a piece of work that fails must not cost a hand
                log.exception("robots.work_failed", kind=ticket.kind, id=ticket.claimed.id)
            with self._lock:
                del self._begun[me]
                self._at_work[ticket.lane] -= 1
                # A lane that was at its bound may have work for one of the others, too.
                self._something_to_do.notify()
                self._something_done.notify_all()

    def _next(self) -> Ticket | None:
        """The next piece of work: of the lane with the fewest hands, which goes to the end of the queue."""
        open_lanes = [lane for lane in self._ready if self._at_work[lane] < self.of_one_lane]
        if not open_lanes:
            return None
        lane = min(open_lanes, key=lambda each: self._at_work[each])
        heap = self._ready.pop(lane)
        ticket = heap.popleft()
        if heap:
            self._ready[lane] = heap
        self._waiting -= 1
        return ticket
