"""What compiled comparisons call when their shape is not one of the frequent ones that `source` writes out."""

import operator
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from base.business_time import Calendar
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import ORDERED, compare, describe, equal
from processes.walk.functions import Expression
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Truth, Unknown, Value

Condition: TypeAlias = Callable[[Scope], Truth]
Counting: TypeAlias = Callable[[Scope], tuple[int, int] | None]

ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def order(left: Value, sign: str, right: Value, calendar: Calendar) -> Truth:
    """`left` < `right`, and the other three."""
    if type(left) is type(right) and type(left) in ORDERED:
        return ORDERS[sign](left, right)
    answer = compare(left, right, calendar)
    return answer if isinstance(answer, Unknown) else ORDERS[sign](answer, 0)


def counted(count: Counting, sign: str, limit: Expression) -> Condition:
    """A count of which some items are unknown is a range, and a limit outside of it is decided all the same."""

    def decided(scope: Scope) -> Truth:
        found = count(scope)
        if found is None:
            return UNKNOWN
        bound = limit(scope)
        low, high = compare(found[0], bound, scope.calendar), compare(found[1], bound, scope.calendar)
        if isinstance(low, Unknown) or isinstance(high, Unknown):
            return UNKNOWN
        if sign == "=":
            return low == 0 if low == high else UNKNOWN
        at_fewest, at_most = ORDERS[sign](low, 0), ORDERS[sign](high, 0)
        return at_fewest if at_fewest is at_most else UNKNOWN

    return decided


def is_within(value: Value, entries: Value, calendar: Calendar) -> Truth:
    """Whether `value` is in a list."""
    if isinstance(entries, Unknown):
        return UNKNOWN
    if entries is MISSING:
        return False
    if not isinstance(entries, list):
        raise EvaluationError(N_("%(value)s is not a list."), value=describe(entries))
    return is_among(value, entries, calendar)


def is_among(value: Value, entries: list[Value], calendar: Calendar) -> Truth:
    """Whether `value` is one of some values."""
    if value is MISSING:
        return False
    answer: Truth = UNKNOWN if value is UNKNOWN else False
    for entry in entries:
        same = equal(value, entry, calendar)
        if same is True:
            return True
        if same is UNKNOWN:
            answer = UNKNOWN
    return answer
