"""JSON as it was promised: what Python's own reader takes too kindly is refused.

UTF-8 only, no NaN or Infinity, no key twice in one record (the last "amount" would win), whole numbers of at most 18
digits, texts of at most 64 kB without NUL or half characters, at most 100 levels, counted before anything is built.
"""

import json
import math
import re
from typing import Any, Final, NoReturn

DEEPEST: Final = 100
LONGEST_TEXT: Final = 64 * 1024
MOST_DIGITS: Final = 18

# Possessive: a hostile text full of quotes is still read once, from left to right.
_TEXT = re.compile(rb'"(?>[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_OTHER_THAN_BRACKETS = re.compile(rb"[^\[\]{}]+")


class Garbage(ValueError):
    """Not the content that was promised; the argument says what is wrong with it."""


def read_json(body: bytes) -> Any:
    """The value of a JSON text. Raises `Garbage`."""
    refuse_depth(body)
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_record,
            parse_constant=_constant,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except Garbage:
        raise
    except UnicodeDecodeError as error:
        raise Garbage("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Garbage("not JSON") from error
    refuse_texts(value)
    return value


def refuse_depth(body: bytes) -> None:
    """Raise `Garbage` when brackets outside texts nest deeper than 100."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = 0
    for bracket in _OTHER_THAN_BRACKETS.sub(b"", _TEXT.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            raise Garbage(f"more than {DEEPEST} levels")


def refuse_texts(value: Any) -> None:
    """Raise `Garbage` for a text, anywhere inside, that is too long, holds a NUL or is no Unicode text."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            _refuse_text(item)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _refuse_text(text: str) -> None:
    if "\0" in text:
        raise Garbage("a NUL in a text")
    if len(text) * 4 <= LONGEST_TEXT and text.isascii():
        return
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise Garbage("half a character") from error
    if size > LONGEST_TEXT:
        raise Garbage(f"a text of more than {LONGEST_TEXT} bytes")


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise Garbage("a key twice in one record")
    return record


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise Garbage(f"a number of more than {MOST_DIGITS} digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Garbage("a number without end")
    return number


def _constant(name: str) -> NoReturn:
    raise Garbage(f"{name} is no JSON")
