"""Markdown-light, for the words of a process: paragraphs, line breaks, lists, **bold**, *italic*, [links](address).

It reads the pieces of a template. Each literal stands in the text as one character of its own that no author can write,
so that a value may hold any sign without ever becoming markup; it is put back at the very end, escaped in HTML and
untouched in plain text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import nh3
from markupsafe import Markup

from base.languages import N_
from processes.language.errors import LanguageError
from processes.language.filters import Passage
from processes.language.rendering import Literal

MOST_SIGNS: Final = 10_000
"""Stars, links and line breaks of one rendering."""

_FIRST_MARK: Final = 0xF0000
_MARKS: Final = re.compile("[\U000f0000-\U0010ffff]")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_TAGS: Final = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
_PASSAGE_TAGS: Final = _TAGS | {
    "h2",
    "h3",
    "h4",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "blockquote",
    "code",
    "pre",
}

_INLINE: Final = re.compile(r"\\([\\*\[\]-])|(\*{1,3})|\[([^\[\]\n]{1,500})\]\(([^()\s]{1,2000})\)|\n")
_BULLET: Final = re.compile(r"[ \t]*[-*][ \t]+(?=\S)")
_NUMBERED: Final = re.compile(r"[ \t]*\d{1,3}[.)][ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class Styled:
    """Inline parts in bold (`strong`) or italic (`em`)."""

    tag: str
    parts: "Inline"


@dataclass(frozen=True, slots=True)
class Link:
    parts: "Inline"
    address: str


class Break:
    """A line break."""


Inline: TypeAlias = Sequence["str | Styled | Link | Break"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`p`, one entry) or a list (`ul`, `ol`)."""

    tag: str
    entries: list[Inline]


def to_html(pieces: Iterable[Any]) -> Markup:
    """Safe HTML: everything escaped, then cleaned against a short list of tags."""
    text, literals = _marked(pieces)
    return _html(text, literals) if literals else _html_of_words(text)


@lru_cache(2000)
def _html_of_words(text: str) -> Markup:
    """What an author wrote without any value in it is the same for everybody, and told at every step."""
    return _html(text, [])


def _html(text: str, literals: list[Any]) -> Markup:
    writer = _Html(literals)
    html = "".join(writer.block(block) for block in _blocks(text))
    tags = _PASSAGE_TAGS if any(isinstance(each, Passage) for each in literals) else _TAGS
    clean = nh3.clean(
        html, tags=tags, attributes={"a": {"href"}}, url_schemes=set(_SCHEMES), link_rel="noopener noreferrer"
    )
    return Markup(clean)  # noqa: S704 - cleaned on the line above


def to_plain(pieces: Iterable[Any]) -> str:
    """Plain text for phone, SMS and the text part of a mail: nothing is escaped."""
    text, literals = _marked(pieces)
    writer = _Plain(literals)
    return "\n\n".join(writer.block(block) for block in _blocks(text))


def _marked(pieces: Iterable[Any]) -> tuple[str, list[Any]]:
    literals: list[Any] = []
    text = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
        else:
            text.append(chr(_FIRST_MARK + len(literals)))
            literals.append(piece)
    marked = "".join(text)
    # A short text cannot hold that many; a loop over one can.
    if len(marked) > MOST_SIGNS and sum(1 for _ in _INLINE.finditer(marked)) > MOST_SIGNS:
        raise LanguageError(N_("The text has too many parts to be told."))
    return marked, literals


# Reading


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(Block("p", [_inline("\n".join(paragraph))]))
            paragraph.clear()

    for line in text.replace("\r", "").split("\n"):
        bullet, numbered = _BULLET.match(line), _NUMBERED.match(line)
        start = bullet or numbered
        if start:
            close()
            tag = "ul" if bullet else "ol"
            if not (blocks and blocks[-1].tag == tag and not paragraph):
                blocks.append(Block(tag, []))
            blocks[-1].entries.append(_inline(line[start.end() :].strip()))
        elif line.strip():
            paragraph.append(line.strip())
        else:
            close()
    close()
    return blocks


