"""Photos and documents of a case: added by agents, looked at by those who see the case."""

from pathlib import PurePosixPath
from typing import Any

from flask import Response, flash, request
from sqlalchemy import select

from base.errors import NotFound
from base.languages import N_
from base.permissions import Permission
from base.scope import within
from cases.attachments import Attachment, attach
from cases.cases import find_case
from webui import photos
from webui.console.cases import back_to
from webui.console.door import blueprint, handlers_only
from webui.i18n import tell
from webui.requests import current_actor, database, now, permission_required


class NoSuchFile(NotFound):
    """The case holds no such file."""

    sentence = N_("There is no such file in this case.")


@blueprint.url_value_preprocessor
def leave_room_for_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything reads the form."""
    if endpoint == "console.add_file":
        request.max_content_length = photos.LARGEST + 1024 * 1024


@blueprint.post("/cases/<public_id>/files")
@permission_required(Permission.CASE_WRITE)
def add_file(public_id: str) -> Response:
    """Keep what was chosen. Raises NotAFile, PhotoTooLarge, TooManyFiles."""
    actor, upload = current_actor(), request.files.get("file")
    if upload is None or not upload.filename:
        raise photos.NotAFile
    with database().reading() as session:
        find_case(session, actor, public_id)
    kept = photos.keep_file(upload)
    with database().unit() as session:
        fresh = attach(
            session, actor, now(), find_case(session, actor, public_id), kind=kept.kind, name=upload.filename,
            stored=kept.stored, size=kept.size, digest=kept.digest,
        )  # fmt: skip
    if not fresh:
        photos.forget(kept)
    flash(tell(N_("The file is in the case.") if fresh else N_("The case has this very file already.")), "good")
    return back_to(public_id)


@blueprint.get("/cases/<public_id>/files/<file_id>")
@handlers_only
def case_file(public_id: str, file_id: str) -> Response:
    """Handed out to save; a photo is shown in the page of its case where that asks for it."""
    actor = current_actor()
    with database().reading() as session:
        case = find_case(session, actor, public_id)
        named = select(Attachment).where(within(actor, Attachment), Attachment.case_id == case.id)
        found = session.scalars(named.where(Attachment.public_id == file_id)).one_or_none()
    if found is None:
        raise NoSuchFile
    name = PurePosixPath(found.name).stem + (".jpg" if found.kind == "photo" else ".pdf")
    return photos.handed_out(found.stored, name, shown="shown" in request.args)
