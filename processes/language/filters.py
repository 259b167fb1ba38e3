"""Filters of texts, all our own, and how each kind of value is told to a person: Babel knows the languages.

`{{ refund.amount | money }}` is 12,50 € in French, `{{ order.promised_on | date }}` is dimanche 22 novembre 2026. A
value without a filter is told the same way as with the filter of its kind.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from base.business_time import ALWAYS_OPEN, Calendar, Delay
from base.languages import N_, translate, writing
from base.money import Money
from processes.language.errors import LanguageError
from processes.walk.values import MISSING, UNKNOWN, Age, Value


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an article, already rendered: the only value that is not a literal."""

    html: str
    """Cleaned once more when inserted."""
    text: str
    """The same in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a text is told."""

    language: str
    locale: Locale
    zone: tzinfo
    calendar: Calendar = ALWAYS_OPEN
    """Gives a moment its day when a text compares it with a date."""
    passage: type[Passage] = Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a filter does with a value, and the fixed values it may be given."""

    apply: Callable[..., Value]
    """Called with value, reader, line and the fixed values. Raises `LanguageError` for a value it cannot tell."""
    arguments: tuple[Callable[[object], bool], ...] = ()
    """A test for each."""
    required: int = 0


@lru_cache(100)
def locale_of(language: str) -> Locale:
    """The Babel locale of a language, English where Babel has none."""
    try:
        return Locale.parse(writing(language))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale.parse(writing("en"))


def check_arguments(name: str, arguments: list[object], line: int) -> None:
    """Raise `LanguageError` unless the filter takes these fixed values."""
    known = FILTERS[name]
    fits = known.required <= len(arguments) <= len(known.arguments)
    if not fits or not all(test(value) for test, value in zip(known.arguments, arguments, strict=False)):
        raise LanguageError(N_("The filter `%(name)s` does not take these values."), line=line, name=name)


def words_of(value: Value, reader: Reader, line: int) -> str:
    """A value told without a filter. Raises `LanguageError` for a record."""
    match value:
        case str():
            return _CONTROLS.sub("", value)
        case bool():
            return translate(reader.language, N_("yes") if value else N_("no"))
        case int():
            return str(value)
        case Decimal():
            return str(format_decimal(value, locale=reader.locale, decimal_quantization=False))
        case Money():
            return _money(value, reader, line)
        case datetime():
            return _datetime(value, reader, line)
        case date():
            return _date(value, reader, line)
        case Delay() | Age():
            return _delay(value, reader, line)
        case list():
            return _join(value, reader, line)
        case _:
            raise _cannot(value, line)


_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Never told: control characters, orders to write right to left over what follows, characters of nobody's alphabet."""

_STYLES: Final = {("en_GB", "full"): "EEEE d MMMM y"}
"""Where pages write otherwise than the style of the locale: no comma after the day, as in French."""

_FORMATS: Final = ("short", "medium", "long", "full")
_LONGEST: Final = 2000


def _date(value: Value, reader: Reader, line: int, style: str = "full") -> str:
    if isinstance(value, datetime):
        value = value.astimezone(reader.zone).date()
    if not isinstance(value, date):
        raise _cannot(value, line)
    return format_date(value, _STYLES.get((str(reader.locale), style), style), locale=reader.locale)


def _time(value: Value, reader: Reader, line: int) -> str:
    if not isinstance(value, datetime):
        raise _cannot(value, line)
    return format_time(value.astimezone(reader.zone).time(), "short", locale=reader.locale)


def _datetime(value: Value, reader: Reader, line: int, style: str = "full") -> str:
    return translate(
        reader.language,
        N_("%(date)s at %(time)s"),
        date=_date(value, reader, line, style),
        time=_time(value, reader, line),
    )


def _money(value: Value, reader: Reader, line: int) -> str:
    if not isinstance(value, Money):
        raise _cannot(value, line)
    return str(format_currency(value.decimal, value.currency, locale=reader.locale))


