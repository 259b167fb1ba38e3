"""The values that a question asks for: read from the form that was sent, and shown again as they were typed.

One reading for customers, agents and guests: what a process asks means the same at every door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from base.languages import N_, pick, translate
from base.money import Money
from processes.connectors.carriers import carrier_name
from processes.walk.turn import Choice, Field
from webui import formats
from webui.i18n import language, tell
from webui.identification import as_written
from webui.looks import LOOKS

PREFIX = "answer-"
"""Before every name of a value, so that a process may call a value as it likes."""
PRESSED = ("choice", "yes_no", "confirm", "item")
"""Kinds whose only question is answered by one press."""
DIGITS = 9
LONGEST = 6000
"""Characters of a text that is read at all; the walk says how many it takes."""
MOST = 200
"""Entries of a list that are read at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A possible answer."""

    value: str
    text: str
    digit: int | None
    """The key that chooses it."""
    most: int | None
    before: bool
    """Whether it was the answer before a return to this question."""
    quantity: str
    """Of one with a quantity: the one typed."""
    chosen: bool
    """Whether it was typed just now, or answered before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownValue:
    """A value to ask for, ready for a form."""

    name: str
    """Of the form's field."""
    kind: str
    label: str
    optional: bool
    options: tuple[Option, ...]
    typed: str
    """As it was typed, or answered before."""
    problem: str | None
    at_least: int | None
    at_most: int | None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Value and text of each option."""
        return [(option.value, option.text) for option in self.options]

    @property
    def chosen(self) -> list[str]:
        """Values of the options chosen."""
        return [option.value for option in self.options if option.chosen]

    @property
    def counted(self) -> bool:
        """Whether each option wants a quantity."""
        return any(option.most is not None for option in self.options)


# --- what a form says -------------------------------------------------------------------------------------------------


def given_by(fields: Sequence[Field], form: "MultiDict[str, str]", brand_id: int) -> dict[str, Any]:
    """The values that the form sent, by the names of the process; what was left empty is not there.

    Order numbers come in the writing of the brand's shop.
    """
    given = {field.name: _given(field, form, brand_id) for field in fields}
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}


def answer_of(step: str, fields: Sequence[Field], given: Mapping[str, Any]) -> Any:
    """What the walk is told: the one value, or the values of a form."""
    return given.get(step) if is_single(step, fields) else dict(given)


def is_single(step: str, fields: Sequence[Field]) -> bool:
    """Whether the question asks for one value, that of its own name."""
    return len(fields) == 1 and fields[0].name == step


def is_pressed(step: str, fields: Sequence[Field]) -> bool:
    """Whether the answers are large buttons rather than a form."""
    return is_single(step, fields) and fields[0].kind in PRESSED


def typed_in(form: "MultiDict[str, str]") -> list[str]:
    """Every text that a form carries, to give it back when the step has gone."""
    return [value for name, value in form.items() if name.startswith(PREFIX) and len(value.strip()) > 3]


def problems_told(problems: Mapping[str, tuple[str, Mapping[str, object]]]) -> dict[str, str]:
    """What is wrong, by name, in the reader's language."""
    return {name: translate(language(), sentence, **params) for name, (sentence, params) in problems.items()}


def _given(field: Field, form: "MultiDict[str, str]", brand_id: int) -> Any:
    name = PREFIX + field.name
    if field.kind == "items" and any(choice.most is not None for choice in field.choices):
        quantities = {choice.value: form.get(f"{name}:{choice.value}", "").strip()[:20] for choice in field.choices}
        return {value: quantity for value, quantity in quantities.items() if quantity not in ("", "0")}
    if field.kind in ("choices", "items"):
        return [value[:LONGEST] for value in form.getlist(name)[:MOST]]
    typed = form.get(name, "")[:LONGEST]
    return as_written(typed, brand_id) if field.kind == "order_number" and typed.strip() else typed


# --- what a page shows ------------------------------------------------------------------------------------------------


def shown(
    fields: Sequence[Field], languages: Sequence[str], given: Mapping[str, Any], problems: Mapping[str, str]
) -> tuple[ShownValue, ...]:
    """The values with what was typed, or answered before, in place. `languages`: the reader's first."""
    return tuple(_shown(field, languages, given, problems) for field in fields)


def _shown(field: Field, languages: Sequence[str], given: Mapping[str, Any], problems: Mapping[str, str]) -> ShownValue:
    current = given.get(field.name, field.kept)
    return ShownValue(
        name=PREFIX + field.name,
        kind=field.kind,
        label=pick(field.label, *languages),
        optional=field.optional,
        options=_options(field, languages, given, current),
        typed=_typed(current),
        problem=problems.get(field.name),
        at_least=field.at_least,
        at_most=field.at_most,
    )


def _options(field: Field, languages: Sequence[str], given: Mapping[str, Any], current: Any) -> tuple[Option, ...]:
    chosen = _chosen(current)
    return tuple(
        Option(
            value=choice.value,
            text=_choice_text(choice, languages),
            digit=place if place <= DIGITS else None,
            most=choice.most,
            before=field.name not in given and choice.value in chosen,
            quantity=str(chosen.get(choice.value, "")),
            chosen=choice.value in chosen,
        )
        for place, choice in enumerate(_choices(field, languages), start=1)
    )


def _choices(field: Field, languages: Sequence[str]) -> tuple[Choice, ...]:
    match field.kind:
        case "yes_no":
            return (Choice(value="yes", label={"": tell(N_("Yes"))}), Choice(value="no", label={"": tell(N_("No"))}))
        case "confirm":
            return (Choice(value="yes", label={"": pick(field.label, *languages) or tell(N_("Yes, I confirm"))}),)
        case _:
            return field.choices


def _choice_text(choice: Choice, languages: Sequence[str]) -> str:
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
            return dict(_pair(each) for each in current)
        case _:
            return {}


def _pair(entry: Any) -> tuple[str, Any]:
    if isinstance(entry, Mapping):
        return str(entry.get("key", "")), entry.get("chosen", "")
    return str(entry), ""


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
