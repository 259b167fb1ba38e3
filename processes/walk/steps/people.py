"""Task and hand over: people's turn."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from base.business_time import Delay, add
from processes.walk.events import Event, EventReceived, HandedBack, TaskDone, Woken
from processes.walk.fields import parse_fields
from processes.walk.program import Expression, Node, TextRef
from processes.walk.steps.questions import FieldSpec
from processes.walk.steps.words import attachments, meant_for
from processes.walk.timers import Timers, as_moment, past_end, wake_at
from processes.walk.turn import CreateTask, Field, Message, TaskWaiting, WithPeople, Words
from processes.walk.turn import HandOver as HandOverEffect
from processes.walk.values import MISSING, UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine


@dataclass(slots=True, kw_only=True, eq=False)
class Task(Node):
    """A to-do for a person or team: the walk goes on at once, or waits for it."""

    kind = "task"
    team: str
    text: TextRef
    attach: tuple[Expression, ...] = ()
    amount: Expression | None = None
    when: Expression | None = None
    only: frozenset[str] = frozenset()
    due: Expression | None = None
    due_by: Expression | None = None
    form: tuple[FieldSpec, ...] = ()
    ends_when: Expression | None = None
    waits: bool
    timers: Timers
    if_never: int
    unknown: int

    def run(self, m: "Machine") -> int:
        if self.only and not meant_for(m, self.only):
            return self.next
        applies = True if self.when is None else self.when(m)
        if applies is False:
            return self.next
        if applies is UNKNOWN:
            m.note(self.id, "unknown")
            return self.unknown
        dates = self.timers.begin(m) if self.waits else {}
        if self.timers.endless(dates):
            m.note(self.id, "no_end")
            return self.unknown
        words = m.say(self, "task", 0, self.text)
        done = m.already_done(self.id, words.values) if self.waits else MISSING
        if done is not MISSING:
            m.note(self.id, "already_done")
            m.put(self.id, done)
            return self.next
        return self._give(m, words, dates)

    def _give(self, m: "Machine", words: Words, dates: dict[str, Any]) -> int:
        visit = m.visit(self.id)
        key = m.key(self.id, visit, "task")
        amount = MISSING if self.amount is None else self.amount(m)
        m.effects.append(
            CreateTask(
                key=key, step=self.id, path=m.frame.path, visit=visit, team=self.team,
                words=replace(words, visit=visit), due_at=dates.get("deadline") or self._due(m),
                blocking=self.waits, form=self._fields(m), attach=attachments(m, self.attach),
                amount=None if amount is MISSING or amount is UNKNOWN else amount,
            )
        )  # fmt: skip
        m.note(self.id, "task", self.team)
        if not self.waits:
            return self.next
        return m.stop(self, {"kind": "task", "key": key, "about": words.values, **dates})

    def _due(self, m: "Machine") -> Any:
        if self.due_by is not None:
            return as_moment(m, self.due_by(m))
        delay = None if self.due is None else self.due(m)
        return add(m.calendar, m.now, delay) if isinstance(delay, Delay) else None

    def _fields(self, m: "Machine") -> tuple[Field, ...]:
        return tuple(spec.field(spec.open_choices(m) or ()) for spec in self.form)

    def view(self, m: "Machine") -> TaskWaiting:
        waiting = m.walk.waiting or {}
        return TaskWaiting(
            step=self.id, path=m.frame.path, visit=m.visits_of(self.id), key=waiting.get("key", ""), team=self.team,
            wake_at=wake_at(waiting), deadline=waiting.get("deadline"),
        )  # fmt: skip

    def receive(self, m: "Machine", event: Event) -> int:
        waiting = dict(m.walk.waiting or {})
        match event:
            case TaskDone() if event.key == waiting.get("key"):
                m.put(self.id, parse_fields(self._fields(m), event.answers) if self.form else dict(event.answers))
                m.note(self.id, "done", None, dict(event.answers))
                return self.next
            case Woken() | EventReceived():
                return self._look(m, waiting)
        raise m.stale(self)

    def _look(self, m: "Machine", waiting: dict[str, Any]) -> int:
        if self.ends_when is not None and self.ends_when(m) is True:
            m.note(self.id, "no_longer_needed")
            return self.next
        visit = m.visits_of(self.id)
        for place, reminder in self.timers.due_reminders(m, waiting):
            words = m.say(self, "remind", visit, reminder.text or self.text)
            m.effects.append(
                Message(
                    key=m.key(self.id, visit, f"reminder-{place}"), step=self.id, path=m.frame.path, visit=visit,
                    to=reminder.to or self.team, via=reminder.via, parts=(words,), purpose="reminder",
                )
            )  # fmt: skip
        if past_end(m, waiting):
            return self._never(m)
        return m.stop(self, waiting)

    def _never(self, m: "Machine") -> int:
        if self.ends_when is not None and self.ends_when(m) is UNKNOWN:
            m.note(self.id, "unknown")
            return self.unknown
        m.note(self.id, "never")
        return self.if_never


@dataclass(slots=True, kw_only=True, eq=False)
class HandOver(Node):
    """The case goes to people; they bring it back to a section, or close it."""

    kind = "hand_over"
    team: str
    because: str
    within: Expression | None = None
    text: TextRef | None = None
    return_to: dict[str, int]

    def run(self, m: "Machine") -> int:
        visit = m.visit(self.id)
        delay = None if self.within is None else self.within(m)
        by = add(m.calendar, m.now, delay) if isinstance(delay, Delay) else None
        if self.text is not None:
            m.words.append(m.say(self, "hand_over", visit, self.text))
        m.effects.append(
            HandOverEffect(
                key=m.key(self.id, visit, "hand_over"), step=self.id, path=m.frame.path, visit=visit, team=self.team,
                because=self.because, by=by,
            )
        )  # fmt: skip
        m.note(self.id, "handed_over", self.team)
        return m.stop(self, {"kind": "with_people", "by": by})

    def view(self, m: "Machine") -> WithPeople:
        waiting = m.walk.waiting or {}
        return WithPeople(
            step=self.id, path=m.frame.path, visit=m.visits_of(self.id), team=self.team, because=self.because,
            by=waiting.get("by"), return_to=tuple(self.return_to),
        )  # fmt: skip

    def receive(self, m: "Machine", event: Event) -> int:
        if isinstance(event, HandedBack) and event.section in self.return_to:
            m.note(self.id, "handed_back", event.section)
            return self.return_to[event.section]
        raise m.stale(self)
