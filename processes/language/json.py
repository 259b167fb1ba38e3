"""The process document in JSON, its canonical form: strict in, plain out.

Python's own reader takes duplicate keys, NaN and endless nesting; this one refuses them, before building anything deep.
A number with decimals is kept as the text it was written as, never as a float.
"""

import json
import re
from typing import Any, Final, NoReturn

from base.languages import N_
from processes.language.errors import LanguageError

MOST_BYTES: Final = 5 * 1024 * 1024
DEEPEST: Final = 100

_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_UNKEEPABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read_json(source: str | bytes) -> dict[str, Any]:
    """Dicts, lists, texts, whole numbers and booleans. Raises `LanguageError`, with the line where there is one."""
    text = decoded(source)
    _check_depth(text)
    try:
        data = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_float=str,
            parse_int=_whole,
        )
    except json.JSONDecodeError as error:
        raise LanguageError(N_("This is not JSON; a sign is missing or too much here."), line=error.lineno) from None
    if not isinstance(data, dict):
        raise LanguageError(N_("A document begins with keys, such as `ariane: 1`."), line=1)
    return data


def write_json(data: dict[str, Any]) -> str:
    """Readable JSON, keys in their order."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def decoded(source: str | bytes) -> str:
    """The text of a file. Raises `LanguageError` when it is too large or not UTF-8."""
    if len(source) > MOST_BYTES:
        raise LanguageError(N_("A document has at most 5 MB."))
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise LanguageError(N_("This is not written in UTF-8."), line=line) from None


def check_characters(text: str, line: int | None) -> None:
    """Raise `LanguageError` for characters that no page, mail or database keeps; None: the text is a whole file."""
    found = _UNKEEPABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1 if line is None else line
        raise LanguageError(N_("This text holds a character that cannot be shown."), line=line)


def _check_depth(text: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        depth += (match[0] in "[{") - (match[0] in "]}")
        if depth > DEEPEST:
            line = text.count("\n", 0, match.start()) + 1
            raise LanguageError(N_("This is nested more than 100 deep."), line=line)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise LanguageError(N_("The key `%(key)s` is given twice."), key=key[:80])
        if value is None:
            raise LanguageError(N_("`%(key)s` has no value; empty values are not allowed."), key=key[:80])
        check_characters(key, 0)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                check_characters(text, 0)
            elif text is None:
                raise LanguageError(N_("`%(key)s` has no value; empty values are not allowed."), key=key[:80])
        found[key] = value
    return found


def _whole(digits: str) -> int:
    if len(digits) > 19:
        raise LanguageError(N_("A number has at most 18 digits."))
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise LanguageError(N_("%(name)s is no number."), name=name)
