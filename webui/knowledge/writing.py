"""Writing an article: a sheet with its title and its Markdown, a preview, kept as a draft or published at once."""

from dataclasses import dataclass, replace
from datetime import date

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.errors import ArianeError, Invalid
from base.folding import words
from base.languages import N_
from base.permissions import Permission
from kb import articles
from kb.articles import ArticleNeedsTitle, InvalidArticleKey, NoSuchArticle, Revision
from kb.markdown import render
from kb.search import Audience
from webui.i18n import language, tell
from webui.knowledge.door import blueprint, languages_here
from webui.knowledge.shelf import is_known, languages_of, last_words, standing
from webui.partials import arrive, is_partial, page, see
from webui.requests import current_actor, database, now, permission_required


class KeyTaken(Invalid):
    """An article of that key is there already."""

    sentence = N_("There is already an article called “%(key)s”. Choose another name, or open that one.")


class WrittenMeanwhile(Invalid):
    """Somebody saved the article while this author was writing."""

    sentence = N_(
        "%(name)s saved this article while you were writing. Copy your text, open the page again and join the two."
    )


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is on the page of an author."""

    key: str
    language: str
    title: str = ""
    body: str = ""
    audience: Audience = "customer"
    good_until: date | None = None
    seen: str = ""
    """What stood there when the author began, so that nobody's words are lost."""
    is_new: bool = False


@blueprint.get("/new")
@permission_required(Permission.ARTICLE_WRITE)
def begin() -> Response:
    return _sheet(Sheet(key="", language=_wished_language(), is_new=True))


@blueprint.post("/new")
@permission_required(Permission.ARTICLE_WRITE)
def create() -> Response:
    sheet = _filled("", _wished_language())
    sheet = replace(sheet, is_new=True, key=sheet.key or "-".join(words(sheet.title))[:60].strip("-"))
    return _kept(sheet)


@blueprint.get("/articles/<key>/<chosen>")
@permission_required(Permission.ARTICLE_WRITE)
def write(key: str, chosen: str) -> Response:
    with database().reading() as session:
        if chosen not in languages_here(session) or not is_known(session, current_actor().brand_id, key):
            raise NoSuchArticle
        last = last_words(session, current_actor().brand_id, key, chosen)
    sheet = Sheet(key=key, language=chosen, seen=_stamp(last))
    if last is not None:
        sheet = replace(sheet, title=last.title, body=last.body, audience=last.audience, good_until=last.good_until)
    return _sheet(sheet)


@blueprint.post("/articles/<key>/<chosen>")
@permission_required(Permission.ARTICLE_WRITE)
def save(key: str, chosen: str) -> Response:
    return _kept(_filled(key, chosen))


@blueprint.post("/articles/<key>/<chosen>/withdraw")
@permission_required(Permission.ARTICLE_PUBLISH)
def withdraw(key: str, chosen: str) -> Response:
    with database().unit() as session:
        articles.withdraw(session, current_actor(), key, chosen)
    flash(tell(N_("Withdrawn: nobody reads it any longer.")), "good")
    return see(url_for("knowledge.write", key=key, chosen=chosen))


@blueprint.post("/preview")
@permission_required(Permission.ARTICLE_WRITE)
def preview() -> Response:
    """What readers will see: beside the sheet with htmx, below it without."""
    sheet = _filled(request.form.get("of", ""), request.form.get("language", language()))
    try:
        shown, problems = render(sheet.body), {}
    except Invalid as trouble:
        shown, problems = render(""), {"body": trouble.tell(language())}
    if is_partial():
        return page("knowledge/preview.html", sheet=sheet, shown=shown, problems=problems)
    return _sheet(replace(sheet, is_new=not request.form.get("of")), problems, shown=shown.html)


def _kept(sheet: Sheet) -> Response:
    """Draft or published, or the sheet again with what is wrong."""
    publishing = request.form.get("then") == "publish"
    try:
        _store(sheet, publishing)
    except Invalid as trouble:
        return _sheet(sheet, {_field_of(trouble): trouble.tell(language())}, status=422)
    if publishing:
        flash(tell(N_("Published: everybody finds it from now on.")), "good")
        return see(url_for("knowledge.article", key=sheet.key, written=sheet.language))
    flash(tell(N_("Draft kept.")), "good")
    address = url_for("knowledge.write", key=sheet.key, chosen=sheet.language)
    return arrive(address, lambda: write(sheet.key, sheet.language))


def _store(sheet: Sheet, publishing: bool) -> None:
    rendered, actor = render(sheet.body), current_actor()
    with database().unit() as session:
        _look_out(session, sheet)
        articles.save_draft(
            session, actor, now(), sheet.key, sheet.language, title=sheet.title, body=sheet.body, rendered=rendered,
            audience=sheet.audience, good_until=sheet.good_until,
        )  # fmt: skip
        if publishing:
            articles.publish(session, actor, now(), sheet.key, sheet.language, rendered=rendered)


def _look_out(session: Session, sheet: Sheet) -> None:
    """Refuse to write over words that this author has not seen, or in a language that the brand does not speak."""
    brand_id = current_actor().brand_id
    if sheet.language not in languages_here(session):
        raise NoSuchArticle
    if sheet.is_new and sheet.title and is_known(session, brand_id, sheet.key):
        raise KeyTaken(key=sheet.key)
    if not sheet.is_new and not is_known(session, brand_id, sheet.key):
        raise NoSuchArticle
    last = last_words(session, brand_id, sheet.key, sheet.language)
    if last is not None and _stamp(last) != sheet.seen:
        raise WrittenMeanwhile(name=str(last.author.get("name", "")))


def _sheet(
    sheet: Sheet, problems: dict[str, str] | None = None, *, shown: object = None, status: int = 200
) -> Response:
    with database().reading() as session:
        languages = languages_here(session)
        published = sheet.language in languages_of(standing(session, current_actor().brand_id, sheet.key), "published")
    return page(
        "knowledge/writing.html", status=status, sheet=sheet, languages=languages, problems=problems or {},
        shown=shown, published=published,
    )  # fmt: skip


def _filled(key: str, chosen: str) -> Sheet:
    form = request.form
    return Sheet(
        key=key or form.get("key", "").replace("\x00", "").strip(),
        language=chosen,
        title=form.get("title", "").replace("\x00", "")[:300],
        body=form.get("body", "").replace("\x00", "").replace("\r\n", "\n"),
        audience="agent" if form.get("audience") == "agent" else "customer",
        good_until=_day(form.get("good_until", "")),
        seen=form.get("seen", ""),
    )


def _day(written: str) -> date | None:
    """A day of the form; none where nothing that is a day was written."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def _wished_language() -> str:
    wished = request.values.get("language", language())
    with database().reading() as session:
        languages = languages_here(session)
    return wished if wished in languages else languages[0]


def _stamp(revision: Revision | None) -> str:
    return f"{revision.number} {revision.saved_at.isoformat()}" if revision is not None else ""


def _field_of(trouble: ArianeError) -> str:
    if isinstance(trouble, ArticleNeedsTitle):
        return "title"
    return "key" if isinstance(trouble, InvalidArticleKey | KeyTaken) else "body"
