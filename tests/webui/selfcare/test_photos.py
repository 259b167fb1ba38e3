"""A photo of a signed statement: taken on the way, kept as a bare picture, seen by staff alone."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from processes.rows import WalkRow
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.selfcare.customer import Customer


@pytest.fixture
def at_statement(claire: Customer, company: Company) -> Customer:
    """Claire at the question for her signed statement."""
    company.track("6A1", status="delivered", delivered_at=company.now, last_event_at=company.now)
    claire.enter().press("no")
    for _ in range(8):
        if 'type="file"' in claire.html:
            return claire
        page = claire.html
        for value in ("no", "not_there", "not_found", "nowhere", "yes"):
            if f'value="{value}"' in page:
                claire.press(value)
                break
        else:
            company.later(days=3)
            claire.get(f"/selfcare/case/{claire.case}")
    pytest.fail(claire.words)


def picture(width: int = 600, height: int = 400, kind: str = "JPEG", **more: Any) -> bytes:
    """A photo."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), "#336699").save(buffer, kind, **more)
    return buffer.getvalue()


def send(claire: Customer, data: bytes, name: str = "statement.jpg") -> Customer:
    form = claire.form("answer")
    return claire.post(form.action, **form.hidden, **{"answer-statement": (BytesIO(data), name)})


def test_a_photo_is_taken_and_kept_bare(at_statement: Customer, company: Company, data_folder: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Claire at home"
    sent = picture(3000, 2000, exif=exif) + b"<script>alert(1)</script>"
    send(at_statement, sent, "../../x.jpg")
    assert at_statement.status == 200
    assert "statement" not in at_statement.path
    with company.database.reading() as session:
        scope = str(session.scalars(select(WalkRow)).first().state)  # type: ignore[union-attr]
    kept = max((data_folder / "photos").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert f"/photos/{kept.name}" in scope
    data = kept.read_bytes()
    assert b"Claire at home" not in data
    assert b"script" not in data
    with Image.open(kept) as shown:
        assert max(shown.size) == 2400
        assert not shown.getexif()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"GIF89a" + b"x" * 100,
        b"\xff\xd8\xff\xe0" + b"x" * 100,
        picture()[:300],
        b"%PDF-1",
    ],
)
def test_what_is_no_photo_is_refused_kindly(at_statement: Customer, data: bytes) -> None:
    send(at_statement, data)
    assert at_statement.status == 422
    assert 'href="#field-answer-statement"' in at_statement.html
    assert 'type="file"' in at_statement.html


def test_a_picture_that_would_eat_the_memory_is_refused(at_statement: Customer) -> None:
    send(at_statement, picture(20_000, 2_000, "PNG"))
    assert "too large" in at_statement.words
    send(at_statement, picture() + b"x" * 10_500_000)
    assert "too large" in at_statement.words


def test_only_staff_see_it(
    at_statement: Customer, app: Flask, company: Company, enter: Enter, data_folder: Path
) -> None:
    send(at_statement, picture())
    kept = max((data_folder / "photos").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert at_statement.client.get(f"/photos/{kept.name}").status_code == 302
    staff = enter(app.test_client(), company.anne)
    shown = staff.get(f"/photos/{kept.name}")
    assert shown.status_code == 200
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert staff.get("/photos/../ariane.db").status_code == 404
