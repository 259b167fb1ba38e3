"""Photos and documents that come from outside, told by their content, made harmless and kept in a folder.

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

from PIL import Image, ImageOps, UnidentifiedImageError

from base.errors import Invalid
from base.languages import N_

LARGEST = 10 * 1024 * 1024
"""Bytes."""
MOST_PIXELS = 25_000_000
KEPT_SIDE = 2400
"""Pixels of the longer side that is kept: a sheet of paper stays readable."""
FORMATS = ("JPEG", "PNG", "WEBP")
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


class Files:
    """The folder of an installation where they are kept, under names that say nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep_photo(self, data: bytes) -> Kept:
        """Keep the picture alone. Raises NotAPhoto, PhotoTooLarge."""
        return self._kept(_bare(data), "photo", "jpg")

    def keep(self, data: bytes) -> Kept:
        """Keep a picture or a PDF. Raises NotAFile, PhotoTooLarge."""
        if not data or len(data) > LARGEST:
            raise NotAFile
        if data.startswith(PDF):
            if PDF_END not in data[-TAIL:]:
                raise NotAFile
            return self._kept(data, "document", "pdf")
        try:
            return self._kept(_bare(data), "photo", "jpg")
        except NotAPhoto as trouble:
            raise NotAFile from trouble

    def forget(self, kept: Kept) -> None:
        """Take back what was kept for nothing."""
        (self.folder / kept.stored).unlink(missing_ok=True)

    def _kept(self, data: bytes, kind: Literal["photo", "document"], suffix: str) -> Kept:
        name = f"{secrets.token_hex(16)}.{suffix}"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(data)
        return Kept(kind=kind, stored=name, size=len(data), digest=hashlib.sha256(data).hexdigest())


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
