"""The strict Jinja subset: what it accepts, and how it becomes closures. Jinja only parses here, it never runs.

Accepted: text, `{{ path | filter }}`, `{% if %}` with comparisons and `and`, `or`, `not`, and a `{% for %}` that is not
inside another. This is an allowlist: whatever Jinja learns tomorrow is refused until it is named here. `a.b` reads the
key `b` of a dict and nothing else, because nothing here ever asks an object for an attribute.

Running a template gives pieces: `str` for what the author wrote, `Literal` for what came out of a value. Renderers read
the first as markup, the second never.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from jinja2 import Environment, TemplateSyntaxError, nodes

from base.languages import N_
from processes.language.errors import LanguageError
from processes.language.filters import FILTERS, Reader, check_arguments, words_of
from processes.walk.clash import EvaluationError
from processes.walk.comparison import compare, equal, truth
from processes.walk.expressions import ORDERS
from processes.walk.values import MISSING, UNKNOWN, Truth, Unknown, Value

MOST_SOURCE: Final = 20_000
MOST_ENTRIES: Final = 200
MOST_OUTPUT: Final = 200_000
MOST_WORK: Final = 50_000
"""Parts run in one rendering. Counted rather than timed, so that the same text fails on no machine or on every one."""
DEEPEST: Final = 20


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

_SYNTAX: Final = Environment(autoescape=False)  # noqa: S701 - it parses and nothing else
_RESERVED: Final = frozenset(
    "self loop super caller varargs kwargs lipsum cycler joiner namespace range dict true false none".split()
)


def read_template(source: str) -> list[nodes.Node]:
    """Jinja's AST of an accepted template. Raises `LanguageError` with the line."""
    if len(source) > MOST_SOURCE:
        raise LanguageError(N_("A text has at most 20,000 characters."))
    for place, character in enumerate(source):
        if (
            (character < " " and character not in "\n\t\r")
            or "\ue000" <= character <= "\uf8ff"
            or character >= "\U000f0000"
        ):
            line = source.count("\n", 0, place) + 1
            raise LanguageError(N_("This text holds a character that cannot be shown."), line=line)
    try:
        body = _SYNTAX.parse(source).body
    except TemplateSyntaxError as error:
        raise LanguageError(_syntax(error.message or ""), line=error.lineno) from None
    except (ValueError, RecursionError, OverflowError):
        raise LanguageError(N_("This is nested too deep, or holds an endless number."), line=1) from None
    for node in body:
        _accept(node, 1, DEEPEST, in_loop=False)
    return body


def _syntax(problem: str) -> str:
    """The sentence for what Jinja's parser says."""
    if "unknown tag" in problem:
        return N_("Texts know the tags if, elif, else, endif, for and endfor.")
    if "nexpected end of" in problem or "end of template" in problem:
        return N_("A brace, an `if` or a `for` is opened and never closed.")
    return N_("What stands between the braces cannot be read.")


def compile_body(body: list[nodes.Node]) -> Writing:
    """A closure that writes the pieces of an accepted body."""
    parts = [_compile(node) for node in body]

    def write(run: Run) -> None:
        for part in parts:
            part(run)

    return write


# What is accepted


def _accept(node: nodes.Node, line: int, depth: int, *, in_loop: bool) -> None:
    """Refuse everything that is not on the list; `line` is the nearest parent's, for nodes without one of their own."""
    line = _line_of(node) or line
    if not depth:
        raise LanguageError(N_("This is nested more than 20 deep."), line=line)
    match node:
        case nodes.Output() | nodes.And() | nodes.Or() | nodes.Not() | nodes.TemplateData() | nodes.If():
            pass
        case nodes.Operand() | nodes.Compare():
            _accept_comparison(node, line)
        case nodes.Name():
            _accept_name(node.name, line)
        case nodes.Getattr():
            _accept_owner(node.node, line)
            _accept_name(node.attr, line, field=True)
        case nodes.Getitem():
            _accept_owner(node.node, line)
            _accept_key(node.arg, line)
        case nodes.Const():
            _accept_constant(node.value, line)
        case nodes.Filter():
            _accept_filter(node, line)
            assert node.node is not None
            _accept(node.node, line, depth - 1, in_loop=in_loop)
            return
        case nodes.For():
            _accept_loop(node, line, in_loop)
            in_loop = True
        case _:
            raise LanguageError(
                N_("“%(what)s” is not allowed in texts: compute the value in a `set` step before."),
                line=line,
                what=type(node).__name__.lower(),
            )
    for part in node.iter_child_nodes():
        _accept(part, line, depth - 1, in_loop=in_loop)


