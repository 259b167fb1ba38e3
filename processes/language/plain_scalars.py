"""What an unquoted word in YAML means here, and the traps that it may be.

A word stays a text unless it is `true`, `false` or a whole number; decimals and dates stay as they are written. What
other YAML readers would take for something else (`NO`, `22:30`, `01000`) is refused rather than guessed, and so is what
YAML silently cuts or splits.
"""

import re
from typing import Final

from base.languages import N_
from processes.language.errors import LanguageError

_WHOLE: Final = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_CLOCK: Final = re.compile(r"\d{1,3}(?::\d{2}){1,2}")
_PADDED: Final = re.compile(r"[-+]?0\d+(?:\.\d*)?")
_GLUED_COMMENT: Final = re.compile(r"[ \t]+#[^\s#]")
_SPACED_SIGN: Final = re.compile(r"\s[?:](?:\s|$)")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
"""Words that YAML readers turn into something else in at least one spelling."""


def read_plain(word: str, line: int) -> str | int | bool:
    """The value of an unquoted word. Raises `LanguageError` for a trap."""
    if word in ("true", "false"):
        return word == "true"
    if _WHOLE.fullmatch(word):
        return int(word)
    refuse_trap(word, line)
    return word


def refuse_trap(word: str, line: int) -> None:
    """Raise `LanguageError` when an unquoted word or key may be read in two ways."""
    if word == "" or word == "~":
        raise LanguageError(N_("A value is missing here; empty values are not allowed."), line=line)
    if word.lower() in _WORDS or _CLOCK.fullmatch(word) or _PADDED.fullmatch(word):
        raise LanguageError(
            N_("`%(word)s` without quotes is read differently by different programs: write '%(word)s'."),
            line=line,
            word=word,
        )
    if word == "<<":
        raise LanguageError(N_("Merging with << is not allowed here."), line=line)
    if _SPACED_SIGN.search(word):
        raise LanguageError(N_("Put quotes around a text that holds “ ?” or “ :”."), line=line)


def refuse_cut(source: str, end: int, line: int) -> None:
    """Raise `LanguageError` when what follows an unquoted word looks like a part of it and is a comment."""
    if _GLUED_COMMENT.match(source, end):
        raise LanguageError(
            N_("Everything after # is a comment. Put quotes around the text, or a space after the # of a comment."),
            line=line,
        )
