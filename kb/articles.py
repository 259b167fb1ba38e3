"""Articles of the knowledge base: one key, a revision at a time for each language, passages that processes include.

A revision is a draft until it is published; published ones are never changed, the next one replaces them. Publishing
writes passages and the search entry in the same transaction. Rendering comes before: `kb.markdown.render` outside, its
result handed in, because nothing slow happens inside a write unit.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from markupsafe import Markup
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict, Invalid, NotFound
from base.folding import one_line
from base.languages import N_
from base.permissions import Permission, allowed, require
from kb import search
from kb.markdown import Rendered, digest
from kb.search import Audience

RevisionState = Literal["draft", "published", "replaced"]
_KEY = "[a-z0-9][a-z0-9_-]{0,59}"
_DRAFT = text("state = 'draft'")
_PUBLISHED = text("state = 'published'")


class NoSuchArticle(NotFound):
    """No article of the brand has that key, or none that the reader may read."""

    sentence = N_("There is no such article.")


class NothingToPublish(Conflict):
    """There is no draft in that language."""

    sentence = N_("There is no draft to publish.")


class ArticleNeedsTitle(Invalid):
    """A reader finds an article by its title."""

    sentence = N_("An article needs a title.")


class InvalidArticleKey(Invalid):
    """The key is part of addresses and of process documents."""

    sentence = N_("“%(key)s” is no key: small letters, digits, - and _, at most 60.")


class Article(Base):
    """A page of the knowledge base, in as many languages as it has revisions."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(60))
    """What process documents and addresses call it."""
    created_at: Mapped[Moment]
    revisions: Mapped[list["Revision"]] = relationship(order_by="Revision.number", back_populates="article")


class Revision(Base):
    """What an article says in one language, from one publication to the next."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("article_id", "language", "number"),
        Index("uq_revision_draft", "article_id", "language", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
        Index(
            "uq_revision_published",
            *("article_id", "language"),
            unique=True,
            sqlite_where=_PUBLISHED,
            postgresql_where=_PUBLISHED,
        ),
    )

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    language: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    state: Mapped[RevisionState] = mapped_column(String(16))
    audience: Mapped[Audience] = mapped_column(String(16))
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    """Markdown."""
    html: Mapped[str] = mapped_column(Text)
    """What the body gives, cleaned when it was saved."""
    body_hash: Mapped[str] = mapped_column(String(64))
    author: Mapped[Json]
    """The actor who saved it last."""
    saved_at: Mapped[Moment]
    published_at: Mapped[Moment | None]
    good_until: Mapped[date | None]
    """Last day on which it is known to be right: then its readers and the processes that quote it are warned."""
    article: Mapped[Article] = relationship(back_populates="revisions")
    passages: Mapped[list["Passage"]] = relationship(order_by="Passage.place", back_populates="revision")

    @property
    def markup(self) -> Markup:
        """The HTML, ready for a page."""
        return Markup(self.html)  # noqa: S704 - kb.markdown cleaned it


class Passage(Base):
    """A part of an article under its heading, which processes include by name."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("revision_id", "anchor"),)

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"))
    place: Mapped[int]
    anchor: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    html: Mapped[str] = mapped_column(Text)
    """The part without its heading, cleaned."""
    plain: Mapped[str] = mapped_column(Text)
    """The same as words alone, for SMS and phone."""
    revision: Mapped[Revision] = relationship(back_populates="passages")

    @property
    def markup(self) -> Markup:
        """The HTML, ready for a page."""
        return Markup(self.html)  # noqa: S704 - kb.markdown cleaned it


def save_draft(
    session: Session,
    actor: Actor,
    now: datetime,
    key: str,
    language: str,
    *,
    title: str,
    body: str,
    rendered: Rendered,
    audience: Audience = "agent",
    good_until: date | None = None,
) -> Revision:
    """Keep what an author wrote, as the draft of that language; the article is made when there is none yet.

    `rendered` is what `kb.markdown.render` gave for `body`. Raises `ArticleNeedsTitle`, `InvalidArticleKey`.
    """
    require(actor, Permission.ARTICLE_WRITE)
    title = one_line(title)
    if not title:
        raise ArticleNeedsTitle
    article = _article(session, actor.brand_id, key) or _new_article(session, actor.brand_id, key, now)
    draft = _revision(session, article, language, "draft")
    if draft is None:
        draft = Revision(article=article, language=language, number=_next_number(session, article, language))
        draft.state = "draft"
    draft.title, draft.body, draft.audience, draft.good_until = title, body, audience, good_until
    draft.html, draft.body_hash = rendered.html, digest(body)
    draft.author, draft.saved_at = actor.to_json(), now
    session.add(draft)
    session.flush()
    return draft


def publish(session: Session, actor: Actor, now: datetime, key: str, language: str, *, rendered: Rendered) -> Revision:
    """Have everybody read the draft of that language from now on; passages and search follow at once.

    `rendered` is what `kb.markdown.render` gave for the draft's body. Raises `NoSuchArticle`, `NothingToPublish`.
    """
    require(actor, Permission.ARTICLE_PUBLISH)
    article = _article(session, actor.brand_id, key)
    if article is None:
        raise NoSuchArticle
    draft = _revision(session, article, language, "draft")
    if draft is None:
        raise NothingToPublish
    before = _revision(session, article, language, "published")
    if before is not None:
        before.state = "replaced"
        session.flush()
    draft.state, draft.published_at = "published", now
    session.flush()
    _store_passages(session, draft, rendered)
    search.publish_entry(
        session,
        brand_id=article.brand_id,
        kind="article",
        ref=article.key,
        language=language,
        audience=draft.audience,
        title=draft.title,
        body=rendered.plain,
    )
    return draft


