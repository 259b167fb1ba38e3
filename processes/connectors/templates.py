"""`{input}` in paths, queries, headers and bodies of requests.

A template that is one placeholder and nothing else keeps the value's type in a JSON body; elsewhere values become text,
escaped for where they stand. `{{` and `}}` are braces. Only dotted names: calculation belongs to `values`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from processes.connectors.times import says_nothing

_PIECES = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\}")
_BRACES: Final = {"{{": "{", "}}": "}"}


class MissingInput(KeyError):
    """A placeholder has no value."""


def names_in(templates: Iterable[Any]) -> set[str]:
    """First names of all placeholders, in nested data too."""
    names: set[str] = set()
    waiting = list(templates)
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            names |= {found[1].partition(".")[0] for found in _PIECES.finditer(part) if found[1]}
        elif isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return names


def fill_text(template: str, values: Mapping[str, Any], escape: Callable[[str], str] = str) -> str:
    """The template with its values as text. Raises `MissingInput`."""

    def piece(found: re.Match[str]) -> str:
        if found[1] is None:
            return _BRACES[found[0]]
        return escape(_as_text(_lookup(found[1], values)))

    return _PIECES.sub(piece, template)


def fill_json(template: Any, values: Mapping[str, Any]) -> Any:
    """Nested data with its values; keys whose only placeholder has no value are left out. Raises `MissingInput`."""
    if isinstance(template, dict):
        filled = {key: _or_absent(part, values) for key, part in template.items()}
        return {key: value for key, value in filled.items() if value is not _ABSENT}
    if isinstance(template, list):
        return [fill_json(part, values) for part in template]
    if not isinstance(template, str):
        return template
    alone = _PIECES.fullmatch(template)
    return _lookup(alone[1], values) if alone and alone[1] else fill_text(template, values)


def fill_given(templates: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Texts by name; one whose placeholder has no value is left out, as optional query parameters are."""
    filled = {}
    for name, template in templates.items():
        try:
            filled[name] = fill_text(template, values)
        except MissingInput:
            continue
    return filled


_ABSENT: Final = object()


def _or_absent(part: Any, values: Mapping[str, Any]) -> Any:
    try:
        return fill_json(part, values)
    except MissingInput:
        if isinstance(part, str) and (alone := _PIECES.fullmatch(part)) and alone[1]:
            return _ABSENT
        raise


def _lookup(path: str, values: Mapping[str, Any]) -> Any:
    value: Any = values
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if says_nothing(value):
        raise MissingInput(path)
    return value


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(_as_text, value))
    if isinstance(value, str | int | float):
        return str(value)
    raise MissingInput(str(value))
