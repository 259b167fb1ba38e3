"""Expressions written as Python, once, when a program is loaded: what a document says is then one plain function.

The condition `parcel.status = "late" and order.paid` becomes

    def expression(scope):
        v1 = scope.names.get('parcel', MISSING)
        v2 = v1.get('status', MISSING) if type(v1) is dict else field(v1, 'status')
        v3 = v2 == 'late' if type(v2) is str else equal(v2, 'late', scope.calendar)
        if v3 is not False:
            v4 = scope.names.get('order', MISSING)
            v5 = v4.get('paid', MISSING) if type(v4) is dict else field(v4, 'paid')
            v6 = truth(v5)
            if v3 is True or v6 is False:
                v3 = v6
        return v3

Names and texts get into the source by `repr` alone, every other constant by reference: no text of a document is ever
Python. The shapes that documents are full of are written out, since a table or a wait evaluates thousands of them;
everything else is a call of `comparison`, `arithmetic` or a function of the language, which own the rules.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeAlias

from base.money import Money
from processes.walk.arithmetic import calculate
from processes.walk.clash import N_, EvaluationError
from processes.walk.comparison import ORDERED, describe, equal, is_known, is_unknown, truth
from processes.walk.compiled_comparisons import counted, is_among, is_within, order
from processes.walk.functions import FUNCTIONS, Expression
from processes.walk.list_functions import count_range
from processes.walk.values import MISSING, UNKNOWN, Value, decode

Ast: TypeAlias = list[Any]

_STATES: Final = {"known": "is_known({})", "missing": "{} is MISSING", "unknown": "is_unknown({})"}


def condition_of(ast: Ast) -> Expression:
    """A function that gives True, False or UNKNOWN."""
    writer = Writer()
    return writer.function(writer.condition(ast))


def expression_of(ast: Ast) -> Expression:
    """A function that gives the value."""
    writer = Writer()
    return writer.function(writer.value(ast))


class Writer:
    """Writes one function, a line for each thing to find out; `value` and `condition` tell where the answer is."""

    def __init__(self, given: str = "scope") -> None:
        self.given = given
        """What the function is called with."""
        self.lines: list[str] = []
        self.constants: list[Any] = []
        self.names: dict[str, str] = {}
        """Where the names are that are read in any case."""
        self.indent = "        "
        self.count = 0

    def source(self, answer: str) -> str:
        """The function that gives `answer`, and around it the one that is given the constants."""
        constants = ", ".join(f"c{place}" for place in range(len(self.constants)))
        body = [*self.lines, f"        return {answer}"]
        return "\n".join(
            [f"def make({constants}):", f"    def expression({self.given}):", *body, "    return expression"]
        )

    def function(self, answer: str) -> Callable[..., Any]:
        """The function that gives `answer`, ready to be called."""
        return _maker(self.source(answer))(*self.constants)  # type: ignore[no-any-return]

    # --- values -------------------------------------------------------------------------------------------------------

    def value(self, ast: Ast) -> str:
        """Where the value of an expression is."""
        match ast[0]:
            case "const":
                return self.constant(decode(ast[1]))
            case "name":
                return self.name(ast[1:])
            case "item":
                return self.path("scope.item", ast[1:])
            case "list":
                return self.let(f"[{', '.join([self.value(part) for part in ast[1:]])}]")
            case "+" | "-" | "*" | "/":
                left, right = self.value(ast[1]), self.value(ast[2])
                return self.let(f"calculate({ast[0]!r}, {left}, {right}, scope.calendar)")
            case "call":
                return self.let(f"{self.constant(_called(ast))}(scope)")
        return self.condition(ast)

    def constant(self, value: Value) -> str:
        """A constant: texts, numbers and yes or no as they are, anything else by reference."""
        if type(value) in (str, int, bool):
            return repr(value)
        self.constants.append(value)
        return f"c{len(self.constants) - 1}"

    def name(self, path: list[str]) -> str:
        """What a name stands for; one that was read in any case is not read again."""
        first = self.names.get(path[0])
        if first is None:
            first = self.let(f"scope.names.get({path[0]!r}, MISSING)")
            if len(self.indent) == 8:
                self.names[path[0]] = first
        return self.path(first, path[1:])

    def path(self, value: str, keys: list[str]) -> str:
        """A field of a field of a value."""
        if value == "scope.item":
            value = self.let(value)
        for key in keys:
            value = self.let(f"{value}.get({key!r}, MISSING) if type({value}) is dict else field({value}, {key!r})")
        return value

    # --- conditions ---------------------------------------------------------------------------------------------------

    def condition(self, ast: Ast) -> str:
        """Where it stands whether the condition holds: True, False or UNKNOWN."""
        match ast[0]:
            case "and":
                return self.chain(ast[1:], "False", "True")
            case "or":
                return self.chain(ast[1:], "True", "False")
            case "not":
                return self.opposite(self.condition(ast[1]))
            case "=":
                return self.equal(ast)
            case "!=":
                return self.opposite(self.equal(ast))
            case "in":
                return self.within(ast)
            case "not in":
                return self.opposite(self.within(ast))
            case "is":
                return self.let(_STATES[ast[2]].format(self.held(self.value(ast[1]))))
            case "<" | "<=" | ">" | ">=":
                return self.order(ast)
            case "call" if ast[1] in ("any", "all"):
                return self.value(ast)
        return self.let(f"truth({self.value(ast)})")

    def chain(self, parts: list[Ast], decided: str, other: str) -> str:
        """`and` and `or`: a part that decides ends it; one that is unknown leaves it open."""
        answer = self.condition(parts[0])
        outer = self.indent
        for part in parts[1:]:
            self.write(f"if {answer} is not {decided}:")
            self.indent = outer + "    "
            holds = self.condition(part)
            self.write(f"if {answer} is {other} or {holds} is {decided}:")
            self.write(f"    {answer} = {holds}")
            self.indent = outer
        return answer

    def opposite(self, holds: str) -> str:
        """True where it is false; unknown stays unknown."""
        return self.let(f"UNKNOWN if {holds} is UNKNOWN else not {holds}")

    def equal(self, ast: Ast) -> str:
        """`left` = `right`; texts, by far the most frequent, without a detour."""
        if _is_count(ast[1]):
            return self.counted(ast, "=")
        left, right = self.value(ast[1]), self.value(ast[2])
        same = f"equal({left}, {right}, scope.calendar)"
        if ast[2][0] == "const" and type(ast[2][1]) is str:
            same = f"{left} == {right} if type({left}) is str else {same}"
        return self.let(same)

    def order(self, ast: Ast) -> str:
        """`left` < `right` and the other three; amounts of one currency compare as whole numbers."""
        if _is_count(ast[1]):
            return self.counted(ast, ast[0])
        return self.ordered(self.held(self.value(ast[1])), ast[0], ast[2])

    def ordered(self, left: str, sign: str, ast: Ast) -> str:
        """What is already found against a limit."""
        right = self.value(ast)
        limit = decode(ast[1]) if ast[0] == "const" else None
        holds, quick = f"{left} {sign} {right}", f"type({left}) is type({right}) and type({left}) in ORDERED"
        if type(limit) is int:
            quick = f"type({left}) is int"
        elif type(limit) is Money:
            holds = f"{left}.minor {sign} {limit.minor!r}"
            quick = f"type({left}) is Money and {left}.currency == {limit.currency!r}"
        return self.let(f"{holds} if {quick} else order({left}, {sign!r}, {right}, scope.calendar)")

    def within(self, ast: Ast) -> str:
        """Whether a value is in a list."""
        value = self.value(ast[1])
        if ast[2][0] != "list" or any(part[0] != "const" for part in ast[2][1:]):
            return self.let(f"is_within({value}, {self.value(ast[2])}, scope.calendar)")
        wanted = [decode(part[1]) for part in ast[2][1:]]
        among = f"is_among({value}, {self.constant(wanted)}, scope.calendar)"
        if all(type(each) is str for each in wanted):
            among = f"{value} in {self.constant(frozenset(wanted))} if type({value}) is str else {among}"
        return self.let(among)

    def counted(self, ast: Ast, sign: str) -> str:
        """A count against a limit."""
        items, *conditions = ast[1][2:]
        count = count_range(expression_of(items), condition_of(conditions[0]) if conditions else None)
        return self.let(f"{self.constant(counted(count, sign, expression_of(ast[2])))}(scope)")

    # --- lines --------------------------------------------------------------------------------------------------------

    def let(self, what: str) -> str:
        """A line that gives a value a name; the name."""
        self.count += 1
        self.write(f"v{self.count} = {what}")
        return f"v{self.count}"

    def held(self, value: str) -> str:
        """The name of a value that may be written as it is."""
        return value if value.startswith("v") else self.let(value)

    def write(self, line: str) -> None:
        """A line."""
        self.lines.append(self.indent + line)


def field(value: Value, key: str) -> Value:
    """A field of something that is no record. Raises `EvaluationError` unless it is missing or unknown."""
    if value is MISSING or value is UNKNOWN:
        return value
    if isinstance(value, dict):
        return value.get(key, MISSING)
    if isinstance(value, list):
        raise EvaluationError(N_("`.%(key)s` is asked of a list: say of which item, with any() or first()."), key=key)
    raise EvaluationError(N_("%(value)s has no `.%(key)s`."), value=describe(value), key=key)


def _called(ast: Ast) -> Expression:
    """A function of the language with its arguments."""
    function = FUNCTIONS[ast[1]]
    return function.build(
        *[
            condition_of(part) if place in function.conditions else expression_of(part)
            for place, part in enumerate(ast[2:])
        ]
    )


def _is_count(ast: Ast) -> bool:
    return ast[:2] == ["call", "count"]


_HELPERS: Final[dict[str, Any]] = {
    "__builtins__": {"type": type, "dict": dict, "int": int, "str": str},
    "MISSING": MISSING, "UNKNOWN": UNKNOWN, "ORDERED": ORDERED, "Money": Money, "calculate": calculate, "equal": equal,
    "field": field, "is_among": is_among, "is_known": is_known, "is_unknown": is_unknown, "is_within": is_within,
    "order": order, "truth": truth,
}  # fmt: skip
"""What the source may call; nothing else is there, nor any other builtin."""


@lru_cache(8192)
def _maker(source: str) -> Any:
    """Expressions that are written the same differ in their constants only."""
    made: dict[str, Any] = {}
    exec(compile(source, "<expression>", "exec"), _HELPERS, made)  # noqa: S102 - written above, by us
    return made["make"]
