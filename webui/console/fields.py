"""The values a question asks for: read from the form that was sent, and shown again as they were typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from base.languages import N_, pick, translate
from base.money import Money
from processes.walk.turn import Choice, Field
from webui.i18n import language, tell
from webui.looks import LOOKS

PREFIX = "answer-"
"""Before every name of a value, so that a process may call a value as it likes."""
PRESSED = ("choice", "yes_no", "confirm", "item")
"""Kinds whose only question is answered by one press."""
TYPED = ("text", "number", "amount", "date", "order_number", "file")
DIGITS = 9


@dataclass(frozen=True, kw_only=True)
class Option:
    """A possible answer."""

    value: str
    text: str
    digit: int | None
    most: int | None
    before: bool
    """Whether it was the answer before a return to this question."""
    given: str
    """Of one with a quantity: the quantity typed."""
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class ShownValue:
    """A value to ask for, ready for a form."""

    name: str
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


def given_by(fields: Sequence[Field], form: "MultiDict[str, str]") -> dict[str, Any]:
    """The raw values by name, those that the form sent."""
    return {field.name: value for field in fields if (value := _given(field, form)) not in (None, [], {})}


def typed_in(form: "MultiDict[str, str]") -> list[str]:
    """Every text that a form carries, to give it back when the step has gone."""
    return [value for name, value in form.items() if name.startswith(PREFIX) and len(value.strip()) > 3]


def shown(
    fields: Sequence[Field], languages: Sequence[str], given: Mapping[str, Any], problems: Mapping[str, str]
) -> tuple[ShownValue, ...]:
    """The values with what was typed, or answered before, in place."""
    return tuple(_shown(field, languages, given, problems) for field in fields)


def problems_told(problems: Mapping[str, tuple[str, Mapping[str, object]]]) -> dict[str, str]:
    """What is wrong, by name, in the reader's language."""
    return {name: translate(language(), sentence, **params) for name, (sentence, params) in problems.items()}


def _given(field: Field, form: "MultiDict[str, str]") -> Any:
    name = PREFIX + field.name
    if field.kind == "items" and any(choice.most is not None for choice in field.choices):
        quantities = {choice.value: form.get(f"{name}:{choice.value}", "").strip() for choice in field.choices}
        return {value: quantity for value, quantity in quantities.items() if quantity not in ("", "0")}
    if field.kind in ("choices", "items"):
        return form.getlist(name)
    return form.get(name)


def _shown(field: Field, languages: Sequence[str], given: Mapping[str, Any], problems: Mapping[str, str]) -> ShownValue:
    current = given.get(field.name, field.kept)
    return ShownValue(
        name=PREFIX + field.name,
        kind=field.kind,
        label=pick(field.label, language(), *languages),
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
            given=str(chosen.get(choice.value, "")),
            chosen=choice.value in chosen,
        )
        for place, choice in enumerate(_choices(field), start=1)
    )


def _choices(field: Field) -> tuple[Choice, ...]:
    match field.kind:
        case "yes_no":
            return (Choice(value="yes", label={"": tell(N_("Yes"))}), Choice(value="no", label={"": tell(N_("No"))}))
        case "confirm":
            return (Choice(value="yes", label={"": tell(N_("Yes, confirmed"))}),)
        case _:
            return field.choices


def _choice_text(choice: Choice, languages: Sequence[str]) -> str:
    if choice.label:
        return pick(choice.label, language(), *languages)
    parts = [_part(part) for part in choice.shown]
    return " · ".join(part for part in parts if part) or choice.value


def _part(part: Any) -> str:
    if not isinstance(part, str):
        return "" if part is None else str(part) if isinstance(part, int | Decimal | Money | date) else ""
    status = LOOKS["parcel"].get(part)
    return tell(status.word) if status else part


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
