"""The robots' timetable: what runs, and how often. One page, like a notice on the wall."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from robots import account_mail, ageing, auditing, inbox, incidents, notices, promises, retiming, watch


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timetable."""

    name: str
    every_s: float
    """Seconds between two rounds."""
    run: Callable[[Any], object]
    """Called with whatever ticks: the robots of this process, or a dispatcher."""


def _alone(entry: Entry, dispatcher: Any) -> None:
    dispatcher.alone(entry.name, entry.run)


BESIDES: tuple[Entry, ...] = (
    # Publish what authors planned for now.
    Entry("publish", 20.0, lambda robots: robots.publish()),
    # Look whether promises are kept; what is broken is told to the customer first.
    Entry("promises", 20.0, promises.look),
    # Read customers' mails.
    Entry("inbox", 30.0, inbox.read),
    # Raise alerts for what is about to be missed or has been, settle and escalate them.
    Entry("watch", 15.0, watch.watch),
    # Mail alerts to teams, post them to other systems.
    Entry("notices", 5.0, notices.deliver),
    # Seal the audit trail in order; write its head outside every hour.
    Entry("audit", 60.0, auditing.seal),
    # Mail invitations and links for lost passwords.
    Entry("accounts", 10.0, account_mail.deliver),
    # Reckon deadlines anew: calendars and targets change.
    Entry("deadlines", 600.0, watch.reckon_all),
    # Have cases join incidents, tell their customers, at a pace.
    Entry("incidents", 10.0, incidents.work),
    # Find planned dates again where people changed a calendar and wanted it.
    Entry("calendars", 10.0, retiming.move_dates),
    # Move out of the due list what ended more than a month ago.
    Entry("ageing", 3600.0, ageing.move_out_old),
)

TIMETABLE: tuple[Entry, ...] = (
    # Wake walks that are due, deliver effects.
    Entry("work", 1.0, lambda robots: robots.work()),
    # Free what a silent robot held.
    Entry("sweep", 2.0, lambda robots: robots.sweep()),
    *BESIDES,
)

DISPATCHING: tuple[Entry, ...] = (
    # Hand what is due to the workers.
    Entry("dispatch", 1.0, lambda dispatcher: dispatcher.work()),
    # Free what a silent worker held.
    Entry("sweep", 2.0, lambda dispatcher: dispatcher.sweep()),
    # Remove what dead workers left in the carrier.
    Entry("tidy", 60.0, lambda dispatcher: dispatcher.tidy()),
    # The other rounds, by one host at a time.
    *(Entry(each.name, each.every_s, partial(_alone, each)) for each in BESIDES),
)
"""Of the distributed engine: one process a host, beside its workers."""
