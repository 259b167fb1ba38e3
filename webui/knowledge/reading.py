"""Looking for something and reading it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from base.permissions import Permission, allowed
from kb.articles import NoSuchArticle, Revision, read
from kb.search import Hit, find
from webui.i18n import language
from webui.knowledge.door import blueprint, languages_here
from webui.knowledge.shelf import languages_of, processes_with, shelf, standing
from webui.menu import may
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required

LONGEST = 200
"""Characters of what is typed in the box."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something found, and where it is read."""

    hit: Hit
    address: str


@blueprint.get("")
@permission_required(Permission.ARTICLE_READ)
def home() -> Response:
    typed = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST]
    with database().reading() as session:
        languages = languages_here(session)
        found = found_for(session, typed, languages) if typed else []
        articles = [] if typed else shelf(session, current_actor().brand_id, drafts=may(Permission.ARTICLE_WRITE))
    return page("knowledge/home.html", typed=typed, found=found, articles=articles)


@blueprint.get("/articles/<key>")
@permission_required(Permission.ARTICLE_READ)
def article(key: str) -> Response:
    wished = request.args.get("written", language())
    with database().reading() as session:
        actor, languages = current_actor(), languages_here(session)
        try:
            shown = read(session, actor, key, wished, *languages)
        except NoSuchArticle:
            return _begin_writing(session, key, languages)
        revisions = standing(session, actor.brand_id, key)
        written = languages_of(revisions, "published")
        return page(
            "knowledge/article.html", ref=key, shown=shown, passages=_parts(shown), written=written,
            missing=[each for each in languages if each not in written], drafts=languages_of(revisions, "draft"),
            processes=processes_with(session, actor.brand_id, key, language()),
            expired=shown.good_until is not None and shown.good_until < now().date(),
        )  # fmt: skip


def found_for(session: Session, typed: str, languages: Sequence[str] = ()) -> list[Found]:
    """Articles and processes in the reader's language; only when nothing fits there, in `languages`."""
    actor = current_actor()
    staff = allowed(actor, Permission.PROCESS_READ)
    for each in dict.fromkeys((language(), *languages)):
        hits = find(session, actor.brand_id, typed, language=each, audience="agent" if staff else "customer")
        if found := [Found(hit=hit, address=_address(hit)) for hit in hits]:
            return found
    return []


def _address(hit: Hit) -> str:
    if hit.kind == "process":
        return url_for("studio.tree", key=hit.ref)
    return url_for("knowledge.article", key=hit.ref, written=hit.language)


def _begin_writing(session: Session, key: str, languages: list[str]) -> Response:
    """An article that nobody may read yet: whoever may write goes on with its draft."""
    drafts = languages_of(standing(session, current_actor().brand_id, key), "draft")
    if not drafts or not may(Permission.ARTICLE_WRITE):
        raise NoSuchArticle
    first = min(drafts, key=lambda each: (each not in languages, each))
    return see(url_for("knowledge.write", key=key, chosen=first))


def _parts(shown: Revision) -> list[tuple[str, str]]:
    return [(part.anchor, part.title) for part in shown.passages]
