"""Plain data (a scenario's facts, a file on the command line) becomes values of the types the catalogue declares."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from base.business_time import Delay
from base.languages import N_
from base.money import Money
from processes.connectors.catalogue import FieldType
from processes.language.errors import LanguageError
from processes.walk.values import UNKNOWN

UNKNOWN_WORD = "unknown"
"""How plain data says that a value is unknown."""


def typed_fields(given: Mapping[str, Any], types: Mapping[str, FieldType]) -> dict[str, Any]:
    """Values by field; fields nobody declared are taken as they are. Raises LanguageError naming the field."""
    values: dict[str, Any] = {}
    for name, raw in given.items():
        if raw is None:
            continue
        try:
            values[name] = typed(raw, types.get(name))
        except (ValueError, TypeError, ArithmeticError) as error:
            sentence = N_("“%(value)s” is no value of the field “%(name)s”.")
            raise LanguageError(sentence, value=str(raw)[:80], name=name) from error
    return values


def typed(raw: Any, kind: FieldType | None) -> Any:
    """One value of its declared type; the word `unknown` stands for UNKNOWN everywhere."""
    if raw == UNKNOWN_WORD:
        return UNKNOWN
    if kind is None:
        return plain(raw)
    match kind.kind:
        case "record":
            return typed_fields(raw, kind.fields)
        case "list":
            return [typed(item, kind.of) for item in raw]
        case "money":
            return Money.parse(str(raw))
        case "moment":
            return moment(raw)
        case "date":
            return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
        case "delay":
            return Delay.parse(str(raw))
        case "number":
            number = Decimal(str(raw))
            return int(number) if number == number.to_integral_value() else number
        case "yes_no":
            return {"yes": True, "no": False}.get(raw, raw) if isinstance(raw, str) else bool(raw)
        case _:
            return str(raw)


def plain(raw: Any) -> Any:
    """A value nobody declared: records and lists as they are, floats as decimals."""
    if isinstance(raw, float):
        return Decimal(str(raw))
    if isinstance(raw, Mapping):
        return {str(name): plain(value) for name, value in raw.items() if value is not None}
    if isinstance(raw, list):
        return [plain(item) for item in raw]
    return raw


def moment(raw: Any) -> datetime:
    """An aware moment. Raises ValueError for one without a zone."""
    value = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    if value.tzinfo is None:
        raise ValueError(f"{raw} has no time zone")
    return value
