"""Clocks: how long a case may take, and which event starts, pauses and stops which clock. Rules only, no rows.

A delay runs from the opening of the case, in the time of a calendar. While somebody else has the word (the customer,
a partner, …) a clock may pause: what was left then is left when it goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from base.business_time import Calendar, Delay, add, after_open_time, open_stretches, open_time
from base.languages import N_

Party = Literal["customer", "partner", "robot", "team", "hand", "closed"]
"""Whom a case waits for: the customer, a partner, the robot's date, a team, whoever paused it; or it is closed."""
PARTIES: tuple[Party, ...] = get_args(Party)
PAUSABLE: tuple[Party, ...] = ("customer", "partner", "robot", "team", "hand")
"""Parties of which a target says whether its clock runs while they have the word."""
USUAL_PAUSES: tuple[Party, ...] = ("customer", "hand")
Clock = Literal["resolution", "contacts", "answer", "task", "robot", "promise"]
Meaning = Literal["starts", "pauses", "goes on", "stops", "counts"]


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the table: something that happens, and what it means to each clock."""

    sentence: str
    means: Mapping[Clock, Meaning]
    party: Party | None = None
    """Whose turn it begins, where a target chooses whether that pauses its clock."""


CLOCKS: Mapping[Clock, str] = {
    "resolution": N_("Goal and deadline"),
    "contacts": N_("Contact budget"),
    "answer": N_("Answer awaited"),
    "task": N_("Task"),
    "robot": N_("Robot’s check"),
    "promise": N_("Promise"),
}

EVENTS: tuple[Event, ...] = (
    Event(N_("The case is opened"), {"resolution": "starts"}),
    Event(N_("The customer contacts us"), {"resolution": "goes on", "contacts": "counts", "answer": "starts"}),
    Event(N_("The customer says thank you, no more"), {}),
    Event(N_("We answer the customer"), {"answer": "stops"}),
    Event(N_("A question is sent to the customer"), {"resolution": "pauses"}, "customer"),
    Event(N_("A partner is asked"), {"resolution": "pauses", "task": "starts"}, "partner"),
    Event(N_("The robot has a date"), {"resolution": "pauses", "robot": "starts"}, "robot"),
    Event(
        N_("A team takes over, or has a task"), {"resolution": "pauses", "task": "starts", "answer": "starts"}, "team"
    ),
    Event(N_("An agent parks the case"), {"resolution": "pauses"}, "hand"),
    Event(N_("Whoever was waited for has answered"), {"resolution": "goes on", "task": "stops", "robot": "stops"}),
    Event(N_("Something is promised"), {"promise": "starts"}),
    Event(N_("The promise is kept, broken or excused"), {"promise": "stops"}),
    Event(
        N_("The case is closed"),
        {"resolution": "stops", "answer": "stops", "task": "stops", "robot": "stops"}, "closed",
    ),
    Event(N_("The case is reopened"), {"resolution": "goes on"}),
)  # fmt: skip
"""The whole of it, as the interface shows it."""


def pauses(party: Party, chosen: Sequence[str]) -> bool:
    """Whether the clock of a target that chose these pauses stands still while `party` has the word."""
    return party == "closed" or party in chosen


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stood still."""

    begin: datetime
    end: datetime | None
    """None while it lasts."""
    party: str = "hand"


@dataclass(frozen=True, slots=True)
class Due:
    """When a delay ends."""

    at: datetime | None
    """None while the clock stands still."""
    left: timedelta
    """What is left of the delay, in its own time, while the clock stands still; else nothing."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A line of the explanation: from, to, and whether it counted."""

    begin: datetime
    end: datetime
    why: str
    """"counted", "closed hours", or the party that was waited for."""

    @property
    def counted(self) -> bool:
        """Whether the clock ran."""
        return self.why == COUNTED


COUNTED = "counted"
CLOSED_HOURS = "closed_hours"


def due(calendar: Calendar, start: datetime, delay: Delay, stood: Sequence[Pause], share: int = 100) -> Due:
    """When `share` hundredths of `delay` are used up since `start`, not counting the time it `stood` still."""
    whole = add(calendar, start, delay)
    at = whole
    if share != 100:
        span = _between(calendar, delay, start, whole) * share / 100
        at = _after(calendar, delay, start, span)
    for pause in merged(stood):
        begin = max(pause.begin, start)
        if begin >= at:
            break
        left = _between(calendar, delay, begin, at)
        if pause.end is None:
            return Due(None, left)
        if pause.end > begin:
            at = _after(calendar, delay, pause.end, left)
    return Due(at, timedelta())


def explain(
    calendar: Calendar, start: datetime, delay: Delay, stood: Sequence[Pause], until: datetime
) -> list[Interval]:
    """The stretches from `start` to `until`, in order, without a gap: those that counted and those that did not."""
    lines: list[Interval] = []
    at = start
    for pause in merged(stood):
        begin, end = max(pause.begin, start), min(pause.end or until, until)
        if begin >= until or end <= begin:
            continue
        lines += _running(calendar, delay, at, begin)
        lines.append(Interval(begin, end, pause.party))
        at = end
    return [*lines, *_running(calendar, delay, at, until)]


def counted(lines: Sequence[Interval]) -> timedelta:
    """How much of a delay the lines used up."""
    return sum((line.end - line.begin for line in lines if line.counted), timedelta())


def merged(stood: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, those that overlap as one."""
    result: list[Pause] = []
    for pause in sorted(stood, key=lambda each: each.begin):
        last = result[-1] if result else None
        if last is None or (last.end is not None and last.end < pause.begin):
            result.append(pause)
        elif last.end is not None:
            end = None if pause.end is None else max(last.end, pause.end)
            result[-1] = Pause(last.begin, end, last.party)
    return result


def _running(calendar: Calendar, delay: Delay, start: datetime, end: datetime) -> Iterator[Interval]:
    if not _in_open_time(delay):
        if start < end:
            yield Interval(start, end, COUNTED)
        return
    at = start
    for opens, closes in open_stretches(calendar, start, end):
        if at < opens:
            yield Interval(at, opens, CLOSED_HOURS)
        yield Interval(opens, closes, COUNTED)
        at = closes
    if at < end:
        yield Interval(at, end, CLOSED_HOURS)


def _in_open_time(delay: Delay) -> bool:
    return delay.unit.startswith("business")


def _between(calendar: Calendar, delay: Delay, start: datetime, end: datetime) -> timedelta:
    return open_time(calendar, start, end) if _in_open_time(delay) else max(end - start, timedelta())


def _after(calendar: Calendar, delay: Delay, moment: datetime, span: timedelta) -> datetime:
    return after_open_time(calendar, moment, span) if _in_open_time(delay) else moment + span
