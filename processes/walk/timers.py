"""Dates of a step that waits: its end, its looks, its reminders.

One vocabulary for `ask`, `task`, `wait` and `repeat`. The dates are fixed when the walk stops at the step, except
the next look, which moves on at each one. Everything is an aware UTC instant.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from base.business_time import Delay, add, end_of_day, subtract
from processes.walk.program import Expression, TextRef
from processes.walk.values import MISSING, UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSpec:
    """A message sent while waiting: a delay after the start, or before the end."""

    after: Expression | None = None
    before: Expression | None = None
    to: str = ""
    via: tuple[str, ...] = ("mail",)
    text: TextRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """The dates a step declares."""

    within: Expression | None = None
    by: Expression | None = None
    every: Expression | None = None
    at: time | None = None
    calendar: str = ""
    reminders: tuple[ReminderSpec, ...] = ()

    def begin(self, m: "Machine") -> dict[str, Any]:
        """The waiting state of a walk that stops here now: since, deadline, next look, reminders left."""
        state: dict[str, Any] = {"since": m.now}
        deadline = None
        if self.within is not None or self.by is not None:
            deadline = self._deadline(m)
            if deadline is not None:
                state["deadline"] = deadline
        if self.every is not None:
            self.look_later(m, state)
        state["remind"] = self._reminders(m, deadline) if self.reminders else []
        return state

    def _reminders(self, m: "Machine", deadline: datetime | None) -> list[list[Any]]:
        """When each reminder is due, with its place, the earliest first."""
        left: list[list[Any]] = []
        for place, spec in enumerate(self.reminders):
            moment = self._moment(m, spec, deadline)
            if moment is not None:
                left.append([moment, place])
        return sorted(left) if len(left) > 1 else left

    def endless(self, state: dict[str, Any]) -> bool:
        """Whether an end is declared and none can be told: its date is missing or unknown."""
        return "deadline" not in state and (self.within is not None or self.by is not None)

    def look_later(self, m: "Machine", state: dict[str, Any]) -> None:
        """Set the next look, never past the end."""
        if self.every is None:
            state.pop("next", None)
            return
        delay = self.every(m)
        if isinstance(delay, Delay):
            moment = add(m.calendar_of(self.calendar), m.now, delay, self.at)
            deadline = state.get("deadline")
            state["next"] = moment if deadline is None else min(moment, deadline)

    def due_reminders(self, m: "Machine", state: dict[str, Any]) -> list[tuple[int, ReminderSpec]]:
        """Reminders whose moment has come, taken off the state."""
        due = [entry for entry in state.get("remind", []) if entry[0] <= m.now]
        state["remind"] = [entry for entry in state.get("remind", []) if entry[0] > m.now]
        return [(place, self.reminders[place]) for _, place in due]

    def _deadline(self, m: "Machine") -> datetime | None:
        end = None
        if self.within is not None and isinstance(delay := self.within(m), Delay):
            calendar = m.calendar_of(self.calendar) if self.calendar else m.calendar
            end = add(calendar, m.now, delay, self.at)
        if self.by is not None and (moment := as_moment(m, self.by(m))) is not None:
            end = moment if end is None else min(end, moment)
        return end

    def _moment(self, m: "Machine", spec: ReminderSpec, deadline: datetime | None) -> datetime | None:
        """When a reminder is due, None when it would be in the past or after the end."""
        calendar = m.calendar_of(self.calendar) if self.calendar else m.calendar
        moment: datetime | None
        if spec.after is not None:
            delay = spec.after(m)
            moment = add(calendar, m.now, delay) if isinstance(delay, Delay) else None
        else:
            delay = spec.before(m) if spec.before is not None else None
            moment = subtract(calendar, deadline, delay) if deadline and isinstance(delay, Delay) else None
        if moment is None or moment < m.now or (deadline is not None and moment >= deadline):
            return None
        return moment


def wake_at(state: dict[str, Any]) -> datetime | None:
    """The next moment at which a robot must look: the earliest of look, reminder and end."""
    first: datetime | None = state.get("deadline")
    look, remind = state.get("next"), state.get("remind")
    if look is not None and (first is None or look < first):
        first = look
    return remind[0][0] if remind and (first is None or remind[0][0] < first) else first


def past_end(m: "Machine", state: dict[str, Any]) -> bool:
    """Whether the end has come."""
    deadline = state.get("deadline")
    return deadline is not None and m.now >= deadline


def as_moment(m: "Machine", value: Any) -> datetime | None:
    """A moment, or the end of a date's day; None when it is missing or unknown."""
    if value is UNKNOWN or value is MISSING:
        return None
    if isinstance(value, datetime):
        return value
    return end_of_day(m.calendar, value) if isinstance(value, date) else None
