"""How two values meet: equal, ordered, true. Every answer may be `UNKNOWN`, and unknown is never false."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from base.business_time import Calendar, Delay
from base.money import Money
from processes.walk.clash import N_, EvaluationError
from processes.walk.values import MISSING, UNKNOWN, Age, Truth, Unknown, Value

ORDERED: Final = frozenset({int, Decimal, str, datetime, date})
"""Types of which two of the same kind are ordered as Python orders them."""

_NUMBERS: Final = (int, Decimal)
_LENGTHS: Final = (Age, Delay)
_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
_MONTHS: Final = {"months": 1, "years": 12}


def truth(value: Value) -> Truth:
    """A value standing alone as a condition: yes, no or unknown; a missing one is no.

    Raises `EvaluationError` for anything that is no yes-or-no.
    """
    if value is True or value is False or value is UNKNOWN:
        return value
    if value is MISSING or value == "no":
        return False
    if value == "yes":
        return True
    raise EvaluationError(N_("A condition needs a yes or a no, and this is %(value)s."), value=describe(value))


def equal(left: Value, right: Value, calendar: Calendar | None = None) -> Truth:
    """Whether two values are the same; a missing one equals nothing. `calendar` gives a moment its day.

    Raises `EvaluationError` when they are of kinds that never meet, two currencies among them.
    """
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN  # type: ignore[no-any-return]  # mypy takes the name itself for an Any after the comparison
    if left is MISSING or right is MISSING:
        return False
    kind, other = type(left), type(right)
    if kind is bool or other is bool:
        return _same_answer(left, right)
    if kind is other and kind is not Money and kind is not Delay:
        return bool(left == right)
    order = compare(left, right, calendar)
    return UNKNOWN if order is UNKNOWN else order == 0


def compare(left: Value, right: Value, calendar: Calendar | None = None) -> int | Unknown:
    """-1, 0 or 1; `UNKNOWN` when either is missing or unknown. A moment and a date compare as days of `calendar`.

    Raises `EvaluationError` when they are of kinds that have no order together, two currencies among them.
    """
    if left is UNKNOWN or right is UNKNOWN or left is MISSING or right is MISSING:
        return UNKNOWN
    kind, other = type(left), type(right)
    if kind is other and kind in ORDERED:
        return _sign(left, right)
    if kind is Age and other is Delay:
        return _against(left, right)
    if kind is bool or other is bool:
        raise _clash(left, right)
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return _sign(left, right)
    if isinstance(left, Money) or isinstance(right, Money):
        return _compare_money(left, right)
    if isinstance(left, _LENGTHS) and isinstance(right, _LENGTHS):
        return _compare_lengths(left, right)
    if isinstance(left, date) and isinstance(right, date) and calendar is not None:
        return _sign(day_of(left, calendar), day_of(right, calendar))
    raise _clash(left, right)


def day_of(value: date, calendar: Calendar) -> date:
    """The day of a moment on the calendar's clock; a date is its own day."""
    if not isinstance(value, datetime):
        return value
    try:
        return calendar.local(value).date()
    except OverflowError:
        # "9999-12-31" for no end at all: one day more or less does not matter there.
        return value.date()


def out_of_reach(value: Value) -> EvaluationError:
    """For a moment that no calendar can count to, or a calendar that is never open."""
    return EvaluationError(N_("%(value)s is too far away for the calendar."), value=describe(value))


def is_known(value: Value) -> bool:
    """Neither missing nor unknown: a record when no field is unknown, a list when no field of an item is."""
    return value is not MISSING and not is_unknown(value)


def is_unknown(value: Value) -> bool:
    """Not read or unmapped, whole or in part."""
    if type(value) is list:
        return any(is_unknown(item) for item in value)
    if type(value) is dict:
        return any(field is UNKNOWN for field in value.values())
    return value is UNKNOWN


def describe(value: Value) -> str:
    """A value in an error sentence: short, and never more than a glance of a customer's data."""
    if isinstance(value, str):
        return f"'{value[:30]}…'" if len(value) > 30 else f"'{value}'"
    if isinstance(value, list):
        return f"[…{len(value)}]"
    if isinstance(value, dict):
        return "{…}"
    return str(value)


def _sign(left: Value, right: Value) -> int:
    return int(left > right) - int(left < right)


def _same_answer(left: Value, right: Value) -> bool:
    pair = {"yes": True, "no": False}.get(left, left) if isinstance(left, str) else left
    other = {"yes": True, "no": False}.get(right, right) if isinstance(right, str) else right
    if type(pair) is bool and type(other) is bool:
        return pair is other
    raise _clash(left, right)


def _compare_money(left: Value, right: Value) -> int | Unknown:
    if isinstance(left, Money) and isinstance(right, list):
        right = _of_currency(right, left)
    elif isinstance(right, Money) and isinstance(left, list):
        left = _of_currency(left, right)
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN  # type: ignore[no-any-return]  # mypy takes the name itself for an Any after the comparison
    # Zero needs no currency: the sum over an empty list is 0, and must still meet an amount.
    if isinstance(left, Money) and isinstance(right, Money):
        if left.currency != right.currency:
            raise _clash(left, right)
        return _sign(left.minor, right.minor)
    if isinstance(left, Money) and isinstance(right, _NUMBERS) and right == 0:
        return _sign(left.minor, 0)
    if isinstance(right, Money) and isinstance(left, _NUMBERS) and left == 0:
        return _sign(0, right.minor)
    raise _clash(left, right)


def _of_currency(amounts: list[Value], amount: Money) -> Value:
    """A figure that is written once a currency: the one that `amount` can be compared with, unknown without one."""
    for each in amounts:
        if not isinstance(each, Money):
            raise _clash(amounts, amount)
        if each.currency == amount.currency:
            return each
    return UNKNOWN


def _compare_lengths(left: Age | Delay, right: Age | Delay) -> int:
    match left, right:
        case Age(), Delay():
            return _against(left, right)
        case Delay(), Age():
            return -_against(right, left)
        case Age(), Age():
            return _sign(right.since, left.since)
        case Delay(), Delay() if left.unit == right.unit:
            return _sign(left.amount, right.amount)
        case Delay(), Delay():
            for scale in (_SECONDS, _MONTHS):
                if left.unit in scale and right.unit in scale:
                    return _sign(left.amount * scale[left.unit], right.amount * scale[right.unit])
    raise _clash(left, right)


def _against(age: Age, delay: Delay) -> int:
    try:
        return age.against(delay)
    except (OverflowError, ValueError) as error:
        raise out_of_reach(delay) from error


def _clash(left: Value, right: Value) -> EvaluationError:
    return EvaluationError(N_("%(left)s and %(right)s cannot be compared."), left=describe(left), right=describe(right))