def _inline(text: str) -> Inline:
    """One pass, one stack: a star that nothing closes is a star."""
    stack: list[tuple[str, list[Any]]] = [("", [])]
    place = 0
    for match in _INLINE.finditer(text):
        stack[-1][1].append(text[place : match.start()])
        place = match.end()
        escaped, stars, label, address = match.groups()
        if escaped:
            stack[-1][1].append(escaped)
        elif stars:
            before, after = text[match.start() - 1 : match.start()], text[place : place + 1]
            for mark in _marks(stars, stack[-1][0]):
                _star(stack, mark, before, after)
        elif label:
            stack[-1][1].append(Link(_inline(label), address))
        else:
            stack[-1][1].append(Break())
    stack[-1][1].append(text[place:])
    while len(stack) > 1:
        stars, parts = stack.pop()
        stack[-1][1].extend([stars, *parts])
    return stack[0][1]


def _marks(stars: str, opened: str) -> list[str]:
    """Three stars are two marks: what was opened last is closed first."""
    if len(stars) < 3:
        return [stars]
    return ["*", "**"] if opened == "*" else ["**", "*"]


def _star(stack: list[tuple[str, list[Any]]], stars: str, before: str, after: str) -> None:
    opened = [mark for mark, _ in stack]
    if stars in opened and before.strip():
        while stack[-1][0] != stars:
            mark, parts = stack.pop()
            stack[-1][1].extend([mark, *parts])
        _, parts = stack.pop()
        stack[-1][1].append(Styled("strong" if stars == "**" else "em", parts))
    elif stars not in opened and after.strip():
        stack.append((stars, []))
    else:
        stack[-1][1].append(stars)


# Writing


class _Writer:
    def __init__(self, literals: list[Any]) -> None:
        self.literals = literals

    def literal(self, mark: str) -> Any:
        return self.literals[ord(mark) - _FIRST_MARK]

    def address(self, written: str) -> str:
        """A link's address; a value inside of it is quoted, a value that is all of it is checked as a whole."""
        if len(written) == 1 and _MARKS.match(written):
            address = self.literal(written).text.strip()
        else:
            address = _MARKS.sub(lambda mark: quote(self.literal(mark[0]).text, safe=""), written)
        scheme, colon, _ = address.partition(":")
        local = address.startswith("/") and not address.startswith(("//", "/\\"))
        return address if local or (colon and scheme.lower() in _SCHEMES) else ""


class _Html(_Writer):
    def block(self, block: Block) -> str:
        if block.tag == "p":
            inner = self.inline(block.entries[0])
            alone = [part for part in block.entries[0] if not isinstance(part, str) or part.strip()]
            if len(alone) == 1 and isinstance(alone[0], str) and self._is_passage(alone[0].strip()):
                return inner
            return f"<p>{inner}</p>"
        entries = "".join(f"<li>{self.inline(entry)}</li>" for entry in block.entries)
        return f"<{block.tag}>{entries}</{block.tag}>"

    def inline(self, parts: Inline) -> str:
        return "".join(self.part(part) for part in parts)

    def part(self, part: "str | Styled | Link | Break") -> str:
        match part:
            case str():
                return _MARKS.sub(lambda mark: self.words(mark[0]), escape(part, quote=False))
            case Styled():
                return f"<{part.tag}>{self.inline(part.parts)}</{part.tag}>"
            case Link():
                address = self.address(part.address)
                words = self.inline(part.parts)
                return f'<a href="{escape(address)}">{words}</a>' if address else words
            case _:
                return "<br>"

    def words(self, mark: str) -> str:
        literal = self.literal(mark)
        if isinstance(literal, Passage):
            return literal.html
        words = escape(literal.text, quote=False).replace("\n", "<br>")
        if literal.address and self.address(mark):
            return f'<a href="{escape(literal.text)}">{words}</a>'
        return words

    def _is_passage(self, text: str) -> bool:
        return bool(len(text) == 1 and _MARKS.match(text) and isinstance(self.literal(text), Passage))


class _Plain(_Writer):
    def block(self, block: Block) -> str:
        if block.tag == "p":
            return self.inline(block.entries[0])
        starts = ["- "] * len(block.entries)
        if block.tag == "ol":
            starts = [f"{number}. " for number in range(1, len(block.entries) + 1)]
        return "\n".join(start + self.inline(entry) for start, entry in zip(starts, block.entries, strict=True))

    def inline(self, parts: Inline) -> str:
        return "".join(self.part(part) for part in parts)

    def part(self, part: "str | Styled | Link | Break") -> str:
        match part:
            case str():
                return _MARKS.sub(lambda mark: str(self.literal(mark[0]).text), part)
            case Styled():
                return self.inline(part.parts)
            case Link():
                words, address = self.inline(part.parts), self.address(part.address)
                return words if not address or words == address else f"{words} ({address})"
            case _:
                return "\n"


__all__ = ["Literal", "to_html", "to_plain"]
