"""From a service's answer to the catalogue's typed fields.

Each field becomes known, missing (its key is absent) or unknown. A code that no table holds makes its field unknown and
keeps the code; a value of another type than promised makes its field unknown as well. Nothing here raises for what a
service says.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from base.business_time import Delay
from base.money import InvalidMoney, Money
from processes.connectors.expressions import Context, code_text
from processes.connectors.operations import EXPLICITLY_UNKNOWN, FieldReader
from processes.connectors.times import TimeRule, Unreadable, read_day, read_moment, says_nothing
from processes.walk.values import UNKNOWN

LONGEST_TEXT: Final = 4_000
"""Characters of one field; the rest of a longer text is cut."""
MOST_ITEMS: Final = 500

_YES: Final = frozenset({"true", "1", "yes", "y", "oui"})
_NO: Final = frozenset({"false", "0", "no", "n", "non"})
_ABSENT: Final = object()


@dataclass(kw_only=True)
class Findings:
    """What the mapping met beside the fields themselves."""

    raw_codes: dict[str, str] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """Required fields of which the service said nothing."""


def map_fields(
    readers: Mapping[str, FieldReader], item: Any, context: Context, findings: Findings, prefix: str = ""
) -> dict[str, Any]:
    """The fields of one record; an absent key is a missing field."""
    fields: dict[str, Any] = {}
    for name, reader in readers.items():
        value = _field(reader, item, context, findings, f"{prefix}{name}")
        if value is not _ABSENT:
            fields[name] = value
    return fields


def _field(reader: FieldReader, item: Any, context: Context, findings: Findings, path: str) -> Any:
    try:
        value = _UNMAPPED_FIELD if reader.unknown else _read(reader, item, context, findings, path)
    except (Unreadable, InvalidMoney, ArithmeticError, ValueError):
        findings.unreadable.append(path)
        return UNKNOWN
    if value is _UNMAPPED_FIELD:
        return UNKNOWN
    if value is None:
        if reader.kind.optional:
            return _ABSENT
        findings.silent.append(path)
        return UNKNOWN
    return value


_UNMAPPED_FIELD: Final = object()


def _read(reader: FieldReader, item: Any, context: Context, findings: Findings, path: str) -> Any:
    if reader.each is not None:
        return _records(reader, item, context, findings, path)
    if reader.fields is not None:
        inner = item if reader.source is None else reader.source.of(item, context)
        return map_fields(reader.fields, inner, context, findings, f"{path}.")
    raw = reader.source.of(item, context) if reader.source is not None else None
    if says_nothing(raw) and not (reader.kind.kind == "list" and raw == []):
        raw = reader.default
    if reader.codes is not None:
        raw = _decoded(reader, raw, findings, path)
        if raw is _UNMAPPED_FIELD:
            return raw
    elif reader.kind.kind == "choice" and raw is not None and raw not in reader.kind.values:
        return _unmapped(code_text(raw) or repr(raw)[:100], findings, path)
    return _typed(reader, raw, item, context)


def _records(reader: FieldReader, item: Any, context: Context, findings: Findings, path: str) -> list[Any] | None:
    items = reader.each.of(item, context) if reader.each is not None else None
    if items is None:
        return None if reader.kind.optional else []
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise Unreadable("no list, or too long a list")
    fields = reader.fields or {}
    return [map_fields(fields, one, context, findings, f"{path}[{place}].") for place, one in enumerate(items)]


def _decoded(reader: FieldReader, raw: Any, findings: Findings, path: str) -> Any:
    """The common word of a code; of several candidates, finest first, the first one that a table knows."""
    candidates = [code_text(one) for one in (raw if isinstance(raw, list) else [raw])]
    codes = [code for code in candidates if code]
    if not codes:
        if not says_nothing(raw):
            raise Unreadable(f"{raw!r} is no code")
        return None
    table = reader.codes or {}
    word = next((table[code] for code in codes if code in table), None)
    if word == EXPLICITLY_UNKNOWN:
        findings.raw_codes[path] = codes[0]
        return _UNMAPPED_FIELD
    return _unmapped(codes[0], findings, path) if word is None else word


def _unmapped(code: str, findings: Findings, path: str) -> Any:
    findings.raw_codes[path] = code[:200]
    findings.unmapped.append(path)
    return _UNMAPPED_FIELD


def _typed(reader: FieldReader, raw: Any, item: Any, context: Context) -> Any:
    """The raw value as its kind of the catalogue; None for nothing. Raises `Unreadable` or `InvalidMoney`."""
    if raw is None:
        return None
    match reader.kind.kind:
        case "text" | "choice":
            return _text(raw)
        case "number":
            return _number(raw)
        case "money":
            return _money(reader, raw, item, context)
        case "moment":
            return read_moment(raw, _time(reader, item, context))
        case "date":
            return read_day(raw, _time(reader, item, context))
        case "delay":
            return Delay.parse(_text(raw) or "")
        case "yes_no":
            return _yes_no(raw)
        case "record":
            return _plain_record(raw)
        case "list":
            return _list(reader, raw, item, context)


def _time(reader: FieldReader, item: Any, context: Context) -> TimeRule:
    if reader.zone_from is None:
        return reader.time
    zone = reader.zone_from.of(item, context)
    return reader.time if says_nothing(zone) else reader.time.in_zone(zone)


def _text(raw: Any) -> str | None:
    # A number where text is promised happens in services' own samples: digits are text enough.
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise Unreadable(f"{raw!r} is no text")
    text = str(raw)
    if text.isascii() and text.isprintable():
        kept = text.strip()
    else:
        text = unicodedata.normalize("NFC", text).strip()
        kept = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    if len(kept) > LONGEST_TEXT:
        kept = kept[: LONGEST_TEXT - 1] + "…"
    return kept or None


def _number(raw: Any) -> int | Decimal:
    number = _decimal(raw)
    return int(number) if number == number.to_integral_value() else number


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Unreadable(f"{raw!r} is no number")
    # A float is written back as it stood in the answer: Python keeps its shortest spelling.
    number = Decimal(raw.strip() if isinstance(raw, str) else repr(raw))
    if not number.is_finite() or abs(number) >= 10**15:
        raise Unreadable(f"{raw!r} is out of reach")
    return number


def _money(reader: FieldReader, raw: Any, item: Any, context: Context) -> Money:
    currency = reader.currency.of(item, context) if reader.currency is not None else None
    if not isinstance(currency, str):
        raise Unreadable("an amount without currency")
    amount = _decimal(raw)
    if not reader.minor:
        return Money.of(amount, currency.upper())
    if amount != amount.to_integral_value():
        raise Unreadable(f"{raw!r} is no whole number of minor units")
    return Money(int(amount), currency.upper())


def _yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = (code_text(raw) or "").strip().lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise Unreadable(f"{raw!r} is neither yes nor no")


def _plain_record(raw: Any) -> dict[str, str]:
    """A record of which the catalogue knows no fields: its texts and numbers, as texts."""
    if not isinstance(raw, dict):
        raise Unreadable(f"{raw!r} is no record")
    return {key: str(value) for key, value in raw.items() if isinstance(value, str | int) and value != ""}


def _list(reader: FieldReader, raw: Any, item: Any, context: Context) -> list[Any]:
    if not isinstance(raw, list) or reader.kind.of is None or len(raw) > MOST_ITEMS:
        raise Unreadable(f"{type(raw).__name__} is no list")
    one = replace(reader, kind=reader.kind.of)
    values = (_typed(one, element, item, context) for element in raw if not says_nothing(element))
    return [value for value in values if value is not None]
