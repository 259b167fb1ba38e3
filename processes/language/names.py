"""Whether the names in an expression exist, and which one was meant when they do not."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final, TypeAlias, Union

from base.languages import N_
from processes.language.errors import LanguageError
from processes.walk.expressions import Ast
from processes.walk.functions import FUNCTIONS

Fields: TypeAlias = Mapping[str, Union["Fields", None]]
"""Known names, each with the fields below it: `{}` has none, None may have any. A list has the fields of its items."""

_NAME: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(\.?[^\W\d_]\w*(?:\.[^\W\d_]\w*)*)""")


def check_names(ast: Ast, known: Fields, source: str = "", item: Fields | None = None) -> None:
    """Raise the first of `unknown_names`."""
    for error in unknown_names(ast, known, source, item):
        raise error


def unknown_names(ast: Ast, known: Fields, source: str = "", item: Fields | None = None) -> list[LanguageError]:
    """One error for each name nobody knows, in reading order. `item` holds the fields of the item that a leading dot
    means outside of a list function; None where there is no such item. `source` is the text, for the positions."""
    return list(_errors(ast, known, source, item))


def _errors(ast: Ast, known: Fields, source: str, item: Fields | None) -> Iterator[LanguageError]:
    match ast[0]:
        case "const":
            return
        case "name":
            error = _unknown_name(ast[1:], known, source)
            if error:
                yield error
        case "item":
            error = _unknown_item(ast[1:], item, source)
            if error:
                yield error
        case "call":
            places = FUNCTIONS[ast[1]].items
            inner = _fields_of(ast[2], known, item)
            for place, part in enumerate(ast[2:]):
                yield from _errors(part, known, source, inner if place in places else item)
        case _:
            for part in ast[1:]:
                if isinstance(part, list) and part:
                    for each in [part] if isinstance(part[0], str) else part:
                        yield from _errors(each, known, source, item)


def _fields_of(ast: Ast, known: Fields, item: Fields | None) -> Fields | None:
    """The fields below a name; an unknown one, or a calculated list, may have any (its own error says enough)."""
    fields: Fields | None = known if ast[0] == "name" else item if ast[0] == "item" else None
    if ast[0] not in ("name", "item"):
        return ANYTHING
    for key in ast[1:]:
        if fields is None or key not in fields:
            return ANYTHING
        fields = fields[key]
        if fields is None:
            return ANYTHING
    return fields


class _Anything(dict[str, None]):
    """Fields of which every name is one."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> None:
        return None


ANYTHING: Final[Fields] = _Anything()
"""The fields of what nobody knows the fields of."""


def _unknown_name(path: list[str], known: Fields, source: str) -> LanguageError | None:
    found = _first_unknown(path, known)
    if found is None:
        return None
    depth, siblings = found
    position = _position(".".join(path), source)
    if depth:
        return _unknown_field(".".join(path[:depth]), path[depth], siblings, position)
    name = path[0]
    near = get_close_matches(name, siblings, 1, 0.75)
    alone = len(path) == 1
    if near and alone:
        sentence = N_("`%(name)s` is no known name; did you mean `%(near)s`, or the text '%(name)s'?")
        return LanguageError(sentence, position, name=name, near=near[0])
    if near:
        return LanguageError(
            N_("`%(name)s` is no known name; did you mean `%(near)s`?"), position, name=name, near=near[0]
        )
    if alone:
        return LanguageError(N_("`%(name)s` is no known name; did you mean the text '%(name)s'?"), position, name=name)
    return LanguageError(N_("`%(name)s` is no known name."), position, name=name)


def _unknown_item(path: list[str], item: Fields | None, source: str) -> LanguageError | None:
    written = "." + ".".join(path)
    position = _position(written, source)
    if item is None:
        return LanguageError(
            N_("`%(name)s` begins with a dot, which means the item of a list; there is none here."),
            position,
            name=written,
        )
    found = _first_unknown(path, item)
    if found is None:
        return None
    depth, siblings = found
    return _unknown_field("." + ".".join(path[:depth]), path[depth], siblings, position)


def _unknown_field(owner: str, field: str, siblings: list[str], position: int) -> LanguageError:
    near = get_close_matches(field, siblings, 1)
    if owner == "." and near:
        return LanguageError(
            N_("An item of the list has no field `%(field)s`; did you mean `%(near)s`?"),
            position,
            field=field,
            near=near[0],
        )
    if owner == ".":
        return LanguageError(N_("An item of the list has no field `%(field)s`."), position, field=field)
    if near:
        return LanguageError(
            N_("`%(owner)s` has no field `%(field)s`; did you mean `%(near)s`?"),
            position,
            owner=owner,
            field=field,
            near=near[0],
        )
    return LanguageError(N_("`%(owner)s` has no field `%(field)s`."), position, owner=owner, field=field)


def _first_unknown(path: list[str], known: Fields) -> tuple[int, list[str]] | None:
    """How deep the first unknown key is, with the names that are known beside it."""
    fields: Fields | None = known
    for depth, key in enumerate(path):
        if fields is None:
            return None
        if key not in fields:
            return depth, list(fields)
        fields = fields[key]
    return None


def _position(name: str, source: str) -> int:
    """Where the name stands first in its source, outside of quotes; 0 when it does not."""
    return next((match.start() + 1 for match in _NAME.finditer(source) if match[1] == name), 0)
