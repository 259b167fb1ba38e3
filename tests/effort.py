"""How much work something is, for tests that hostile or large input stays bounded."""

import time
from collections.abc import Callable


def effort(work: Callable[[], object], tries: int = 3) -> float:
    """CPU seconds of `work`, the least of `tries`: what is bounded is the work, not a collection of garbage amid it."""
    return min(_once(work) for _ in range(tries))


def _once(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
