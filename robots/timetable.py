"""The robots' timetable: what runs, and how often. One page, like a notice on the wall."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from robots import notices, promises, watch

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
    # Publish what authors planned for now.
    Entry("publish", 20.0, lambda robots: robots.publish()),
    # Free what a silent robot held.
    Entry("sweep", 2.0, lambda robots: robots.sweep()),
    # Look whether promises are kept; what is broken is told to the customer first.
    Entry("promises", 20.0, promises.look),
    # Raise alerts for what is about to be missed or has been, settle and escalate them.
    Entry("watch", 15.0, watch.watch),
    # Mail alerts to teams, post them to other systems.
    Entry("notices", 5.0, notices.deliver),
    # Reckon deadlines anew: calendars and targets change.
    Entry("deadlines", 600.0, watch.reckon_all),
)
