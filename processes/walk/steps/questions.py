"""Ask: a question to a person, for one value or a form.

Passed over when the answer is known, when only one item can be meant, or when an answer given before a return to an
earlier question is still good. A robot that comes here writes to the customer and waits with reminders.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from base.business_time import has_passed
from processes.walk.errors import Refused
from processes.walk.events import Answered, Event, EventReceived, Woken
from processes.walk.fields import parse_fields
from processes.walk.program import Expression, Node, TextRef
from processes.walk.steps.words import meant_for
from processes.walk.timers import ReminderSpec, Timers, past_end, wake_at
from processes.walk.turn import Asking, Choice, Field, Message, Texts
from processes.walk.values import MISSING, UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine

NONE_OF_THESE = "none_of_these"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSpec:
    """A possible answer, and where it leads (None: to the next step)."""

    value: str
    label: Texts
    when: Expression | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsSpec:
    """The list items are chosen from."""

    source: Expression
    fact: str = ""
    """Its fact, when the list is one: the answer then stays live."""
    when: Expression | None = None
    show: tuple[Expression, ...] = ()
    quantity: Expression | None = None

    def choices(self, m: "Machine") -> tuple[Choice, ...] | None:
        """One choice an item; None when the list is unknown."""
        items = self.source(m.scope)
        if items is UNKNOWN:
            return None
        listed = [] if items is MISSING else items
        chosen = [item for item in listed if self.when is None or m.of_item(self.when, item) is not False]
        return tuple(
            Choice(
                value=key,
                shown=tuple(m.of_item(show, item) for show in self.show),
                most=None if self.quantity is None else _whole(m.of_item(self.quantity, item)),
            )
            for key, item in zip(m.item_keys(self.fact, chosen), chosen, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A value to ask for, before its choices are known."""

    name: str
    kind: str
    label: Texts
    optional: bool = False
    choices: tuple[ChoiceSpec, ...] = ()
    items: ItemsSpec | None = None
    at_least: int | None = None
    at_most: int | None = None
    when: Expression | None = None

    def open_choices(self, m: "Machine") -> tuple[Choice, ...] | None:
        """The answers open now: those whose condition is not false; None when the list is unknown."""
        if self.items is not None:
            return self.items.choices(m)
        return tuple(
            Choice(value=choice.value, label=choice.label)
            for choice in self.choices
            if choice.when is None or choice.when(m.scope) is True
        )

    def field(self, m: "Machine", choices: tuple[Choice, ...], kept: Any = None) -> Field:
        """The field to show, with these choices."""
        return Field(
            name=self.name, kind=self.kind, label=self.label, optional=self.optional, choices=choices,
            at_least=self.at_least, at_most=self.at_most, kept=kept,
        )  # fmt: skip


