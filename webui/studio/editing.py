"""The editor's page and what it says to the server: the draft is fetched, saved whole under its revision, judged.

Every answer carries the revision as its `ETag`; a save says with `If-Match` which one it has seen. A draft that does
not exist yet has revision 0 and is begun by its first save.
"""

import re
import unicodedata
from typing import Any

from flask import Response, jsonify, make_response, request, url_for
from sqlalchemy.orm import Session

from base.brands import Brand
from base.clock import real_now
from base.errors import ArianeError, Invalid
from base.languages import N_, pick, translate
from base.permissions import Permission, allowed
from base.reasons import reason_names
from processes.drafts import (
    DraftMovedOn,
    DraftRow,
    be_present,
    begin_draft,
    discard,
    draft_of,
    new_process,
    others_present,
    save_draft,
)
from processes.judging import house, judge, live_documents
from processes.language.document import FORMAT
from processes.language.json import MOST_BYTES, read_json
from processes.language.yaml import read_yaml
from processes.language.yaml_writing import write_yaml
from processes.versions import document_of as document_of_version
from processes.versions import live_version, to_json
from webui.i18n import language
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import blueprint
from webui.studio.material import judged, material


class NoRevision(ArianeError):
    """A save that does not say which revision it has seen could overwrite anything."""

    sentence = N_("This save does not say which revision it has seen.")
    status = 428


class TitleMissing(Invalid):
    """A new process needs a title."""

    sentence = N_("Give the process a title.")


@blueprint.get("/new")
@permission_required(Permission.PROCESS_WRITE)
def new() -> Response:
    return _new_page()


@blueprint.post("/new")
@permission_required(Permission.PROCESS_WRITE)
def create() -> Response:
    title = request.form.get("title", "").strip()
    if not title:
        return _new_page(problem=TitleMissing().tell(language()), status=422)
    try:
        with database().unit() as session:
            brand = session.get_one(Brand, current_actor().brand_id)
            wish = request.form.get("key", "").strip() or key_from(title)
            document = _empty(wish, title, request.form.get("reason") or "other", list(brand.languages))
            draft = new_process(session, current_actor(), now(), document)
            key = draft.key
    except ArianeError as error:
        return _new_page(problem=error.tell(language()), status=error.status)
    return see(url_for("studio.edit", key=key))


@blueprint.get("/<key>/edit")
@permission_required(Permission.PROCESS_WRITE)
def edit(key: str) -> Response:
    with database().reading() as session:
        draft = draft_of(session, current_actor().brand_id, key)
        others = live_documents(session, current_actor().brand_id)
        if draft is None:
            version = live_version(session, current_actor().brand_id, key)
            document, revision, based_on = to_json(document_of_version(version)), 0, version.number
        else:
            document, revision, based_on = draft.document, draft.revision, draft.based_on
        beside = house(session, current_actor().brand_id, now())
        given = {
            **material(session, current_actor().brand_id, others),
            **judged(judge(document, others, beside), others),
            "document": document, "revision": revision, "basedOn": based_on, "key": key, "language": language(),
            "author": current_actor().name, "urls": _addresses(key),
            "mayPublish": allowed(current_actor(), Permission.PROCESS_PUBLISH),
        }  # fmt: skip
    title = pick(document["title"], language()) if document.get("title") else key
    return page("studio/edit.html", key=key, title=title, given=given, based_on=based_on)


@blueprint.get("/<key>/draft")
@permission_required(Permission.PROCESS_WRITE)
def fetch_draft(key: str) -> Response:
    with database().reading() as session:
        draft = draft_of(session, current_actor().brand_id, key)
        if draft is None:
            version = live_version(session, current_actor().brand_id, key)
            return _answer({"document": to_json(document_of_version(version)), "revision": 0}, 0)
        return _answer({"document": draft.document, "revision": draft.revision}, draft.revision)


@blueprint.put("/<key>/draft")
@permission_required(Permission.PROCESS_WRITE)
def put_draft(key: str) -> Response:
    revision = _seen()
    data = _sent()
    try:
        with database().unit() as session:
            draft = _saved(session, key, data, revision)
            present = _presence(session, draft)
            moved = draft.revision
    except DraftMovedOn as error:
        return _conflict(key, error)
    return _answer({"revision": moved, "present": present, **_judged(data)}, moved)


