"""One cell of a table, or one key of `is`: whether a value fits it."""

from collections.abc import Callable
from typing import TypeAlias

from processes.walk.comparison import equal
from processes.walk.expressions import Ast, compile_expression
from processes.walk.functions import Expression
from processes.walk.scope import Scope
from processes.walk.source import Writer
from processes.walk.values import UNKNOWN, Truth, Value

CellTest: TypeAlias = Callable[[Value, Scope], Truth]


def compile_cell(cell: Ast) -> CellTest:
    """A closure that tells whether a value fits the cell: True, False or UNKNOWN."""
    match cell[0]:
        case "any":
            return lambda value, scope: True
        case "not":
            return _negated(compile_cell(cell[1]))
        case "values":
            return _one_of([compile_expression(part) for part in cell[1]])
        case "between":
            return _between(cell[1], cell[2])
        case _:
            return _ordered(cell[1], cell[2])


def _negated(test: CellTest) -> CellTest:
    def opposite(value: Value, scope: Scope) -> Truth:
        fits = test(value, scope)
        return UNKNOWN if fits is UNKNOWN else not fits

    return opposite


def _one_of(entries: list[Expression]) -> CellTest:
    def test(value: Value, scope: Scope) -> Truth:
        answer: Truth = False
        for entry in entries:
            wanted = entry(scope)
            for each in wanted if type(wanted) is list else (wanted,):
                same = equal(value, each, scope.calendar)
                if same is True:
                    return True
                if same is UNKNOWN:
                    answer = UNKNOWN
        return answer

    return test


def _ordered(sign: str, limit: Ast) -> CellTest:
    if sign in ("=", "!="):
        same = _one_of([compile_expression(limit)])
        return same if sign == "=" else _negated(same)
    writer = Writer("value, scope")
    return writer.function(writer.ordered("value", sign, limit))


def _between(low: Ast, high: Ast) -> CellTest:
    from_low, to_high = _ordered(">=", low), _ordered("<=", high)

    def test(value: Value, scope: Scope) -> Truth:
        above = from_low(value, scope)
        if above is False:
            return False
        below = to_high(value, scope)
        return below if above is True or below is False else UNKNOWN

    return test
