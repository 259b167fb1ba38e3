"""Measuring: CPU seconds of this process, the best of several runs, and how a figure stands to its goal."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    goal: str
    met: bool
    peer: str = ""
    ratio: float | None = None

    def to_json(self) -> dict[str, object]:
        """For build/bench.json."""
        return asdict(self)


def cpu_seconds(work: Callable[[], object], *, times: int, rounds: int = 5) -> float:
    """CPU seconds of one call: the median of several rounds of `times` calls. The first round warms up."""
    spent = []
    for _ in range(rounds + 1):
        start = time.process_time()
        for _ in range(times):
            work()
        spent.append((time.process_time() - start) / times)
    return sorted(spent[1:])[rounds // 2]


def at_most(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that has to stay under its goal."""
    return Figure(name=name, value=value, unit=unit, goal=f"≤ {goal:g} {unit}", met=value <= goal)


def at_least(name: str, value: float, unit: str, goal: float) -> Figure:
    """A figure that has to reach its goal."""
    return Figure(name=name, value=round(value), unit=unit, goal=f"≥ {goal:g} {unit}", met=value >= goal)


def times_faster(name: str, ours: float, theirs: float, peer: str, goal: float, unit: str = "×") -> Figure:
    """A figure that has to beat a peer so many times."""
    ratio = theirs / ours
    return Figure(
        name=name, value=round(ratio, 2), unit=unit, goal=f"≥ {goal:g} ×", met=ratio >= goal, peer=peer, ratio=ratio
    )


def times_slower(name: str, ours: float, theirs: float, peer: str, goal: float) -> Figure:
    """A figure that may be so many times slower than a bare limit."""
    ratio = ours / theirs
    return Figure(
        name=name, value=round(ratio, 2), unit="×", goal=f"≤ {goal:g} ×", met=ratio <= goal, peer=peer, ratio=ratio
    )
