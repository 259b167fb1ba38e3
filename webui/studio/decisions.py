"""Decision tables of a DMN file into the draft of a process: shown first, taken all at once."""

from flask import Response, flash, request, url_for

from base.errors import Invalid
from base.languages import N_, pick
from base.permissions import Permission
from processes.dmn import MOST_BYTES, DecisionTable, insert, read_dmn
from processes.drafts import begin_draft, draft_of, save_draft
from processes.governing import require_author
from processes.language.grid import parse_grid
from processes.versions import live_version
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import blueprint


@blueprint.get("/<key>/dmn")
@permission_required(Permission.PROCESS_WRITE)
def decision_tables(key: str) -> Response:
    return _sheet(key)


@blueprint.post("/<key>/dmn")
@permission_required(Permission.PROCESS_WRITE)
def look_at_tables(key: str) -> Response:
    """What the file holds, in our words; nothing is taken yet."""
    given = request.files.get("file")
    source = given.read(MOST_BYTES + 1) if given is not None else b""
    try:
        tables = read_dmn(source)
    except Invalid as error:
        return _sheet(key, problem=error.tell(language()))
    return _sheet(key, tables=tables, source=source.decode("utf-8", "replace"))


@blueprint.post("/<key>/dmn/take")
@permission_required(Permission.PROCESS_WRITE)
def take_tables(key: str) -> Response:
    """The tables at the end of the section chosen, in the draft."""
    section, actor = request.form.get("section", ""), current_actor()
    try:
        tables = read_dmn(request.form.get("source", "").encode())
    except Invalid as error:
        return _sheet(key, problem=error.tell(language()))
    with database().unit() as session:
        require_author(session, actor, key, Permission.PROCESS_WRITE)
        draft = begin_draft(session, actor, now(), key)
        save_draft(session, actor, now(), key, insert(draft.document, section, tables), draft.revision)
    flash(tell(N_("In the draft now, at the end of its section. Tables taken: %(count)s."), count=len(tables)), "good")
    return see(url_for("studio.edit", key=key))


def _sheet(key: str, *, problem: str = "", tables: list[DecisionTable] | None = None, source: str = "") -> Response:
    with database().reading() as session:
        draft = draft_of(session, current_actor().brand_id, key)
        kept = draft or live_version(session, current_actor().brand_id, key)
        document = dict(kept.document)
    sections = {
        str(each["section"]): pick(each.get("title") or {}, language()) or str(each["section"])
        for each in document["sections"]
    }
    return page(
        "studio/dmn.html", status=422 if problem else 200, key=key, problem=problem, source=source, sections=sections,
        title=pick(document.get("title") or {}, language()) or key,
        tables=[(table, parse_grid(table.grid())) for table in tables or []],
    )  # fmt: skip
