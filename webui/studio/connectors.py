"""For authors: what web services can be asked and told, and the radar of statuses that nobody mapped."""

from flask import Response, flash, request, url_for

from base.languages import N_
from base.permissions import Permission, allowed
from processes.connectors.catalogue import catalogue
from processes.radar import add_code, radar
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import blueprint


@blueprint.get("/services")
@permission_required(Permission.PROCESS_READ)
def services() -> Response:
    with database().reading() as session:
        spotted = radar(session, current_actor().brand_id)
    known = sorted(catalogue().values(), key=lambda each: (each.kind, each.name))
    return page(
        "studio/services.html", spotted=spotted, known=known, language_key=language(),
        may_add=allowed(current_actor(), Permission.CODES_WRITE),
    )  # fmt: skip


@blueprint.post("/services/codes/<int:id_>")
@permission_required(Permission.CODES_WRITE)
def name_code(id_: int) -> Response:
    """Say what a code means."""
    with database().unit() as session:
        done = add_code(session, current_actor(), now(), id_, request.form.get("value", ""))
    words = N_("“%(code)s” is in the table of %(definition)s: waiting cases are served at their next look.")
    flash(tell(words, code=done.code, definition=done.definition), "good")
    return see(url_for("studio.services"))
