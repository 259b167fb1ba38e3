"""Photos and documents that customers and agents send, told by their content; shown to staff alone.

A picture is decoded and written anew, smaller where it can be: that drops what hides in a file, the place where it was
taken, and anything that is no picture. A PDF is kept as it is and only ever handed out as a file to save. Anything
else, whatever its name says, is refused.
"""

import hashlib
import secrets
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from flask import Blueprint, Response, send_from_directory
from PIL import Image, ImageOps, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from base.errors import Invalid
from base.languages import N_
from base.permissions import Permission
from webui.requests import configuration, permission_required

LARGEST = 10 * 1024 * 1024
"""Bytes."""
MOST_PIXELS = 25_000_000
KEPT_SIDE = 2400
"""Pixels of the longer side that is kept: a sheet of paper stays readable."""
FORMATS = ("JPEG", "PNG", "WEBP")

blueprint = Blueprint("photos", __name__)


PDF = b"%PDF-"
PDF_END = b"%%EOF"
TAIL = 2048
"""Bytes at the end of a PDF in which it says that it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept of a file."""

    kind: Literal["photo", "document"]
    stored: str
    """The name under which it is kept."""
    size: int
    digest: str
    """SHA-256."""


class NotAFile(Invalid):
    """What was sent is neither a picture nor a PDF."""

    sentence = N_("This file cannot be kept: please choose a JPEG, PNG or WebP picture, or a PDF, of 10 MB at most.")


class NotAPhoto(Invalid):
    """What was sent is no picture that can be shown."""

    sentence = N_("This is no photo that we can open. Please send a JPEG or PNG picture.")


class PhotoTooLarge(Invalid):
    """It is larger than a telephone's photo."""

    sentence = N_("This photo is too large: at most 10 MB. Please take it anew, or make it smaller.")


def address_of(kept: Kept) -> str:
    """Where staff see a photo."""
    return f"{configuration().base_url.rstrip('/')}/photos/{kept.stored}"


def keep_photo(upload: FileStorage) -> Kept:
    """Keep the picture alone. Raises NotAPhoto, PhotoTooLarge."""
    return _kept(_bare(upload.stream.read(LARGEST + 1)), "photo", "jpg")


def keep_file(upload: FileStorage) -> Kept:
    """Keep a picture or a PDF. Raises NotAFile, NotAPhoto, PhotoTooLarge."""
    data = upload.stream.read(LARGEST + 1)
    if not data or len(data) > LARGEST:
        raise NotAFile
    if data.startswith(PDF):
        if PDF_END not in data[-TAIL:]:
            raise NotAFile
        return _kept(data, "document", "pdf")
    try:
        return _kept(_bare(data), "photo", "jpg")
    except NotAPhoto as trouble:
        raise NotAFile from trouble


def _kept(data: bytes, kind: Literal["photo", "document"], suffix: str) -> Kept:
    name = f"{secrets.token_hex(16)}.{suffix}"
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return Kept(kind=kind, stored=name, size=len(data), digest=hashlib.sha256(data).hexdigest())


def forget(kept: Kept) -> None:
    """Take back what was kept for nothing."""
    (_folder() / kept.stored).unlink(missing_ok=True)


def _bare(data: bytes) -> bytes:
    """The picture alone, upright, no larger than needed."""
    if len(data) > LARGEST:
        raise PhotoTooLarge
    try:
        # Opening reads the head only: how large it would become is known before a pixel is.
        picture = Image.open(BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PhotoTooLarge
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPhoto from error
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    written = BytesIO()
    bare.save(written, "JPEG", quality=85)
    return written.getvalue()


@blueprint.get("/photos/<name>")
@permission_required(Permission.CUSTOMER_FIND)
def photo(name: str) -> Response:
    return handed_out(name, name)


def handed_out(stored: str, name: str, *, shown: bool = False) -> Response:
    """The bytes to whoever may have them: to save, under `name`; `shown`: a photo in its page. Never run as a page."""
    picture = stored.endswith(".jpg")
    response = send_from_directory(
        _folder(), stored, mimetype="image/jpeg" if picture else "application/pdf",
        as_attachment=not (shown and picture), download_name=name, max_age=0,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _folder() -> Path:
    return configuration().data_folder.resolve() / "photos"
