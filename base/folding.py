"""Words compared as a reader compares them: without accents, capitals or typographic niceties."""

import re
import unicodedata

_SPELLED_OUT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"}
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`text` in small letters without accents: "Élodie Lefèvre-Œuvrard" is "elodie lefevre-oeuvrard"."""
    plain = text.casefold().translate(_SPELLED_OUT)
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def one_line(text: str) -> str:
    """`text` as one line that can be printed and stored: single spaces, no control or half characters."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """The folded words and numbers of `text`, in order: "L'été 2026" gives l, ete, 2026."""
    return _WORD.findall(fold(text))


def end_of_prefix(prefix: str) -> str:
    """The smallest text above everything that begins with `prefix`, code point by code point.

    `prefix <= x < end_of_prefix(prefix)` uses a plain index on both databases, where LIKE depends on its settings.
    """
    head = prefix.rstrip(chr(0x10FFFF))
    return head[:-1] + chr(ord(head[-1]) + 1) if head else chr(0x10FFFF)