def withdraw(session: Session, actor: Actor, key: str, language: str) -> None:
    """Have nobody read it any longer, and nothing find it. Raises `NoSuchArticle`."""
    require(actor, Permission.ARTICLE_PUBLISH)
    article = _article(session, actor.brand_id, key)
    published = article and _revision(session, article, language, "published")
    if not article or not published:
        raise NoSuchArticle
    published.state = "replaced"
    session.flush()
    search.withdraw_entry(session, brand_id=article.brand_id, kind="article", ref=article.key, language=language)


def read(session: Session, actor: Actor, key: str, *languages: str) -> Revision:
    """What the article says, in the first of `languages` that it is published in, else in any.

    Raises `NoSuchArticle` alike for none and for one that is not for the reader.
    """
    require(actor, Permission.ARTICLE_READ)
    audience: Audience = "agent" if allowed(actor, Permission.PROCESS_READ) else "customer"
    found = _by_language(session, actor.brand_id, key, languages, audience)
    if not found:
        raise NoSuchArticle
    return found[0]


def passage(
    session: Session, brand_id: int, ref: str, *languages: str, audience: Audience = "customer"
) -> Passage | None:
    """The passage that a process names, `pickup#papers`, in the first of `languages` that has it, else in any.

    None when there is none, or none for that audience: a process then shows nothing.
    """
    key, _, anchor = ref.partition("#")
    for revision in _by_language(session, brand_id, key, languages, audience):
        for part in revision.passages:
            if part.anchor == anchor:
                return part
    return None


def articles_of(session: Session, brand_id: int) -> list[Article]:
    """All articles of a brand by key, their revisions loaded."""
    found = select(Article).where(Article.brand_id == brand_id).order_by(Article.key)
    return list(session.scalars(found.options(selectinload(Article.revisions))))


def passages_until(session: Session, brand_id: int) -> dict[str, date | None]:
    """Everything published that a process may include (`pickup#papers`), with the last day on which it is good.

    Of an article in several languages the earliest day counts; None: it is good without end.
    """
    known = (
        select(Article.key, Passage.anchor, Revision.good_until)
        .join(Revision, Revision.article_id == Article.id)
        .join(Passage, Passage.revision_id == Revision.id)
        .where(Article.brand_id == brand_id, Revision.state == "published")
    )
    found: dict[str, date | None] = {}
    for key, anchor, until in session.execute(known):
        days = [day for day in (found.get(f"{key}#{anchor}"), until) if day is not None]
        found[f"{key}#{anchor}"] = min(days, default=None)
    return found


def _article(session: Session, brand_id: int, key: str) -> Article | None:
    # Locked, so that two authors who save at once do so one after the other.
    named = select(Article).where(Article.brand_id == brand_id, Article.key == key)
    return session.scalars(named.with_for_update(key_share=True)).one_or_none()


def _new_article(session: Session, brand_id: int, key: str, now: datetime) -> Article:
    if not re.fullmatch(_KEY, key):
        raise InvalidArticleKey(key=one_line(key)[:60])
    values = {"public_id": new_public_id(), "brand_id": brand_id, "key": key, "created_at": now}
    insert_or_ignore(session, Article, values)
    return session.scalars(select(Article).where(Article.brand_id == brand_id, Article.key == key)).one()


def _revision(session: Session, article: Article, language: str, state: RevisionState) -> Revision | None:
    found = select(Revision).where(
        Revision.article_id == article.id, Revision.language == language, Revision.state == state
    )
    return session.scalars(found).one_or_none()


def _next_number(session: Session, article: Article, language: str) -> int:
    last = select(func.max(Revision.number)).where(Revision.article_id == article.id, Revision.language == language)
    return (session.scalar(last) or 0) + 1


def _store_passages(session: Session, revision: Revision, rendered: Rendered) -> None:
    rows = [
        {
            "revision_id": revision.id,
            "place": place,
            "anchor": part.anchor,
            "title": part.title,
            "html": part.html,
            "plain": part.plain,
        }
        for place, part in enumerate(rendered.parts)
    ]
    if rows:
        session.execute(insert(Passage), rows)


def _by_language(
    session: Session, brand_id: int, key: str, languages: Sequence[str], audience: Audience
) -> list[Revision]:
    """What is published of an article for that audience, in the order of `languages`, then any other."""
    wanted = (
        select(Revision)
        .join(Article)
        .where(Article.brand_id == brand_id, Article.key == key, Revision.state == "published")
    )
    if audience == "customer":
        wanted = wanted.where(Revision.audience == "customer")
    order = {language: place for place, language in enumerate(dict.fromkeys(languages))}
    return sorted(session.scalars(wanted), key=lambda one: (order.get(one.language, len(order)), one.language))
