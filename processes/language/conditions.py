"""Conditions, values, cells and delays: from what an author writes to an AST that is plain JSON.

`order.total > 150 EUR and past.count >= 2` is a condition, `contract.claim_by - 1 business day` a value, `late, lost`
a cell, `2 business days` or `setting.x` a delay. The forms of the AST are those of `processes.walk.expressions`.
Everything written by `tell` is read back as the same AST. ASTs are cached and shared: never change one in place.

Bounds: 2,000 characters, 200 nodes, depth 20; all are checked before anything recursive sees the text.
"""

from functools import lru_cache

from base.business_time import Delay, InvalidDelay
from base.languages import N_
from processes.language.cells import read_cell
from processes.language.errors import LanguageError
from processes.language.grammar import read_expression
from processes.language.names import Fields, check_names, unknown_names
from processes.language.telling import tell
from processes.walk.expressions import Ast
from processes.walk.values import encode

__all__ = [
    "Fields",
    "LanguageError",
    "check_names",
    "parse_cell",
    "parse_condition",
    "parse_delay",
    "parse_value",
    "tell",
    "unknown_names",
]

_CACHED = 8192
_NO_CONDITION = frozenset({"const", "list", "+", "-", "*", "/"})


@lru_cache(_CACHED)
def parse_condition(text: str) -> Ast:
    """The AST of a condition. Raises `LanguageError`, also for what can never be a yes or a no."""
    ast = read_expression(text)
    _demand_condition(ast)
    return ast


@lru_cache(_CACHED)
def parse_value(text: str) -> Ast:
    """The AST of a value: a name, a calculation, a text in inner quotes. Raises `LanguageError`."""
    return read_expression(text)


@lru_cache(_CACHED)
def parse_cell(text: str) -> Ast:
    """The AST of a cell: `any` · `late, lost` · `not late` · `3..5` · `>= setting.x`. Raises `LanguageError`."""
    return read_cell(text)


@lru_cache(_CACHED)
def parse_delay(text: str) -> Ast:
    """A constant delay, or the name of the setting that holds one. Raises `LanguageError`."""
    try:
        return ["const", encode(Delay.parse(text))]
    except InvalidDelay:
        pass
    name = text.strip()
    if name.startswith("setting.") and name.removeprefix("setting.").isidentifier():
        return ["name", *name.split(".")]
    raise LanguageError(
        N_("“%(text)s” is no delay. Write for example 2 business days, 48 hours, or setting.name."), text=name[:80]
    )


def _demand_condition(ast: Ast) -> None:
    if ast[0] in _NO_CONDITION and not isinstance(ast[1:] and ast[1], bool):
        raise LanguageError(N_("“%(part)s” is neither true nor false: compare it with something."), part=tell(ast))
    if ast[0] in ("and", "or", "not"):
        for part in ast[1:]:
            _demand_condition(part)
