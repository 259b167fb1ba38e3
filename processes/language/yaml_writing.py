"""Writing YAML that every reader takes alike: texts always in quotes, only plain lower-case words bare."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

WIDEST: Final = 110
"""Short dicts and lists stand on one line up to this width."""

_BARE: Final = re.compile(r"(?!(?:true|false|yes|no|on|off|null|nan|inf|y|n)$)[a-z][a-z0-9_]*(?:[.\-][a-z0-9_]+)*")
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_BLOCK: Final = re.compile(r"[^\s](?:[^\n]*\S)?(?:\n+[^\n\S]*\S[^\n]*)*\n?")
_NO_BLOCK: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]|[ \t]\n")


def write_yaml(data: dict[str, Any]) -> str:
    """The YAML text of dicts, lists, texts, whole numbers and booleans; `read_yaml` gives the same back.

    Raises `TypeError` for anything else.
    """
    return "\n".join(_mapping(data, 0)) + "\n" if data else "{}\n"


def _mapping(data: dict[str, Any], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(f"{_text(key)}:", value, indent, indent + 2)


def _entry(head: str, value: Any, indent: int, inner: int) -> Iterator[str]:
    """A key or a dash, and its value: beside it when short, below it otherwise."""
    space = " " * indent
    short = _flow(value, WIDEST - indent - len(head))
    if isinstance(value, str) and "\n" in value and _is_block(value):
        yield f"{space}{head} |" + ("" if value.endswith("\n") else "-")
        yield from (" " * inner + line if line else "" for line in value.removesuffix("\n").split("\n"))
    elif short is not None:
        yield f"{space}{head} {short}"
    elif isinstance(value, dict):
        yield from _under(f"{space}{head}", _mapping(value, inner), inner)
    else:
        yield from _under(f"{space}{head}", _sequence(value, inner if head == "-" else indent), inner)


def _under(head: str, lines: Iterator[str], inner: int) -> Iterator[str]:
    """Below a key; beside a dash, since `- say: x` is how steps are read."""
    if head.endswith("-"):
        yield f"{head} {next(lines)[inner:]}"
    else:
        yield head
    yield from lines


def _sequence(data: list[Any], indent: int) -> Iterator[str]:
    for value in data:
        yield from _entry("-", value, indent, indent + 2)


def _flow(value: Any, width: int) -> str | None:
    """The value on one line; None when it is too wide, or a dict or list that holds others."""
    if not isinstance(value, dict | list):
        return _scalar(value)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    entries = value.values() if isinstance(value, dict) else value
    if any(isinstance(entry, dict | list) or (isinstance(entry, str) and len(entry) > width) for entry in entries):
        return None
    if isinstance(value, dict):
        line = "{" + ", ".join(f"{_text(key)}: {_scalar(entry)}" for key, entry in value.items()) + "}"
    else:
        line = "[" + ", ".join(_scalar(entry) for entry in value) + "]"
    return line if len(line) <= width else None


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    raise TypeError(f"{value!r} has no place in a document")


def _text(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    if '"' in text and "'" not in text and text.isprintable() and "\\" not in text:
        return f"'{text}'"
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _is_block(text: str) -> bool:
    return bool(_BLOCK.fullmatch(text)) and not _NO_BLOCK.search(text)
