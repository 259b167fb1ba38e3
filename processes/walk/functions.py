"""The functions of the condition language, in one table; those about time, choosing and rounding are made here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Final

from base.business_time import end_of_day, next_open_day
from base.money import Money
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import day_of, describe, out_of_reach
from processes.walk.list_functions import Expression, all_of, any_of, count_of, extreme_of, first_of, ids_of, sum_of
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Age, Value


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


# Time


def _of_moment(change: Callable[[date, Scope], Value]) -> Callable[[Expression], Expression]:
    """A function of one moment or date; what is missing or unknown stays so."""

    def build(moment: Expression) -> Expression:
        def run(scope: Scope) -> Value:
            value = moment(scope)
            if value is MISSING or value is UNKNOWN:
                return value
            if not isinstance(value, date):
                raise EvaluationError(N_("%(value)s is no date or moment."), value=describe(value))
            try:
                return change(value, scope)
            except (OverflowError, ValueError) as error:
                raise out_of_reach(value) from error

        return run

    return build


def _since(value: date, scope: Scope) -> Age:
    moment = value if isinstance(value, datetime) else end_of_day(scope.calendar, value)
    return Age(moment, scope.now, scope.calendar)


def _day(value: date, scope: Scope) -> date:
    return day_of(value, scope.calendar)


def _end_of_day(value: date, scope: Scope) -> datetime:
    return end_of_day(scope.calendar, day_of(value, scope.calendar))


def _next_open_day(value: date, scope: Scope) -> date:
    return next_open_day(scope.calendar, day_of(value, scope.calendar))


def _date(moment: Expression) -> Expression:
    """The day of a moment, or of a text such as '2026-11-22'."""

    def written(scope: Scope) -> Value:
        value = moment(scope)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        return value

    return _of_moment(_day)(written)


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
    "any": Function(build=any_of, least=1, most=2, conditions=_ITEM, items=_ITEM),
    "all": Function(build=all_of, least=2, most=2, conditions=_ITEM, items=_ITEM),
    "count": Function(build=count_of, least=1, most=2, conditions=_ITEM, items=_ITEM),
    "first": Function(build=first_of, least=1, most=2, conditions=_ITEM, items=_ITEM),
    "sum": Function(build=sum_of, least=1, most=2, items=_ITEM),
    "min": Function(build=extreme_of(-1), least=1, most=2, items=_ITEM),
    "max": Function(build=extreme_of(1), least=1, most=2, items=_ITEM),
    "ids": Function(build=ids_of, least=1, most=2, items=_ITEM),
    "since": Function(build=_of_moment(_since), least=1, most=1),
    "date": Function(build=_date, least=1, most=1),
    "end_of_day": Function(build=_of_moment(_end_of_day), least=1, most=1),
    "next_open_day": Function(build=_of_moment(_next_open_day), least=1, most=1),
    "round": Function(build=_round, least=1, most=2),
    "first_known": Function(build=_first_known, least=2, most=9),
    "if": Function(build=_if, least=3, most=3, conditions=frozenset({0})),
}

__all__ = ["FUNCTIONS", "Expression", "Function"]
