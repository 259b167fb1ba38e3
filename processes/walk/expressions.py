"""From an expression's AST to a closure, once, when a program is loaded.

The AST is plain JSON, as `processes.language.conditions` writes it: a head and its parts, `["=", ["name", "parcel",
"status"], ["const", "late"]]`. Conditions are three-valued: `and` is false as soon as one part is, whatever is unknown.

What a node of the AST becomes is here; what two values say to each other is in `compiled_comparisons` and `arithmetic`.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from processes.walk.arithmetic import calculate
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import describe, truth
from processes.walk.compiled_comparisons import (
    ORDERS,
    Condition,
    Counting,
    among,
    counted,
    equals,
    equals_constant,
    in_state,
    negated,
    ordered,
    ordered_constant,
    within,
)
from processes.walk.functions import FUNCTIONS, Expression
from processes.walk.list_functions import count_range
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Truth, Value, decode

Ast: TypeAlias = list[Any]

_CONDITIONS: Final = frozenset({"and", "or", "not", "=", "!=", "in", "not in", "is", *ORDERS})


def compile_condition(ast: Ast) -> Condition:
    """A closure that gives True, False or UNKNOWN; a value standing alone is taken as a yes or no."""
    head = ast[0]
    if head in _CONDITIONS:
        return _COMPILERS[head](ast)  # type: ignore[no-any-return]
    if head == "call" and ast[1] in ("any", "all"):
        return _compile_call(ast)
    value = compile_expression(ast)
    return lambda scope: truth(value(scope))


def compile_expression(ast: Ast) -> Expression:
    """A closure that gives the value. Both raise `EvaluationError` when called on values that cannot meet."""
    return _COMPILERS[ast[0]](ast)  # type: ignore[no-any-return]


def names_of(ast: Ast) -> set[str]:
    """Dotted paths of all names used, `parcel.status`; what a leading dot reads is not among them."""
    return {".".join(part[1:]) for part in parts_of(ast) if part[0] == "name"}


def parts_of(ast: Ast) -> Iterator[Ast]:
    """The expression (or cell) and every expression inside it."""
    yield ast
    if ast[0] in ("const", "name", "item"):
        return
    for part in ast[1:]:
        if isinstance(part, list) and part:
            if isinstance(part[0], str):
                yield from parts_of(part)
            else:
                for inner in part:
                    yield from parts_of(inner)


# Names and constants


def _compile_const(ast: Ast) -> Expression:
    value = decode(ast[1])
    return lambda scope: value


def _compile_name(ast: Ast) -> Expression:
    first, *rest = ast[1:]
    if not rest:
        return lambda scope: scope.names.get(first, MISSING)
    if len(rest) == 1:
        second = rest[0]

        def read(scope: Scope) -> Value:
            value = scope.names.get(first, MISSING)
            return value.get(second, MISSING) if type(value) is dict else _field(value, second)

        return read

    def walk(scope: Scope) -> Value:
        value = scope.names.get(first, MISSING)
        for key in rest:
            value = value.get(key, MISSING) if type(value) is dict else _field(value, key)
        return value

    return walk


def _compile_item(ast: Ast) -> Expression:
    keys = ast[1:]

    def read(scope: Scope) -> Value:
        value = scope.item
        for key in keys:
            value = value.get(key, MISSING) if type(value) is dict else _field(value, key)
        return value

    return read


def _field(value: Value, key: str) -> Value:
    if value is MISSING or value is UNKNOWN:
        return value
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, list):
        raise EvaluationError(N_("`.%(key)s` is asked of a list: say of which item, with any() or first()."), key=key)
    raise EvaluationError(N_("%(value)s has no `.%(key)s`."), value=describe(value), key=key)


def _compile_list(ast: Ast) -> Expression:
    parts = [compile_expression(part) for part in ast[1:]]
    return lambda scope: [part(scope) for part in parts]


# And, or, not


def _compile_and(ast: Ast) -> Condition:
    parts = [compile_condition(part) for part in ast[1:]]
    if len(parts) == 2:
        left, right = parts

        def both(scope: Scope) -> Truth:
            one = left(scope)
            if one is False:
                return False
            other = right(scope)
            return other if one is True or other is False else UNKNOWN

        return both

    def every(scope: Scope) -> Truth:
        answer: Truth = True
        for part in parts:
            holds = part(scope)
            if holds is False:
                return False
            if holds is UNKNOWN:
                answer = UNKNOWN
        return answer

    return every


def _compile_or(ast: Ast) -> Condition:
    parts = [compile_condition(part) for part in ast[1:]]

    def either(scope: Scope) -> Truth:
        answer: Truth = False
        for part in parts:
            holds = part(scope)
            if holds is True:
                return True
            if holds is UNKNOWN:
                answer = UNKNOWN
        return answer

    return either


def _compile_not(ast: Ast) -> Condition:
    return negated(compile_condition(ast[1]))


# Comparisons


def _compile_equal(ast: Ast) -> Condition:
    if _is_count(ast[1]):
        return counted(_compile_count(ast[1]), "=", compile_expression(ast[2]))
    left, right = compile_expression(ast[1]), compile_expression(ast[2])
    return equals_constant(left, decode(ast[2][1])) if ast[2][0] == "const" else equals(left, right)


def _compile_order(ast: Ast) -> Condition:
    sign = ast[0]
    if _is_count(ast[1]):
        return counted(_compile_count(ast[1]), sign, compile_expression(ast[2]))
    left, right = compile_expression(ast[1]), compile_expression(ast[2])
    return ordered_constant(left, sign, decode(ast[2][1])) if ast[2][0] == "const" else ordered(left, sign, right)


def _compile_in(ast: Ast) -> Condition:
    value = compile_expression(ast[1])
    if ast[2][0] == "list" and all(part[0] == "const" for part in ast[2][1:]):
        return among(value, [decode(part[1]) for part in ast[2][1:]])
    return within(value, compile_expression(ast[2]))


def _compile_is(ast: Ast) -> Condition:
    return in_state(compile_expression(ast[1]), ast[2])


def _is_count(ast: Ast) -> bool:
    return ast[:2] == ["call", "count"]


def _compile_count(ast: Ast) -> Counting:
    return count_range(compile_expression(ast[2]), compile_condition(ast[3]) if len(ast) > 3 else None)


# Calculations and functions


def _compile_calculation(ast: Ast) -> Expression:
    sign = ast[0]
    left, right = compile_expression(ast[1]), compile_expression(ast[2])
    return lambda scope: calculate(sign, left(scope), right(scope), scope.calendar)


def _compile_call(ast: Ast) -> Expression:
    function = FUNCTIONS[ast[1]]
    return function.build(
        *(
            compile_condition(part) if place in function.conditions else compile_expression(part)
            for place, part in enumerate(ast[2:])
        )
    )


_COMPILERS: Final[dict[str, Callable[[Ast], Any]]] = {
    "const": _compile_const,
    "name": _compile_name,
    "item": _compile_item,
    "list": _compile_list,
    "and": _compile_and,
    "or": _compile_or,
    "not": _compile_not,
    "=": _compile_equal,
    "!=": lambda ast: negated(_compile_equal(ast)),
    **dict.fromkeys(ORDERS, _compile_order),
    "in": _compile_in,
    "not in": lambda ast: negated(_compile_in(ast)),
    "is": _compile_is,
    **dict.fromkeys("+-*/", _compile_calculation),
    "call": _compile_call,
}
