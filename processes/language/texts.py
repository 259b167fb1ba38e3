"""Texts of a process: parsed once when they are saved, rendered as HTML or as plain words for each reader.

The walk gives ids and values, never words; whoever shows or sends them renders here, outside any transaction. What a
text may hold is in `templates` (the Jinja subset), `markup` (Markdown-light) and `filters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from base.business_time import ALWAYS_OPEN, Calendar
from processes.language.errors import LanguageError
from processes.language.filters import Passage, Reader, locale_of
from processes.language.markup import to_html, to_plain
from processes.language.rendering import Run, Writing, compile_body
from processes.language.templates import read_template
from processes.language.uses import Use, uses_in
from processes.walk.values import Value

__all__ = [
    "LanguageError",
    "ParsedText",
    "Passage",
    "nest",
    "parse_text",
    "render_html",
    "render_line",
    "render_plain",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText:
    """A text that was accepted."""

    source: str
    uses: tuple[Use, ...]
    """Every place that reads a value, with its line and guards; fields of a loop's items among them."""
    paths: frozenset[str]
    """What has to be given in `values`: the dotted paths read; of a loop, the list."""
    guarded: frozenset[str]
    """Paths whose every use stands under an `if` or a `default`: these may be missing."""
    write: Writing = field(repr=False, compare=False)


@lru_cache(4096)
def parse_text(source: str) -> ParsedText:
    """Accept a text, or raise `LanguageError` with its line. Compiled once and kept by source."""
    body = read_template(source)
    uses = tuple(uses_in(body))
    return ParsedText(
        source=source,
        uses=uses,
        paths=frozenset(use.path for use in uses if not use.item),
        guarded=frozenset(use.path for use in uses) - {use.path for use in uses if not use.guarded},
        write=compile_body(body),
    )


def render_html(
    parsed: ParsedText,
    values: Mapping[str, Value],
    language: str,
    zone: str,
    *,
    gap: str | None = None,
    calendar: Calendar = ALWAYS_OPEN,
) -> Markup:
    """Safe HTML. `values` is nested (see `nest`), `zone` the time zone that moments are told in.

    `gap` stands where a value is missing or unknown and nothing guards it; without it that raises `LanguageError`, as
    do bounds passed (200,000 characters, 200 entries of a list) and values that a filter cannot tell.
    """
    return to_html(_pieces(parsed, values, language, zone, gap, calendar))


def render_plain(
    parsed: ParsedText,
    values: Mapping[str, Value],
    language: str,
    zone: str,
    *,
    gap: str | None = None,
    calendar: Calendar = ALWAYS_OPEN,
) -> str:
    """Plain words, nothing escaped. Otherwise like `render_html`."""
    return to_plain(_pieces(parsed, values, language, zone, gap, calendar))


def render_line(
    parsed: ParsedText, values: Mapping[str, Value], language: str, zone: str, *, gap: str | None = None
) -> str:
    """Plain words on one line, for subjects and labels: a value cannot begin a new header."""
    return " ".join(render_plain(parsed, values, language, zone, gap=gap).split())


def nest(flat: Mapping[str, Value]) -> dict[str, Value]:
    """Dotted paths as nested dicts: `{"parcel.number": "6A1"}` becomes `{"parcel": {"number": "6A1"}}`."""
    nested: dict[str, Value] = {}
    for path, value in sorted(flat.items()):
        *owners, last = path.split(".")
        place = nested
        for owner in owners:
            inner = place.get(owner)
            # A copy: the dict may be a fact that others hold too.
            place[owner] = place = dict(inner) if isinstance(inner, dict) else {}
        place[last] = value
    return nested


def _pieces(
    parsed: ParsedText, values: Mapping[str, Value], language: str, zone: str, gap: str | None, calendar: Calendar
) -> list[object]:
    reader = Reader(language=language, locale=locale_of(language), zone=ZoneInfo(zone), calendar=calendar)
    run = Run(values, reader, gap)
    parsed.write(run)
    return run.pieces
