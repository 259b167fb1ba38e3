"""Which values a text prints, and under which guards: what the checks ask of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

NO_PATHS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One place of a text that reads a value."""

    path: str
    """Dotted; inside a loop the list's path and the item's field, `order.lines.name`."""
    line: int
    guards: frozenset[str]
    """Paths that are surely known here, because an `if` around it says so."""
    tested: bool
    """Only looked at: in the condition of an `if`, or before a `default`."""
    item: bool = False
    """Reads an item of the list that a loop goes through, not a name of its own."""

    @property
    def guarded(self) -> bool:
        """Whether this place can do without the value."""
        return self.tested or self.path in self.guards


def path_of(node: nodes.Node, items: dict[str, str]) -> str | None:
    """`a.b.c` or `a["b"]` as a dotted path, a loop's name replaced by its list; None for anything else."""
    if isinstance(node, nodes.Name):
        return items.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        owner, key = path_of(node.node, items), node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        owner, key = path_of(node.node, items), node.arg.value
    else:
        return None
    return None if owner is None else f"{owner}.{key}"


def uses_in(body: list[nodes.Node]) -> Iterator[Use]:
    """Every use in reading order, of a body that `templates` has accepted."""
    for node in body:
        yield from _uses(node, NO_PATHS, {})


def _uses(node: nodes.Node, guards: frozenset[str], items: dict[str, str]) -> Iterator[Use]:
    match node:
        case nodes.Output():
            for value in node.nodes:
                yield from _uses_in_value(value, guards, items, tested=False)
        case nodes.If():
            for branch in (node, *node.elif_):
                yield from _uses_in_value(branch.test, guards, items, tested=True)
                for part in branch.body:
                    yield from _uses(part, guards | _known_if(branch.test, True, items), items)
                guards |= _known_if(branch.test, False, items)
            for part in node.else_:
                yield from _uses(part, guards, items)
        case nodes.For():
            source = path_of(node.iter, items) or ""
            yield Use(path=source, line=node.lineno, guards=guards, tested=False)
            assert isinstance(node.target, nodes.Name)
            inside = {**items, node.target.name: source}
            for part in node.body:
                yield from _uses(part, guards | {source}, inside)
            for part in node.else_:
                yield from _uses(part, guards, items)


def _uses_in_value(node: nodes.Node, guards: frozenset[str], items: dict[str, str], *, tested: bool) -> Iterator[Use]:
    path = path_of(node, items)
    if path is not None:
        item = _root(node) in items
        yield Use(path=path, line=node.lineno, guards=guards, tested=tested, item=item)
        return
    if isinstance(node, nodes.Filter) and node.name == "default":
        tested = True
    for part in node.iter_child_nodes():
        yield from _uses_in_value(part, guards, items, tested=tested)


def _root(node: nodes.Node) -> str:
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


def _known_if(test: nodes.Node, holds: bool, items: dict[str, str]) -> frozenset[str]:
    """Paths that are known whenever the test is true (or false, for the other branch)."""
    path = path_of(test, items)
    if path is not None:
        return frozenset({path}) if holds else NO_PATHS
    match test:
        case nodes.Not():
            return _known_if(test.node, not holds, items)
        case nodes.And() if holds:
            return _known_if(test.left, True, items) | _known_if(test.right, True, items)
        case nodes.Or() if not holds:
            return _known_if(test.left, False, items) | _known_if(test.right, False, items)
        case nodes.Compare() if holds != (test.ops[0].op in ("ne", "notin")):
            return frozenset(use.path for use in _uses_in_value(test, NO_PATHS, items, tested=True))
        case _:
            return NO_PATHS
