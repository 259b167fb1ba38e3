"""An expression's AST: compiled to a function, once, when a program is loaded; and what stands in it.

The AST is plain JSON, as `processes.language.conditions` writes it: a head and its parts, `["=", ["name", "parcel",
"status"], ["const", "late"]]`. Conditions are three-valued: `and` is false as soon as one part is, whatever is unknown.

What a node of the AST becomes is in `source`; what two values say to each other in `comparison` and `arithmetic`.
"""

from collections.abc import Callable, Iterator, Mapping

from processes.walk.compiled_comparisons import Condition
from processes.walk.functions import Expression
from processes.walk.scope import Scope
from processes.walk.source import Ast, Writer, condition_of, expression_of
from processes.walk.values import Value

Record = Callable[[Scope], dict[str, Value]]


def compile_condition(ast: Ast) -> Condition:
    """A function that gives True, False or UNKNOWN; a value standing alone is taken as a yes or no."""
    return condition_of(ast)


def compile_expression(ast: Ast) -> Expression:
    """A function that gives the value. Both raise `EvaluationError` when called on values that cannot meet."""
    return expression_of(ast)


def compile_record(parts: Mapping[str, Ast]) -> Record:
    """A function that gives several values at once, by name."""
    writer = Writer()
    values = [f"{name!r}: {writer.value(ast)}" for name, ast in parts.items()]
    return writer.function("{" + ", ".join(values) + "}")


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


__all__ = ["Ast", "Record", "compile_condition", "compile_expression", "compile_record", "names_of", "parts_of"]
