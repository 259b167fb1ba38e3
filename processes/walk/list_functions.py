"""The functions that go through a list: `any(parcels, .status = "late")`, `sum(lines, .price)`.

Lists are three-valued: an item nobody could read makes `any`, `all`, `count` or `sum` unknown, unless the others decide
already. A missing list is an empty one.
"""

from collections.abc import Callable
from typing import TypeAlias

from processes.walk.arithmetic import calculate
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import compare, describe
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Truth, Value

Expression: TypeAlias = Callable[[Scope], Value]


def any_of(items: Expression, condition: Expression | None = None) -> Expression:
    """Whether the condition holds for an item; without one, whether there is an item at all."""

    def run(scope: Scope) -> Truth:
        entries = _entries(items(scope))
        if entries is None:
            return UNKNOWN
        if condition is None:
            return bool(entries)
        answer: Truth = False
        for entry in entries:
            fits = condition(scope.within(entry))
            if fits is True:
                return True
            if fits is UNKNOWN:
                answer = UNKNOWN
        return answer

    return run


def all_of(items: Expression, condition: Expression) -> Expression:
    """Whether the condition holds for every item, as it does for an empty list."""

    def run(scope: Scope) -> Truth:
        entries = _entries(items(scope))
        if entries is None:
            return UNKNOWN
        answer: Truth = True
        for entry in entries:
            fits = condition(scope.within(entry))
            if fits is False:
                return False
            if fits is UNKNOWN:
                answer = UNKNOWN
        return answer

    return run


def count_range(items: Expression, condition: Expression | None = None) -> Callable[[Scope], tuple[int, int] | None]:
    """Fewest and most items that may fit: "at least two are delivered" is true whatever the unread third one is."""

    def run(scope: Scope) -> tuple[int, int] | None:
        entries = _entries(items(scope))
        if entries is None:
            return None
        if condition is None:
            return len(entries), len(entries)
        low = high = 0
        for entry in entries:
            fits = condition(scope.within(entry))
            if fits is not False:
                high += 1
                low += fits is True
        return low, high

    return run


def count_of(items: Expression, condition: Expression | None = None) -> Expression:
    """How many items fit; unknown as long as an unread one may."""
    counted = count_range(items, condition)

    def run(scope: Scope) -> Value:
        found = counted(scope)
        return found[0] if found is not None and found[0] == found[1] else UNKNOWN

    return run


def sum_of(items: Expression, value: Expression | None = None) -> Expression:
    """The sum of a value over the items that have it; 0, which meets any currency, when none has."""
    read = _values(items, value)

    def run(scope: Scope) -> Value:
        values = read(scope)
        if values is None:
            return UNKNOWN
        total: Value = 0
        for each in values:
            total = calculate("+", total, each, scope.calendar)
        return total

    return run


def extreme_of(sign: int) -> Callable[..., Expression]:
    """Smallest (-1) or largest (1) of a value; missing when no item has it."""

    def build(items: Expression, value: Expression | None = None) -> Expression:
        read = _values(items, value)

        def run(scope: Scope) -> Value:
            values = read(scope)
            if values is None:
                return UNKNOWN
            best: Value = MISSING
            for each in values:
                if each is UNKNOWN:
                    return UNKNOWN
                if best is MISSING or compare(each, best, scope.calendar) == sign:
                    best = each
            return best

        return run

    return build


def first_of(items: Expression, condition: Expression | None = None) -> Expression:
    """The first item for which the condition holds; unknown when an earlier one may."""

    def run(scope: Scope) -> Value:
        entries = _entries(items(scope))
        if entries is None:
            return UNKNOWN
        for entry in entries:
            fits = True if condition is None else condition(scope.within(entry))
            if fits is not False:
                return entry if fits is True else UNKNOWN
        return MISSING

    return run


def ids_of(items: Expression, value: Expression | None = None) -> Expression:
    """What tells the items apart, as a list."""
    read = _values(items, value or _id_of_item)

    def run(scope: Scope) -> Value:
        values = read(scope)
        return UNKNOWN if values is None or any(each is UNKNOWN for each in values) else values

    return run


def _id_of_item(scope: Scope) -> Value:
    """Items are told apart by `key`, `id`, `number` or `sku`, whichever comes first; a plain item is its own."""
    item = scope.item
    if not isinstance(item, dict):
        return item
    return next((item[name] for name in ("key", "id", "number", "sku") if name in item), MISSING)


def _values(items: Expression, value: Expression | None) -> Callable[[Scope], list[Value] | None]:
    """The value of each item, those that are missing left out; None when the list itself is unknown."""

    def run(scope: Scope) -> list[Value] | None:
        entries = _entries(items(scope))
        if entries is None:
            return None
        found = entries if value is None else [value(scope.within(entry)) for entry in entries]
        return [each for each in found if each is not MISSING]

    return run


def _entries(value: Value) -> list[Value] | None:
    if type(value) is list:
        return value
    if value is UNKNOWN:
        return None
    if value is MISSING:
        return []
    raise EvaluationError(N_("%(value)s is not a list."), value=describe(value))
