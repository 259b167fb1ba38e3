"""A received mail, whatever its state: who, about what, in answer to what, and the words. Never raises.

Headers are read with the old, forgiving policy of the library: the new one takes minutes over ten thousand recipients.
Automatic mails (out of office, bounces, lists) are told apart here, so that nothing ever answers them.
"""

import email
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Literal

import nh3

from base.folding import one_line

Nature = Literal["message", "automatic", "bounce"]
LONGEST = 20_000
"""Characters of words that are kept."""
MOST_PARTS = 100
"""Parts of a mail that are looked at."""
LONGEST_HEADER = 20_000
MOST_RECIPIENTS = 50
MOST_FILES = 20
SMALL_PICTURE = 15_000
"""Bytes up to which a picture shown within the words is a signature's, not the customer's."""
_ID = re.compile(r"<[^<>\s]{1,248}>")
_QUOTED = re.compile(
    r"^\s*(>|-{2,}\s*(original message|message d'origine|message original)|le .{4,200} a écrit\s*:|on .{4,200} wrote:)",
    re.IGNORECASE,
)
_TECHNICAL = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "bounce")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a mail encloses, as it came: nothing about it is believed."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a mail says."""

    message_id: str
    """Its own, else a digest of its bytes."""
    refers_to: tuple[str, ...]
    """Message-IDs that it answers, newest first."""
    to: tuple[str, ...] = ()
    """Addresses that it came to, those of the envelope first; the first fifty."""
    address: str
    """Of whoever wrote it; empty when it names none."""
    name: str
    subject: str
    words: str
    """What was written, without what was quoted below."""
    nature: Nature
    files: tuple[File, ...] = ()
    """What it encloses, as far as it was looked at; pictures of signatures are none."""


def parse(raw: bytes) -> Received:
    """Read a mail. What is broken is read as far as it goes."""
    message = email.message_from_bytes(raw)
    name, address = _sender(message)
    nature = _nature(message, address)
    words = _words(message)
    found = _ID.findall(_header(message, "Message-ID"))
    mentioned = _ID.findall(_header(message, "References")) + _ID.findall(_header(message, "In-Reply-To"))
    if nature == "bounce":
        mentioned += _ID.findall(raw[: LONGEST_HEADER * 4].decode("latin-1"))
    return Received(
        message_id=found[0] if found else f"<{hashlib.sha256(raw).hexdigest()[:40]}@digest>",
        refers_to=tuple(dict.fromkeys(each for each in reversed(mentioned) if each not in found))[:50],
        to=_recipients(message), address=address, name=name,
        subject=one_line(_decoded(_header(message, "Subject")))[:300],
        words=_without_quotes(words)[:LONGEST], nature=nature,
        files=tuple(_files(message)) if nature == "message" else (),
    )  # fmt: skip


def _nature(message: Message, address: str) -> Nature:
    """RFC 3834 and what programs really send."""
    if message.get_content_type() == "multipart/report" or address.startswith(("mailer-daemon", "postmaster")):
        return "bounce" if _failed(message) else "automatic"
    if _header(message, "Return-Path").strip() == "<>":
        return "automatic"
    submitted = _header(message, "Auto-Submitted").strip().lower()
    if submitted and submitted != "no":
        return "automatic"
    if _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return "automatic"
    marks = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "Feedback-ID")
    if any(message.get(mark) is not None for mark in marks):
        return "automatic"
    return "automatic" if not address or address.startswith(_TECHNICAL) else "message"


def _failed(message: Message) -> bool:
    """Whether a report says that a mail did not arrive (RFC 3464); one that says nothing does.

    A notice that it is late, or that it was delivered or read, asks nobody for anything.
    """
    if "disposition-notification" in _header(message, "Content-Type").lower():
        return False
    told = [
        _header(recipient, "Action").strip().lower()
        for part in _parts(message)
        if part.get_content_type() == "message/delivery-status"
        for recipient in _parts(part)
    ]
    actions = set(filter(None, told))
    return not actions or "failed" in actions


def _sender(message: Message) -> tuple[str, str]:
    for header in ("Reply-To", "From", "Sender"):
        for name, address in getaddresses([_header(message, header)[:2000]])[:1]:
            if "@" in address and len(address) <= 254:
                return one_line(_decoded(name))[:120], address.strip().casefold()
    return "", ""


def _recipients(message: Message) -> tuple[str, ...]:
    """Ours is among the first: ten thousand others interest nobody."""
    written = [
        value[:2000]
        for header in ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
        if (value := _header(message, header))
    ]
    found = (address.strip().casefold() for _, address in getaddresses(written) if "@" in address)
    return tuple(dict.fromkeys(found))[:MOST_RECIPIENTS]


def _header(message: Message, name: str) -> str:
    """A header as one text, however broken and however long."""
    try:
        return str(message.get(name) or "")[:LONGEST_HEADER]
    except (ValueError, LookupError, UnicodeError):
        return ""


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, UnicodeError, email.errors.MessageError):
        return text


def _words(message: Message) -> str:
    parts = [part for part in _parts(message) if not part.is_multipart() and not part.get_filename()]
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    if plain:
        return "\n".join(_text(part) for part in plain)
    return "\n".join(_of_html(_text(part)) for part in parts if part.get_content_type() == "text/html")


def _parts(message: Message) -> Iterable[Message]:
    """Breadth first and not many: a mail may be nested a thousand deep."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting += [each for each in inner if isinstance(each, Message)]


def _files(message: Message) -> Iterator[File]:
    found = 0
    for part in _parts(message):
        name = _file_name(part)
        picture = part.get_content_maintype() == "image"
        if part.is_multipart() or not (name or picture or part.get_content_type() == "application/pdf"):
            continue
        data = _bytes(part)
        shown_within = part.get("Content-ID") is not None or part.get_content_disposition() == "inline"
        if picture and shown_within and len(data) <= SMALL_PICTURE:
            continue
        if found == MOST_FILES:
            return
        found += 1
        yield File(name=one_line(_decoded(name))[:120] or f"file-{found}", data=data)


def _file_name(part: Message) -> str:
    try:
        return str(part.get_filename() or "")[:1000]
    except (ValueError, LookupError, UnicodeError):
        return ""


def _bytes(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return data if isinstance(data, bytes) else b""


def _text(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError):
        raw = None
    if not isinstance(raw, bytes):
        raw = str(part.get_payload() or "").encode("utf-8", "replace")
    try:
        text = raw[: LONGEST * 8].decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = raw[: LONGEST * 8].decode("utf-8", "replace")
    return "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or c >= " ")


def _of_html(source: str) -> str:
    broken = re.sub(r"(?i)<(br|/p|/div|/tr|/li)\b[^>]*>", "\n", source)
    bare = nh3.clean(broken, tags=set(), clean_content_tags={"script", "style"})
    return "\n".join(line.strip() for line in html.unescape(bare).splitlines())


def _without_quotes(words: str) -> str:
    kept: list[str] = []
    for line in words.splitlines():
        if _QUOTED.match(line):
            break
        kept.append(line.rstrip())
    said = "\n".join(kept).strip()
    return re.sub(r"\n{3,}", "\n\n", said or words.strip())
