"""Recorded answers of eight real services, each read as `expected.json` beside them says."""

import json
from pathlib import Path
from typing import Any

import pytest

from processes.connectors.definitions import library
from processes.connectors.reader import interpret, interpret_each
from processes.connectors.readings import Reading
from processes.connectors.times import to_text
from processes.connectors.webhooks import read_event
from processes.walk.values import UNKNOWN

PAYLOADS = Path(__file__).parent.parent / "payloads"
EXPECTED: dict[str, Any] = json.loads((PAYLOADS / "expected.json").read_text("utf-8"))["expected"]


def _operation(service: str, name: str) -> Any:
    return library()[service].operations[name]


def _told(value: Any) -> Any:
    """As `expected.json` spells it."""
    if value is UNKNOWN:
        return "unknown"
    return to_text(value) if hasattr(value, "astimezone") else value


@pytest.mark.parametrize("file", sorted(EXPECTED))
def test_a_recorded_answer_is_read_as_expected(file: str) -> None:
    expected, body = EXPECTED[file], (PAYLOADS / file).read_bytes()
    status = expected.get("http", 200)
    if expected["kind"] == "order":
        order = interpret(_operation(expected["shop"], "order"), status, {}, body, {"number": expected["order"]})
        _order_fits(order, expected)
    elif "each" in expected:
        each = interpret_each(_operation(expected["carrier"], "tracking"), status, {}, body)
        for reading, one in zip(each, expected["each"], strict=True):
            _parcel_fits(reading, one)
    else:
        inputs = {"number": expected["number"]} if "number" in expected else {}
        _parcel_fits(interpret(_operation(expected["carrier"], "tracking"), status, {}, body, inputs), expected)


def _parcel_fits(reading: Reading, expected: dict[str, Any]) -> None:
    assert reading.state == "known"
    told = ("number", "status", "last_event_at", "delivered_at", "attempts", "pieces", "pieces_delivered")
    for name in told:
        if name in expected:
            assert _told(reading.value.get(name)) == expected[name], name


def _order_fits(reading: Reading, expected: dict[str, Any]) -> None:
    assert reading.state == "known"
    assert reading.value["number"] == expected["order"]
    assert reading.value["status"] == expected["status"]
    assert reading.value["delivered_twice"] is expected.get("delivered_twice", False)
    if "paid" in expected:
        assert reading.value["paid"] is expected["paid"]
    if "ordered_at" in expected:
        assert _told(reading.value["placed_at"]) == expected["ordered_at"]
    parcels = [{name: _told(parcel[name]) for name in ("number", "status")} for parcel in reading.value["parcels"]]
    assert parcels == expected["parcels"]


def test_one_parcel_is_found_in_a_batch_by_its_number_however_it_is_spelled() -> None:
    body = (PAYLOADS / "laposte_batch_207.json").read_bytes()
    reading = interpret(_operation("laposte", "tracking"), 207, {}, body, {"number": " 6a333 33333301"})
    assert (reading.value["number"], reading.value["status"]) == ("6A33333333301", "ready_for_pickup")


def test_an_answer_about_another_parcel_is_no_answer() -> None:
    body = (PAYLOADS / "dhl_delivered_one_of_two.json").read_bytes()
    reading = interpret(_operation("dhl", "tracking"), 200, {}, body, {"number": "00340434160000000099"})
    assert (reading.state, reading.reason) == ("unknown", "content")


def test_a_404_that_is_a_page_does_not_mean_that_the_parcel_is_unknown() -> None:
    reading = interpret(_operation("dhl", "tracking"), 404, {}, b"<html>Not here</html>", {"number": "1"})
    assert (reading.state, reading.reason) == ("unknown", "status")


def test_a_code_nobody_mapped_is_unknown_and_kept() -> None:
    body = (PAYLOADS / "laposte_in_transit.json").read_bytes().replace(b'"ET1"', b'"ZZ9"')
    reading = interpret(_operation("laposte", "tracking"), 200, {}, body, {"number": "6A12345678901"})
    assert reading.state == "known"
    assert reading.value["status"] is UNKNOWN
    assert reading.value["label"].startswith("Votre colis")
    assert dict(reading.raw_codes) == {"status": "ZZ9"} and reading.unmapped == ("status",)


def test_a_service_that_says_unknown_raises_no_alert() -> None:
    body = (PAYLOADS / "dhl_delivered_one_of_two.json").read_bytes().replace(b'"delivered"', b'"unknown"')
    reading = interpret(_operation("dhl", "tracking"), 200, {}, body, {"number": "00340434160000000017"})
    assert reading.value["status"] is UNKNOWN
    assert (dict(reading.raw_codes), reading.unmapped) == ({"status": "unknown"}, ())


def test_the_newest_event_decides_whichever_way_round_the_list_is() -> None:
    answer = json.loads((PAYLOADS / "laposte_in_transit.json").read_text("utf-8"))
    answer["shipment"]["event"].reverse()
    reading = interpret(_operation("laposte", "tracking"), 200, {}, json.dumps(answer).encode())
    assert (reading.value["status"], reading.value["raw_code"]) == ("in_transit", "ET1")


def test_a_local_time_is_read_in_the_zone_of_where_it_happened() -> None:
    body = (PAYLOADS / "dhl_delivered_one_of_two.json").read_bytes()
    english = body.replace(b'"countryCode": "FR"', b'"countryCode": "GB"')
    paris = interpret(_operation("dhl", "tracking"), 200, {}, body)
    london = interpret(_operation("dhl", "tracking"), 200, {}, english)
    assert _told(paris.value["last_event_at"]) == "2026-11-19T12:02:00Z"
    assert _told(london.value["last_event_at"]) == "2026-11-19T13:02:00Z"


def test_a_webhook_tells_the_same_as_a_call() -> None:
    body = (PAYLOADS / "aftership_webhook_attempt_fail.json").read_bytes()
    reading = read_event(library()["aftership"], {}, body)
    assert (reading.value["status"], _told(reading.value["last_event_at"])) == (
        "delivery_failed",
        "2026-11-19T15:40:00Z",
    )


def test_the_whole_published_vocabulary_of_la_poste_is_mapped() -> None:
    published = ("DR1 DR2 PC1 PC2 ET1 ET2 ET3 ET4 EP1 DO1 DO2 DO3 PB1 PB2 MD2 ND1 AG1 RE1 DI0 DI1 DI2 DI3 ID0").split()
    assert set(library()["laposte"].document.tables["events"]) == set(published) and len(published) == 23
