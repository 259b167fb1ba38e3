"""Sums and differences of numbers, money, and of moments with delays on a calendar.

A missing or unknown part makes the whole missing or unknown, unknown being the stronger: it may still become anything.
"""

import operator
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, DecimalException
from typing import Final

from base.business_time import Calendar, Delay, add, end_of_day, shift_day, subtract
from base.money import Money
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import describe
from processes.walk.values import MISSING, UNKNOWN, Value

_WALL_UNITS: Final = frozenset({"days", "weeks", "months", "years", "business days"})
_AMOUNTS: Final = (int, Decimal, Money)


def calculate(sign: str, left: Value, right: Value, calendar: Calendar) -> Value:
    """`left` + - * / `right`. Raises `EvaluationError` for kinds without such a sum and for a division by zero."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if left is MISSING or right is MISSING:
        return MISSING
    try:
        if isinstance(left, date) and isinstance(right, Delay) and sign in "+-":
            return shift(left, right, sign, calendar)
        if isinstance(left, Delay) and isinstance(right, date) and sign == "+":
            return shift(right, left, sign, calendar)
        if _is_amount(left) and _is_amount(right):
            return _amount(sign, left, right)
    except (DecimalException, ZeroDivisionError) as error:
        raise EvaluationError(N_("A division by zero, or a number beyond all bounds.")) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise _no_sum(sign, left, right) from error
    raise _no_sum(sign, left, right)


def shift(start: date, delay: Delay, sign: str, calendar: Calendar) -> date:
    """A moment moved by a delay. A date moved by days stays a date; by hours, it counts from the end of its day."""
    if delay.unit in _WALL_UNITS and not isinstance(start, datetime):
        return shift_day(calendar, start, delay, 1 if sign == "+" else -1)
    move = add if sign == "+" else subtract
    return move(calendar, start if isinstance(start, datetime) else end_of_day(calendar, start), delay)


def _is_amount(value: Value) -> bool:
    return isinstance(value, _AMOUNTS) and not isinstance(value, bool)


def _amount(sign: str, left: Value, right: Value) -> Value:
    # Zero needs no currency, as in comparisons: the sum over an empty list is 0.
    if sign in "+-" and isinstance(left, Money) != isinstance(right, Money):
        if isinstance(left, Money) and right == 0:
            return left
        if isinstance(right, Money) and left == 0:
            return right if sign == "+" else -right
    if sign == "/" and not isinstance(left, Money):
        return _tidy(Decimal(left) / right)
    result = _OPERATIONS[sign](left, right)
    if isinstance(result, int) and abs(result) >= 10**36:
        raise OverflowError
    return result


def _tidy(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() and abs(number) < 10**18 else number


def _no_sum(sign: str, left: Value, right: Value) -> EvaluationError:
    return EvaluationError(
        N_("%(left)s %(sign)s %(right)s cannot be calculated."),
        left=describe(left),
        sign=sign,
        right=describe(right),
    )


_OPERATIONS: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
