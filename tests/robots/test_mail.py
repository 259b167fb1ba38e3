"""Letters handed to a real mail server that accepts, refuses, or is cut at the worst moment."""

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from base.database import Database, InsideWriteUnit
from robots.mail import Letter, Post, letter_of, message_id_of
from tests.connectors.traps import certificate

LETTER = Letter(
    key="walk::step:1:mail", to=("claire@example.test",), subject="Votre colis : envoyé 📦", text="Bonjour,\n.\nfin",
    html="<p>Bonjour</p>", language="fr",
)  # fmt: skip


class Server:
    """A mail server of one conversation, which says what it is told to and may hang up at a word."""

    def __init__(self, answers: dict[str, str], hang_up_at: str = "") -> None:
        self.answers, self.hang_up_at = answers, hang_up_at
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.received = b""
        self.thread = Thread(target=self._talk, daemon=True)
        self.thread.start()

    def _talk(self) -> None:
        try:
            peer, _ = self.listening.accept()
        except OSError:
            return
        with peer, peer.makefile("rwb") as wire:
            self._say(wire, "greeting", "220 hello")
            for line in wire:
                word = line.split(b":")[0].split()[0].decode().upper()
                if word == self.hang_up_at:
                    return
                if word == "DATA":
                    self._say(wire, "DATA", "354 go on")
                    if self.answers.get("DATA", "354").startswith("354") and not self._take(wire):
                        return
                else:
                    self._say(wire, word, "250 fine" if word != "QUIT" else "221 bye")

    def _take(self, wire: object) -> bool:
        for line in wire:  # type: ignore[attr-defined]
            if line == b".\r\n":
                break
            self.received += line
        if self.hang_up_at == "end":
            return False
        self._say(wire, "end", "250 taken")
        return True

    def _say(self, wire: object, word: str, usual: str) -> None:
        wire.write(self.answers.get(word, usual).encode() + b"\r\n")  # type: ignore[attr-defined]
        wire.flush()  # type: ignore[attr-defined]


@pytest.fixture
def serve() -> Iterator[object]:
    """Make such servers; all are ended with the test."""
    made: list[Server] = []

    def make(answers: dict[str, str] | None = None, hang_up_at: str = "") -> Server:
        made.append(Server(answers or {}, hang_up_at))
        return made[-1]

    yield make
    for server in made:
        server.listening.close()


@pytest.mark.parametrize(
    ("answers", "hang_up_at", "fate"),
    [
        ({}, "", "sent"),
        ({"QUIT": "421 in a hurry"}, "", "sent"),
        ({}, "QUIT", "sent"),
        ({"greeting": "421 too busy"}, "", "not_now"),
        ({"greeting": "554 go away"}, "", "not_now"),
        ({"MAIL": "451 later"}, "", "not_now"),
        ({"RCPT": "450 mailbox busy"}, "", "not_now"),
        ({"RCPT": "550 no such user"}, "", "refused"),
        ({"MAIL": "553 not you"}, "", "refused"),
        ({"DATA": "451 later"}, "", "not_now"),
        ({"end": "452 disk full"}, "", "not_now"),
        ({"end": "554 spam"}, "", "refused"),
        ({}, "EHLO", "not_now"),
        ({}, "MAIL", "not_now"),
        ({}, "RCPT", "not_now"),
        ({}, "end", "unknown"),
    ],
)
def test_the_fate_of_a_letter_says_what_is_known(
    serve: object, answers: dict[str, str], hang_up_at: str, fate: str
) -> None:
    server = serve(answers, hang_up_at)  # type: ignore[operator]
    posted = Post(f"smtp://127.0.0.1:{server.port}", "shop@example.test").send(LETTER)
    assert posted.fate == fate, posted
    assert posted.message_id == message_id_of(LETTER.key, "shop@example.test")


def test_a_closed_port_is_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert Post(f"smtp://127.0.0.1:{port}", "shop@example.test").send(LETTER).fate == "not_now"


