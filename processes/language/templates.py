"""The strict Jinja subset: what is accepted. Jinja only parses here, it never runs.

Accepted: text, `{{ path | filter }}`, `{% if %}` with comparisons and `and`, `or`, `not`, and a `{% for %}` that is not
inside another. This is an allowlist: whatever Jinja learns tomorrow is refused until it is named here. What an accepted
template does is in `rendering`.
"""

import re
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes

from base.languages import N_
from processes.language.errors import LanguageError
from processes.language.filters import FILTERS, check_arguments

MOST_SOURCE: Final = 20_000
DEEPEST: Final = 20

_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\U000f0000-\U0010ffff]")
"""Control characters, and the private ones among which `markup` keeps its marks."""
_SYNTAX: Final = Environment(autoescape=False)  # noqa: S701 - it parses and nothing else
_RESERVED: Final = frozenset(
    "self loop super caller varargs kwargs lipsum cycler joiner namespace range dict true false none".split()
)


def read_template(source: str) -> list[nodes.Node]:
    """Jinja's AST of an accepted template. Raises `LanguageError` with the line."""
    if len(source) > MOST_SOURCE:
        raise LanguageError(N_("A text has at most 20,000 characters."))
    unshowable = _UNSHOWABLE.search(source)
    if unshowable:
        line = source.count("\n", 0, unshowable.start()) + 1
        raise LanguageError(N_("This text holds a character that cannot be shown."), line=line)
    if "{" not in source:
        # Most texts of a document: nothing in them for Jinja to read.
        return [nodes.Output([nodes.TemplateData(source, lineno=1)], lineno=1)]
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
