"""Mails in every state: who wrote what, in answer to what, and what must never be answered."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robots.inbox.parsing import LONGEST, parse

PLAIN = """From: =?utf-8?q?Cl=C3=A9o_Martin?= <Cleo@Example.org>
To: bonjour@shop.example
Subject: =?utf-8?q?O=C3=B9_est_mon_colis_=3F?=
Message-ID: <abc@example.org>
In-Reply-To: <ours@shop.example>
References: <first@shop.example> <ours@shop.example>
Content-Type: text/plain; charset=utf-8

Bonjour,

il n’est pas là.

Le 3 mars 2031 à 10:00, la boutique a écrit :
> Votre colis arrive.
"""


def test_a_plain_mail_says_who_what_and_in_answer_to_what() -> None:
    mail = parse(PLAIN.encode())
    assert (mail.name, mail.address, mail.subject) == ("Cléo Martin", "cleo@example.org", "Où est mon colis ?")
    assert mail.words == "Bonjour,\n\nil n’est pas là."
    assert (mail.message_id, mail.refers_to) == ("<abc@example.org>", ("<ours@shop.example>", "<first@shop.example>"))
    assert mail.nature == "message"


@pytest.mark.parametrize(
    ("header", "nature"),
    [
        ("Auto-Submitted: auto-replied", "automatic"),
        ("Auto-Submitted: no", "message"),
        ("Precedence: bulk", "automatic"),
        ("X-Autoreply: yes", "automatic"),
        ("X-Auto-Response-Suppress: All", "automatic"),
        ("List-Id: <news.example>", "automatic"),
        ("Return-Path: <>", "automatic"),
        ("From: MAILER-DAEMON@example.org", "bounce"),
        ("From: no-reply@example.org", "automatic"),
        ("Content-Type: multipart/report; boundary=x", "bounce"),
    ],
)
def test_what_a_program_wrote_is_told_apart(header: str, nature: str) -> None:
    name = header.partition(":")[0]
    rest = "\n".join(line for line in PLAIN.splitlines() if not line.startswith(f"{name}:"))
    assert parse(f"{header}\n{rest}".encode()).nature == nature


REPORT = """From: MAILER-DAEMON@example.org
To: bonjour@shop.example
Subject: About your mail
Message-ID: <report@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

About your mail.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; cleo@example.org
Action: ACTION
Status: 4.4.1

--x--
"""


@pytest.mark.parametrize(
    ("action", "nature"),
    [("failed", "bounce"), ("Failed", "bounce"), ("delayed", "automatic"), ("delivered", "automatic"), ("", "bounce")],
)
def test_a_report_is_a_bounce_when_it_says_that_the_mail_did_not_arrive(action: str, nature: str) -> None:
    assert parse(REPORT.replace("ACTION", action).encode()).nature == nature


def test_a_receipt_of_reading_is_no_bounce() -> None:
    receipt = REPORT.replace("delivery-status", "disposition-notification").replace("Action: ACTION\n", "")
    assert parse(receipt.encode()).nature == "automatic"


def test_only_html_is_read_as_text_without_scripts() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("<p>Bonjour&nbsp;!</p><script>alert(1)</script><p>Cass\u00e9</p>", subtype="html")
    words = parse(bytes(message)).words
    assert "Bonjour" in words and "Cassé" in words and "alert" not in words and "<" not in words


def test_ten_thousand_recipients_are_no_burden() -> None:
    many = ", ".join(f"c{number}@example.org" for number in range(10_000))
    mail = parse(PLAIN.replace("To: bonjour@shop.example", f"To: {many}\nCc: {many}").encode())
    assert mail.address == "cleo@example.org" and "pas là" in mail.words
    assert len(mail.to) == 50 and mail.to[0] == "c0@example.org"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?utf-8?b?////?=\n\nx",
        b"From: a@example.org\nContent-Type: text/plain; charset=klingon\n\ncaf\xe9",
        b'From: a@example.org\nContent-Type: multipart/mixed; boundary=""\n\n--\n--\n',
        b"From: a@example.org\nContent-Type: multipart/mixed\n\nno boundary",
        b"From: a@example.org\nContent-Transfer-Encoding: base64\n\n%%%%",
        b"From: <<<>>>@@\nMessage-ID: " + b"<" * 5000 + b"\n\nx",
        b"Subject: a\r\n b\r\n\tc\n\nNUL\x00 inside",
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    mail = parse(raw)
    assert "\x00" not in mail.words + mail.subject and "\n" not in mail.subject and mail.message_id


def test_a_mail_nested_a_thousand_deep_and_one_of_ten_megabytes_are_read() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(300))
    assert parse(b"From: a@example.org\n" + nested).address == "a@example.org"
    assert len(parse(b"From: a@example.org\n\n" + b"x" * 10_000_000).words) == LONGEST


@given(st.binary(max_size=400))
def test_no_bytes_make_it_stumble(raw: bytes) -> None:
    parse(raw)


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_words_make_it_stumble(subject: str, words: str) -> None:
    parse(f"From: a@example.org\nSubject: {subject}\n\n{words}".encode("utf-8", "surrogatepass"))
