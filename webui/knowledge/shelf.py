"""The articles of a brand as their titles stand on a shelf: which languages are published, which wait as drafts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, selectinload

from base.languages import pick
from kb.articles import Article, Revision
from kb.search import Audience
from kb.uses import used_by
from processes.findable import KIND
from processes.rows import ProcessRow

MOST = 200
"""Articles shown at once, latest first; the box finds the others."""
CURRENT = ("draft", "published")


@dataclass(kw_only=True)
class OnShelf:
    """An article, without its text."""

    key: str
    titles: dict[str, str] = field(default_factory=dict)
    audience: Audience = "agent"
    published: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    saved_at: datetime | None = None

    def title(self, *languages: str) -> str:
        """Its title for a reader."""
        return pick(self.titles, *languages) or self.key


def shelf(session: Session, brand_id: int, *, drafts: bool) -> list[OnShelf]:
    """Articles by when they were last saved; with `drafts` also what only writers see."""
    found: dict[str, OnShelf] = {}
    for key, revision in session.execute(_latest(brand_id, CURRENT if drafts else ("published",))):
        one = found.setdefault(key, OnShelf(key=key))
        if revision is None:
            continue
        _put(one, revision)
    return [one for one in found.values() if drafts or one.published]


def customers_shelf(session: Session, brand_id: int, language: str) -> list[tuple[str, str]]:
    """Key and title of what customers may read in a language, by title."""
    wanted = (
        select(Article.key, Revision.title)
        .join(Article.revisions)
        .where(
            Article.brand_id == brand_id, Revision.state == "published", Revision.audience == "customer",
            Revision.language == language,
        )
        .order_by(Revision.title)
        .limit(MOST)
    )  # fmt: skip
    return [(key, title) for key, title in session.execute(wanted)]


def standing(session: Session, brand_id: int, key: str) -> list[Revision]:
    """What is current of an article, its passages loaded: published and drafts, by language."""
    wanted = (
        select(Revision)
        .join(Revision.article)
        .where(Article.brand_id == brand_id, Article.key == key, Revision.state.in_(CURRENT))
        .order_by(Revision.language, Revision.state.desc())
    )
    return list(session.scalars(wanted.options(selectinload(Revision.passages))))


def last_words(session: Session, brand_id: int, key: str, language: str) -> Revision | None:
    """Where an author goes on writing: the draft, else what was published last."""
    wanted = (
        select(Revision)
        .join(Revision.article)
        .where(Article.brand_id == brand_id, Article.key == key, Revision.language == language)
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return session.scalars(wanted).one_or_none()


def is_known(session: Session, brand_id: int, key: str) -> bool:
    """Whether there is an article of that key."""
    return session.scalar(select(Article.id).where(Article.brand_id == brand_id, Article.key == key)) is not None


def processes_with(session: Session, brand_id: int, key: str, *languages: str) -> list[tuple[str, str]]:
    """Key and title of the processes that include a passage of the article."""
    keys = [link.ref for link in used_by(session, brand_id, key) if link.kind == KIND]
    rows = session.scalars(select(ProcessRow).where(ProcessRow.brand_id == brand_id, ProcessRow.key.in_(keys)))
    return sorted(((row.key, pick(row.title, *languages)) for row in rows), key=lambda each: each[1])


def _latest(brand_id: int, states: Sequence[str]) -> Select[str, Revision | None]:
    last = (
        select(Article.id, Article.key, func.max(Revision.saved_at).label("saved_at"))
        .outerjoin(Revision, and_(Revision.article_id == Article.id, Revision.state.in_(states)))
        .where(Article.brand_id == brand_id)
        .group_by(Article.id, Article.key)
        .order_by(func.max(Revision.saved_at).desc(), Article.key)
        .limit(MOST)
        .subquery()
    )
    standing_now = and_(Revision.article_id == last.c.id, Revision.state.in_(states))
    return select(last.c.key, Revision).outerjoin(Revision, standing_now).order_by(last.c.saved_at.desc(), last.c.key)


def _put(one: OnShelf, revision: Revision) -> None:
    languages = one.published if revision.state == "published" else one.drafts
    languages.append(revision.language)
    if revision.state == "published" or revision.language not in one.titles:
        one.titles[revision.language] = revision.title
        one.audience = revision.audience
    one.saved_at = max(filter(None, (one.saved_at, revision.saved_at)))


def languages_of(revisions: Iterable[Revision], state: str) -> list[str]:
    """Languages that are in that state."""
    return [revision.language for revision in revisions if revision.state == state]
