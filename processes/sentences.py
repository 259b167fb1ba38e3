"""Every sentence of a process with the conditions under which it is said, side by side in its languages.

For translators, for whoever keeps the tone of the house, and for legal. A sentence has a stable id, made of its step
and its place within (`fetch_it/text`, `remedy/choices/refund/label`); texts are changed by id, all or nothing.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from base.languages import N_, pick, translate
from processes.language import document as d
from processes.language.errors import LanguageError
from processes.language.shape_faults import id_of
from processes.language.texts import parse_text
from processes.outline import WORDS

BY_LANGUAGE = frozenset({"text", "subject", "label", "title", "confirm", "if_broken"})
VARIANTS = "texts"
PLAIN = ("label", "title")
"""Keys whose words are no templates."""
LONGEST = 20_000
"""Characters of a sentence."""
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence."""

    id: str
    step: str
    """Empty for what belongs to no step: titles, labels of needs and settings."""
    kind: str
    place: str
    """Within the step: `text`, `texts/agent.phone`, `choices/refund/label`."""
    when: tuple[str, ...]
    """Section and branches that lead there, in the reader's words."""
    texts: Mapping[str, str]
    path: Path
    stale: tuple[str, ...] = ()
    """Languages that kept their words when another changed."""

    @property
    def plain(self) -> bool:
        """Whether its words are no template."""
        return self.place.rpartition("/")[2] in PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a change cannot be made."""

    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    """Of the file it came from; 0 where there is none."""

    def tell(self, language: str) -> str:
        """In the reader's language, its line in front."""
        told = translate(language, self.sentence, **self.params)
        if not self.line:
            return told
        return translate(language, N_("Line %(line)s: %(problem)s"), line=self.line, problem=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """New words for a sentence in one language."""

    id: str
    language: str
    text: str
    line: int = 0
    source: tuple[str, str] | None = None
    """Language and words that it was translated from, where the file says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change that can be made."""

    sentence: Sentence
    language: str
    before: str
    after: str


def sentences(document: Mapping[str, Any], language: str, live: Mapping[str, Any] | None = None) -> list[Sentence]:
    """Every sentence of a document (its JSON), in reading order; `live` tells which translations are stale."""
    found = list(_walk(document, (), _Where(language=language)))
    if live is None:
        return found
    known = {each.id: each.texts for each in sentences(live, language)}
    return [_marked(each, known.get(each.id)) for each in found]


def languages_of(document: Mapping[str, Any]) -> list[str]:
    """Languages in which the document has to be written."""
    return list(document.get("languages") or document.get("title") or ())


def judge(document: Mapping[str, Any], wanted: list[Wanted], language: str) -> tuple[list[Edit], list[Problem]]:
    """What would change, and what stands in the way. What is as it was is left out."""
    known = {each.id: each for each in sentences(document, language)}
    spoken = set(languages_of(document))
    edits, problems = [], []
    for each in wanted:
        problem = _problem(each, known.get(each.id), spoken)
        if problem is not None:
            problems.append(problem)
        elif known[each.id].texts.get(each.language, "") != each.text:
            before = known[each.id].texts.get(each.language, "")
            edits.append(Edit(sentence=known[each.id], language=each.language, before=before, after=each.text))
    return edits, problems


def apply(document: Mapping[str, Any], edits: list[Edit]) -> dict[str, Any]:
    """The document with all of them made."""
    body = deepcopy(dict(document))
    for edit in edits:
        place: Any = body
        for part in edit.sentence.path:
            place = place[part]
        place[edit.language] = edit.after
    return body


def _problem(wanted: Wanted, known: Sentence | None, spoken: set[str]) -> Problem | None:
    line = wanted.line
    if known is None:
        said = N_("There is no sentence “%(id)s” in this process.")
        return Problem(sentence=said, params={"id": wanted.id}, line=line)
    if wanted.language not in spoken:
        said = N_("This process is not written in “%(language)s”.")
        return Problem(sentence=said, params={"language": wanted.language}, line=line)
    if wanted.source is not None and known.texts.get(wanted.source[0], "") != wanted.source[1]:
        sentence = N_("“%(id)s” has been changed since this file was made: export it again.")
        return Problem(sentence=sentence, params={"id": wanted.id}, line=line)
    if not wanted.text.strip():
        return Problem(sentence=N_("“%(id)s” would be empty."), params={"id": wanted.id}, line=line)
    if len(wanted.text) > LONGEST:
        params: dict[str, Any] = {"id": wanted.id, "number": LONGEST}
        return Problem(sentence=N_("“%(id)s” is longer than %(number)s characters."), params=params, line=line)
    if not known.plain:
        try:
            parse_text(wanted.text)
        except LanguageError as error:
            return Problem(sentence=error.sentence, params=error.params, line=line)
    return None


def _marked(each: Sentence, before: Mapping[str, str] | None) -> Sentence:
    if before is None:
        return each
    changed = {name for name, text in each.texts.items() if before.get(name) != text}
    left = tuple(sorted(set(each.texts) - changed)) if changed else ()
    return Sentence(
        id=each.id, step=each.step, kind=each.kind, place=each.place, when=each.when, texts=each.texts, path=each.path,
        stale=left,
    )  # fmt: skip


# --- walking the document ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Where:
    language: str
    step: str = ""
    kind: str = ""
    place: tuple[str, ...] = ()
    when: tuple[str, ...] = ()

    def within(self, part: str) -> "_Where":
        return _Where(self.language, self.step, self.kind, (*self.place, part), self.when)

    def under(self, *words: str) -> "_Where":
        return _Where(self.language, self.step, self.kind, self.place, (*self.when, *words))


def _walk(node: Any, path: Path, where: _Where) -> Iterator[Sentence]:
    if isinstance(node, list):
        for place, each in enumerate(node):
            yield from _walk(each, (*path, place), _item(each, place, where))
        return
    if not isinstance(node, Mapping):
        return
    kind = next((key for key in node if key in d.STEP_KINDS), None) if _holds_steps(path) else None
    if kind is not None:
        where = _Where(where.language, id_of(kind, node), kind, (), where.when)
    elif "section" in node and "steps" in node:
        title = pick(node.get("title") or {}, where.language) or str(node["section"])
        where = _Where(where.language, "", "section", (str(node["section"]),), (title,))
    for key, value in node.items():
        yield from _key(str(key), value, (*path, key), where, node)


def _key(key: str, value: Any, path: Path, where: _Where, node: Mapping[str, Any]) -> Iterator[Sentence]:
    if key == "scenarios" and len(path) == 1:
        return
    if key in BY_LANGUAGE and _by_language(value):
        yield _sentence(value, path, where.within(key))
    elif key == VARIANTS and isinstance(value, Mapping):
        for variant, texts in value.items():
            if _by_language(texts):
                yield _sentence(texts, (*path, variant), where.within(f"{VARIANTS}/{variant}"))
    elif key in ("steps", "in_doubt") and ("section" in node or "sections" in node):
        yield from _walk(value, path, where)
    elif _is_branch(value):
        yield from _walk(value, path, where.under(_words_of(node, key, where.language)))
    elif key == "is" and isinstance(value, Mapping):
        for cell, branch in value.items():
            yield from _walk(branch, (*path, cell), where.under(f"{node.get('on', '')} = {cell}".strip()))
    else:
        yield from _walk(value, path, where if key == "sections" else where.within(key))


def _sentence(texts: Mapping[str, str], path: Path, where: _Where) -> Sentence:
    place = "/".join(where.place)
    return Sentence(
        id=f"{where.step}/{place}" if where.step else place, step=where.step, kind=where.kind, place=place,
        when=where.when, texts=dict(texts), path=path,
    )  # fmt: skip


def _item(each: Any, place: int, where: _Where) -> _Where:
    """The name of an item of a list within its step: a choice by its value, a reminder by its place."""
    if not isinstance(each, Mapping) or any(key in each for key in d.STEP_KINDS) or "section" in each or "when" in each:
        return where
    return where.within(str(each.get("value", place + 1)))


def _words_of(node: Mapping[str, Any], key: str, language: str) -> str:
    if "when" in node:
        return str(node["when"])
    if "value" in node and "label" in node:
        return pick(node["label"], language) or str(node["value"])
    return translate(language, WORDS[key]) if key in WORDS else key


def _is_branch(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, Mapping) and any(key in each for key in d.STEP_KINDS) for each in value)
    )


def _holds_steps(path: Path) -> bool:
    return bool(path) and isinstance(path[-1], int)


def _by_language(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(each, str) for each in value.values())