@dataclass(slots=True, kw_only=True, eq=False)
class Ask(Node):
    """See the module."""

    kind: ClassVar[str] = "ask"
    text: TextRef
    fields: tuple[FieldSpec, ...]
    single: bool
    """One value under the step's name; else a form, its fields under the step's name."""
    branches: dict[str, int]
    """Places by answer: yes, no, choice values, none_of_these."""
    if_none: int | None = None
    if_never: int | None = None
    unknown: int
    default: Any = None
    max_age: Expression | None = None
    ends_when: Expression | None = None
    timers: Timers
    when: Expression | None = None
    only: frozenset[str] = frozenset()
    anew: bool = False
    """Whether a known answer is asked again (inside `repeat`)."""

    # --- coming here ----------------------------------------------------------------------------------------------

    def run(self, m: "Machine") -> int:
        if not meant_for(m, self.only):
            return self.next
        applies = True if self.when is None else self.when(m.scope)
        if applies is False:
            return self.next
        if self._known(m):
            m.note(self.id, "known")
            return self._after(m)
        if applies is UNKNOWN:
            m.note(self.id, "unknown")
            return self.unknown
        fields = self._fields(m)
        if fields is None or not m.sayable(self.text):
            m.note(self.id, "unknown")
            return self.unknown
        passed = self._passed_over(m, fields)
        return self._put_question(m, fields) if passed is None else passed

    def _known(self, m: "Machine") -> bool:
        """Whether the answer is there and young enough."""
        if self.id not in m.frame.scope:
            return False
        if self.max_age is None:
            return True
        at = m.frame.at.get(self.id, m.now - timedelta(days=3650))
        return not has_passed(m.world.calendar, at, self.max_age(m.scope), m.now)

    def _passed_over(self, m: "Machine", fields: tuple[Field, ...]) -> int | None:
        """The next place when nobody has to be asked."""
        if self.single and fields[0].kind in ("item", "items") and self.fields[0].items is not None:
            if not fields[0].choices:
                m.note(self.id, "none")
                return self.unknown if self.if_none is None else self.if_none
            if len(fields[0].choices) == 1 and fields[0].kind == "item":
                m.note(self.id, "only_one", fields[0].choices[0].value)
                m.answer(self.id, fields[0].choices[0].value)
                return self._after(m)
        kept = self._kept(m, fields)
        if kept is not None:
            m.note(self.id, "kept", kept)
            m.answer(self.id, kept)
            return self._after(m)
        if m.walk.walker == "robot" and self.default is not None and not self._waits():
            m.note(self.id, "default", self.default)
            m.answer(self.id, self.default)
            return self._after(m)
        return None

    def _kept(self, m: "Machine", fields: tuple[Field, ...]) -> Any:
        """The answer given before a return to an earlier question, if it is still good."""
        raw = m.walk.kept.pop(m.frame.path + self.id, None)
        if raw is None:
            return None
        try:
            values = parse_fields(fields, {self.id: raw} if self.single else raw)
        except Refused:
            return None
        return values.get(self.id) if self.single else values

    def _waits(self) -> bool:
        return self.timers.within is not None or self.timers.by is not None

    def _put_question(self, m: "Machine", fields: tuple[Field, ...]) -> int:
        visit = m.visit(self.id)
        waiting = {"kind": "asking", **self.timers.begin(m)}
        m.note(self.id, "asked")
        if m.walk.walker == "robot":
            self._write(m, visit, "question", None)
        return m.stop(self, waiting)

    def _write(self, m: "Machine", visit: int, slot: str, reminder: ReminderSpec | None) -> None:
        """Write the question (or a reminder of it) with the link that answers it."""
        to = (reminder.to if reminder else "") or "customer"
        text = reminder.text if reminder and reminder.text else self.text
        question = m.say(self, "remind" if reminder else "ask", visit, text)
        before = [] if reminder else [words for words in m.words if words.kind == "say"]
        m.effects.append(
            Message(
                key=m.key(self.id, visit, slot), step=self.id, path=m.frame.path, visit=visit, to=to,
                via=reminder.via if reminder else ("mail",), parts=(*before, question), asks=to == "customer",
                purpose="reminder" if reminder else "question",
            )
        )  # fmt: skip

    # --- what is asked --------------------------------------------------------------------------------------------

    def view(self, m: "Machine") -> Asking:
        waiting = m.walk.waiting or {}
        visit = m.visits_of(self.id)
        return Asking(
            step=self.id, path=m.frame.path, visit=visit, wake_at=wake_at(waiting), deadline=waiting.get("deadline"),
            fields=self._fields(m) or (), words=m.say(self, "ask", visit, self.text),
        )  # fmt: skip

    def _fields(self, m: "Machine") -> tuple[Field, ...] | None:
        """The fields with the choices open now; None when a list to choose from is unknown."""
        kept = m.walk.kept.get(m.frame.path + self.id)
        fields: list[Field] = []
        for spec in self.fields:
            if spec.when is not None and spec.when(m.scope) is False:
                continue
            choices = spec.open_choices(m)
            if choices is None:
                return None
            fields.append(spec.field(m, choices, kept if self.single else (kept or {}).get(spec.name)))
        return tuple(fields)

    # --- going on -------------------------------------------------------------------------------------------------

    def receive(self, m: "Machine", event: Event) -> int:
        match event:
            case Answered(step=self.id) if event.visit == m.visits_of(self.id):
                return self._take(m, event.value)
            case Woken() | EventReceived():
                return self._look(m)
        raise m.stale(self)

    def _take(self, m: "Machine", value: Any) -> int:
        fields = self._fields(m) or ()
        given = {self.id: value} if self.single else value if isinstance(value, dict) else {}
        values = parse_fields(fields, given)
        answer = values.get(self.id, MISSING) if self.single else values
        m.walk.kept.pop(m.frame.path + self.id, None)
        m.note(self.id, "answered", answer)
        m.answer(self.id, answer)
        return self._after(m)

    def _look(self, m: "Machine") -> int:
        waiting = dict(m.walk.waiting or {})
        visit = m.visits_of(self.id)
        if self.ends_when is not None and self.ends_when(m.scope) is True:
            m.note(self.id, "no_longer_needed")
            return self.next
        for place, reminder in self.timers.due_reminders(m, waiting):
            self._write(m, visit, f"reminder-{place}", reminder)
        if past_end(m, waiting):
            return self._never(m)
        return m.stop(self, waiting)

    def _never(self, m: "Machine") -> int:
        if self.default is not None:
            m.note(self.id, "default", self.default)
            m.answer(self.id, self.default)
            return self._after(m)
        m.note(self.id, "never")
        return self.unknown if self.if_never is None else self.if_never

    def _after(self, m: "Machine") -> int:
        if self.anew:
            m.frame.loops.setdefault(self.id, {})["asked"] = m.visits_of(self.id)
        answer = m.frame.scope.get(self.id)
        if self.single and isinstance(answer, str):
            return self.branches.get(answer, self.next)
        return self.next


def _whole(value: Any) -> int:
    return 0 if value is UNKNOWN or value is MISSING else int(value)
