"""The one search, over articles, processes, and whatever else puts its words here.

Who publishes something puts its entry in the same transaction; entries know nothing of what they stand for. Words are
stored folded, in a table of our own, so that accents, capitals and the ends of words do not matter and results are the
same on SQLite and PostgreSQL. A word typed finds every word that begins with its stem: "livrés" finds "livraison".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Id
from base.folding import end_of_prefix, fold, words
from kb.stems import EMPTY_WORDS, stem

Audience = Literal["agent", "customer"]
"""Whom it is for: "agent" for members of staff only, "customer" for everybody."""

Folded = String(60).with_variant(String(60, collation="C"), "postgresql")
_IN_TITLE, _IN_BODY = 40, 4
_MOST_WORDS = 8
_SNIPPET = 180
_WORD = re.compile(r"[^\W_]+")


class SearchEntry(Base):
    """Something that can be found, in one language."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("uq_search_entry_ref", "brand_id", "kind", "ref", "language", unique=True),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[str] = mapped_column(String(32))
    """What it is: article, process …"""
    ref: Mapped[str]
    """Its key among its kind."""
    language: Mapped[str] = mapped_column(String(16))
    audience: Mapped[Audience] = mapped_column(String(16))
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Text)


class SearchWord(Base):
    """A word of an entry, and what it weighs there.

    It repeats what a search filters by, so that the index of words alone says what is found: with ten thousand entries
    a join would be left to the planner's luck.
    """

    __tablename__ = "search_word"
    __table_args__ = (Index(None, "entry_id"),)

    brand_id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    word: Mapped[str] = mapped_column(Folded, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("search_entry.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    audience: Mapped[Audience] = mapped_column(String(16))
    weight: Mapped[int]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found."""

    kind: str
    ref: str
    language: str
    title: tuple[tuple[str, bool], ...]
    """Pieces of the title, each with whether it is what was looked for."""
    snippet: tuple[tuple[str, bool], ...]
    """The same of the place in the body that fits best."""
    score: int


def publish_entry(
    session: Session,
    *,
    brand_id: int,
    kind: str,
    ref: str,
    language: str,
    audience: Audience,
    title: str,
    body: str,
) -> SearchEntry:
    """Have something found from now on, in place of what was there under the same ref and language."""
    entry = session.scalars(
        select(SearchEntry).where(*_same(brand_id, kind, ref), SearchEntry.language == language)
    ).one_or_none()
    if entry is None:
        entry = SearchEntry(brand_id=brand_id, kind=kind, ref=ref, language=language)
        session.add(entry)
    entry.audience, entry.title, entry.body = audience, title, body
    session.flush()
    session.execute(delete(SearchWord).where(SearchWord.entry_id == entry.id))
    known = {"brand_id": brand_id, "language": language, "entry_id": entry.id, "kind": kind, "audience": audience}
    rows = [{**known, "word": word, "weight": weight} for word, weight in _weights(title, body).items()]
    if rows:
        session.execute(insert(SearchWord), rows)
    return entry


def withdraw_entry(session: Session, *, brand_id: int, kind: str, ref: str, language: str | None = None) -> None:
    """Have it found no longer, in one language or in all."""
    which = _same(brand_id, kind, ref)
    if language is not None:
        which = (*which, SearchEntry.language == language)
    ids = session.scalars(select(SearchEntry.id).where(*which)).all()
    session.execute(delete(SearchWord).where(SearchWord.entry_id.in_(ids)))
    session.execute(delete(SearchEntry).where(SearchEntry.id.in_(ids)))


def find(
    session: Session,
    brand_id: int,
    typed: str,
    *,
    language: str,
    audience: Audience = "agent",
    kinds: Sequence[str] | None = None,
    limit: int = 20,
) -> list[Hit]:
    """What fits the words typed, best first: what has all of them, else what has most of them."""
    asked = _asked(typed)
    if not asked:
        return []
    among = [SearchWord.brand_id == brand_id, SearchWord.language == language]
    if audience == "customer":
        among.append(SearchWord.audience == "customer")
    if kinds is not None:
        among.append(SearchWord.kind.in_(kinds))
    scores = session.execute(_scored(asked, among, limit)).all()
    best = {row.entry_id: row.score for row in scores if row.fitting == scores[0].fitting}
    entries = session.scalars(select(SearchEntry).where(SearchEntry.id.in_(best))).all() if best else []
    marks = [stem(word) for word in asked]
    ordered = sorted(entries, key=lambda entry: (-best[entry.id], entry.title, entry.id))
    return [_hit(entry, best[entry.id], marks) for entry in ordered]


def _asked(typed: str) -> list[str]:
    """The words worth looking for: without articles and the like, unless there is nothing else."""
    typed_words = list(dict.fromkeys(word[:60] for word in words(typed[:500]) if len(word) > 1 or word.isdigit()))
    return ([word for word in typed_words if word not in EMPTY_WORDS] or typed_words)[:_MOST_WORDS]


def _scored(asked: list[str], among: Sequence[ColumnElement[bool]], limit: int) -> Select[int, int, int]:
    """The best entries: how many of the words fit, and how well."""
    every = union_all(*(_hits(place, word, among) for place, word in enumerate(asked))).subquery()
    best = (
        select(every.c.entry_id, every.c.place, func.max(every.c.points).label("points"))
        .group_by(every.c.entry_id, every.c.place)
        .subquery()
    )
    fitting = func.count().label("fitting")
    score = cast(func.sum(best.c.points), Integer).label("score")
    scored = select(best.c.entry_id, fitting, score).group_by(best.c.entry_id)
    return scored.order_by(fitting.desc(), score.desc(), best.c.entry_id).limit(limit)


def _hits(place: int, word: str, among: Sequence[ColumnElement[bool]]) -> Select[int, int, int]:
    """Where the word is: it weighs four times typed whole, twice as a beginning, once where its stem fits."""
    begin = stem(word)
    closeness = case(
        (SearchWord.word == word, 4),
        ((SearchWord.word >= word) & (SearchWord.word < end_of_prefix(word)), 2),
        else_=1,
    )
    points = (SearchWord.weight * closeness).label("points")
    return select(SearchWord.entry_id, literal(place, Integer).label("place"), points).where(
        *among, SearchWord.word >= begin, SearchWord.word < end_of_prefix(begin)
    )


def _weights(title: str, body: str) -> dict[str, int]:
    """The words of an entry; one said often weighs more, but not for ever."""
    weights: Counter[str] = Counter()
    for word, count in Counter(_stored(body)).items():
        weights[word] += _IN_BODY + min(count, 8)
    for word in set(_stored(title)):
        weights[word] += _IN_TITLE
    return weights


def _stored(text: str) -> Iterator[str]:
    return (word[:60] for word in words(text))


def _same(brand_id: int, kind: str, ref: str) -> tuple[ColumnElement[bool], ...]:
    return SearchEntry.brand_id == brand_id, SearchEntry.kind == kind, SearchEntry.ref == ref


def _hit(entry: SearchEntry, score: int, stems: Sequence[str]) -> Hit:
    return Hit(
        kind=entry.kind,
        ref=entry.ref,
        language=entry.language,
        title=_marked(entry.title, stems),
        snippet=_marked(_best_place(entry.body, stems), stems),
        score=score,
    )


def _best_place(body: str, stems: Sequence[str]) -> str:
    """The stretch of the body with most of the words, cut at spaces."""
    text = " ".join(body.split())
    found = [(match.start(), which) for match, which in _fitting(text, stems)]
    if not found or len(text) <= _SNIPPET:
        return text if len(text) <= _SNIPPET else _cut(text, 0)
    best = max((start for start, _ in found), key=lambda start: (_variety(found, start), -start))
    return _cut(text, max(0, best - _SNIPPET // 4))


def _variety(found: list[tuple[int, int]], start: int) -> int:
    return len({which for at, which in found if start <= at < start + _SNIPPET * 3 // 4})


def _cut(text: str, start: int) -> str:
    if start:
        start = text.find(" ", start) + 1 or start
    end = start + _SNIPPET
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + _SNIPPET // 2)
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def _marked(text: str, stems: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    done = 0
    for match, _ in _fitting(text, stems):
        pieces += [(text[done : match.start()], False), (match.group(), True)]
        done = match.end()
    pieces.append((text[done:], False))
    return tuple(piece for piece in pieces if piece[0])


def _fitting(text: str, stems: Sequence[str]) -> Iterator[tuple[re.Match[str], int]]:
    """The words of `text` that fit, each with the place of what it fits among `stems`."""
    for match in _WORD.finditer(text):
        folded = fold(match.group())
        for place, begin in enumerate(stems):
            if folded.startswith(begin):
                yield match, place
                break
