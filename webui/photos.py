"""Photos that customers send: decoded and written anew, so that only the picture is kept; shown to staff alone.

Writing a picture anew drops what hides in a file: the place where it was taken, and anything that is no picture.
"""

import secrets
from io import BytesIO
from pathlib import Path
from typing import Any

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


class NotAPhoto(Invalid):
    """What was sent is no picture that can be shown."""

    sentence = N_("This is no photo that we can open. Please send a JPEG or PNG picture.")


class PhotoTooLarge(Invalid):
    """It is larger than a telephone's photo."""

    sentence = N_("This photo is too large: at most 10 MB. Please take it anew, or make it smaller.")


def keep(upload: FileStorage) -> str:
    """Keep the photo; the address where staff see it. Raises NotAPhoto, PhotoTooLarge."""
    picture = _opened(upload.stream.read(LARGEST + 1))
    name = f"{secrets.token_hex(16)}.jpg"
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / name, "JPEG", quality=85)
    return f"{configuration().base_url.rstrip('/')}/photos/{name}"


def _opened(data: bytes) -> Any:
    """The picture alone, upright, no larger than needed."""
    if len(data) > LARGEST:
        raise PhotoTooLarge
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PhotoTooLarge
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPhoto from error
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


@blueprint.get("/photos/<name>")
@permission_required(Permission.CUSTOMER_FIND)
def photo(name: str) -> Response:
    response = send_from_directory(_folder(), name, mimetype="image/jpeg", as_attachment=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _folder() -> Path:
    return configuration().data_folder.resolve() / "photos"
