"""Cells: the keys of `is` and the boxes of a table. Bare words are texts here, since cells hold little else.

any · late, lost · not late · 3..5 · > 3 · >= setting.x · < today · 'two words'
"""

import re
from typing import Final

from base.languages import N_
from processes.language.errors import LanguageError
from processes.language.grammar import read_expression
from processes.walk.expressions import Ast

_MOST: Final = 2000
_SIGN: Final = re.compile(r"<=|>=|!=|=|<|>")
_WORD: Final = re.compile(r"[^\W_][\w\-]*(?:\.[^\W_][\w\-]*)*")
_LITERAL: Final = re.compile(
    r"""-?\d+(?:\.\d+)?(?:\s+[\w ]+)?|\d{4}-\d{2}-\d{2}|setting\.[^\W\d_]\w*|"[^"]*"|'[^']*'"""
)
_PIECE: Final = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,"'])+""")
_QUOTED: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")


def read_cell(text: str) -> Ast:
    """The AST of a cell. Raises `LanguageError`."""
    if len(text) > _MOST:
        raise LanguageError(N_("A cell has at most 2000 characters."))
    if not text.strip():
        raise LanguageError(N_("An empty cell says nothing: write `any` where everything fits."))
    return _cell(text, 0)


def _cell(text: str, offset: int) -> Ast:
    offset += len(text) - len(text.lstrip())
    text = text.strip()
    if text == "any":
        return ["any"]
    if re.match(r"not\s", text) and offset < _MOST:
        inner = text[4:]
        if re.match(r"\s*(not\s|any$)", inner):
            raise LanguageError(N_("`not` is followed by values, a range or a comparison."), offset + 1)
        return ["not", _cell(inner, offset + 4)]
    sign = _SIGN.match(text)
    if sign:
        return ["cmp", sign[0], read_expression(text[sign.end() :], offset + sign.end())]
    dots = _range_at(text)
    if dots >= 0:
        low, high = text[:dots], text[dots + 2 :]
        return ["between", read_expression(low, offset), read_expression(high, offset + dots + 2)]
    return ["values", _entries(text, offset)]


def _entries(text: str, offset: int) -> list[Ast]:
    entries = []
    place = 0
    while True:
        piece = _PIECE.match(text, place)
        if piece is None or not piece[0].strip():
            raise LanguageError(
                N_("A value is missing beside the comma, or a quote is never closed."), offset + place + 1
            )
        entries.append(_entry(piece[0], offset + place))
        place = piece.end()
        if place == len(text):
            return entries
        if text[place] != ",":
            raise LanguageError(N_("This quote is never closed."), offset + place + 1)
        place += 1


def _entry(text: str, offset: int) -> Ast:
    offset += len(text) - len(text.lstrip())
    text = text.strip()
    if _LITERAL.fullmatch(text) or _QUOTED.fullmatch(text):
        return read_expression(text, offset)
    if _WORD.fullmatch(text):
        return ["const", text == "true"] if text in ("true", "false") else ["const", text]
    if re.search(r"\s", text):
        raise LanguageError(
            N_("“%(text)s”: put a comma between two values, or quotes around a text of several words."),
            offset + 1,
            text=text[:40],
        )
    raise LanguageError(
        N_("“%(text)s” is no value of a cell; a text with signs needs quotes."), offset + 1, text=text[:40]
    )


def _range_at(text: str) -> int:
    """Where the two dots of a range stand, outside of quotes; -1 without."""
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    return bare.find("..")
