"""What a step holds that has to be read: its expressions with what a leading dot means in them, and its texts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from processes.language import document as d
from processes.language import parts
from processes.language.conditions import parse_cell, parse_condition, parse_delay, parse_value
from processes.language.errors import LanguageError
from processes.language.grid import parse_grid

Ast = list[Any]
Holds = Literal["condition", "value", "delay", "cell"]

_READERS: Final = {"condition": parse_condition, "value": parse_value, "delay": parse_delay, "cell": parse_cell}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a step that could be read."""

    key: str
    holds: Holds
    ast: Ast
    items: str = ""
    """The list whose item a leading dot means; empty where there is none."""
    about: str = ""
    """Of a cell: the value it is compared with."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a step."""

    key: str
    body: Mapping[str, str]
    """By language."""
    reader: Literal["customer", "staff"]
    label: bool = False
    """Told as it is, without values: a title, a choice."""


def read(key: str, holds: Holds, source: str | None, items: str = "", about: str = "") -> Iterator[Expression]:
    """The expression of a key, nothing when it is not written or cannot be read (the compiler says so)."""
    if source is None:
        return
    try:
        yield Expression(key, holds, _READERS[holds](source), items, about)
    except LanguageError:
        return


def expressions_of(step: d.StepBase) -> Iterator[Expression]:
    """All expressions of a step, its branches' left out."""
    match step:
        case d.Say() | d.Note() | d.Send():
            yield from read("if", "condition", step.if_)
            yield from _promise(step.promise)
            if isinstance(step, d.Send):
                for place, source in enumerate(step.attach):
                    yield from read(f"attach.{place}", "value", source)
        case d.Ask():
            yield from _ask(step)
        case d.Decide():
            yield from _decide(step)
        case d.Table():
            yield from _table(step)
        case d.Set():
            yield from read("to", "value", step.to)
        case d.Act():
            yield from _act(step)
        case d.Wait():
            yield from read("for", "delay", step.for_)
            yield from read("until", "condition", step.until)
            yield from read("every", "delay", step.every)
            yield from _waiting(step)
        case d.Repeat():
            yield from read("until", "condition", step.until)
            yield from read("every", "delay", step.every)
            yield from read("first", "delay", step.first)
        case d.ForEach():
            yield from _for_each(step)
        case d.Task():
            yield from _task(step)
        case d.Call() | d.Start():
            for name, source in step.with_.items():
                yield from read(f"with.{name}", "value", source)
        case d.HandOver():
            yield from read("within", "delay", step.within)


def _promise(promise: parts.Promise | None) -> Iterator[Expression]:
    if promise is not None:
        yield from read("promise.by", "value", promise.by)
        yield from read("promise.keep", "condition", promise.keep)
        yield from read("promise.hold_until", "condition", promise.hold_until)
        yield from _reminders("promise.remind", promise.remind)


def _reminders(key: str, reminders: list[parts.Reminder]) -> Iterator[Expression]:
    for place, reminder in enumerate(reminders, start=1):
        yield from read(f"{key}.{place}.after", "delay", reminder.after)
        yield from read(f"{key}.{place}.before", "delay", reminder.before)


def _waiting(step: d.Waits) -> Iterator[Expression]:
    yield from read("within", "delay", step.within)
    yield from read("by", "value", step.by)
    yield from _reminders("remind", step.remind)


def _ask(step: d.Ask) -> Iterator[Expression]:
    yield from read("if", "condition", step.if_)
    yield from _choices("choices", step.choices)
    yield from of_expressions("of", step.of)
    for name, spec in (step.form or {}).items():
        yield from field_expressions(name, spec)
    yield from read("ends_when", "condition", step.ends_when)
    yield from read("max_age", "delay", step.max_age)
    yield from _waiting(step)


def _choices(key: str, choices: list[d.Choice]) -> Iterator[Expression]:
    for choice in choices:
        yield from read(f"{key}.{choice.value}.if", "condition", choice.if_)


def of_expressions(key: str, of: parts.Of | None) -> Iterator[Expression]:
    """The expressions of a list that items are chosen from."""
    if of is not None:
        yield from read(f"{key}.list", "value", of.list_)
        yield from read(f"{key}.if", "condition", of.if_, of.list_)
        for source in of.show:
            yield from read(f"{key}.show", "value", source, of.list_)
        yield from read(f"{key}.quantity", "value", of.quantity, of.list_)


def field_expressions(name: str, spec: d.FieldSpec) -> Iterator[Expression]:
    """The expressions of a field of a form, or of a need."""
    yield from read(f"{name}.if", "condition", spec.if_)
    yield from _choices(f"{name}.choices", spec.choices)
    yield from of_expressions(f"{name}.of", spec.of)


