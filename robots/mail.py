"""Mail: messages of cases, sent by SMTP from their effect rows.

The Message-ID is made from the effect's key: the same over every attempt, so that a mail that may have been sent can be
looked for. Addresses of links are put in here, when the mail is made.
"""

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from time import monotonic
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from base.database import refuse_inside_unit
from processes.decisions import LINK

TIMEOUT = 20.0
"""Seconds for each exchange with the mail server."""

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""Where nothing is said."""

Fate = Literal["sent", "refused", "not_now", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail ready to be sent."""

    key: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    language: str
    attachments: tuple[tuple[str, bytes], ...] = ()
    in_reply_to: str = ""
    """Message-ID of the mail that it answers, or goes on from."""
    references: tuple[str, ...] = ()
    """Message-IDs of the case's thread before it, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a mail."""

    fate: Fate
    message_id: str = ""
    reason: str = ""
    nobody: bool = False
    """Whether nobody could be spoken to: the mail server is away, and the letter has nothing to do with it."""


REST_OF_SERVER = 60.0
"""Seconds for which a mail server that is away is left alone by this process."""


class Post:
    """A mail server and who we are to it."""

    def __init__(self, url: str, sender: str, name: str = "", *, trusted: ssl.SSLContext | None = None) -> None:
        """`trusted`: whose certificates are believed; those of the machine where nothing is given."""
        parts = urlsplit(url)
        self.host = parts.hostname or "127.0.0.1"
        self.scheme = parts.scheme
        self.port = parts.port or PORTS.get(parts.scheme, 25)
        self.user, self.password = (unquote(part) if part else None for part in (parts.username, parts.password))
        self.sender, self.name = sender, name
        self.trusted = trusted or ssl.create_default_context()
        self._away_until = 0.0

    @property
    def away(self) -> bool:
        """Whether the mail server was found away a moment ago: no letter is taken up meanwhile."""
        return monotonic() < self._away_until

    def send(self, letter: Letter) -> Posted:
        """Send a letter. Never raises for what the other side does: the fate says it."""
        refuse_inside_unit("sending mail")
        message_id = message_id_of(letter.key, self.sender)
        try:
            message = self._message(letter)
        except ValueError:  # an address that is none
            return Posted(fate="refused", message_id=message_id, reason="address")
        refused: dict[str, tuple[int, bytes]] | None = None
        server: _Watched | None = None
        try:
            server = self._connect()
            with server:
                refused = server.send_message(message, from_addr=self.sender, to_addrs=list(letter.to))
        except (OSError, smtplib.SMTPException) as error:
            # A farewell that goes wrong takes back nothing.
            if refused is None:
                # Where nobody could be spoken to, the letter is not what is wrong.
                nobody = server is None
                fate = _fate(error, server.handed_over) if server else "not_now"
                self._away_until = monotonic() + REST_OF_SERVER if nobody else 0.0
                return Posted(fate=fate, message_id=message_id, reason=type(error).__name__, nobody=nobody)
        if refused:
            return Posted(fate="refused", message_id=message_id, reason="recipient")
        return Posted(fate="sent", message_id=message_id)

    def _connect(self) -> "_Watched":
        server: _Watched
        if self.scheme == "smtps":
            server = _WatchedTls(self.host, self.port, timeout=TIMEOUT, context=self.trusted)
        else:
            server = _Watched(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "smtp+starttls":
                server.starttls(context=self.trusted)
            if self.user and self.password:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr((self.name, self.sender))
        message["To"] = ", ".join(letter.to)
        message["Subject"] = " ".join(letter.subject.split())
        message["Message-ID"] = message_id_of(letter.key, self.sender)
        message["Content-Language"] = letter.language
        if letter.in_reply_to:
            message["In-Reply-To"] = letter.in_reply_to
            message["References"] = " ".join(dict.fromkeys((*letter.references, letter.in_reply_to)))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(_page(letter), subtype="html")
        for name, content in letter.attachments:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return message


class _Watched(smtplib.SMTP):
    """A conversation that knows whether the letter's words were handed over: before, it surely was not taken."""

    handed_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.handed_over = True
        return super().data(msg)


class _WatchedTls(_Watched, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def message_id_of(key: str, sender: str) -> str:
    """The Message-ID of the mail with this key: a digest, no personal data in it."""
    domain = sender.rpartition("@")[2] or make_msgid().rpartition("@")[2].rstrip(">")
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def letter_of(key: str, request: dict[str, Any], to: Sequence[str], address: str, thread: Sequence[str] = ()) -> Letter:
    """The letter that an effect's request asks for; `address`: where its link leads, `thread`: what it goes on from."""
    return Letter(
        key=key, to=tuple(to), subject=request["subject"], text=request["text"].replace(LINK, address),
        html=request["html"].replace(LINK, address), language=request.get("language", ""),
        in_reply_to=request.get("in_reply_to") or (thread[-1] if thread else ""), references=tuple(thread),
    )  # fmt: skip


def _page(letter: Letter) -> str:
    return (
        f'<!doctype html><html lang="{letter.language}"><head><meta charset="utf-8"></head>'
        f'<body style="font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:1.5em auto;padding:0 1em">'
        f"{letter.html}</body></html>"
    )


def _fate(error: Exception, handed_over: bool) -> Fate:
    """4xx comes again later, 5xx is a no; a cut before the hand-over comes again, one after it leaves doubt."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return "not_now"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    if codes:
        return "not_now" if all(400 <= code < 500 for code in codes) else "refused"
    return "unknown" if handed_over else "not_now"
