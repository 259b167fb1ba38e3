"""The functions of the condition language: what each is called with, and what it gives.

Lists are three-valued: an item nobody could read makes `any`, `all`, `count` or `sum` unknown, unless the others decide
already. A missing list is an empty one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Final, TypeAlias

from base.business_time import end_of_day, next_open_day
from base.money import Money
from processes.walk.arithmetic import calculate
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import compare, day_of, describe
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Age, Truth, Value

Expression: TypeAlias = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """How a function may be called, and how it is made out of its arguments."""

    build: Callable[..., Expression]
    least: int
    """Fewest arguments."""
    most: int
    conditions: frozenset[int] = frozenset()
    """Places of the arguments that are conditions rather than values."""
    items: frozenset[int] = frozenset()
    """Places of the arguments in which a leading dot means the item of the first one."""


# Lists


def _any(items: Expression, condition: Expression | None = None) -> Expression:
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


def _all(items: Expression, condition: Expression) -> Expression:
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


def _count(items: Expression, condition: Expression | None = None) -> Expression:
    counted = count_range(items, condition)

    def run(scope: Scope) -> Value:
        found = counted(scope)
        return found[0] if found is not None and found[0] == found[1] else UNKNOWN

    return run


def _sum(items: Expression, value: Expression | None = None) -> Expression:
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


def _extreme(sign: int) -> Callable[..., Expression]:
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


def _first(items: Expression, condition: Expression | None = None) -> Expression:
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


def _ids(items: Expression, value: Expression | None = None) -> Expression:
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


# Time


def _since(moment: Expression) -> Expression:
    def run(scope: Scope) -> Value:
        value = moment(scope)
        if isinstance(value, date):
            return Age(_as_moment(value, scope), scope.now, scope.calendar)
        return _no_moment(value)

    return run


def _date(moment: Expression) -> Expression:
    def run(scope: Scope) -> Value:
        value = moment(scope)
        if isinstance(value, date):
            return day_of(value, scope.calendar)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        return _no_moment(value)

    return run


def _end_of_day(moment: Expression) -> Expression:
    def run(scope: Scope) -> Value:
        value = moment(scope)
        if isinstance(value, date):
            return end_of_day(scope.calendar, day_of(value, scope.calendar))
        return _no_moment(value)

    return run


def _next_open_day(moment: Expression) -> Expression:
    def run(scope: Scope) -> Value:
        value = moment(scope)
        if isinstance(value, date):
            return next_open_day(scope.calendar, day_of(value, scope.calendar))
        return _no_moment(value)

    return run


def _as_moment(value: date, scope: Scope) -> datetime:
    return value if isinstance(value, datetime) else end_of_day(scope.calendar, value)


def _no_moment(value: Value) -> Value:
    if value is MISSING or value is UNKNOWN:
        return value
    raise EvaluationError(N_("%(value)s is no date or moment."), value=describe(value))


# Choosing and rounding


def _if(condition: Expression, then: Expression, otherwise: Expression) -> Expression:
    def run(scope: Scope) -> Value:
        holds = condition(scope)
        if holds is UNKNOWN:
            return UNKNOWN
        return then(scope) if holds is True else otherwise(scope)

    return run


def _first_known(*values: Expression) -> Expression:
    def run(scope: Scope) -> Value:
        best: Value = MISSING
        for value in values:
            found = value(scope)
            if found is not MISSING and found is not UNKNOWN:
                return found
            if found is UNKNOWN:
                best = UNKNOWN
        return best

    return run


def _round(value: Expression, digits: Expression | None = None) -> Expression:
    def run(scope: Scope) -> Value:
        number = value(scope)
        places = 0 if digits is None else digits(scope)
        if number is MISSING or number is UNKNOWN:
            return number
        try:
            return _rounded(number, places)
        except (DecimalException, TypeError, ValueError) as error:
            raise EvaluationError(N_("%(value)s cannot be rounded."), value=describe(number)) from error

    return run


def _rounded(number: Value, places: Value) -> Value:
    if isinstance(number, bool) or type(places) is not int or not 0 <= places <= 9:
        raise TypeError
    if isinstance(number, Money):
        return Money.of(_rounded(number.decimal, places), number.currency)
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded if places else int(rounded)


_ITEM: Final = frozenset({1})

FUNCTIONS: Final[dict[str, Function]] = {
    "any": Function(build=_any, least=1, most=2, conditions=_ITEM, items=_ITEM),
    "all": Function(build=_all, least=2, most=2, conditions=_ITEM, items=_ITEM),
    "count": Function(build=_count, least=1, most=2, conditions=_ITEM, items=_ITEM),
    "first": Function(build=_first, least=1, most=2, conditions=_ITEM, items=_ITEM),
    "sum": Function(build=_sum, least=1, most=2, items=_ITEM),
    "min": Function(build=_extreme(-1), least=1, most=2, items=_ITEM),
    "max": Function(build=_extreme(1), least=1, most=2, items=_ITEM),
    "ids": Function(build=_ids, least=1, most=2, items=_ITEM),
    "since": Function(build=_since, least=1, most=1),
    "date": Function(build=_date, least=1, most=1),
    "end_of_day": Function(build=_end_of_day, least=1, most=1),
    "next_open_day": Function(build=_next_open_day, least=1, most=1),
    "round": Function(build=_round, least=1, most=2),
    "first_known": Function(build=_first_known, least=2, most=9),
    "if": Function(build=_if, least=3, most=3, conditions=frozenset({0})),
}

__all__ = ["FUNCTIONS", "Expression", "Function", "count_range"]
