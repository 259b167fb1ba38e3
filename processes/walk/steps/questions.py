"""Ask: a question to a person, for one value or a form.

Passed over when the answer is known, when only one item can be meant, or when an answer given before a return to an
earlier question is still good. A robot that comes here writes to the customer and waits with reminders.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from base.business_time import Delay, has_passed
from processes.walk.errors import Refused
from processes.walk.events import LOOKS, Answered, Event
from processes.walk.fields import Problem, parse_fields
from processes.walk.program import Expression, Node, TextRef
from processes.walk.steps.words import meant_for
from processes.walk.timers import ReminderSpec, Timers, past_end, wake_at
from processes.walk.turn import Asking, Choice, Field, Message, Texts
from processes.walk.values import MISSING, UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine

NONE_OF_THESE = "none_of_these"
NOTHING_KEPT: Mapping[str, Any] = {}
CHOSEN = ("choice", "choices", "item", "items")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSpec:
    """A possible answer."""

    choice: Choice
    when: Expression | None = None


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
        chosen = self.eligible(m)
        if chosen is None:
            return None
        return tuple(
            Choice(
                value=key,
                shown=tuple(m.of_item(show, item) for show in self.show),
                most=None if self.quantity is None else _whole(m.of_item(self.quantity, item)),
            )
            for key, item in zip(m.item_keys(self.fact, chosen), chosen, strict=True)
        )

    def eligible(self, m: "Machine") -> list[Any] | None:
        """The items that may be chosen; None when the list is unknown."""
        items = self.source(m)
        if items is MISSING:
            return []
        if not isinstance(items, list):
            return None
        if self.when is None:
            return items
        fits = m.of_items(self.when, items)
        return [item for item, fit in zip(items, fits, strict=True) if fit is not False]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A value to ask for, before its choices are known."""

    name: str
    kind: str
    label: Texts
    optional: bool = False
    default: Any = None
    choices: tuple[ChoiceSpec, ...] = ()
    items: ItemsSpec | None = None
    at_least: int | None = None
    at_most: int | None = None
    when: Expression | None = None

    def always(self) -> bool:
        """Whether it is asked in every case, and always with the same choices."""
        return self.when is None and self.items is None and all(choice.when is None for choice in self.choices)

    def open_choices(self, m: "Machine") -> tuple[Choice, ...] | None:
        """The answers open now: those whose condition is not false; None when the list is unknown."""
        if self.items is not None:
            return self.items.choices(m)
        return tuple([each.choice for each in self.choices if each.when is None or each.when(m) is True])

    def field(self, choices: tuple[Choice, ...], kept: Any = None) -> Field:
        """The field to show, with these choices."""
        return Field(
            self.name, self.kind, self.label, self.optional, choices, self.at_least, self.at_most, self.default, kept
        )


