"""Words of a walk, told: the right variant for walker and channel, in the right language, as HTML or as plain text.

The walk says which text and which values; here they become words. Never inside a write unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from base.business_time import ALWAYS_OPEN, Calendar
from base.database import refuse_inside_unit
from base.languages import pick
from processes.language.texts import Passage, nest, parse_text, render_html, render_line, render_plain
from processes.walk.program import Program
from processes.walk.turn import Words

PassageFinder = Callable[[str, str], Passage | None]
"""A passage (`article#part`) in a language, rendered; None when there is none."""
GAP = "…"
"""What stands where a value is missing and the author forgot to guard it; publication refuses such texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom words are told."""

    walker: str
    channel: str
    languages: tuple[str, ...]
    """Wished for, best first; then comes whatever the text is written in."""
    zone: str
    calendar: Calendar = ALWAYS_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words as a person reads them."""

    kind: str
    step: str
    language: str
    html: Markup
    plain: str

    def to_json(self) -> dict[str, str]:
        """As the journal and the timeline keep them."""
        return {"kind": self.kind, "step": self.step, "language": self.language, "text": self.plain}


def tell(
    program: Program, words: Words, reader: Reader, *, link: str = "", passage: PassageFinder | None = None
) -> Told:
    """The words for a reader. `link` resumes the walk, for texts that print it."""
    refuse_inside_unit("rendering a text")
    source, language = _choose(program.texts.get(words.text, {}), reader)
    values = nest({**words.values, **({"link": link} if link else {})})
    shown = passage(words.passage, language) if passage and words.passage else None
    parsed = parse_text(source)
    prints_passage = "passage" in parsed.paths
    if prints_passage:
        values["passage"] = shown or Passage("", "")
    html = render_html(parsed, values, language, reader.zone, gap=GAP, calendar=reader.calendar)
    plain = render_plain(parsed, values, language, reader.zone, gap=GAP, calendar=reader.calendar)
    if shown and not prints_passage:
        # Cleaned by the knowledge base, at save and again when it rendered.
        html += Markup('<div class="passage">{}</div>').format(Markup(shown.html))  # noqa: S704
        plain = f"{plain}\n\n{shown.text}"
    return Told(kind=words.kind, step=words.step, language=language, html=html, plain=plain)


def tell_line(program: Program, words: Words, reader: Reader) -> str:
    """The words on one line, for subjects and titles."""
    source, language = _choose(program.texts.get(words.text, {}), reader)
    return render_line(parse_text(source), nest(dict(words.values)), language, reader.zone, gap=GAP)


def in_all_languages(program: Program, words: Words, reader: Reader, languages: tuple[str, ...]) -> dict[str, str]:
    """The words by language, plain, for what is stored before its reader is known."""
    return {language: tell(program, words, _speaking(reader, language)).plain for language in languages}


def _speaking(reader: Reader, language: str) -> Reader:
    return Reader(
        walker=reader.walker, channel=reader.channel, languages=(language, *reader.languages), zone=reader.zone,
        calendar=reader.calendar,
    )  # fmt: skip


def _choose(variants: Mapping[str, Mapping[str, str]], reader: Reader) -> tuple[str, str]:
    """Source and language of the most precise variant: walker and channel, channel, walker, then the text itself."""
    for name in (f"{reader.walker}.{reader.channel}", reader.channel, reader.walker, "text"):
        body = variants.get(name)
        if body:
            source = pick(body, *reader.languages)
            language = next((key for key, text in body.items() if text == source), "")
            return source, language
    return "", reader.languages[0] if reader.languages else "en"


def label_of(texts: Mapping[str, str], languages: tuple[str, ...], fallback: Any = "") -> str:
    """A label in the reader's language."""
    return pick(texts, *languages) or str(fallback)
