"""Signatures of real services over the exact bytes of their payloads."""

import json
from pathlib import Path
from typing import Any

import pytest

from processes.connectors import definitions
from processes.connectors.definitions import Definition, library
from processes.connectors.webhooks import event_id, verify

PAYLOADS = Path(__file__).parent.parent / "payloads"
SIGNED: dict[str, Any] = json.loads((PAYLOADS / "expected.json").read_text("utf-8"))["webhook_signatures"]
SECRET = SIGNED["secret"]

SENDERS = {
    "aftership": ("aftership_webhook_attempt_fail.json", "aftership-hmac-sha256"),
    "shopify": ("shopify_order_partial.json", "X-Shopify-Hmac-Sha256"),
    "woocommerce": ("woocommerce_order_processing.json", "X-WC-Webhook-Signature"),
}


@pytest.fixture(params=sorted(SENDERS))
def sent(request: pytest.FixtureRequest) -> tuple[Definition, dict[str, str], bytes]:
    file, header = SENDERS[request.param]
    return library()[request.param], {header.upper(): SIGNED[file][header]}, (PAYLOADS / file).read_bytes()


def test_a_true_signature_is_accepted(sent: tuple[Definition, dict[str, str], bytes]) -> None:
    definition, headers, body = sent
    assert verify(definition, headers, body, SECRET)


def test_a_changed_byte_another_secret_and_no_header_are_refused(
    sent: tuple[Definition, dict[str, str], bytes],
) -> None:
    definition, headers, body = sent
    assert not verify(definition, headers, body + b" ", SECRET)
    assert not verify(definition, headers, body, "other")
    assert not verify(definition, headers, body, "")
    assert not verify(definition, {}, body, SECRET)
    assert not verify(definition, dict.fromkeys(headers, "é not base64"), body, SECRET)


def test_a_hex_signature_is_read_by_a_definition_of_a_dozen_lines() -> None:
    definition = definitions.load(
        """
        ariane_connector: 1
        definition: sendcloud
        title: {fr: "Sendcloud", en: "Sendcloud"}
        operations: {parcel: {path: /parcels, fields: {id: "parcel.id"}}}
        webhook: {header: Sendcloud-Signature, encoding: hex, operation: parcel, event_id: "timestamp"}
        """
    )
    signature = SIGNED["laposte_in_transit.json"]["Sendcloud-Signature (hex form, any body)"]
    body = (PAYLOADS / "laposte_in_transit.json").read_bytes()
    assert verify(definition, {"sendcloud-signature": signature}, body, SECRET)
    assert not verify(definition, {"sendcloud-signature": signature[:-1] + "0"}, body, SECRET)


def test_a_repeated_delivery_is_known_by_its_id() -> None:
    body = (PAYLOADS / "aftership_webhook_attempt_fail.json").read_bytes()
    assert event_id(library()["aftership"], {}, body) == "00000000-0000-4000-8000-000000000009"
    assert event_id(library()["shopify"], {"x-shopify-event-id": "e1"}, b"{}") == "e1"
    same = event_id(library()["shopify"], {}, b"{}")
    assert same == event_id(library()["shopify"], {}, b"{}") != event_id(library()["shopify"], {}, b"[]")


def test_a_service_without_webhooks_verifies_nothing() -> None:
    assert not verify(library()["chronopost"], {"X": "y"}, b"", SECRET)
