"""Reading the mailbox by IMAP: what is unseen is fetched, taken in one transaction each, and then marked as seen.

A mail that was taken but not marked (the robot died in between) is known by its Message-ID and not taken twice. One
that cannot be taken is marked all the same, and logged: it would come again for ever.
"""

import imaplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import structlog

from base.actors import robot_actor
from base.clock import business_now
from base.database import refuse_inside_unit
from base.files import Files
from robots.inbox.addressing import brand_of
from robots.inbox.enclosures import enclosed
from robots.inbox.parsing import parse
from robots.inbox.taking import take

if TYPE_CHECKING:
    from robots.rounds import Robots

log = structlog.get_logger()

TIMEOUT = 20.0
"""Seconds for each exchange with the mailbox."""
LARGEST = 30 * 1024 * 1024
"""Bytes of a mail that are fetched: what mail servers take, in the letters that carry it."""
ROOM = 50
"""Mails of one round."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """A mailbox: `imaps://user:password@host/INBOX`; `imap://` for a server on this machine."""

    url: str
    files: Files | None = None
    """Where what mails enclose is kept; None: nowhere, and people are told that it was there."""

    def open(self) -> imaplib.IMAP4:
        """A conversation with the folder selected. Raises OSError and IMAP4.error."""
        parts = urlsplit(self.url)
        host = parts.hostname or "127.0.0.1"
        server: imaplib.IMAP4
        if parts.scheme == "imaps":
            context = ssl.create_default_context()
            server = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
        else:
            server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        status, _ = server.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error(f"no folder {folder}")
        return server


def read(robots: "Robots") -> int:
    """One round; how many mails were taken. A mailbox that does not answer waits for the next round."""
    if robots.inbox is None:
        return 0
    refuse_inside_unit("reading mail")
    try:
        server = robots.inbox.open()
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("inbox.closed", error=type(error).__name__)
        return 0
    taken = 0
    try:
        _status, found = server.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:ROOM]:
            raw = _fetched(server, uid)
            taken += 0 if raw is None else _take(robots, raw)
            server.uid("STORE", uid.decode(), "+FLAGS.SILENT", "(\\Seen)")
        server.logout()
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("inbox.cut", error=type(error).__name__)
    return taken


def _fetched(server: imaplib.IMAP4, uid: bytes) -> bytes | None:
    _status, answer = server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((part[1] for part in answer if isinstance(part, tuple) and isinstance(part[1], bytes)), None)


def _take(robots: "Robots", raw: bytes) -> int:
    try:
        received = parse(raw)
        with (
            enclosed(received, robots.inbox.files if robots.inbox else None) as files,
            robots.database.unit() as session,
        ):
            brand = brand_of(session, received)
            now = robots.now or business_now(session)
            return int(take(session, robot_actor(brand.id), now, brand, received, files))
    except Exception:  # one bad mail holds up no other
        log.exception("inbox.stumbled")
        return 0
