"""From an AST back to what an author would write: the canonical spelling, read back as the same AST."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from processes.walk.expressions import Ast
from processes.walk.values import decode

_LEVELS: Final = {
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "not in", "is"), 4),
    **dict.fromkeys("+-", 5),
    **dict.fromkeys("*/", 6),
}
_ATOM: Final = 7
_CELLS: Final = frozenset({"any", "values", "between", "cmp"})
_BARE: Final = re.compile(r"(?!(?:any|not|true|false)$|setting\.)[^\W\d_][\w\-]*(?:\.[^\W\d_][\w\-]*)*")


def tell(ast: Ast) -> str:
    """The text of an expression or of a cell."""
    if ast[0] in _CELLS:
        return _cell(ast)
    if ast[0] == "not" and ast[1][0] in _CELLS:
        return f"not {_cell(ast[1])}"
    return _expression(ast, 0)


def _cell(ast: Ast) -> str:
    match ast[0]:
        case "any":
            return "any"
        case "values":
            return ", ".join(_entry(part) for part in ast[1])
        case "between":
            return f"{_expression(ast[1], 5)}..{_expression(ast[2], 5)}"
        case _:
            return f"{ast[1]} {_expression(ast[2], 0)}"


def _entry(ast: Ast) -> str:
    """A value in a cell: a text is bare where it can be."""
    if ast[0] == "const" and isinstance(ast[1], str) and _BARE.fullmatch(ast[1]):
        return ast[1]
    return _expression(ast, 0)


def _expression(ast: Ast, level: int) -> str:
    """The expression, in brackets when it binds less tightly than `level` asks for."""
    own = _LEVELS.get(ast[0], _ATOM)
    text = _bare_expression(ast, own)
    return f"({text})" if own < level else text


def _bare_expression(ast: Ast, own: int) -> str:
    head, *parts = ast
    match head:
        case "const":
            return _constant(decode(parts[0]))
        case "name":
            return ".".join(parts)
        case "item":
            return "." + ".".join(parts)
        case "list":
            return f"[{', '.join(tell(part) for part in parts)}]"
        case "call":
            return f"{parts[0]}({', '.join(tell(part) for part in parts[1:])})"
        case "and" | "or":
            return f" {head} ".join(_expression(part, own + 1) for part in parts)
        case "not":
            return f"not {_expression(parts[0], own)}"
        case "is":
            return f"{_expression(parts[0], own + 1)} is {parts[1]}"
        case "+" | "-" | "*" | "/":
            return f"{_expression(parts[0], own)} {head} {_expression(parts[1], own + 1)}"
        case _:
            return f"{_expression(parts[0], own + 1)} {head} {_expression(parts[1], own + 1)}"


def _constant(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    if '"' in text and "'" not in text:
        return f"'{escaped}'"
    return '"' + escaped.replace('"', '\\"') + '"'
