"""Articles' Markdown: made HTML without markup of its own, cleaned, and cut into passages at its headings.

A heading names its passage: `## Papers to bring {#papers}`, else by its words. The name in braces stays the same in
every language, so that `pickup#papers` means one thing.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from base.errors import Invalid
from base.folding import words
from base.languages import N_

LONGEST = 200_000
"""Characters of an article."""
MOST_HEADINGS = 300

_ANCHOR = re.compile(r"\s*\{#([a-z0-9][a-z0-9_-]{0,59})\}\s*$")
_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a", "img"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


class ArticleTooLong(Invalid):
    """No text for a reader is that long."""

    sentence = N_("An article may have %(longest)s characters; this one has %(length)s.")


class TooManyHeadings(Invalid):
    """No reader finds his way through that many parts."""

    sentence = N_("An article may have %(most)s headings; this one has %(count)s.")


class SameAnchorTwice(Invalid):
    """A passage could not be told from another."""

    sentence = N_("Two headings have the name #%(anchor)s. Give one of them another name.")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A passage: a heading and all below it up to the next heading of its level or above."""

    anchor: str
    title: str
    html: Markup
    """What is below the heading, clean."""
    plain: str
    """The same as words alone."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What an article's Markdown gives."""

    html: Markup
    """Clean HTML, headings carrying their anchors as ids."""
    parts: tuple[Part, ...]
    plain: str
    """The words alone, for searching."""


def digest(source: str) -> str:
    """What rendered HTML is cached by."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def render(source: str) -> Rendered:
    """HTML, passages and words of `source`; rendered once for the same source.

    Raises `ArticleTooLong`, `TooManyHeadings`, `SameAnchorTwice`.
    """
    if len(source) > LONGEST:
        raise ArticleTooLong(longest=LONGEST, length=len(source))
    return _render(source)


def forget() -> None:
    """Render everything anew from now on."""
    _render.cache_clear()


@lru_cache(maxsize=500)
def _render(source: str) -> Rendered:
    env: dict[str, object] = {}
    tokens = _PARSER.parse(source, env)
    named = _named(tokens)
    lines = source.split("\n")
    return Rendered(html=_html(tokens, env), plain=_plain(tokens), parts=tuple(_parts(named, lines, env)))


def _html(tokens: list[Token], env: dict[str, object]) -> Markup:
    for token in tokens:
        if token.type in ("th_open", "td_open") and (style := token.attrs.pop("style", "")):
            # The pages' policy lets no style stand in an attribute.
            token.attrSet("align", str(style).removeprefix("text-align:"))
    return Markup(_clean(_PARSER.renderer.render(tokens, _PARSER.options, env)))  # noqa: S704 - nh3 has cleaned it


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


@dataclass(frozen=True)
class _Heading:
    anchor: str
    title: str
    level: int
    first_line: int
    last_line: int


def _named(tokens: list[Token]) -> list[_Heading]:
    """The headings, each given its id among `tokens` on the way."""
    places = [place for place, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    if len(places) > MOST_HEADINGS:
        raise TooManyHeadings(most=MOST_HEADINGS, count=len(places))
    found: list[_Heading] = []
    taken: set[str] = set()
    for place in places:
        opening, inline = tokens[place], tokens[place + 1]
        written = _ANCHOR.search(inline.content)
        if written and written.group(1) in taken:
            raise SameAnchorTwice(anchor=written.group(1))
        if written:
            _leave_out(inline, written.group())
        title = _words_of(inline)
        anchor = written.group(1) if written else _free("-".join(words(title))[:60] or "part", taken)
        taken.add(anchor)
        opening.attrSet("id", anchor)
        first, after = opening.map or (0, 0)
        found.append(_Heading(anchor, title, int(opening.tag[1]), first, after))
    return found


def _parts(headings: list[_Heading], lines: list[str], env: dict[str, object]) -> Iterator[Part]:
    for order, heading in enumerate(headings):
        nexts = (other.first_line for other in headings[order + 1 :] if other.level <= heading.level)
        below = _PARSER.parse("\n".join(lines[heading.last_line : next(nexts, len(lines))]), dict(env))
        _named(below)
        yield Part(anchor=heading.anchor, title=heading.title, html=_html(below, env), plain=_plain(below))


def _leave_out(inline: Token, braces: str) -> None:
    inline.content = inline.content.removesuffix(braces)
    for last in (inline.children or [])[-1:]:
        last.content = last.content.removesuffix(braces)


def _free(anchor: str, taken: set[str]) -> str:
    if anchor not in taken:
        return anchor
    return next(name for name in (f"{anchor}-{number}" for number in range(2, len(taken) + 3)) if name not in taken)


def _words_of(inline: Token) -> str:
    return "".join(
        " " if token.type in ("softbreak", "hardbreak") else token.content
        for token in inline.children or []
        if token.type in ("text", "code_inline", "softbreak", "hardbreak")
    ).strip()


def _plain(tokens: list[Token]) -> str:
    texts = [_words_of(token) if token.type == "inline" else token.content for token in tokens]
    return "\n".join(text for text in texts if text.strip())
