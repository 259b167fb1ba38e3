"""All texts of a process in one table, changed in place on the draft; out to translators and back; the printed book."""

from typing import Any

from babel import Locale
from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.errors import Invalid
from base.languages import N_, pick
from base.permissions import Permission, allowed
from processes import exchanging, sentences
from processes.drafts import DraftRow, begin_draft, draft_of, save_draft
from processes.exchanging import MOST_BYTES
from processes.governing import require_author
from processes.sentences import Problem, Sentence, Wanted
from processes.versions import NoSuchProcess, live_number, live_version
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import blueprint, choose
from webui.studio.said import place_said

FORMS = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xliff12": ("xlf", "application/xml"),
    "xliff20": ("xlf", "application/xml"),
}
SHOWN = ("all", "stale", "missing")


class CannotBeTaken(Invalid):
    """A file or a sentence that cannot be imported."""

    sentence = N_("Nothing was changed: %(first)s")


@blueprint.get("/<key>/texts")
@permission_required(Permission.PROCESS_READ)
def texts(key: str) -> Response:
    return _table(key)


@blueprint.post("/<key>/texts")
@permission_required(Permission.PROCESS_WRITE)
def change_text(key: str) -> Response:
    """New words for one sentence, on the draft."""
    id_ = request.form.get("id", "")
    with database().unit() as session:
        require_author(session, current_actor(), key, Permission.PROCESS_WRITE)
        draft = begin_draft(session, current_actor(), now(), key)
        wanted = [
            Wanted(id=id_, language=name, text=_clean(request.form[f"text_{name}"]))
            for name in sentences.languages_of(draft.document)
            if request.form.get(f"text_{name}", "").strip()
        ]
        number = _take(session, draft, wanted, [])
    flash(tell(N_("Kept in the draft.")) if number else tell(N_("Nothing changed.")), "good")
    return see(url_for("studio.texts", key=key, show=request.form.get("show", "all")) + f"#{_anchor(id_)}")


@blueprint.get("/<key>/texts.<form>")
@permission_required(Permission.PROCESS_READ)
def export_texts(key: str, form: str) -> Response:
    if form not in FORMS:
        raise NoSuchProcess(key=f"{key}.{form}")
    with database().reading() as session:
        body, _ = _body(session, key)
    known = sentences.languages_of(body)
    source = request.args.get("source", known[0])
    target = request.args.get("target") or next((each for each in known if each != source), source)
    ending, kind = FORMS[form]
    file = exchanging.export(body, form, source, target)
    response = Response(file, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.{ending}"'
    return response


@blueprint.post("/<key>/texts/import")
@permission_required(Permission.PROCESS_WRITE)
def import_texts(key: str) -> Response:
    """Look at a file first; with `really`, take all of it into the draft, or nothing."""
    given = request.files.get("file")
    file = given.read(MOST_BYTES + 1) if given is not None else request.form.get("kept", "").encode()
    wanted, problems = exchanging.read(file, language())
    if request.form.get("really") != "yes":
        with database().reading() as session:
            body, _ = _body(session, key)
            title = choose_title(session, key)
        edits, more = sentences.judge(body, wanted, language())
        readable = not problems and not more
        return page(
            "studio/text_import.html", tab="texts", key=key, title=title, edits=edits, problems=[*problems, *more],
            kept=file.decode("utf-8-sig") if readable else "", status=200 if readable else 422,
        )  # fmt: skip
    with database().unit() as session:
        require_author(session, current_actor(), key, Permission.PROCESS_WRITE)
        draft = begin_draft(session, current_actor(), now(), key)
        number = _take(session, draft, wanted, problems)
    flash(tell(N_("%(number)s sentences changed in the draft."), number=number), "good")
    return see(url_for("studio.texts", key=key))


@blueprint.get("/<key>/book")
@permission_required(Permission.PROCESS_READ)
def book(key: str) -> Response:
    with database().reading() as session:
        chosen = choose(session, key)
        assert chosen.version is not None
        found = sentences.sentences(chosen.version.document, language())
    languages = sentences.languages_of(chosen.version.document)
    customers = [each for each in found if each.kind in ("say", "ask", "send", "hand_over", "close")]
    return page(
        "studio/book.html", title=chosen.title, version=chosen.version, sentences=customers, key=key,
        languages=languages, names=_names(languages),
    )  # fmt: skip


def choose_title(session: Session, key: str) -> str:
    """Title of the process as it is now, live or drafted."""
    body, _ = _body(session, key)
    return pick(body.get("title") or {}, language()) or key


def _table(key: str) -> Response:
    show = request.args.get("show", "all")
    with database().reading() as session:
        body, live = _body(session, key)
        title = choose_title(session, key)
    languages = sentences.languages_of(body)
    found = sentences.sentences(body, language(), live)
    missing = [each for each in found if any(not each.texts.get(name, "").strip() for name in languages)]
    stale = [each for each in found if each.stale]
    groups: dict[str, list[Sentence]] = {"stale": stale, "missing": missing}
    return page(
        "studio/texts.html", tab="texts", key=key, title=title, languages=languages, names=_names(languages),
        found=groups.get(show, found),
        number=len(found), stale=len(stale), missing=len(missing), show=show if show in SHOWN else "all",
        edited=request.args.get("edit", ""), anchor=_anchor, place_said=place_said,
        may_write=allowed(current_actor(), Permission.PROCESS_WRITE),
    )  # fmt: skip


def _body(session: Session, key: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The JSON of the draft, else of what is live; and what is live, where there is a draft beside it."""
    brand_id = current_actor().brand_id
    draft = draft_of(session, brand_id, key)
    live = live_version(session, brand_id, key).document if live_number(session, brand_id, key) else None
    if draft is not None:
        return dict(draft.document), live
    if live is None:
        raise NoSuchProcess(key=key)
    return dict(live), None


def _take(session: Session, draft: DraftRow, wanted: list[Wanted], problems: list[Problem]) -> int:
    """Change the draft, all or nothing. Raises CannotBeTaken."""
    edits, more = sentences.judge(draft.document, wanted, language())
    if problems or more:
        raise CannotBeTaken(first=[*problems, *more][0].tell(language()))
    if edits:
        body = sentences.apply(draft.document, edits)
        save_draft(session, current_actor(), now(), draft.key, body, draft.revision)
    return len(edits)


def _names(languages: list[str]) -> dict[str, str]:
    """Languages by their names in the reader's."""
    return {name: (Locale(name).get_display_name(language()) or name) for name in languages}


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "")


def _anchor(id_: str) -> str:
    return "text-" + "".join(letter if letter.isalnum() or letter in "_-" else "-" for letter in id_)
