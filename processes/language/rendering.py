"""What an accepted template does: closures over its nodes that write pieces.

A piece is a `str` for what the author wrote, a `Literal` for what came out of a value. Renderers read the first as
markup, the second never. `a.b` reads the key `b` of a dict and nothing else: no object is ever asked for an attribute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from jinja2 import nodes

from base.languages import N_
from processes.language.errors import LanguageError
from processes.language.filters import FILTERS, Reader, words_of
from processes.walk.clash import EvaluationError
from processes.walk.comparison import compare, equal, truth
from processes.walk.compiled_comparisons import ORDERS
from processes.walk.values import MISSING, UNKNOWN, Truth, Unknown, Value

MOST_ENTRIES: Final = 200
MOST_OUTPUT: Final = 200_000
MOST_WORK: Final = 20_000
"""Parts run in one rendering. Counted rather than timed, so that the same text fails on no machine or on every one."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Words that came out of a value: shown as they are, never read as markup."""

    text: str
    address: bool = False
    """The link that resumes the walk: ours, so it may be clicked."""


@dataclass(slots=True)
class Run:
    """One rendering: what is known, for whom, and how much it has cost."""

    names: Mapping[str, Value]
    reader: Reader
    gap: str | None
    """What stands for a value that is missing or unknown; None raises."""
    pieces: list[Any] = field(default_factory=list)
    length: int = 0
    work: int = 0

    def put(self, piece: Any, length: int) -> None:
        """Add a piece of the text, of that many characters."""
        self.length += length
        if self.length > MOST_OUTPUT:
            raise LanguageError(N_("The text becomes longer than 200,000 characters."))
        self.spend(1)
        self.pieces.append(piece)

    def spend(self, work: int) -> None:
        """Count work done."""
        self.work += work
        if self.work > MOST_WORK:
            raise LanguageError(N_("The text has too many parts to be told."))


Reading: TypeAlias = Callable[[Run], Value]
Writing: TypeAlias = Callable[[Run], None]


def compile_body(body: list[nodes.Node]) -> Writing:
    """A closure that writes the pieces of an accepted body."""
    parts = [_compile(node) for node in body]

    def write(run: Run) -> None:
        for part in parts:
            part(run)

    return write


def _compile(node: nodes.Node) -> Writing:
    match node:
        case nodes.Output():
            return compile_parts([_compile_output(part) for part in node.nodes])
        case nodes.If():
            return _compile_if(node)
        case nodes.For():
            return _compile_for(node)
    raise AssertionError(node)


def compile_parts(parts: list[Writing]) -> Writing:
    if len(parts) == 1:
        return parts[0]

    def write(run: Run) -> None:
        for part in parts:
            part(run)

    return write


def _compile_output(node: nodes.Expr) -> Writing:
    if isinstance(node, nodes.TemplateData):
        text = node.data

        def write_text(run: Run) -> None:
            run.put(text, len(text))

        return write_text
    read, line = _compile_value(node), node.lineno
    name = _written(node)
    address = isinstance(node, nodes.Name) and node.name == "link"

    def write_value(run: Run) -> None:
        value = read(run)
        if value is MISSING or value is UNKNOWN:
            if run.gap is None:
                raise LanguageError(N_("`%(name)s` has no value that could be told."), line=line, name=name)
            value = run.gap
        run.spend(_weight(value))
        piece = value if isinstance(value, run.reader.passage) else Literal(words_of(value, run.reader, line), address)
        run.put(piece, len(piece.text))

    return write_value


def _compile_if(node: nodes.If) -> Writing:
    branches = [(_compile_test(branch.test), compile_body(branch.body)) for branch in (node, *node.elif_)]
    otherwise = compile_body(node.else_)

    def write(run: Run) -> None:
        for test, body in branches:
            run.spend(1)
            if test(run) is True:
                body(run)
                return
        otherwise(run)

    return write


def _compile_for(node: nodes.For) -> Writing:
    read, name, line = _compile_value(node.iter), _written(node.target), node.lineno
    body, otherwise = compile_body(node.body), compile_body(node.else_)

    def write(run: Run) -> None:
        entries = read(run)
        if entries is MISSING or entries is UNKNOWN:
            entries = []
        if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
            raise LanguageError(N_("A `for` goes through a list of at most 200 entries."), line=line)
        outside = run.names
        for entry in entries:
            run.names = {**outside, name: entry}
            body(run)
        run.names = outside
        if not entries:
            otherwise(run)

    return write