@blueprint.post("/<key>/draft/presence")
@permission_required(Permission.PROCESS_WRITE)
def presence(key: str) -> Response:
    with database().unit() as session:
        draft = draft_of(session, current_actor().brand_id, key)
        if draft is None:
            return _answer({"revision": 0, "present": [], "by": ""}, 0)
        present = _presence(session, draft)
        return _answer({"revision": draft.revision, "present": present, "by": draft.changed_by["name"]}, draft.revision)


@blueprint.post("/<key>/draft/discard")
@permission_required(Permission.PROCESS_WRITE)
def throw_away(key: str) -> Response:
    with database().unit() as session:
        draft = draft_of(session, current_actor().brand_id, key)
        based_on = draft.based_on if draft else 0
        discard(session, current_actor(), now(), key)
    return see(url_for("studio.tree", key=key) if based_on else url_for("studio.home"))


@blueprint.post("/<key>/draft/yaml")
@permission_required(Permission.PROCESS_WRITE)
def as_yaml(key: str) -> Response:
    """The document that is sent, as YAML; or, sent as YAML, as the document it says. Nothing is stored."""
    request.max_content_length = MOST_BYTES
    if request.mimetype == "application/yaml":
        return _answer({"document": read_yaml(request.get_data()).data}, 0)
    return _answer({"yaml": write_yaml(_sent())}, 0)


def key_from(title: str) -> str:
    """A key that an address can carry, from a title: letters without accents, hyphens between."""
    flat = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-").lstrip("0123456789-")[:60].strip("-") or "process"


def _new_page(problem: str = "", status: int = 200) -> Response:
    with database().reading() as session:
        reasons = reason_names(session, current_actor().brand_id, language())
    return page("studio/new.html", status=status, reasons=reasons, problem=problem)


def _empty(key: str, title: str, reason: str, languages: list[str]) -> dict[str, Any]:
    """A process that says hello to nobody yet: one section, one end."""
    titles = dict.fromkeys(languages, title)
    start = {each: translate(each, N_("Start")) for each in languages}
    number = {each: translate(each, N_("Order number")) for each in languages}
    return {
        "ariane": FORMAT, "process": key, "title": titles, "reason": reason,
        "audience": ["agent", "customer"], "languages": languages, "outcomes": {"done": "solved"},
        "needs": {"order_number": {"kind": "order_number", "label": number}},
        "facts": {"order": {"from": "shop.order", "with": {"number": "order_number"}, "max_age": "10 minutes"}},
        "sections": [{"section": "start", "title": start, "steps": [{"close": "done"}]}],
    }  # fmt: skip


def _saved(session: Session, key: str, data: dict[str, Any], revision: int) -> DraftRow:
    if revision == 0:
        known = draft_of(session, current_actor().brand_id, key)
        if known is not None:
            raise DraftMovedOn(name=known.changed_by["name"])
        begin_draft(session, current_actor(), now(), key)
        revision = 1
    return save_draft(session, current_actor(), now(), key, data, revision)


def _judged(data: dict[str, Any]) -> dict[str, Any]:
    with database().reading() as session:
        brand_id = current_actor().brand_id
        others, beside = live_documents(session, brand_id), house(session, brand_id, now())
    return judged(judge(data, others, beside), others)


def _presence(session: Session, draft: DraftRow) -> list[str]:
    real = real_now(session)
    be_present(session, current_actor(), real, draft)
    return others_present(session, current_actor(), real, draft)


def _conflict(key: str, error: DraftMovedOn) -> Response:
    with database().reading() as session:
        draft = draft_of(session, current_actor().brand_id, key)
    assert draft is not None
    told = {"detail": error.tell(language()), "revision": draft.revision, "document": draft.document}
    return make_response(jsonify(**told, by=draft.changed_by["name"]), 409)


def _seen() -> int:
    match = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', request.headers.get("If-Match", ""))
    if match is None:
        raise NoRevision
    return int(match[1])


def _sent() -> dict[str, Any]:
    request.max_content_length = MOST_BYTES
    return read_json(request.get_data())


def _answer(told: dict[str, Any], revision: int) -> Response:
    response = make_response(jsonify(told))
    response.set_etag(str(revision))
    return response


def _addresses(key: str) -> dict[str, str]:
    return {
        "draft": url_for("studio.put_draft", key=key),
        "presence": url_for("studio.presence", key=key),
        "discard": url_for("studio.throw_away", key=key),
        "yaml": url_for("studio.as_yaml", key=key),
        "try": url_for("studio.try_draft", key=key),
        "process": url_for("studio.tree", key="KEY"),
    }
