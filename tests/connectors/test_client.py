"""The client: requests as definitions say, retries for reads only, tokens, chained calls, acts that may be in doubt."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from base.database import Database, InsideWriteUnit
from base.money import Money
from processes.connectors import definitions
from processes.connectors.client import Client
from processes.connectors.definitions import library
from processes.connectors.requesting import BadInput, build
from processes.walk.values import MISSING, UNKNOWN
from tests.connectors import traps
from tests.connectors.services import SHOP, line_to
from tests.connectors.traps import Behaviour, answering, trap

ACME = definitions.load(SHOP)
ASKED = {"carrier": "Acme", "number": "7 A/B"}
REFUND = {"order": "1001", "lines": ["LAMP", "BULB"], "amount": Money(4990, "EUR")}
GO = answering(b'{"number": "7 A/B", "state": "go"}')
HEADERS_OF = {"key": "k"}


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """A server that behaves differently each time; the last one for ever."""
    waiting = list(behaviours)
    return lambda connection, request: (waiting.pop(0) if len(waiting) > 1 else waiting[0])(connection, request)


def by_path(**behaviours: Behaviour) -> Behaviour:
    def behave(connection: Any, request: bytes) -> None:
        path = request.split(b" ")[1].decode()
        next(one for word, one in behaviours.items() if word in path)(connection, request)

    return behave


def client() -> Client:
    return Client(pause=lambda seconds: None)


def test_a_request_is_built_as_the_definition_says() -> None:
    with trap(GO) as server:
        reading = client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 3)
        assert reading.value == {"number": "7 A/B", "carrier": "Acme", "status": "in_transit", "attempts": 0}
        head = server.requests[0].decode()
    assert head.startswith("GET /api/parcels/7%20A%2FB HTTP/1.1")
    assert "X-Api-Key: planted-secret" in head and "Accept-Encoding: gzip, identity" in head


def test_a_body_keeps_types_and_leaves_out_what_is_not_there() -> None:
    def body(**inputs: Any) -> Any:
        request = build(ACME.operations["refund"], {**REFUND, **inputs}, secret={"key": "s"}, request_id="r", key="k1")
        assert request.headers["Idempotency-Key"] == "k1"
        return json.loads(request.body or b"")

    assert body() == {"lines": ["LAMP", "BULB"], "cents": 4990, "currency": "EUR", "note": "order 1001"}
    assert "lines" not in body(lines=MISSING)
    assert "lines" not in body(lines=[])


def test_values_in_xml_are_escaped() -> None:
    operation = library()["chronopost"].operations["tracking"]
    hostile = "XT1</skybillNumber><evil a='1'>&\""
    request = build(operation, {"carrier": "Chronopost", "number": hostile}, secret={}, request_id="r")
    assert request.body is not None and b"<evil" not in request.body and b"XT1&lt;/skybillNumber&gt;" in request.body
    with pytest.raises(BadInput):
        build(operation, {"carrier": "Chronopost", "number": "a\x08b"}, secret={}, request_id="r")


@pytest.mark.parametrize("number", ["..", ".", "", "a\0b", "x" * 3_000, UNKNOWN, MISSING, None, "\ud800"])
def test_an_input_that_cannot_be_asked_is_not_asked(number: Any) -> None:
    with trap(GO) as server:
        line = line_to(server.port, ACME)
        reading = client().read(line, ACME.operations["tracking"], {"carrier": "Acme", "number": number}, 3)
        assert (reading.state, reading.reason) == ("unknown", "input")
        assert server.connections == 0


def test_a_path_never_leaves_its_place() -> None:
    request = build(
        ACME.operations["tracking"], {"carrier": "A", "number": "../../admin?x=1#y"}, secret=HEADERS_OF, request_id="r"
    )
    assert request.target == "/parcels/..%2F..%2Fadmin%3Fx%3D1%23y"


def test_a_header_cannot_be_broken_open() -> None:
    text = SHOP.replace("    path: /parcels/{number}", "    path: /p/{number}\n    headers: {X-Number: '{number}'}")
    operation = definitions.load(text).operations["tracking"]
    with pytest.raises(BadInput):
        build(operation, {"carrier": "A", "number": "7\r\nX-Evil: 1"}, secret=HEADERS_OF, request_id="r")


@pytest.mark.parametrize(
    "trouble",
    [traps.cut_at_once, traps.cut_in_the_middle, answering(b"", status=b"503 Busy"), answering(b"", status=b"502 Bad")],
)
def test_a_read_is_tried_again_after_a_hiccup(trouble: Behaviour) -> None:
    with trap(in_turn(trouble, trouble, GO)) as server:
        reading = client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 3)
        assert (reading.state, len(server.requests)) == ("known", 3)


def test_a_read_is_tried_three_times_at_most() -> None:
    with trap(answering(b"", status=b"503 Busy")) as server:
        reading = client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 3)
        assert (reading.state, reading.reason, reading.http, len(server.requests)) == ("unknown", "status", 503, 3)


@pytest.mark.parametrize("status", [b"400 Bad", b"401 No", b"404 Gone", b"429 Slow", b"302 There"])
def test_a_clear_answer_is_not_tried_again(status: bytes) -> None:
    with trap(answering(b"{}", b"Location: /", status=status)) as server:
        reading = client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 3)
        assert (reading.state, reading.reason, len(server.requests)) == ("unknown", "status", 1)


def test_patience_asked_for_is_never_slept_in_the_call() -> None:
    began = time.monotonic()
    with trap(answering(b"", b"Retry-After: 60", status=b"503 Busy")) as server:
        reading = client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 3)
        assert len(server.requests) == 1 and reading.retry_after is not None
    assert reading.retry_after.total_seconds() == 60 and time.monotonic() - began < 1


def test_down_or_slow_it_takes_three_seconds_at_most() -> None:
    with trap(traps.dripping_headers) as server:
        began = time.monotonic()
        reading = Client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 60)
        assert (reading.state, reading.reason) == ("unknown", "time")
        assert time.monotonic() - began < 3.4


def test_no_call_inside_a_write_transaction(sqlite_database: Database) -> None:
    with trap(GO) as server, sqlite_database.unit():
        with pytest.raises(InsideWriteUnit):
            client().read(line_to(server.port, ACME), ACME.operations["tracking"], ASKED, 3)
        assert server.connections == 0


# Acts


def act(behaviour: Behaviour, operation: str = "refund", **more: Any) -> tuple[Any, list[bytes]]:
    inputs = {**REFUND, "parcel": "7", **more}
    with trap(behaviour) as server:
        answer = client().act(line_to(server.port, ACME), ACME.operations[operation], inputs, "walk:refund:1")
        return answer, server.requests


DONE = answering(b'{"id": "R1", "cents": 4990, "currency": "EUR", "number": "8"}', status=b"201 Created")


def test_an_act_is_done_with_its_key() -> None:
    answer, requests = act(DONE)
    assert (answer.state, answer.safety) == ("done", "keyed")
    assert answer.result == {"reference": "R1", "amount": Money(4990, "EUR")}
    assert b"Idempotency-Key: walk:refund:1" in requests[0]


def test_a_refusal_is_told_in_the_definitions_word() -> None:
    answer, _ = act(answering(b'{"error": "done"}', status=b"409 Conflict"))
    assert (answer.state, answer.reason) == ("failed", "already_done")
    answer, _ = act(answering(b"{}", status=b"422 No"))
    assert (answer.state, answer.reason, answer.http) == ("failed", "status", 422)


@pytest.mark.parametrize(("operation", "state"), [("refund", "retry"), ("reship", "unknown"), ("cancel", "unknown")])
@pytest.mark.parametrize(
    "trouble",
    [
        traps.cut_at_once,
        traps.cut_in_the_middle,
        answering(b"<html>", status=b"200 OK"),
        answering(b"", status=b"500 Oh"),
        answering(b"", status=b"503 Busy"),
    ],
)
def test_what_a_cut_act_means_is_as_its_operation_declares(trouble: Behaviour, operation: str, state: str) -> None:
    answer, requests = act(trouble, operation)
    assert (answer.state, len(requests)) == (state, 1), "an act is never tried twice by the client"


def test_an_act_that_never_left_may_be_tried_again_whatever_it_is() -> None:
    with trap(DONE) as server:
        pass
    answer = client().act(line_to(server.port, ACME), ACME.operations["cancel"], {"order": "1"}, "k")
    assert (answer.state, answer.safety) == ("retry", "blind")


@pytest.mark.parametrize("status", [b"429 Slow", b"401 No"])
def test_refused_before_anything_was_done(status: bytes) -> None:
    assert act(answering(b"", status=status), "cancel")[0].state == "retry"


def test_a_slow_act_is_in_doubt_at_its_own_deadline() -> None:
    began = time.monotonic()
    answer, _ = act(traps.dripping_body, "cancel")
    assert (answer.state, answer.reason) == ("unknown", "time")
    assert time.monotonic() - began < 1.5


# Tokens

OAUTH = SHOP.replace("sign_in: {kind: header, name: X-Api-Key}", "sign_in: {kind: oauth2, path: /token, scope: all}")
WHO = {"client_id": "me", "client_secret": "planted"}


def token(name: str, seconds: int = 3600) -> Behaviour:
    return answering(json.dumps({"access_token": name, "expires_in": seconds}).encode())


def only_with(name: bytes) -> Behaviour:
    def behave(connection: Any, request: bytes) -> None:
        good = b"Authorization: Bearer " + name in request
        (GO if good else answering(b"", status=b"401 No"))(connection, request)

    return behave


def _read_twice(behaviour: Behaviour) -> tuple[list[Any], list[bytes]]:
    made, asks = definitions.load(OAUTH), client()
    with trap(behaviour) as server:
        line = line_to(server.port, made, WHO)
        readings = [asks.read(line, made.operations["tracking"], ASKED, 3) for _ in range(2)]
        return readings, [request.split(b" ")[1] for request in server.requests]


def test_a_token_is_fetched_once_and_kept() -> None:
    readings, paths = _read_twice(by_path(token=token("t1"), parcels=only_with(b"t1")))
    assert [one.state for one in readings] == ["known", "known"]
    assert paths == [b"/api/token", b"/api/parcels/7%20A%2FB", b"/api/parcels/7%20A%2FB"]


def test_a_token_refused_is_renewed_once() -> None:
    behaviour = by_path(token=in_turn(token("old"), token("new")), parcels=only_with(b"new"))
    readings, paths = _read_twice(behaviour)
    assert [one.state for one in readings] == ["known", "known"]
    assert paths.count(b"/api/token") == 2


def test_a_service_that_refuses_every_token_is_asked_twice_and_no_more() -> None:
    readings, paths = _read_twice(by_path(token=token("x"), parcels=answering(b"", status=b"401 No")))
    assert [(one.reason, one.http) for one in readings] == [("status", 401)] * 2
    assert paths.count(b"/api/parcels/7%20A%2FB") == 4


@pytest.mark.parametrize("answer", [b"{}", b"<html>", b'{"access_token": "a\\r\\nX: y"}', b'{"access_token": 5}'])
def test_a_token_service_that_talks_nonsense_is_unknown(answer: bytes) -> None:
    readings, _ = _read_twice(by_path(token=answering(answer), parcels=GO))
    assert [(one.state, one.reason) for one in readings] == [("unknown", "content")] * 2


def test_an_act_whose_token_cannot_be_fetched_was_not_done() -> None:
    made = definitions.load(OAUTH)
    with trap(by_path(token=answering(b"", status=b"500 Oh"), cancel=DONE)) as server:
        answer = client().act(line_to(server.port, made, WHO), made.operations["cancel"], {"order": "1"}, "k")
        assert all(b"/token" in request for request in server.requests)
    assert answer.state != "done"


# Calls that come first

CHAINED = SHOP.replace(
    "    path: /parcels/{number}",
    """    path: /parcels/{found.id}/history
    first: [{as: found, operation: find, with: {wanted: "lower(number)"}}]""",
).replace(
    "operations:",
    """operations:
  find:
    path: /search
    query: {q: "{wanted}"}
    not_found: [{if: "length(hits) == `0`"}]
    fields: {id: "newest(hits, &at).id"}""",
)


def _chained(search: Behaviour, history: Behaviour = GO) -> tuple[Any, list[bytes]]:
    made = definitions.load(CHAINED)
    with trap(by_path(search=search, history=history)) as server:
        reading = client().read(line_to(server.port, made), made.operations["tracking"], ASKED, 3)
        return reading, [request.split(b" ")[1] for request in server.requests]


def test_a_call_may_need_another_one_first() -> None:
    hits = b'{"hits": [{"id": 11, "at": "2026-11-01"}, {"id": 12, "at": "2026-11-02"}]}'
    reading, paths = _chained(answering(hits))
    assert reading.value["status"] == "in_transit"
    assert paths == [b"/api/search?q=7%20a%2Fb", b"/api/parcels/12/history"]


def test_not_found_by_the_first_call_is_not_found() -> None:
    reading, paths = _chained(answering(b'{"hits": []}'))
    assert (reading.state, reading.value["status"], reading.reason) == ("known", "unknown_parcel", "not_found")
    assert len(paths) == 1


@pytest.mark.parametrize(
    ("search", "reason"), [(answering(b"<html>"), "content"), (answering(b"", status=b"403 No"), "status")]
)
def test_trouble_in_the_first_call_is_trouble(search: Behaviour, reason: str) -> None:
    reading, _ = _chained(search)
    assert (reading.state, reading.reason) == ("unknown", reason)


def test_a_first_call_that_leads_nowhere_is_no_input() -> None:
    assert _chained(answering(b'{"hits": [{"id": 1}]}'))[0].state == "unknown"


SIGN_INS: list[tuple[str, dict[str, str], Callable[[str], bool]]] = [
    ("{kind: query, name: apikey}", {"key": "p s"}, lambda head: "?apikey=p%20s " in head),
    ("{kind: basic}", {"user": "u", "password": "p"}, lambda head: "Authorization: Basic dTpw" in head),
    ("{kind: basic, user: key, password: null}", {"key": "u"}, lambda head: "Authorization: Basic dTo=" in head),
    ("{kind: bearer}", {"token": "t"}, lambda head: "Authorization: Bearer t" in head),
    ("{kind: header, name: Authorization, prefix: 'Shop '}", {"": "k"}, lambda head: "Authorization: Shop k" in head),
]


@pytest.mark.parametrize(("sign_in", "secret", "seen"), SIGN_INS, ids=[one[0] for one in SIGN_INS])
def test_every_way_to_sign_in(sign_in: str, secret: dict[str, str], seen: Callable[[str], bool]) -> None:
    made = definitions.load(SHOP.replace("{kind: header, name: X-Api-Key}", sign_in))
    with trap(GO) as server:
        client().read(line_to(server.port, made, secret), made.operations["tracking"], ASKED, 3)
        assert seen(server.requests[0].decode())


def test_a_secret_that_lacks_a_part_makes_no_call() -> None:
    with trap(GO) as server:
        line = line_to(server.port, ACME, {"other": "x", "third": "y"})
        reading = client().read(line, ACME.operations["tracking"], ASKED, 3)
        assert (reading.reason, server.connections) == ("secret", 0)
