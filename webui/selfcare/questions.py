"""A question as a customer's form, and the form she sent as the answer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from base.languages import N_, pick, translate
from base.money import Money
from processes.connectors.carriers import carrier_name
from processes.walk.turn import Choice, Field
from webui import formats
from webui.i18n import language, tell
from webui.looks import LOOKS

PREFIX = "answer-"
"""Before the name of each value, so that a process may call its values as it likes."""
PRESSED = ("choice", "yes_no", "confirm", "item")
"""Kinds whose only question is answered by pressing one large button."""
LONGEST = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A possible answer."""

    value: str
    text: str
    chosen: bool
    """Whether it was typed just now, or answered before a return to this question."""
    most: int | None = None
    quantity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value to ask for."""

    name: str
    kind: str
    label: str
    optional: bool
    options: tuple[Option, ...]
    typed: str


def given_by(fields: Sequence[Field], form: "MultiDict[str, str]") -> dict[str, Any]:
    """What the form says, by the names of the process; what was left empty is not there."""
    given = {field.name: _given(field, form) for field in fields}
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}


def photos_sent(fields: Sequence[Field], files: "MultiDict[str, FileStorage]") -> dict[str, FileStorage]:
    """The photos that the form sent, by name."""
    sent = {field.name: files.get(PREFIX + field.name) for field in fields if field.kind == "file"}
    return {name: upload for name, upload in sent.items() if upload is not None and upload.filename}


def answer_of(step: str, fields: Sequence[Field], given: Mapping[str, Any]) -> Any:
    """What the walk is told: the one value, or the values of a form."""
    return given.get(step) if _single(step, fields) else dict(given)


def pressed(step: str, fields: Sequence[Field]) -> bool:
    """Whether the answers are large buttons rather than a form."""
    return _single(step, fields) and fields[0].kind in PRESSED


def values(fields: Sequence[Field], languages: Sequence[str], given: Mapping[str, Any]) -> tuple[Value, ...]:
    """The values with what was typed, or answered before, in place."""
    return tuple(_value(field, languages, given.get(field.name, field.kept)) for field in fields)


def problems_told(problems: Mapping[str, tuple[str, Mapping[str, object]]]) -> dict[str, str]:
    """What is wrong, by the name of the form's field, in the reader's language."""
    return {PREFIX + name: translate(language(), sentence, **params) for name, (sentence, params) in problems.items()}


def _single(step: str, fields: Sequence[Field]) -> bool:
    return len(fields) == 1 and fields[0].name == step


def _given(field: Field, form: "MultiDict[str, str]") -> Any:
    name = PREFIX + field.name
    if field.kind == "items" and any(choice.most is not None for choice in field.choices):
        quantities = {choice.value: form.get(f"{name}:{choice.value}", "").strip()[:20] for choice in field.choices}
        return {value: quantity for value, quantity in quantities.items() if quantity not in ("", "0")}
    if field.kind in ("choices", "items"):
        return [value[:LONGEST] for value in form.getlist(name)[:200]]
    return form.get(name, "")[:LONGEST]


def _value(field: Field, languages: Sequence[str], current: Any) -> Value:
    chosen = _chosen(current)
    options = tuple(
        Option(
            value=choice.value, text=_text(choice, languages), chosen=choice.value in chosen, most=choice.most,
            quantity=str(chosen.get(choice.value, "")),
        )
        for choice in _choices(field)
    )  # fmt: skip
    return Value(
        name=PREFIX + field.name, kind=field.kind, label=pick(field.label, *languages), optional=field.optional,
        options=options, typed=_typed(current),
    )  # fmt: skip


def _choices(field: Field) -> tuple[Choice, ...]:
    match field.kind:
        case "yes_no":
            return (Choice(value="yes", label={"": tell(N_("Yes"))}), Choice(value="no", label={"": tell(N_("No"))}))
        case "confirm":
            return (Choice(value="yes", label={"": pick(field.label, language()) or tell(N_("Yes, I confirm"))}),)
        case _:
            return field.choices


def _text(choice: Choice, languages: Sequence[str]) -> str:
    """A label; else the values of the item that the answer stands for, which is named in any case."""
    if choice.label:
        return pick(choice.label, *languages)
    parts = [part for part in map(_part, choice.shown) if part]
    return " · ".join(parts if choice.value in parts or not _is_number(choice.value) else [*parts, choice.value])


def _is_number(value: str) -> bool:
    """Whether a person would recognise it: a parcel's or an item's number."""
    return any(letter.isdigit() for letter in value) or not value.islower()


def _part(part: Any) -> str:
    match part:
        case str():
            status = LOOKS["parcel"].get(part)
            return tell(status.word).lower() if status else carrier_name(part)
        case Money():
            return formats.money(part)
        case date():
            return formats.near_day(part)
        case bool():
            return ""
        case int() | Decimal():
            return formats.number(part)
        case _:
            return ""


def _chosen(current: Any) -> dict[str, Any]:
    match current:
        case str():
            return {current: ""}
        case Mapping():
            return dict(current)
        case list() | tuple():
            return dict(
                (str(e.get("key", "")), e.get("chosen", "")) if isinstance(e, Mapping) else (str(e), "")
                for e in current
            )
        case _:
            return {}


def _typed(current: Any) -> str:
    match current:
        case str():
            return current
        case Money():
            return str(current.decimal)
        case date():
            return current.isoformat()
        case int() | Decimal():
            return str(current)
        case _:
            return ""
