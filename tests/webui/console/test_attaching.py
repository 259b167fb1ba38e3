"""Files of a case: told by their content, kept as bare pictures or as PDFs, handed out safely, refused kindly."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from cases.cases import Case
from tests.company import Company
from tests.webui.console.conftest import hidden

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(width: int = 3000, height: int = 2000) -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "at home"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = BytesIO()
    Image.new("RGB", (width, height), "#336699").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def head_of_png(width: int, height: int) -> bytes:
    """A PNG that claims a size, with hardly any pixel behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def zip_bomb() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 50_000_000)
    return buffer.getvalue()


def add(agent: FlaskClient, case: Case, data: bytes, name: str) -> tuple[int, str]:
    page = agent.get(f"/console/cases/{case.public_id}").text
    form = {**hidden(page, "files"), "file": (BytesIO(data), name)}
    reply = agent.post(f"/console/cases/{case.public_id}/files", data=form, follow_redirects=True)
    return reply.status_code, reply.text


def test_a_photo_and_a_document_are_kept_and_handed_out_safely(
    agent: FlaskClient, case: Case, company: Company, data_folder: Path
) -> None:
    status, page = add(agent, case, picture(), "../../Photo du colis.HEIC")
    assert status == 200 and "Photo du colis.HEIC" in page and "Anne added a file" in page
    kept = max((data_folder / "photos").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    with Image.open(kept) as shown:
        assert max(shown.size) == 2400 and not shown.getexif()
    assert b"at home" not in kept.read_bytes()
    assert "already" in add(agent, case, picture(), "again.jpg")[1], "the same content is one file"
    _, page = add(agent, case, PDF, "constat.pdf")
    files = [part.split('"')[0] for part in page.split('href="/console/cases/')[1:] if "/files/" in part.split('"')[0]]
    photo, document = (agent.get(f"/console/cases/{each}") for each in files)
    assert photo.headers["Content-Disposition"] == 'attachment; filename="Photo du colis.jpg"'
    assert document.mimetype == "application/pdf" and document.data == PDF
    for each in (photo, document):
        assert each.headers["Content-Security-Policy"].startswith("sandbox")
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in each.headers["Cache-Control"]
    assert agent.get(f"/console/cases/{files[1]}?shown=1").headers["Content-Disposition"].startswith("attachment")
    other = company.case("RC-2002")
    assert agent.get(f"/console/cases/{other.public_id}/files/{files[0].rpartition('/')[2]}").status_code == 404


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (zip_bomb(), "photo.jpg"),
        (head_of_png(50_000, 50_000), "large.png"),
        (head_of_png(9_000, 9_000), "large.png"),
        (picture(60, 40)[:200], "cut.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "picture.svg"),
        (b"MZ" + b"\0" * 500, "photo.jpg"),
        (PDF[:-8], "cut.pdf"),
        (b"", "nothing.jpg"),
        (picture() + b"\0" * 10_500_000, "heavy.jpg"),
    ],
    ids=["zip bomb", "50,000 pixels", "9,000 pixels", "cut", "svg", "program", "cut pdf", "empty", "heavy"],
)
def test_what_cannot_be_kept_is_refused_in_a_kind_sentence(
    agent: FlaskClient, case: Case, data_folder: Path, data: bytes, name: str
) -> None:
    folder = data_folder / "photos"
    before = len(list(folder.iterdir())) if folder.exists() else 0
    status, page = add(agent, case, data, name)
    assert status in (413, 422)
    assert "cannot be kept" in page or "too large" in page
    assert (len(list(folder.iterdir())) if folder.exists() else 0) == before
