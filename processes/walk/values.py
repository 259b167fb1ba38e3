"""The values that conditions and texts work on, and their one way into and out of JSON.

A value is a text (`str`), a yes or no (`bool`), a number (`int` or `Decimal`, never a float), `Money`, a moment (aware
`datetime`), a `date`, a `Delay`, a list of values or a dict of values. Two more say that there is none:

* `MISSING`: the service says nothing of it. A dict simply lacks the key.
* `UNKNOWN`: it was not read, or came as a code nobody mapped. The dict holds the key with this value.

Both refuse to be taken for true or false, so that no `if value:` ever decides by accident.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias, final

from base.business_time import Calendar, Delay, add
from base.money import Money
from processes.walk.record import record

Value: TypeAlias = Any
"""See above; spelled `Any` because conditions are typed by the document's checks, not by Python."""

Json: TypeAlias = Any


@final
class Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise TypeError("a missing value is neither true nor false")

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


@final
class Unknown:
    """The type of `UNKNOWN`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"


MISSING: Final = Missing()
UNKNOWN: Final = Unknown()

Truth: TypeAlias = bool | Unknown
"""What a condition gives."""


@record(frozen=True)
class Age:
    """How long ago something was, kept as its two moments: "2 business days" has no length before it has a calendar."""

    since: datetime
    now: datetime
    calendar: Calendar

    def against(self, delay: Delay) -> int:
        """-1 while `delay` has not passed, 0 at the very moment it does, 1 afterwards."""
        gone = (self.now - self.since).total_seconds()
        least, most, doubt = _LENGTHS[delay.unit]
        if gone < delay.amount * least - doubt:
            return -1
        if most is not None and gone > delay.amount * most + doubt:
            return 1
        due = add(self.calendar, self.since, delay)
        return (self.now > due) - (self.now < due)

    @property
    def delay(self) -> Delay:
        """The time gone by as a plain delay: whole minutes, days when that is very long, zero when still to come."""
        gone = max(self.now - self.since, timedelta())
        if gone <= timedelta(days=600):
            return Delay(gone // timedelta(minutes=1), "minutes")
        return Delay(min(gone.days, 999_999), "days")


def encode(value: Value) -> Json:
    """Plain JSON from which `decode` makes the same value. Raises `TypeError` for a float or a foreign object.

    An `Age` becomes the delay it is at this moment; keys without a value are left out.
    """
    kind = type(value)
    if kind is dict:
        if len(value) == 1 and next(iter(value))[:1] == "$":
            return {"$map": _encode_items(value)}
        return _encode_items(value)
    if kind in _PLAIN:
        return value
    writer = _WRITERS.get(kind)
    if writer is None:
        raise TypeError(f"{value!r} ({kind.__name__}) is no value of a process")
    return writer(value)


def decode(data: Json) -> Value:
    """The value that `encode` wrote. Raises `ValueError` for anything it would not have written."""
    kind = type(data)
    if kind is dict:
        if len(data) == 1:
            for tag in data:
                if tag[:1] == "$":
                    return _read_tag(tag, data[tag])
        return _decode_items(data)
    if kind in _PLAIN:
        return data
    if kind is list:
        return [item if type(item) in _PLAIN else decode(item) for item in data]
    raise ValueError(f"{data!r} is no value of a process")


def _encode_items(items: dict[str, Value]) -> dict[str, Json]:
    return {
        key: item if type(item) in _PLAIN else encode(item)
        for key, item in items.items()
        if item is not MISSING and item is not None
    }


def _decode_items(data: dict[str, Json]) -> dict[str, Value]:
    return {key: item if type(item) in _PLAIN else decode(item) for key, item in data.items() if item is not None}


def _encode_moment(value: datetime) -> Json:
    if value.tzinfo is None:
        raise TypeError(f"{value!r} has no time zone")
    return {"$at": _zulu(value if value.tzinfo is UTC else value.astimezone(UTC))}


@lru_cache(1024)
def _zulu(moment: datetime) -> str:
    return moment.isoformat()[:-6] + "Z"


def _encode_list(value: list[Value] | tuple[Value, ...]) -> Json:
    return [item if type(item) in _PLAIN else encode(item) for item in value]


@lru_cache(1024)
def _decode_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment


# Amounts recur (prices, limits, zero) and never change, so the checked ones are kept.
_money: Final = lru_cache(4096, typed=True)(Money)


def _read_tag(tag: str, body: Json) -> Value:
    reader = _READERS.get(tag)
    if reader is None:
        raise ValueError(f"{tag!r} is no kind of value")
    try:
        return reader(body)
    except (TypeError, ArithmeticError, AttributeError) as error:
        raise ValueError(f"{body!r} is not written as {tag}") from error


_DAY: Final = 86400
_SHIFTED: Final = 26 * 3600
"""More than any zone ever moved its clocks."""
_LENGTHS: Final[dict[str, tuple[int, int | None, int]]] = {
    "seconds": (1, 1, 0),
    "minutes": (60, 60, 0),
    "hours": (3600, 3600, 0),
    "days": (_DAY, _DAY, _SHIFTED),
    "weeks": (7 * _DAY, 7 * _DAY, _SHIFTED),
    "months": (28 * _DAY, 31 * _DAY, _SHIFTED),
    "years": (365 * _DAY, 366 * _DAY, _SHIFTED),
    "business minutes": (60, None, 0),
    "business hours": (3600, None, 0),
    "business days": (_DAY, None, _SHIFTED + _DAY),
}
"""Seconds that one of a unit surely lasts, and at most; and by how much their sum may be wrong. Most ages are told by
that alone, without counting on the calendar."""

_PLAIN: Final = frozenset({str, int, bool})

_WRITERS: Final[dict[type, Callable[[Any], Json]]] = {
    Money: lambda value: {"$money": [value.minor, value.currency]},
    datetime: _encode_moment,
    date: lambda value: {"$on": value.isoformat()},
    Delay: lambda value: {"$delay": str(value)},
    Decimal: lambda value: {"$number": str(value)},
    Age: lambda value: {"$delay": str(value.delay)},
    list: _encode_list,
    tuple: _encode_list,
    Unknown: lambda value: {"$unknown": None},
    Missing: lambda value: {"$missing": None},
    type(None): lambda value: {"$missing": None},
}

_READERS: Final[dict[str, Callable[[Any], Value]]] = {
    "$money": lambda body: _money(*body),
    "$at": _decode_moment,
    "$on": date.fromisoformat,
    "$delay": Delay.parse,
    "$number": Decimal,
    "$map": _decode_items,
    "$unknown": lambda body: UNKNOWN,
    "$missing": lambda body: MISSING,
}
