"""Photos and documents that customers and agents send; what may be kept is in `base.files`. Shown to staff alone."""

from flask import Blueprint, Response, send_from_directory
from werkzeug.datastructures import FileStorage

from base.files import LARGEST, Files, Kept, NotAFile, NotAPhoto, PhotoTooLarge
from base.permissions import Permission
from webui.requests import configuration, permission_required

__all__ = ["LARGEST", "Kept", "NotAFile", "NotAPhoto", "PhotoTooLarge"]

blueprint = Blueprint("photos", __name__)


def address_of(kept: Kept) -> str:
    """Where staff see a photo."""
    return f"{configuration().base_url.rstrip('/')}/photos/{kept.stored}"


def keep_photo(upload: FileStorage) -> Kept:
    """Keep the picture alone. Raises NotAPhoto, PhotoTooLarge."""
    return _files().keep_photo(upload.stream.read(LARGEST + 1))


def keep_file(upload: FileStorage) -> Kept:
    """Keep a picture or a PDF. Raises NotAFile, PhotoTooLarge."""
    return _files().keep(upload.stream.read(LARGEST + 1))


def forget(kept: Kept) -> None:
    """Take back what was kept for nothing."""
    _files().forget(kept)


@blueprint.get("/photos/<name>")
@permission_required(Permission.CUSTOMER_FIND)
def photo(name: str) -> Response:
    return handed_out(name, name)


def handed_out(stored: str, name: str, *, shown: bool = False) -> Response:
    """The bytes to whoever may have them: to save, under `name`; `shown`: a photo in its page. Never run as a page."""
    picture = stored.endswith(".jpg")
    response = send_from_directory(
        configuration().files_folder, stored, mimetype="image/jpeg" if picture else "application/pdf",
        as_attachment=not (shown and picture), download_name=name, max_age=0,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _files() -> Files:
    return Files(configuration().files_folder)
