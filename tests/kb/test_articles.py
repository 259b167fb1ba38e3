"""An article from its first draft to its withdrawal."""

from datetime import date, datetime

import pytest

from base.actors import Actor, Role
from base.database import Database
from base.permissions import NotPermitted
from kb import articles, uses
from kb.articles import ArticleNeedsTitle, InvalidArticleKey, NoSuchArticle, NothingToPublish
from kb.markdown import render
from kb.search import Audience, find

FR = "# Retrait\n\n## Papiers {#papers}\n\nUne **carte d'identité**.\n"
EN = "# Pick-up\n\n## Papers {#papers}\n\nAn **identity card**.\n"


@pytest.fixture
def author(administrator: Actor) -> Actor:
    """Whoever writes the knowledge base."""
    return Actor(kind="agent", name="Ada", roles=frozenset({Role.AUTHOR}), brand_id=administrator.brand_id)


def published(
    database: Database, author: Actor, now: datetime, body: str, language: str, audience: Audience = "customer"
) -> None:
    rendered = render(body)
    with database.unit() as session:
        title = rendered.parts[0].title
        articles.save_draft(
            session, author, now, "pickup", language, title=title, body=body, rendered=rendered, audience=audience
        )
        articles.publish(session, author, now, "pickup", language, rendered=rendered)


def test_a_draft_is_read_by_nobody_until_it_is_published(
    database: Database, author: Actor, stranger: Actor, now: datetime
) -> None:
    rendered = render(FR)
    with database.unit() as session:
        for body in ("Brouillon", FR):
            draft = articles.save_draft(
                session,
                author,
                now,
                "pickup",
                "fr",
                title="Retrait",
                body=body,
                rendered=render(body),
                audience="customer",
            )
        assert (draft.number, draft.state) == (1, "draft")
        with pytest.raises(NoSuchArticle):
            articles.read(session, stranger, "pickup", "fr")
        assert find(session, author.brand_id, "retrait", language="fr") == []
        articles.publish(session, author, now, "pickup", "fr", rendered=rendered)
        with pytest.raises(NothingToPublish):
            articles.publish(session, author, now, "pickup", "fr", rendered=rendered)
        assert articles.read(session, stranger, "pickup", "en", "fr").markup == rendered.html
        assert [hit.ref for hit in find(session, author.brand_id, "identités", language="fr")] == ["pickup"]


def test_the_next_revision_replaces_it_and_the_old_one_is_kept(
    database: Database, author: Actor, stranger: Actor, now: datetime
) -> None:
    published(database, author, now, FR, "fr")
    published(database, author, now, "# Consigne\n\nUn casier.\n", "fr")
    with database.reading() as session:
        assert articles.read(session, stranger, "pickup", "fr").title == "Consigne"
        (article,) = articles.articles_of(session, author.brand_id)
        assert [(one.number, one.state) for one in article.revisions] == [(1, "replaced"), (2, "published")]
        assert list(articles.passages_until(session, author.brand_id)) == ["pickup#consigne"]


def test_a_passage_is_told_in_the_readers_language_else_another(
    database: Database, author: Actor, now: datetime
) -> None:
    published(database, author, now, FR, "fr")
    published(database, author, now, EN, "en")
    with database.reading() as session:
        told = {
            language: part.plain
            for language in ("fr", "en", "de")
            if (part := articles.passage(session, author.brand_id, "pickup#papers", language))
        }
        assert told == {"fr": "Une carte d'identité.", "en": "An identity card.", "de": "An identity card."}
        assert articles.passage(session, author.brand_id, "pickup#nothing", "fr") is None
        assert articles.passage(session, author.brand_id, "nothing#papers", "fr") is None


def test_what_is_for_members_of_staff_does_not_exist_for_customers(
    database: Database, author: Actor, agent: Actor, stranger: Actor, now: datetime
) -> None:
    published(database, author, now, FR, "fr", audience="agent")
    with database.reading() as session:
        assert articles.read(session, agent, "pickup", "fr").title == "Retrait"
        with pytest.raises(NoSuchArticle):
            articles.read(session, stranger, "pickup", "fr")
        assert articles.passage(session, author.brand_id, "pickup#papers", "fr") is None
        assert articles.passage(session, author.brand_id, "pickup#papers", "fr", audience="agent") is not None


def test_withdrawn_nobody_reads_or_finds_it(database: Database, author: Actor, agent: Actor, now: datetime) -> None:
    published(database, author, now, FR, "fr")
    with database.unit() as session:
        articles.withdraw(session, author, "pickup", "fr")
        with pytest.raises(NoSuchArticle):
            articles.read(session, agent, "pickup", "fr")
        assert find(session, author.brand_id, "retrait", language="fr") == []
        with pytest.raises(NoSuchArticle):
            articles.withdraw(session, author, "pickup", "fr")


def test_what_cannot_be_an_article_is_refused(database: Database, author: Actor, agent: Actor, now: datetime) -> None:
    with database.unit() as session:
        wrong: list[tuple[type[Exception], Actor, str, str]] = [
            (ArticleNeedsTitle, author, "pickup", " \u200b\x00"),
            (InvalidArticleKey, author, "Pick up#1", "T"),
            (InvalidArticleKey, author, "", "T"),
            (NotPermitted, agent, "pickup", "T"),
        ]
        for error, actor, key, title in wrong:
            with pytest.raises(error):
                articles.save_draft(session, actor, now, key, "fr", title=title, body="", rendered=render(""))


def test_a_page_knows_what_includes_it(database: Database, author: Actor) -> None:
    with database.unit() as session:
        uses.set_links(session, author.brand_id, "process", "p1", ["pickup#papers", "pickup#papers", "refunds"])
        uses.set_links(session, author.brand_id, "process", "p2", ["pickup"])
        uses.set_links(session, author.brand_id, "process", "p1", ["pickup#hours"])
        found = uses.used_by(session, author.brand_id, "pickup")
        assert [(link.ref, link.anchor) for link in found] == [("p1", "hours"), ("p2", "")]
        assert uses.used_by(session, author.brand_id, "refunds") == []


def test_a_passage_is_good_until_the_earliest_day_of_its_languages(
    database: Database, author: Actor, now: datetime
) -> None:
    body = "## Papers {#papers}\n\nBring them."
    with database.unit() as session:
        for language, until in (("en", date(2026, 5, 1)), ("fr", date(2026, 4, 1)), ("de", None)):
            articles.save_draft(
                session, author, now, "pickup", language, title="Pickup", body=body, rendered=render(body),
                good_until=until,
            )  # fmt: skip
            articles.publish(session, author, now, "pickup", language, rendered=render(body))
        assert articles.passages_until(session, author.brand_id) == {"pickup#papers": date(2026, 4, 1)}