@dataclass(slots=True, kw_only=True, eq=False)
class Ask(Node):
    """See the module."""

    kind = "ask"
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
    same: tuple[Field, ...] | None = field(init=False)
    """The fields, when they are the same at each visit."""
    item: ItemsSpec | None = field(init=False)
    """The list of which one item is to be chosen; when there is only one, nobody is asked."""

    def __post_init__(self) -> None:
        always = all(spec.always() for spec in self.fields)
        self.item = self.fields[0].items if self.single and self.fields[0].kind == "item" else None
        self.same = tuple(spec.field(choices_of(spec)) for spec in self.fields) if always else None

    # --- coming here ----------------------------------------------------------------------------------------------

    def run(self, m: "Machine") -> int:
        if self.only and not meant_for(m, self.only):
            return self.next
        applies = True if self.when is None else self.when(m)
        if applies is False:
            return self.next
        if self.id in m.frame.at and self._young(m):
            m.note(self.id, "known")
            return self._after(m)
        if applies is UNKNOWN:
            m.note(self.id, "unknown")
            return self.unknown
        if self.item is not None and (only := self._only_one(m, self.item)) is not None:
            return self._settle(m, "only_one", only)
        fields = self._fields(m)
        values = None if fields is None else m.printed(self.text)
        if fields is None or values is None:
            m.note(self.id, "unknown")
            return self.unknown
        about = _about(values, fields)
        passed = self._passed_over(m, fields, about)
        return self.put_question(m, fields, about) if passed is None else passed

    def _young(self, m: "Machine") -> bool:
        """Whether the answer that is there is young enough; an optional one left empty is an answer too."""
        age = None if self.max_age is None else self.max_age(m)
        return not isinstance(age, Delay) or not has_passed(m.calendar, m.frame.at[self.id], age, m.now)

    def _only_one(self, m: "Machine", items: ItemsSpec) -> str | None:
        """The key of the only item that may be chosen."""
        chosen = items.eligible(m)
        return m.item_keys(items.fact, chosen)[0] if chosen is not None and len(chosen) == 1 else None

    def _passed_over(self, m: "Machine", fields: tuple[Field, ...], about: dict[str, Any]) -> int | None:
        """The next place when nobody has to be asked."""
        if not fields:
            m.note(self.id, "nothing_to_ask")
            m.answer(self.id, {})
            return self._after(m)
        if self.single and fields[0].kind in CHOSEN and not fields[0].choices:
            m.note(self.id, "none")
            return self.unknown if self.if_none is None else self.if_none
        kept = self._kept(m, fields, about)
        if kept is not MISSING:
            return self._settle(m, "kept", kept)
        if m.walk.walker == "robot" and not self._waits():
            default = self._default(m, fields)
            if default is not MISSING:
                return self._settle(m, "default", default)
        return None

    def _kept(self, m: "Machine", fields: tuple[Field, ...], about: dict[str, Any]) -> Any:
        """The answer given before a return to an earlier question, if the same is asked and it is still good."""
        mark = m.frame.path + self.id
        kept = m.walk.kept.get(mark)
        if kept is None or kept["about"] != about:
            return MISSING
        value = self._parsed(fields, kept["value"])
        if value is not None:
            self._forget_kept(m)
        return MISSING if value is None else value

    def _forget_kept(self, m: "Machine") -> None:
        mark = m.frame.path + self.id
        if mark in m.walk.kept:
            m.walk.kept = {step: kept for step, kept in m.walk.kept.items() if step != mark}

    def _default(self, m: "Machine", fields: tuple[Field, ...]) -> Any:
        """What stands for an answer when nobody gives one; MISSING when nothing does, or nothing that is possible."""
        if self.single and self.default is None:
            return MISSING
        # A form answers by itself when each of its fields has a default or may be left empty.
        value = self._parsed(fields, self.default if self.single else {})
        return MISSING if value is None else value

    def _parsed(self, fields: tuple[Field, ...], given: Any) -> Any:
        """The value of an answer, None for one that cannot be taken."""
        try:
            values = parse_fields(fields, {self.id: given} if self.single else given)
        except Refused:
            return None
        return values.get(self.id) if self.single else values

    def _settle(self, m: "Machine", how: str, answer: Any) -> int:
        m.note(self.id, how, answer)
        m.answer(self.id, answer)
        return self._after(m)

    def _waits(self) -> bool:
        return self.timers.within is not None or self.timers.by is not None

    def put_question(self, m: "Machine", fields: tuple[Field, ...], about: dict[str, Any]) -> int:
        """Stand here until somebody answers; a robot writes to the customer."""
        dates = self.timers.begin(m)
        if self.timers.endless(dates):
            m.note(self.id, "no_end")
            return self.unknown
        visit = m.visit(self.id)
        m.note(self.id, "asked")
        if m.walk.walker == "robot":
            self._write(m, visit, "question", None)
        m.stands_at = self._asking(m, visit, fields, dates, about["text"])
        return m.stop(self, {"kind": "asking", "about": about, **dates})

    def put_again(self, m: "Machine") -> None:
        """Stand here once more after a return to this question: another visit, its dates from now on."""
        then = m.walk.waiting or {}
        dates = self.timers.begin(m)
        if self.timers.endless(dates):
            dates = {name: value for name, value in then.items() if name not in ("kind", "about")}
        m.visit(self.id)
        m.note(self.id, "went_back")
        m.stop(self, {"kind": "asking", "about": then.get("about"), **dates})

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
        return self._asking(m, m.visits_of(self.id), self._fields(m) or (), m.walk.waiting or {}, None)

    def _asking(
        self, m: "Machine", visit: int, fields: tuple[Field, ...], dates: dict[str, Any], values: dict[str, Any] | None
    ) -> Asking:
        return Asking(
            step=self.id, path=m.frame.path, visit=visit, wake_at=wake_at(dates), deadline=dates.get("deadline"),
            fields=fields, words=m.say(self, "ask", visit, self.text, values),
        )  # fmt: skip

    def _fields(self, m: "Machine") -> tuple[Field, ...] | None:
        """The fields with the choices open now; None when a list to choose from is unknown."""
        kept: Any = m.walk.kept.get(m.frame.path + self.id, NOTHING_KEPT).get("value")
        if kept is None and self.same is not None:
            return self.same
        if not self.single and not isinstance(kept, Mapping):
            kept = {}
        fields: list[Field] = []
        for spec in self.fields:
            if spec.when is not None and spec.when(m) is False:
                continue
            choices = spec.open_choices(m)
            if choices is None:
                return None
            fields.append(spec.field(choices, kept if self.single else kept.get(spec.name)))
        return tuple(fields)

    # --- going on -------------------------------------------------------------------------------------------------

    def receive(self, m: "Machine", event: Event) -> int:
        if isinstance(event, Answered):
            if event.step == self.id and event.visit == m.visits_of(self.id):
                return self._take(m, event.value)
        elif isinstance(event, LOOKS):
            return self._look(m)
        raise m.stale(self)

    def known_answer(self, m: "Machine", value: Any) -> Any:
        """What is told before the walk begins: text is read as an answer would be, the key of an item is believed.

        The list that items are chosen from cannot be read yet.
        """
        spec = self.fields[0]
        if spec.items is not None:
            return m.item_keys(spec.items.fact, [value])[0] if isinstance(value, Mapping) else value
        if not isinstance(value, (str, list)):
            return value
        field = spec.field(spec.open_choices(m) or ())
        return parse_fields((field,), {self.id: value}).get(self.id, MISSING)

    def _take(self, m: "Machine", value: Any) -> int:
        fields = self._fields(m) or ()
        given = {self.id: value} if self.single else value if isinstance(value, Mapping) else {}
        values = parse_fields(fields, given)
        self._forget_kept(m)
        return self._settle(m, "answered", values.get(self.id, MISSING) if self.single else values)

    def _look(self, m: "Machine") -> int:
        waiting = dict(m.walk.waiting or {})
        visit = m.visits_of(self.id)
        ends = False if self.ends_when is None else self.ends_when(m)
        if ends is True:
            m.note(self.id, "no_longer_needed")
            return self.next
        for place, reminder in self.timers.due_reminders(m, waiting):
            self._write(m, visit, f"reminder-{place}", reminder)
        if not past_end(m, waiting):
            return m.stop(self, waiting)
        if ends is UNKNOWN:
            m.note(self.id, "unknown")
            return self.unknown
        return self._never(m)

    def _never(self, m: "Machine") -> int:
        default = self._default(m, self._fields(m) or ())
        if default is not MISSING and (self.single or self.if_never is None):
            return self._settle(m, "default", default)
        m.note(self.id, "never")
        return self.unknown if self.if_never is None else self.if_never

    def _after(self, m: "Machine") -> int:
        answer = m.frame.scope.get(self.id)
        if self.single and isinstance(answer, str):
            return self.branches.get(answer, self.next)
        return self.next


def take_needs(m: "Machine", given: Mapping[str, Any]) -> None:
    """Take what the channel or the caller knows already of what the process needs; other names are left out.

    Raises Refused with every problem found, by name.
    """
    problems: dict[str, Problem] = {}
    for name in m.program.needs:
        question = m.nodes[m.program.index[name]]
        assert isinstance(question, Ask)
        try:
            if given.get(name) is not None:
                m.answer(name, question.known_answer(m, given[name]))
        except Refused as refusal:
            problems |= refusal.problems
    if problems:
        raise Refused(problems)


def _about(values: dict[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    """What is asked: the values that the question prints, and what there is to choose from."""
    return {"text": values, "choices": [choice.value for field in fields for choice in field.choices]}


def choices_of(spec: FieldSpec) -> tuple[Choice, ...]:
    """All its choices, open or not."""
    return tuple(each.choice for each in spec.choices)


def _whole(value: Any) -> int:
    return 0 if value is UNKNOWN or value is MISSING else int(value)