def test_the_letter_arrives_whole_with_its_identifier(serve: object) -> None:
    server = serve()  # type: ignore[operator]
    Post(f"smtp://127.0.0.1:{server.port}", "shop@example.test").send(LETTER)
    server.thread.join(5)
    sent = server.received.decode()
    assert message_id_of(LETTER.key, "shop@example.test") in sent
    assert "Auto-Submitted: auto-generated" in sent
    assert "\r\n..\r\n" in sent, "a line of one dot does not end the letter"


def test_the_identifier_is_the_same_for_every_attempt_and_holds_nothing_personal() -> None:
    one = message_id_of("claire@example.test:1", "shop@example.test")
    assert one == message_id_of("claire@example.test:1", "shop@example.test")
    assert "claire" not in one
    assert one != message_id_of("claire@example.test:2", "shop@example.test")


@pytest.mark.parametrize("subject", ["Votre\r\nBcc: all@example.test", "a\nb", "x" * 5000, "\u2028"])
def test_a_subject_cannot_smuggle_a_header(serve: object, subject: str) -> None:
    server = serve()  # type: ignore[operator]
    request = {"subject": subject, "text": "t", "html": "<p>t</p>", "language": "fr"}
    posted = Post(f"smtp://127.0.0.1:{server.port}", "shop@example.test").send(
        letter_of("k", request, ["claire@example.test"], "http://ariane.test")
    )
    assert posted.fate == "sent"
    server.thread.join(5)
    assert "\r\nBcc:" not in server.received.decode()


def test_an_address_that_is_none_is_refused_never_an_error() -> None:
    request = {"subject": "s", "text": "t", "html": "<p>t</p>"}
    letter = letter_of("k", request, ["claire@example.test\r\nBcc: all@example.test"], "http://ariane.test")
    posted = Post("smtp://127.0.0.1:1", "shop@example.test").send(letter)
    assert (posted.fate, posted.reason) == ("refused", "address")


def test_no_mail_is_sent_inside_a_write_unit(database: Database) -> None:
    with database.unit(), pytest.raises(InsideWriteUnit):
        Post("smtp://127.0.0.1:1", "shop@example.test").send(LETTER)


def test_a_conversation_is_encrypted_before_a_name_or_a_letter_is_told(tmp_path: Path) -> None:
    context, file = certificate(tmp_path, "127.0.0.1")
    kept = Kept()
    server = Controller(
        kept, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True,
        authenticator=kept.signs_in, auth_required=True,
    )  # fmt: skip
    server.start()
    try:
        trusted = ssl.create_default_context(cafile=str(file))
        address = f"smtp+starttls://shop%40example.test:p%40ss@127.0.0.1:{server.port}"
        assert Post(address, "shop@example.test", trusted=trusted).send(LETTER).fate == "sent"
        assert kept.known == [b"shop@example.test p@ss"]
        assert b"Bonjour" in kept.letters[0]
        believes_nobody = Post(address, "shop@example.test").send(LETTER)
        assert (believes_nobody.fate, believes_nobody.reason) == ("not_now", "SSLCertVerificationError")
    finally:
        server.stop()
    assert len(kept.letters) == 1


def test_a_server_that_cannot_encrypt_is_told_nothing(serve: Callable[..., Server]) -> None:
    server = serve()
    posted = Post(f"smtp+starttls://shop:secret@127.0.0.1:{server.port}", "shop@example.test").send(LETTER)
    assert posted.fate == "not_now"
    server.thread.join(5)
    assert not server.received


class Kept:
    """What a mail server heard."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.known: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope.original_content or b"")
        return "250 taken"

    def signs_in(self, server: SMTP, session: Session, envelope: Envelope, how: str, said: LoginPassword) -> AuthResult:
        self.known.append(said.login + b" " + said.password)
        return AuthResult(success=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
