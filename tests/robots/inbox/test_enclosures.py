"""Files of mails: pictures and PDFs are kept with the case, bare; what is neither is told and never stored."""

from collections.abc import Iterator
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from base.database import Database
from base.files import Files
from cases.attachments import Attachment
from cases.cases import Case
from cases.timeline import TimelineEntry
from robots import inbox
from robots.inbox import Inbox
from robots.inbox.parsing import MOST_FILES, parse
from tests.company import Company, open_company
from tests.robots.inbox.server import Folder, serving

PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


def picture(width: int = 600, height: int = 400, kind: str = "JPEG", **more: Any) -> bytes:
    buffer = BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(buffer, kind, **more)
    return buffer.getvalue()


def letter(*files: tuple[str, bytes, str], id: str = "1") -> bytes:
    """Claire writes, and encloses."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Claire Martin <claire.martin@example.test>", "bonjour@shop.example"
    mail["Subject"], mail["Message-ID"] = "Abîmé", f"<{id}@example.test>"
    mail.set_content("Voici les photos.")
    for name, data, kind in files:
        first, second = kind.split("/")
        mail.add_attachment(data, maintype=first, subtype=second, filename=name)
    return mail.as_bytes()


@pytest.fixture
def company(database: Database) -> Company:
    made = open_company(database)
    made.parcel()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def mailbox(company: Company, folder: Path) -> Iterator[Folder]:
    """The mailbox; the robots know where it is, and where files go."""
    with serving(Folder()) as box:
        company.robots.inbox = Inbox(box.url, Files(folder))
        yield box


def taken(company: Company, mailbox: Folder, raw: bytes) -> tuple[list[str], list[str]]:
    """Names of the files that the case holds after the mail, and of those that its thread says were not kept."""
    mailbox.put(raw)
    inbox.read(company.robots)
    with company.database.reading() as session:
        names = list(session.scalars(select(Attachment.name).order_by(Attachment.id)))
        refused = select(TimelineEntry.params).where(TimelineEntry.kind == "file.refused").order_by(TimelineEntry.id)
        return names, [params["name"] for params in session.scalars(refused)]


def test_a_photo_and_a_pdf_are_in_the_case_and_the_place_is_gone(
    company: Company, mailbox: Folder, folder: Path
) -> None:
    company.case()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 0.0)}
    photo = picture(exif=exif)
    names, refused = taken(
        company, mailbox, letter(("carton.jpg", photo, "image/jpeg"), ("bordereau.pdf", PDF, "application/pdf"))
    )
    assert (names, refused) == (["carton.jpg", "bordereau.pdf"], [])
    [kept] = folder.glob("*.jpg")
    assert dict(Image.open(kept).getexif()) == {}
    [document] = folder.glob("*.pdf")
    assert document.read_bytes() == PDF


def test_what_is_no_picture_whatever_its_name_is_told_and_not_stored(
    company: Company, mailbox: Folder, folder: Path
) -> None:
    case = company.case()
    bomb = BytesIO()
    Image.new("1", (50_000, 50_000)).save(bomb, "PNG")
    names, refused = taken(
        company, mailbox,
        letter(
            ("zip.jpg", b"PK\x03\x04" + b"\0" * 2000, "image/jpeg"), ("huge.png", bomb.getvalue(), "image/png"),
            ("run.exe", b"MZ" + b"\0" * 100, "application/octet-stream"),
        ),
    )  # fmt: skip
    assert names == []
    assert refused == ["zip.jpg", "huge.png", "run.exe"]
    assert not folder.exists() or list(folder.iterdir()) == []
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).inbound == 1, "the mail itself came in"


def test_the_same_file_again_is_one_file_and_the_same_mail_again_leaves_nothing(
    company: Company, mailbox: Folder, folder: Path
) -> None:
    company.case()
    photo = ("carton.jpg", picture(), "image/jpeg")
    for id in ("1", "2", "2"):
        mailbox.seen.clear()
        taken(company, mailbox, letter(photo, id=id))
    assert len(list(folder.iterdir())) == 1


def test_a_photo_with_thanks_that_belong_to_no_case_is_forgotten(
    company: Company, mailbox: Folder, folder: Path
) -> None:
    thanks = letter(("carton.jpg", picture(), "image/jpeg")).replace(b"Voici les photos.", b"Merci beaucoup !")
    assert taken(company, mailbox, thanks) == ([], [])
    assert list(folder.iterdir()) == []


def test_the_picture_of_a_signature_is_no_file_of_the_case() -> None:
    mail = EmailMessage()
    mail["From"] = "c@example.test"
    mail.set_content("Bonjour")
    mail.add_related(picture(40, 20, "PNG"), "image", "png", cid="<logo>", filename="logo.png", disposition="inline")
    assert parse(mail.as_bytes()).files == ()


def test_so_many_files_of_a_mail_are_looked_at() -> None:
    many = [(f"{number}.pdf", PDF, "application/pdf") for number in range(MOST_FILES + 10)]
    assert len(parse(letter(*many)).files) == MOST_FILES


def test_without_a_place_for_files_people_are_told_that_there_was_one(company: Company) -> None:
    company.case()
    with serving(Folder()) as box:
        company.robots.inbox = Inbox(box.url)
        assert taken(company, box, letter(("carton.jpg", picture(), "image/jpeg"))) == ([], ["carton.jpg"])