def _decide(step: d.Decide) -> Iterator[Expression]:
    yield from read("on", "value", step.on)
    for source in step.is_ or {}:
        yield from read("is", "cell", source, about=step.on or "")
    for place, case in enumerate(step.cases or [], start=1):
        yield from read(f"cases.{place}.when", "condition", case.when)


def _table(step: d.Table) -> Iterator[Expression]:
    try:
        grid = parse_grid(step.rows)
    except LanguageError:
        return
    for column in grid.columns:
        yield from read("rows", "value", column)
    for cells, results in grid.rows:
        for column, cell in zip(grid.columns, cells, strict=True):
            yield from read("rows", "cell", cell, about=column)
        for cell in results:
            yield from read("rows", "cell", cell)


def _act(step: d.Act) -> Iterator[Expression]:
    for name, source in step.with_.items():
        yield from read(f"with.{name}", "value", source)
    yield from read("amount", "value", step.amount)
    yield from read("cap", "value", step.cap)
    if step.approval is not None:
        yield from read("approval.when", "condition", step.approval.when)
        yield from read("approval.within", "delay", step.approval.within)


def _for_each(step: d.ForEach) -> Iterator[Expression]:
    source = step.in_.list_ if isinstance(step.in_, parts.Items) else step.in_
    yield from read("in", "value", source)
    if isinstance(step.in_, parts.Items):
        yield from read("in.if", "condition", step.in_.if_, source)
    yield from read("key", "value", step.key, source)


def _task(step: d.Task) -> Iterator[Expression]:
    yield from read("if", "condition", step.if_)
    for place, source in enumerate(step.attach):
        yield from read(f"attach.{place}", "value", source)
    yield from read("amount", "value", step.amount)
    yield from read("due", "delay", step.due)
    yield from read("due_by", "value", step.due_by)
    for name, spec in (step.form or {}).items():
        yield from field_expressions(name, spec)
    yield from read("ends_when", "condition", step.ends_when)
    yield from _waiting(step)


# Texts


def texts_of(step: d.StepBase) -> Iterator[Text]:
    """All texts of a step, its branches' left out."""
    if step.label:
        yield Text("label", step.label, "staff", label=True)
    match step:
        case d.Say() | d.Send():
            yield from _wording(step, "customer")
            yield from _promised(step.promise)
            if isinstance(step, d.Send) and step.subject:
                yield Text("subject", step.subject, _reader(step.to))
        case d.Note():
            yield from _wording(step, "staff")
            yield from _promised(step.promise)
        case d.Ask():
            yield from _wording(step, "customer")
            yield from _labels("choices", step.choices)
            yield from _form(step.form)
            yield from _reminded("remind", step.remind, "customer")
        case d.Act() if step.confirm:
            yield Text("confirm", step.confirm, "customer" if "customer" in step.open_to else "staff")
        case d.Wait():
            yield from _reminded("remind", step.remind, "customer")
        case d.Task():
            yield Text("text", step.text, "staff")
            yield from _form(step.form)
            yield from _reminded("remind", step.remind, "staff")
        case d.HandOver() | d.Close():
            yield from _wording(step, "customer")


def _reader(to: str) -> Literal["customer", "staff"]:
    return "customer" if to == "customer" else "staff"


def _wording(step: Any, reader: Literal["customer", "staff"]) -> Iterator[Text]:
    if isinstance(step, d.Send):
        reader = _reader(step.to)
    if step.text:
        yield Text("text", step.text, reader)
    for variant, body in step.texts.items():
        yield Text(f"texts.{variant}", body, reader)


def _promised(promise: parts.Promise | None) -> Iterator[Text]:
    if promise is not None:
        if promise.if_broken:
            yield Text("promise.if_broken", promise.if_broken, "customer")
        yield from _reminded("promise.remind", promise.remind, "staff")


def _reminded(key: str, reminders: list[parts.Reminder], reader: Literal["customer", "staff"]) -> Iterator[Text]:
    for place, reminder in enumerate(reminders, start=1):
        if reminder.text:
            yield Text(f"{key}.{place}", reminder.text, _reader(reminder.to) if reminder.to else reader)


def _labels(key: str, choices: list[d.Choice]) -> Iterator[Text]:
    for choice in choices:
        yield Text(f"{key}.{choice.value}.label", choice.label, "customer", label=True)


def _form(form: Mapping[str, d.FieldSpec] | None) -> Iterator[Text]:
    for name, spec in (form or {}).items():
        yield from field_texts(f"form.{name}", spec)


def field_texts(key: str, spec: d.FieldSpec) -> Iterator[Text]:
    """The texts of a field of a form, or of a need."""
    if spec.label:
        yield Text(f"{key}.label", spec.label, "customer", label=True)
    yield from _labels(f"{key}.choices", spec.choices)