def _line_of(node: nodes.Node) -> int | None:
    """The line of a node, or of the first part inside that has one: Jinja gives none to the scopes it makes itself."""
    inner: nodes.Node | None = node
    while inner is not None and not inner.lineno:
        inner = next(inner.iter_child_nodes(), None)
    return inner.lineno if inner is not None else None


def _accept_name(name: str, line: int, *, field: bool = False) -> None:
    if name.startswith("_") or (name in _RESERVED and not field):
        raise LanguageError(N_("`%(name)s` is no name that texts may use."), line=line, name=name[:40])


def _accept_owner(node: nodes.Node, line: int) -> None:
    if not isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        raise LanguageError(N_("Only a name can be followed by a dot or a bracket."), line=line)


def _accept_key(key: nodes.Node, line: int) -> None:
    if not (isinstance(key, nodes.Const) and isinstance(key.value, str) and key.value.isidentifier()):
        raise LanguageError(N_("Only a fixed field name may stand in square brackets."), line=line)
    _accept_name(key.value, line, field=True)


def _accept_constant(value: object, line: int) -> None:
    if isinstance(value, float) or not isinstance(value, str | int):
        raise LanguageError(N_("Only texts and whole numbers may be written here."), line=line)
    if isinstance(value, int) and abs(value) >= 10**18:
        raise LanguageError(N_("A number has at most 18 digits."), line=line)


def _accept_comparison(node: nodes.Operand | nodes.Compare, line: int) -> None:
    if isinstance(node, nodes.Compare) and len(node.ops) != 1:
        raise LanguageError(N_("Compare two values at a time, joined by `and`."), line=line)


def _accept_filter(node: nodes.Filter, line: int) -> None:
    if node.name not in FILTERS:
        names = ", ".join(FILTERS)
        raise LanguageError(
            N_("There is no filter `%(name)s`; there are %(names)s."), line=line, name=node.name[:40], names=names
        )
    if node.node is None or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        raise LanguageError(N_("The filter `%(name)s` takes fixed values only."), line=line, name=node.name)
    constants = []
    for argument in node.args:
        if not isinstance(argument, nodes.Const):
            raise LanguageError(N_("The filter `%(name)s` takes fixed values only."), line=line, name=node.name)
        _accept_constant(argument.value, line)
        constants.append(argument.value)
    check_arguments(node.name, constants, line)


def _accept_loop(node: nodes.For, line: int, in_loop: bool) -> None:
    if in_loop:
        raise LanguageError(N_("A `for` inside a `for` is not allowed in texts."), line=line)
    if node.recursive or node.test is not None or not isinstance(node.target, nodes.Name):
        raise LanguageError(N_("After `for` comes `item in list`, nothing more."), line=line)
    if not isinstance(node.iter, nodes.Name | nodes.Getattr | nodes.Getitem):
        raise LanguageError(N_("A `for` goes through a list that has a name."), line=line)


# Into closures


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
        piece = value if isinstance(value, run.reader.passage) else Literal(words_of(value, run.reader, line), address)
        run.put(piece, len(piece.text))

    return write_value


def _compile_if(node: nodes.If) -> Writing:
    test = _compile_test(node.test)
    body, otherwise = compile_body(node.body), compile_body([*node.elif_, *node.else_])

    def write(run: Run) -> None:
        run.spend(1)
        (body if test(run) is True else otherwise)(run)

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
    return 1 + len(value) // 256 if isinstance(value, str) else 1


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
