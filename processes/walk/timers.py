"""Dates of a step that waits: its end, its looks, its reminders.

One vocabulary for `ask`, `task`, `wait` and `repeat`. The dates are found when the walk stops at the step, and the next
look anew at each one. How they were found (the *rule*: since when, how long, on which calendar) stands beside them, so
that they can be found again when people change the calendar. Everything is an aware UTC instant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from base.business_time import Calendar, Delay, add, end_of_day, subtract
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

    def rule(self, m: "Machine", place: int) -> Iterator[list[Any]]:
        """Its place, `after` the start or `before` the end, and how long, if that is known."""
        side, written = ("after", self.after) if self.after is not None else ("before", self.before)
        if written is not None and isinstance(delay := written(m), Delay):
            yield [place, side, delay]


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
        """The waiting state of a walk that stops here now: since, deadline, next look, reminders left, and the rule."""
        state: dict[str, Any] = {"since": m.now, "remind": []}
        rule = self._rule(m)
        if rule:
            state["rule"] = {"calendar": self.calendar or m.program.calendar, **rule}
            _find_dates(state, self._calendar(m))
        return state

    def _rule(self, m: "Machine") -> dict[str, Any]:
        """What is known of how long and how often now; empty when the step has no dates."""
        rule: dict[str, Any] = {}
        if self.within is not None and isinstance(delay := self.within(m), Delay):
            rule["within"] = delay
        if self.by is not None and (moment := as_moment(m, self.by(m))) is not None:
            rule["by"] = moment
        if self.every is not None and isinstance(delay := self.every(m), Delay):
            rule |= {"every": delay, "looked": m.now}
        if self.reminders:
            rule["remind"] = [each for place, spec in enumerate(self.reminders) for each in spec.rule(m, place)]
        if rule and self.at is not None:
            rule["at"] = self.at.isoformat()
        return rule

    def _calendar(self, m: "Machine") -> Calendar:
        return m.calendar_of(self.calendar) if self.calendar else m.calendar

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
            rule = state.get("rule") or {"calendar": self.calendar or m.program.calendar}
            state["rule"] = {**rule, "every": delay, "looked": m.now}
            _find_look(state, self._calendar(m))

    def due_reminders(self, m: "Machine", state: dict[str, Any]) -> list[tuple[int, ReminderSpec]]:
        """Reminders whose moment has come, taken off the state."""
        due = [entry for entry in state.get("remind", []) if entry[0] <= m.now]
        if due:
            sent = {place for _, place in due}
            state["remind"] = [entry for entry in state["remind"] if entry[0] > m.now]
            if "rule" in state:
                left = [entry for entry in state["rule"]["remind"] if entry[0] not in sent]
                state["rule"] = {**state["rule"], "remind": left}
        return [(place, self.reminders[place]) for _, place in due]


def found_again(state: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    """The waiting state with its dates on a calendar that has changed; the same where the change does not touch it.

    Reminders that were sent stay sent.
    """
    again = dict(state)
    if "rule" in again:
        _find_dates(again, calendar)
    return again


def _find_dates(state: dict[str, Any], calendar: Calendar) -> None:
    """Set the end, the next look and when the reminders left are due, as the rule has them on that calendar."""
    rule, since = state["rule"], state["since"]
    ends = [rule["by"]] if "by" in rule else []
    if "within" in rule:
        ends.append(add(calendar, since, rule["within"], _time_of_day(rule)))
    if ends:
        state["deadline"] = min(ends)
    _find_look(state, calendar)
    end = state.get("deadline")
    moments = (
        [_reminder_at(calendar, side, delay, since, end), place] for place, side, delay in rule.get("remind", ())
    )
    state["remind"] = sorted(each for each in moments if each[0] is not None)


def _find_look(state: dict[str, Any], calendar: Calendar) -> None:
    rule, end = state["rule"], state.get("deadline")
    if "every" in rule:
        moment = add(calendar, rule["looked"], rule["every"], _time_of_day(rule))
        state["next"] = moment if end is None else min(moment, end)


def _reminder_at(calendar: Calendar, side: str, delay: Delay, since: datetime, end: datetime | None) -> datetime | None:
    """When a reminder is due; None when that is before the wait began or after its end."""
    if side == "after":
        moment = add(calendar, since, delay)
    elif end is not None:
        moment = subtract(calendar, end, delay)
    else:
        return None
    return None if moment < since or (end is not None and moment >= end) else moment


def _time_of_day(rule: Mapping[str, Any]) -> time | None:
    return time.fromisoformat(rule["at"]) if "at" in rule else None


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
