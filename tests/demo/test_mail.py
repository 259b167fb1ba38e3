"""Mails sent to the sink can be read there, and can do no harm."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import requests

from ariane.demo import services
from ariane.demo.services import RunningServices
from tests.demo.conftest import Company


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServices]:
    with services.started(tmp_path_factory.mktemp("demo")) as company:
        yield company


def letter(subject: str = "Votre colis repart, Élodie") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Maison Ricochet <bonjour@ricochet.example.test>"
    message["To"] = "Claire Martin <claire.martin@example.test>"
    message["Subject"] = subject
    message["Message-ID"] = "<key-1@ricochet.example.test>"
    message.set_content("Bonjour,\n\nsuivez-le : http://127.0.0.1:8800/selfcare/r/abc?x=1\n")
    message.add_alternative(
        '<p style="color:#0b6b57" onclick="steal()">Bonjour <a href="http://127.0.0.1:8800/selfcare/r/abc">suivez-le</a>'
        '<script>steal()</script><img src="http://elsewhere.test/p.gif"><a href="javascript:steal()">x</a></p>',
        subtype="html",
    )
    return message


def send(running: RunningServices, message: EmailMessage) -> None:
    host, _, port = running.addresses.smtp.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=5) as line:
        line.send_message(message)


def test_a_mail_goes_round_from_smtp_to_json(running: RunningServices) -> None:
    send(running, letter())
    newest = requests.get(f"{running.addresses.mail}/mails.json", timeout=5).json()["mails"][0]
    assert newest["to"] == ["claire.martin@example.test"]
    assert newest["subject"] == "Votre colis repart, Élodie"
    assert newest["message_id"] == "<key-1@ricochet.example.test>"
    assert newest["text"].startswith("Bonjour,")
    assert newest["received_at"].startswith("2026-11-17T10:0")


def test_a_mail_server_that_is_down_refuses_before_it_accepts(running: RunningServices) -> None:
    running.switch_fault("mail", "down", times=1)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(running, letter())
    assert refused.value.smtp_code == 451
    send(running, letter("after"))


def test_the_list_is_newest_first_and_refreshes_itself(company: Company) -> None:
    for subject in ("first", "second"):
        company.store.keep_mail(["claire.martin@example.test"], letter(subject).as_bytes())
    page = company.clients["mail"].get("/").text
    assert page.index("second") < page.index("first")
    assert "/static/mails.js" in page and 'http-equiv="refresh"' in page


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(company: Company) -> None:
    company.store.keep_mail(["claire.martin@example.test"], letter().as_bytes())
    page = company.clients["mail"].get("/mails/1")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert '<a href="http://127.0.0.1:8800/selfcare/r/abc?x=1" rel="noopener noreferrer" target="_blank">' in page.text
    body = company.clients["mail"].get("/mails/1/body.html")
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert 'href="http://127.0.0.1:8800/selfcare/r/abc"' in body.text
    assert not any(bad in body.text for bad in ("steal", "onclick", "<script", "javascript:"))


def test_a_broken_mail_is_shown_all_the_same(company: Company) -> None:
    company.store.keep_mail(
        ["x@example.test"], b"Subject: =?utf-8?q?broken\r\nContent-Type: text/plain; charset=none\r\n\r\n\xff\xfe hi"
    )
    company.store.keep_mail(["x@example.test"], b"\x00\xff")
    assert [one["id"] for one in company.clients["mail"].get("/mails.json").get_json()["mails"]] == [2, 1]
    assert company.clients["mail"].get("/mails/1").status_code == 200
    assert company.clients["mail"].get("/mails/2/body.html").status_code == 200
    assert company.clients["mail"].get("/mails/9").status_code == 404
