"""What a service sends by itself: is it really from it, and which delivery is it? Pure.

A signature is an HMAC over the exact bytes received, in hex or base64, compared in constant time. It says nothing of
repetitions: the same event may come twice, and its id is what tells (kept unique in the receiver's transaction).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from processes.connectors.definitions import Definition
from processes.connectors.documents import WebhookDocument
from processes.connectors.expressions import Context
from processes.connectors.reader import interpret
from processes.connectors.readings import Reading
from processes.connectors.strict_json import Garbage, read_json
from processes.connectors.times import Unreadable


def verify(definition: Definition, headers: Mapping[str, str], raw_bytes: bytes, secret: str) -> bool:
    """Whether the bytes are signed with the secret as the definition says. False for a service without webhooks."""
    webhook = definition.webhook
    if webhook is None or not secret:
        return False
    written = _header(headers, webhook.header)
    if written is None or not written.startswith(webhook.prefix):
        return False
    told = _signature(written.removeprefix(webhook.prefix), webhook)
    real = hmac.new(secret.encode(), raw_bytes, getattr(hashlib, webhook.algorithm)).digest()
    return told is not None and hmac.compare_digest(told, real)


def event_id(definition: Definition, headers: Mapping[str, str], raw_bytes: bytes) -> str:
    """The event's own id; the hash of the bytes where the service gives none, so that a repetition is still known."""
    webhook = definition.webhook
    if webhook is not None and webhook.event_header is not None:
        told = _header(headers, webhook.event_header)
        if told:
            return told[:200]
    named = _named_id(definition, raw_bytes)
    return named if named is not None else hashlib.sha256(raw_bytes).hexdigest()


def read_event(definition: Definition, headers: Mapping[str, str], raw_bytes: bytes) -> Reading:
    """The fact that an event tells, by the mapping of the webhook's operation."""
    webhook = definition.webhook
    if webhook is None:
        return Reading(state="unknown", reason="content")
    return interpret(definition.operations[webhook.operation], 200, headers, raw_bytes)


def _named_id(definition: Definition, raw_bytes: bytes) -> str | None:
    webhook = definition.webhook
    if webhook is None or definition.event_id is None:
        return None
    operation = definition.operations[webhook.operation]
    try:
        body = read_json(raw_bytes)
        context = Context(answer=body, root=body, inputs={}, time=operation.time, tables=operation.tables)
        told = definition.event_id.of(body, context)
    except (Garbage, Unreadable):
        return None
    return str(told)[:200] if isinstance(told, str | int) and told != "" else None


def _signature(text: str, webhook: WebhookDocument) -> bytes | None:
    try:
        return bytes.fromhex(text) if webhook.encoding == "hex" else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)
