"""The robots' timetable: what runs, and how often. One page, like a notice on the wall."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robots.rounds import Robots


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timetable."""

    name: str
    every_s: float
    """Seconds between two rounds."""
    run: "Callable[[Robots], object]"


TIMETABLE: tuple[Entry, ...] = (
    # Wake walks that are due, deliver effects.
    Entry("work", 1.0, lambda robots: robots.work()),
    # Free what a silent robot held.
    Entry("sweep", 2.0, lambda robots: robots.sweep()),
)
