"""Processes as files: a version or the draft out as YAML, a file in as a draft, whole or not at all."""

from flask import Response, flash, request, url_for

from base.languages import N_
from base.permissions import Permission
from processes.drafts import begin_draft, draft_of, new_process, save_draft
from processes.governing import require_author
from processes.language.faults import Fault
from processes.language.shape import read_document
from processes.language.yaml_writing import write_yaml
from processes.versions import document_of, live_number, live_versions, to_json
from webui.i18n import tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import blueprint, choose

MOST_BYTES = 5_000_000


@blueprint.get("/<key>/process.yaml")
@permission_required(Permission.PROCESS_READ)
def export_process(key: str) -> Response:
    with database().reading() as session:
        chosen = choose(session, key, request.args.get("of"))
    response = Response(write_yaml(to_json(chosen.document)), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.yaml"'
    return response


@blueprint.get("/import")
@permission_required(Permission.PROCESS_WRITE)
def bring() -> Response:
    return _sheet([])


@blueprint.post("/import")
@permission_required(Permission.PROCESS_WRITE)
def import_process() -> Response:
    """Take a file in as the draft of its process. What cannot be read changes nothing, and says its line."""
    given = request.files.get("file")
    source = given.read(MOST_BYTES + 1) if given is not None else b""
    if not source or len(source) > MOST_BYTES:
        said = N_("Choose a file of 5 MB at most.")
        return _sheet([Fault(code="no_file", sentence=said)])
    with database().unit() as session:
        brand_id = current_actor().brand_id
        others = {each.process.key: document_of(each) for each in live_versions(session, brand_id)}
        document, faults = read_document(source, "json" if source.lstrip().startswith(b"{") else "yaml", others)
        if document is None:
            return _sheet(faults)
        key, actor = document.process, current_actor()
        require_author(session, actor, key, Permission.PROCESS_WRITE)
        body = to_json(document)
        if draft_of(session, brand_id, key) is None and not live_number(session, brand_id, key):
            new_process(session, actor, now(), body)
        else:
            draft = begin_draft(session, actor, now(), key)
            save_draft(session, actor, now(), key, body, draft.revision)
    errors = sum(fault.level == "error" for fault in faults)
    if errors:
        words = N_("In the draft now; %(number)s errors have to be put right before it is published.")
        flash(tell(words, number=errors), "warn")
    else:
        flash(tell(N_("In the draft now.")), "good")
    return see(url_for("studio.edit", key=key))


def _sheet(faults: list[Fault]) -> Response:
    return page("studio/import.html", faults=faults, status=422 if faults else 200)