def _number(value: Value, reader: Reader, line: int, digits: int | None = None) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _cannot(value, line)
    if digits is None:
        return str(format_decimal(value, locale=reader.locale, decimal_quantization=False))
    return str(format_decimal(value, format="#,##0." + "0" * digits if digits else "#,##0", locale=reader.locale))


def _lower(value: Value, reader: Reader, line: int) -> str:
    return words_of(value, reader, line).lower()


def _upper(value: Value, reader: Reader, line: int) -> str:
    return words_of(value, reader, line).upper()


def _length(value: Value, reader: Reader, line: int) -> int:
    if not isinstance(value, str | list):
        raise _cannot(value, line)
    return len(value)


def _join(value: Value, reader: Reader, line: int, separator: str = ", ") -> str:
    if not isinstance(value, list) or len(value) > 200:
        raise _cannot(value, line)
    return separator.join(words_of(each, reader, line) for each in value if each is not MISSING and each is not UNKNOWN)


def _truncate(value: Value, reader: Reader, line: int, most: int = 100) -> str:
    words = words_of(value, reader, line)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _delay(value: Value, reader: Reader, line: int) -> str:
    if isinstance(value, Age):
        value = value.delay
    if isinstance(value, str):
        try:
            value = Delay.parse(value)
        except ValueError:
            raise _cannot(value, line) from None
    if not isinstance(value, Delay):
        raise _cannot(value, line)
    return delay_in_words(value, reader.language)


def delay_in_words(delay: Delay, language: str) -> str:
    """`2 business days`, in the reader's language."""
    one = delay.amount == 1 or (delay.amount == 0 and language.lower().startswith("fr"))
    return translate(language, _DELAYS[delay.unit][0 if one else 1], count=delay.amount)


def _cannot(value: Value, line: int) -> LanguageError:
    kind = {str: "text", int: "number", dict: "record"}.get(type(value), type(value).__name__.lower())
    return LanguageError(N_("A value of this kind (%(kind)s) cannot be told this way."), line=line, kind=kind)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_constant(value: object) -> bool:
    return isinstance(value, str | int)


def _is_style(value: object) -> bool:
    return value in _FORMATS


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LONGEST


def _is_digits(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9


FILTERS: Final[Mapping[str, Filter]] = {
    "date": Filter(apply=_date, arguments=(_is_style,)),
    "time": Filter(apply=_time),
    "datetime": Filter(apply=_datetime, arguments=(_is_style,)),
    "money": Filter(apply=_money),
    "number": Filter(apply=_number, arguments=(_is_digits,)),
    "lower": Filter(apply=_lower),
    "upper": Filter(apply=_upper),
    "default": Filter(apply=lambda value, *_: value, arguments=(_is_constant,), required=1),
    "length": Filter(apply=_length),
    "join": Filter(apply=_join, arguments=(_is_text,)),
    "truncate": Filter(apply=_truncate, arguments=(_is_size,)),
    "delay": Filter(apply=_delay),
}

_DELAYS: Final[Mapping[str, tuple[str, str]]] = {
    "seconds": (N_("%(count)s second"), N_("%(count)s seconds")),
    "minutes": (N_("%(count)s minute"), N_("%(count)s minutes")),
    "hours": (N_("%(count)s hour"), N_("%(count)s hours")),
    "days": (N_("%(count)s day"), N_("%(count)s days")),
    "weeks": (N_("%(count)s week"), N_("%(count)s weeks")),
    "months": (N_("%(count)s month"), N_("%(count)s months")),
    "years": (N_("%(count)s year"), N_("%(count)s years")),
    "business minutes": (N_("%(count)s business minute"), N_("%(count)s business minutes")),
    "business hours": (N_("%(count)s business hour"), N_("%(count)s business hours")),
    "business days": (N_("%(count)s business day"), N_("%(count)s business days")),
}
