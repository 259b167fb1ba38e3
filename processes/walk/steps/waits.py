"""Wait and repeat: time passes, a robot looks again.

At the end of a wait unknown is not never: `if_never` is taken only if the last look said false.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processes.walk.events import LOOKS, Event, Woken
from processes.walk.program import Expression, Node, Record
from processes.walk.timers import Timers, past_end, wake_at
from processes.walk.turn import Message, Timing
from processes.walk.values import UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine


@dataclass(slots=True, kw_only=True, eq=False)
class Wait(Node):
    """Until a condition holds or time is up; or simply for a delay."""

    kind = "wait"
    until: Expression | None = None
    """None: the whole delay passes."""
    timers: Timers
    if_never: int
    unknown: int
    rests_on: Record

    def run(self, m: "Machine") -> int:
        if self.until is not None and self.until(m) is True:
            return self._pass(m, "met", self.next)
        dates = self.timers.begin(m)
        if self.timers.endless(dates):
            m.note(self.id, "no_end")
            return self.unknown
        visit = m.visit(self.id)
        m.note(self.id, "waits", None, self.rests_on(m))
        m.stands_at = self._timing(m, visit, dates)
        return m.stop(self, {"kind": "timing", **dates})

    def view(self, m: "Machine") -> Timing:
        return self._timing(m, m.visits_of(self.id), m.walk.waiting or {})

    def _timing(self, m: "Machine", visit: int, dates: dict[str, Any]) -> Timing:
        return Timing(
            step=self.id, path=m.frame.path, visit=visit, wake_at=wake_at(dates), deadline=dates.get("deadline"),
        )  # fmt: skip

    def receive(self, m: "Machine", event: Event) -> int:
        if not isinstance(event, LOOKS):
            raise m.stale(self)
        waiting = dict(m.walk.waiting or {})
        visit = m.visits_of(self.id)
        for place, reminder in self.timers.due_reminders(m, waiting):
            if reminder.text is not None:
                m.effects.append(
                    Message(
                        key=m.key(self.id, visit, f"reminder-{place}"), step=self.id, path=m.frame.path, visit=visit,
                        to=reminder.to or "customer", via=reminder.via,
                        parts=(m.say(self, "remind", visit, reminder.text),), purpose="reminder",
                    )
                )  # fmt: skip
        return self._look(m, waiting)

    def _look(self, m: "Machine", waiting: dict[str, Any]) -> int:
        holds = False if self.until is None else self.until(m)
        if holds is True:
            return self._pass(m, "met", self.next)
        if not past_end(m, waiting):
            self.timers.look_later(m, waiting)
            m.note(self.id, "looks_again", None, self.rests_on(m))
            return m.stop(self, waiting)
        if self.until is None:
            return self._pass(m, "met", self.next)
        if holds is UNKNOWN:
            m.note(self.id, "unknown", None, self.rests_on(m))
            return self.unknown
        return self._pass(m, "never", self.if_never)

    def _pass(self, m: "Machine", how: str, place: int) -> int:
        m.note(self.id, how, None, self.rests_on(m))
        m.put(self.id, how)
        return place


@dataclass(slots=True, kw_only=True, eq=False)
class Repeat(Node):
    """Do steps again until a condition holds, at most so many times, with a pause in between."""

    kind = "repeat"
    body: int
    inner: tuple[str, ...]
    """Names set by the steps inside, taken back at each turn."""
    until: Expression
    at_most: int
    timers: Timers
    first: Timers | None = None
    if_never: int
    unknown: int

    def run(self, m: "Machine") -> int:
        """Called on entry and after each turn of the body."""
        loop = m.frame.loops.get(self.id)
        if loop is None:
            m.visit(self.id)
            m.frame.loops[self.id] = {"turn": 0}
            if self.first is not None:
                return m.stop(self, {"kind": "timing", **self.first.begin(m)})
            return self._turn(m)
        holds = self.until(m)
        if holds is True:
            return self._leave(m, "met", self.next)
        if loop["turn"] >= self.at_most:
            return (
                self._leave(m, "unknown", self.unknown) if holds is UNKNOWN else self._leave(m, "never", self.if_never)
            )
        if self.timers.every is None:
            return self._turn(m)
        return m.stop(self, {"kind": "timing", **self.timers.begin(m)})

    def view(self, m: "Machine") -> Timing:
        return Timing(
            step=self.id, path=m.frame.path, visit=m.visits_of(self.id), wake_at=wake_at(m.walk.waiting or {}),
        )  # fmt: skip

    def receive(self, m: "Machine", event: Event) -> int:
        if not isinstance(event, LOOKS):
            raise m.stale(self)
        waiting = m.walk.waiting or {}
        due = waiting.get("next") or waiting.get("deadline")
        if m.frame.loops[self.id]["turn"] and self.until(m) is True:
            return self._leave(m, "met", self.next)
        if isinstance(event, Woken) and (due is None or m.now >= due):
            return self._turn(m)
        return m.stop(self, waiting)

    def _turn(self, m: "Machine") -> int:
        loop = m.frame.loops[self.id]
        loop["turn"] += 1
        m.forget(self.inner)
        m.put(self.id, {"turn": loop["turn"]})
        m.note(self.id, "turn", loop["turn"])
        return self.body

    def _leave(self, m: "Machine", how: str, place: int) -> int:
        m.note(self.id, how)
        del m.frame.loops[self.id]
        return place


@dataclass(slots=True, kw_only=True, eq=False)
class ForEach(Node):
    """Do steps for each item of a list; afterwards their results are lists."""

    kind = "for_each"
    source: Expression
    when: Expression | None = None
    key: Expression
    at_most: int
    body: int
    inner: tuple[str, ...]
    unknown: int

    def run(self, m: "Machine") -> int:
        """Called on entry and after each item."""
        loop = m.frame.loops.get(self.id)
        if loop is None:
            loop = self._begin(m)
            if loop is None:
                m.note(self.id, "unknown")
                return self.unknown
        else:
            self._collect(m, loop)
        if loop["place"] >= len(loop["items"]):
            return self._end(m, loop)
        m.forget(self.inner)
        m.put(self.id, loop["items"][loop["place"]])
        m.note(self.id, "item", loop["keys"][loop["place"]])
        return self.body

    def _begin(self, m: "Machine") -> dict[str, Any] | None:
        items = self.source(m)
        if not isinstance(items, list):
            return None
        chosen = [item for item in items if self.when is None or m.of_item(self.when, item) is True][: self.at_most]
        keys = [str(m.of_item(self.key, item)) for item in chosen]
        loop = {"place": 0, "items": chosen, "keys": keys, "results": {name: [] for name in self.inner}}
        m.frame.loops[self.id] = loop
        return loop

    def _collect(self, m: "Machine", loop: dict[str, Any]) -> None:
        loop["results"] = {
            name: [*values, m.frame.scope[name]] if name in m.frame.scope else values
            for name, values in loop["results"].items()
        }
        loop["place"] += 1

    def _end(self, m: "Machine", loop: dict[str, Any]) -> int:
        m.forget((*self.inner, self.id))
        for name, values in loop["results"].items():
            m.put(name, values)
        del m.frame.loops[self.id]
        return self.next
