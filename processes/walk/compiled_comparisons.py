"""The closures of comparisons, out of closures of what they compare.

They are specialised to the shapes that documents are full of (a field against a constant), since a table or a wait
evaluates thousands of them; everything else goes through `comparison`, which owns the rules.
"""

import operator
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from base.money import Money
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import ORDERED, compare, describe, equal, is_known, is_unknown
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


def equals(left: Expression, right: Expression) -> Condition:
    """`left` = `right`."""

    def same(scope: Scope) -> Truth:
        return equal(left(scope), right(scope), scope.calendar)

    return same


def equals_constant(value: Expression, wanted: Value) -> Condition:
    """`value` = a constant; texts, by far the most frequent, without a detour."""
    if type(wanted) is not str:
        return equals(value, lambda scope: wanted)

    def same(scope: Scope) -> Truth:
        found = value(scope)
        return found == wanted if type(found) is str else equal(found, wanted, scope.calendar)

    return same


def ordered(left: Expression, sign: str, right: Expression) -> Condition:
    """`left` < `right`, and the other three."""
    holds = ORDERS[sign]

    def order(scope: Scope) -> Truth:
        one, other = left(scope), right(scope)
        if type(one) is type(other) and type(one) in ORDERED:
            return holds(one, other)
        answer = compare(one, other, scope.calendar)
        return answer if isinstance(answer, Unknown) else holds(answer, 0)

    return order


def ordered_constant(value: Expression, sign: str, limit: Value) -> Condition:
    """`value` < a constant, and the other three; amounts of one currency compare as whole numbers."""
    if not isinstance(limit, Money):
        return ordered(value, sign, lambda scope: limit)
    holds = ORDERS[sign]
    minor, currency = limit.minor, limit.currency

    def order(scope: Scope) -> Truth:
        found = value(scope)
        if type(found) is Money and found.currency == currency:
            return holds(found.minor, minor)
        answer = compare(found, limit, scope.calendar)
        return answer if isinstance(answer, Unknown) else holds(answer, 0)

    return order


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


def within(value: Expression, items: Expression) -> Condition:
    """Whether `value` is in a list."""

    def found(scope: Scope) -> Truth:
        entries = items(scope)
        if isinstance(entries, Unknown):
            return UNKNOWN
        if entries is MISSING:
            return False
        if not isinstance(entries, list):
            raise EvaluationError(N_("%(value)s is not a list."), value=describe(entries))
        return _is_among(value(scope), entries, scope)

    return found


def among(value: Expression, wanted: list[Value]) -> Condition:
    """Whether `value` is one of some constants."""
    if any(type(each) is not str for each in wanted):
        return within(value, lambda scope: wanted)
    texts = frozenset(wanted)

    def found(scope: Scope) -> Truth:
        entry = value(scope)
        return entry in texts if type(entry) is str else _is_among(entry, wanted, scope)

    return found


def in_state(value: Expression, state: str) -> Condition:
    """`value` is known, missing or unknown."""
    match state:
        case "known":
            return lambda scope: is_known(value(scope))
        case "missing":
            return lambda scope: value(scope) is MISSING
        case _:
            return lambda scope: is_unknown(value(scope))


def negated(condition: Condition) -> Condition:
    """True where it is false; unknown stays unknown."""

    def opposite(scope: Scope) -> Truth:
        holds = condition(scope)
        return UNKNOWN if holds is UNKNOWN else not holds

    return opposite


def _is_among(value: Value, entries: list[Value], scope: Scope) -> Truth:
    if value is MISSING:
        return False
    answer: Truth = UNKNOWN if value is UNKNOWN else False
    for entry in entries:
        same = equal(value, entry, scope.calendar)
        if same is True:
            return True
        if same is UNKNOWN:
            answer = UNKNOWN
    return answer