def _compile_value(node: nodes.Node) -> Reading:
    match node:
        case nodes.Const():
            constant = node.value
            return lambda run: constant
        case nodes.Name():
            name = node.name
            return lambda run: run.names.get(name, MISSING)
        case nodes.Getattr():
            return _compile_key(_compile_value(node.node), node.attr)
        case nodes.Getitem():
            assert isinstance(node.arg, nodes.Const)
            return _compile_key(_compile_value(node.node), node.arg.value)
        case nodes.Filter():
            return _compile_filter(node)
        case _:
            return _compile_test(node)


def _compile_key(read: Reading, key: str) -> Reading:
    def get(run: Run) -> Value:
        owner = read(run)
        if isinstance(owner, dict):
            return owner.get(key, MISSING)
        return UNKNOWN if owner is UNKNOWN else MISSING

    return get


def _compile_filter(node: nodes.Filter) -> Reading:
    assert node.node is not None
    read, line = _compile_value(node.node), node.lineno
    apply = FILTERS[node.name].apply
    arguments = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
    if node.name == "default":
        fallback = arguments[0]

        def default(run: Run) -> Value:
            value = read(run)
            return fallback if value is MISSING or value is UNKNOWN else value

        return default

    def filtered(run: Run) -> Value:
        value = read(run)
        if value is MISSING or value is UNKNOWN:
            return value
        run.spend(_weight(value))
        return apply(value, run.reader, line, *arguments)

    return filtered


# Tests: three-valued, as in conditions; what is unknown shows the other branch


def _compile_test(node: nodes.Node) -> Callable[[Run], Truth]:
    match node:
        case nodes.Not():
            inner = _compile_test(node.node)
            return lambda run: _opposite(inner(run))
        case nodes.And() | nodes.Or():
            left, right = _compile_test(node.left), _compile_test(node.right)
            decisive = isinstance(node, nodes.Or)
            return lambda run: _joined(left(run), right, run, decisive)
        case nodes.Compare():
            return _compile_comparison(node)
        case _:
            read = _compile_value(node)
            return lambda run: _shown(read(run))


def _opposite(holds: Truth) -> Truth:
    return UNKNOWN if isinstance(holds, Unknown) else not holds


def _joined(holds: Truth, other: Callable[[Run], Truth], run: Run, decisive: bool) -> Truth:
    if holds is decisive:
        return decisive
    second = other(run)
    return second if second is decisive or holds is not UNKNOWN else UNKNOWN


def _shown(value: Value) -> Truth:
    """A value alone in an `if`: whether there is something to tell. A no is nothing, and so is an empty list."""
    if value is UNKNOWN or value is MISSING or isinstance(value, bool) or value in ("yes", "no"):
        return truth(value)
    return not (value == "" or value == [])


def _compile_comparison(node: nodes.Compare) -> Callable[[Run], Truth]:
    operand = node.ops[0]
    left, right, sign = _compile_value(node.expr), _compile_value(operand.expr), operand.op
    line = node.lineno

    def test(run: Run) -> Truth:
        try:
            return _compared(sign, left(run), right(run), run)
        except EvaluationError as error:
            raise _placed(error, line) from error

    return test


def _placed(error: EvaluationError, line: int) -> LanguageError:
    placed = LanguageError(error.sentence, line=line)
    placed.params = dict(error.params)
    return placed


def _compared(sign: str, left: Value, right: Value, run: Run) -> Truth:
    calendar = run.reader.calendar
    if sign in ("in", "notin"):
        entries = right if isinstance(right, list) else []
        run.spend(len(entries))
        found = _any_equal(left, entries)
        return found if sign == "in" else _opposite(found)
    if sign in ("eq", "ne"):
        same = equal(left, right, calendar)
        return same if sign == "eq" else _opposite(same)
    order = compare(left, right, calendar)
    return order if isinstance(order, Unknown) else ORDERS[_SIGNS[sign]](order, 0)


def _any_equal(value: Value, entries: list[Value]) -> Truth:
    answers = [equal(value, entry) for entry in entries]
    if True in answers:
        return True
    return UNKNOWN if UNKNOWN in answers or value is UNKNOWN else False


def _weight(value: Value) -> int:
    """Work that a filter has with a value: a service may send long texts, and a loop may filter them many times."""
    if isinstance(value, list):
        return sum(_weight(each) for each in value)
    if isinstance(value, str):
        return 1 + len(value) // 256
    return 1 if isinstance(value, int) else 8


def _written(node: nodes.Node) -> str:
    """A value as the author wrote it, for sentences."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_written(node.node)}.{node.attr}"
        case nodes.Filter() if node.node is not None:
            return _written(node.node)
        case nodes.Getitem() if isinstance(node.arg, nodes.Const):
            return f"{_written(node.node)}.{node.arg.value}"
        case _:
            return "…"


_SIGNS: Final = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
