"""The mail sink: takes every mail sent to it over SMTP on this machine, keeps it, delivers it to nobody."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from ariane.demo.services import faults
from ariane.demo.services.store import Store

_LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail as people read it."""

    number: int
    received_at: datetime
    sender: str
    recipients: list[str]
    subject: str
    message_id: str
    text: str
    html: str
    attachments: list[str]

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.number,
            "received_at": self.received_at.isoformat(),
            "from": self.sender,
            "to": self.recipients,
            "subject": self.subject,
            "message_id": self.message_id,
            "text": self.text,
            "html": self.html,
            "attachments": self.attachments,
        }


class Sink:
    """Keeps what arrives."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        fault = faults.take(self._store, "mail")
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind != "none":
            return "451 4.3.0 Mail server temporarily not available"
        content = envelope.content or b""
        self._store.keep_mail(envelope.rcpt_tos, content.encode() if isinstance(content, str) else content)
        return "250 Message accepted for delivery"


def controller(store: Store, port: int) -> Controller:
    """The SMTP server, not started yet, on a port of this machine."""
    return Controller(Sink(store), hostname="127.0.0.1", port=port, data_size_limit=_LARGEST, decode_data=False)


def mails(store: Store) -> list[Mail]:
    """Every mail, newest first."""
    return [_read(*row) for row in store.mails()]


def mail(store: Store, number: int) -> Mail | None:
    row = store.mail(number)
    return _read(*row) if row else None


def _read(number: int, received_at: datetime, recipients: list[str], raw: bytes) -> Mail:
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    return Mail(
        number=number,
        received_at=received_at,
        sender=_header(message, "From"),
        recipients=recipients,
        subject=_header(message, "Subject"),
        message_id=_header(message, "Message-ID").strip(),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
        if message.is_multipart()
        else [],
    )


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; a broken one as it came."""
    return str(message.get(name, "") or "")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return part.get_payload(decode=True).decode("utf-8", "replace")  # type: ignore[union-attr]
