"""Sixty answers that no service should give, and some give all the same. Made here, by name."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent.parent / "payloads"

TRUE_ANSWER: bytes = (PAYLOADS / "laposte_in_transit.json").read_bytes()


def _with(change: Callable[[dict[str, Any]], None]) -> bytes:
    answer = json.loads(TRUE_ANSWER)
    change(answer)
    return json.dumps(answer).encode()


def _events(value: Any) -> bytes:
    return _with(lambda answer: answer["shipment"].update(event=value))


def _event(**fields: Any) -> bytes:
    return _events([fields])


def _nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def unusable() -> Iterator[tuple[str, bytes]]:
    """Nothing can be made of these: the reading as a whole is unknown."""
    page = b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"
    yield "html page", page
    yield "html after a mark", b"\xef\xbb\xbf" + page
    yield "empty", b""
    yield "spaces", b"  \r\n\t "
    yield "null", b"null"
    yield "true", b"true"
    yield "a number", b"42"
    yield "a text", b'"delivered"'
    yield "empty record", b"{}"
    yield "empty records", b"[{}]"
    yield "list of numbers", b"[1, 2, 3]"
    yield "list of nulls", b"[null, null]"
    yield "list of lists", b"[[[]]]"
    yield "cut in the middle", TRUE_ANSWER[: len(TRUE_ANSWER) // 2]
    yield "cut in a text", TRUE_ANSWER[:30]
    yield "two documents", TRUE_ANSWER + TRUE_ANSWER
    yield "trailing word", TRUE_ANSWER + b" ok"
    yield "trailing comma", b'{"returnCode": 200,}'
    yield "single quotes", b"{'returnCode': 200}"
    yield "comment", b'{"returnCode": 200} // fine'
    yield "NaN", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": NaN')
    yield "Infinity", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": Infinity')
    yield "minus Infinity", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": -Infinity')
    yield "1e999", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": 1e999')
    yield "duplicate key", TRUE_ANSWER.replace(b'"returnCode": 200', b'"returnCode": 200, "returnCode": 200')
    yield "duplicate deep key", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": 4, "holder": 5')
    yield "5,000 digits", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": ' + b"9" * 5_000)
    yield "19 digits", TRUE_ANSWER.replace(b'"holder": 4', b'"holder": 1234567890123456789')
    yield "nested 101", _nested(101)
    yield "nested 200,000", _nested(200_000)
    yield "nested and never closed", b"[" * 200_000
    yield "nested records", b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    yield "quotes without end", b'{"a": "' + b'\\"' * 500_000
    yield "invalid UTF-8", TRUE_ANSWER.replace(b"Votre", b"\xff\xfe\xfa")
    yield "latin-1", TRUE_ANSWER.decode().encode("latin-1")
    yield "UTF-16", TRUE_ANSWER.decode().encode("utf-16")
    yield "overlong UTF-8", TRUE_ANSWER.replace(b"Votre", b"\xc0\xaf")
    yield "half a character", TRUE_ANSWER.replace(b"Votre", b"\\ud800")
    yield "NUL in a text", TRUE_ANSWER.replace(b"Votre", b"\\u0000")
    yield "NUL bytes", b"\x00" * 100
    yield "64 kB line", TRUE_ANSWER.replace(b"Votre", b"V" * 65_600)
    yield "gzip not unpacked", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    yield "PNG", b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    yield "XML", b"<?xml version='1.0'?><shipment><event/></shipment>"
    yield "XML bomb", b'<!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>'
    yield "JSONP", b"callback(" + TRUE_ANSWER + b")"
    yield "YAML", b"returnCode: 200\nshipment: {idShip: 1}\n"
    yield "shipment is a text", _with(lambda answer: answer.update(shipment="delivered"))
    yield "shipment is a list", _with(lambda answer: answer.update(shipment=["delivered"]))
    yield "shipment is null", _with(lambda answer: answer.update(shipment=None))
    yield "events are a text", _events("delivered")
    yield "events are a record", _events({"code": "DI1", "date": "2026-11-18"})
    yield "events are numbers", _events([1, 2.5, True, None])
    yield "events without dates", _events([{"code": "DI1"}])
    yield "events of no time", _events([{"code": "DI1", "date": "soon"}])
    yield "code is a record", _event(code={"DI1": True}, date="2026-11-18T06:40:00+01:00")
    yield "code is a float", _event(code=1.5, date="2026-11-18T06:40:00+01:00")
    yield "return code is a text", _with(lambda answer: answer.update(returnCode="200"))
    yield "error in good clothes", _with(lambda answer: answer.update(returnCode=500))
    yield "number is a list", _with(lambda answer: answer["shipment"].update(idShip=["6A12345678901"]))


CORPUS = dict(unusable())
