"""Answers: what a person typed becomes a value of the field's kind, or is refused in that person's words.

Dates are given as ISO dates (`2026-11-20`, what a browser's date field sends) or as `20/11/2026`; numbers and amounts
with a comma or a point.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from base.money import Money
from processes.walk.errors import N_, Refused
from processes.walk.turn import Field

Problem = tuple[str, Mapping[str, object]]

LONGEST_TEXT = 5000
LONGEST_WORD = 200
ORDER_NUMBER = re.compile(r"[#A-Z0-9][A-Z0-9/_.-]{0,39}")
NOTHING: tuple[Any, ...] = (None, "", [], ())


def parse_fields(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field name; fields left empty that may be are absent.

    Raises Refused with every problem found, by field name.
    """
    values: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for each in fields:
        raw = given.get(each.name)
        if isinstance(raw, str):
            raw = raw.strip()
        if raw in NOTHING:
            raw = each.default
        if raw is None:
            if not each.optional:
                problems[each.name] = (_empty(each.kind), {})
            continue
        try:
            values[each.name] = _PARSERS[each.kind](each, raw)
        except _Problem as problem:
            problems[each.name] = problem.args[0]
    if problems:
        raise Refused(problems)
    return values


class _Problem(Exception):
    """What is wrong with one field."""

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__((sentence, params))


def _empty(kind: str) -> str:
    match kind:
        case "confirm":
            return N_("Please tick the box to go on.")
        case "file":
            return N_("Please add a file.")
        case "text":
            return N_("Please write something here.")
        case "choice" | "choices" | "yes_no" | "item" | "items":
            return N_("Please choose an answer.")
    return N_("Please fill this in.")


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Problem(N_("Please write something here."))
    if len(raw) > LONGEST_TEXT:
        raise _Problem(N_("This is too long: at most %(most)s characters."), most=LONGEST_TEXT)
    return _readable(raw)


def _readable(raw: str) -> str:
    """One spelling for letters with accents; nothing that no page or database can hold."""
    if raw.isascii() and "\x00" not in raw:
        return raw
    if "\x00" in raw or any(0xD800 <= ord(letter) <= 0xDFFF for letter in raw):
        raise _Problem(N_("This holds characters that cannot be read."))
    return normalize("NFC", raw)


def _word(raw: Any) -> str:
    if not isinstance(raw, str | int | Decimal) or isinstance(raw, bool) or len(str(raw)) > LONGEST_WORD:
        raise _Problem(N_("This value cannot be read."))
    return _readable(str(raw))


def _order_number(field: Field, raw: Any) -> str:
    number = _word(raw).replace(" ", "").upper()
    if not ORDER_NUMBER.fullmatch(number):
        raise _Problem(N_("An order number is made of letters, digits and dashes, for example RC-1001."))
    return number


def _number(field: Field, raw: Any) -> Decimal:
    try:
        number = Decimal(_word(raw).replace(" ", "").replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**15:
        raise _Problem(N_("Please give a number, for example 12 or 12.5."))
    if field.at_least is not None and number < field.at_least:
        raise _Problem(N_("The smallest number possible is %(least)s."), least=field.at_least)
    if field.at_most is not None and number > field.at_most:
        raise _Problem(N_("The largest number possible is %(most)s."), most=field.at_most)
    return number


def _amount(field: Field, raw: Any) -> Money:
    if isinstance(raw, Money):
        return raw
    written = re.fullmatch(r"([-\d\s\u00a0\u202f.,]+?)\s*([A-Za-z]{3}|€)?", _word(raw))
    if written is None:
        raise _Problem(N_("Please give an amount, for example 12.50."))
    number = _number(Field(name=field.name, kind="number"), written[1])
    currency = {"€": "EUR", None: "EUR"}.get(written[2], (written[2] or "").upper())
    try:
        return Money.parse(f"{number} {currency}")
    except ValueError:
        raise _Problem(N_("Please give an amount, for example 12.50.")) from None


def _date(field: Field, raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    written = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", _word(raw))
    iso = f"{written[3]}-{int(written[2]):02}-{int(written[1]):02}" if written else str(raw)
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise _Problem(N_("Please give a date, for example 20/11/2026.")) from None


def _yes_no(field: Field, raw: Any) -> str:
    answer = {True: "yes", False: "no"}.get(raw, raw) if isinstance(raw, bool) else raw
    if answer not in ("yes", "no"):
        raise _Problem(N_("Please answer yes or no."))
    return str(answer)


def _confirm(field: Field, raw: Any) -> str:
    if raw not in (True, "yes", "on", "true", "1"):
        raise _Problem(N_("Please tick the box to go on."))
    return "yes"


def _choice(field: Field, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in {choice.value for choice in field.choices}:
        raise _Problem(N_("Please choose one of the answers."))
    return raw


def _choices(field: Field, raw: Any) -> list[str]:
    chosen = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, Sequence) else []
    possible = [choice.value for choice in field.choices]
    if not chosen or any(value not in possible for value in chosen):
        raise _Problem(N_("Please choose among the answers."))
    _check_number(field, len(set(chosen)))
    return [value for value in possible if value in chosen]


def _items(field: Field, raw: Any) -> list[dict[str, Any]]:
    """Keys chosen, or a mapping of key to quantity where quantities are asked."""
    entries: Mapping[str, Any] = raw if isinstance(raw, Mapping) else dict.fromkeys(_choices(_unbounded(field), raw))
    most = {choice.value: choice.most for choice in field.choices}
    chosen: list[dict[str, Any]] = []
    for key, quantity in entries.items():
        if key not in most:
            raise _Problem(N_("Please choose among the answers."))
        if most[key] is None:
            chosen.append({"key": key})
            continue
        number = _number(field_for_quantity(field, most[key]), quantity if quantity is not None else most[key])
        if number != int(number):
            raise _Problem(N_("Please give a whole number."))
        if number:
            chosen.append({"key": key, "chosen": int(number)})
    _check_number(field, len(chosen))
    return chosen


def field_for_quantity(field: Field, most: int | None) -> Field:
    """The number field that a quantity is."""
    return Field(name=field.name, kind="number", at_least=0, at_most=most)


def _unbounded(field: Field) -> Field:
    return Field(name=field.name, kind="choices", choices=field.choices)


def _check_number(field: Field, number: int) -> None:
    if number < (field.at_least or 1):
        raise _Problem(N_("Please choose at least %(least)s."), least=field.at_least or 1)
    if field.at_most is not None and number > field.at_most:
        raise _Problem(N_("Please choose at most %(most)s."), most=field.at_most)


_PARSERS: dict[str, Any] = {
    "text": _text,
    "number": _number,
    "amount": _amount,
    "date": _date,
    "order_number": _order_number,
    "yes_no": _yes_no,
    "confirm": _confirm,
    "choice": _choice,
    "choices": _choices,
    "item": _choice,
    "items": _items,
    "file": lambda field, raw: _word(raw),
}
