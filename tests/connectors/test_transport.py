"""One exchange, whatever the other side does: bounded in time and size, no redirect, trouble as a value."""

import gzip
import resource
import socket
import ssl
import time
from pathlib import Path

import pytest

from processes.connectors.addresses import parse_base_url, parse_networks
from processes.connectors.deadline import Deadline
from processes.connectors.requesting import Request
from processes.connectors.transport import Exchange, Transport
from tests.connectors import traps
from tests.connectors.traps import Behaviour, answering, trap

HERE = parse_networks(["127.0.0.1/32"])
ASK = Request(method="GET", target="/orders/1", headers={"X-Api-Key": "planted-secret"})


def transport_to(port: int, scheme: str = "http", host: str = "127.0.0.1", authority: Path | None = None) -> Transport:
    return Transport(
        parse_base_url(f"{scheme}://{host}:{port}", HERE),
        networks=HERE,
        authority_file=str(authority) if authority else None,
        resolve=lambda name, port: ["127.0.0.1"],
    )


def exchange_with(behaviour: Behaviour, seconds: float = 3.0, *, tls: ssl.SSLContext | None = None) -> Exchange:
    with trap(behaviour, tls) as server:
        scheme = "https" if tls is not None else "http"
        return transport_to(server.port, scheme).exchange(ASK, Deadline(seconds))


def test_an_answer_comes_whole() -> None:
    exchange = exchange_with(answering(b'{"a": 1}', b"X-Total: 7"))
    assert (exchange.reason, exchange.status, exchange.body) == (None, 200, b'{"a": 1}')
    assert exchange.headers["X-Total"] == "7" and exchange.sent


def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(b'{"a": 1}')
    assert exchange_with(answering(packed, b"Content-Encoding: gzip")).body == b'{"a": 1}'


@pytest.mark.parametrize("packing", [b"br", b"deflate", b"gzip, gzip"])
def test_a_packing_that_was_not_offered_is_refused(packing: bytes) -> None:
    assert exchange_with(answering(b"xx", b"Content-Encoding: " + packing)).reason == "content"


def test_a_packing_cut_short_is_refused() -> None:
    packed = gzip.compress(b'{"a": 1}' * 100)[:-10]
    assert exchange_with(answering(packed, b"Content-Encoding: gzip")).reason == "content"


@pytest.mark.parametrize(
    "behaviour",
    [
        traps.dripping_headers,
        traps.dripping_body,
        traps.dripping_chunks,
        traps.for_ever_continue,
        traps.silent,
    ],
    ids=lambda behaviour: behaviour.__name__,
)
def test_a_slow_service_is_cut_at_the_deadline(behaviour: Behaviour) -> None:
    began = time.monotonic()
    exchange = exchange_with(behaviour, 0.5)
    assert exchange.reason == "time"
    assert 0.4 < time.monotonic() - began < 1.0


def test_a_service_that_says_nothing_is_cut_by_the_time_to_read() -> None:
    began = time.monotonic()
    assert exchange_with(traps.silent, 3.0).reason == "time"
    assert time.monotonic() - began < 2.5


def test_a_handshake_that_never_ends_is_cut(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        exchange = transport_to(server.getsockname()[1], "https").exchange(ASK, Deadline(0.5))
        assert exchange.reason == "time" and not exchange.sent
        assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("behaviour", [traps.fifty_megabytes, traps.gzip_bomb], ids=lambda one: one.__name__)
def test_too_much_is_cut_at_two_megabytes(behaviour: Behaviour) -> None:
    traps.packed_bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    exchange = exchange_with(behaviour, 10.0)
    assert exchange.reason == "size"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000, "kilobytes of memory more"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (traps.cut_in_the_middle, "connect"),
        (traps.cut_at_once, "connect"),
        (traps.not_http, "connect"),
        (traps.endless_header, "connect"),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_a_broken_answer_has_its_kind_and_was_sent(behaviour: Behaviour, reason: str) -> None:
    exchange = exchange_with(behaviour, 1.0)
    assert (exchange.reason, exchange.sent) == (reason, True)


def test_a_refused_connection_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    exchange = transport_to(port).exchange(ASK, Deadline(3))
    assert (exchange.reason, exchange.sent) == ("connect", False)


def test_a_name_that_leads_nowhere_has_its_kind() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    transport = Transport(parse_base_url("https://nowhere.test"), resolve=resolve)
    assert transport.exchange(ASK, Deadline(3)).reason == "name"


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Again", b"308 Moved"])
def test_a_redirect_is_not_followed_and_no_secret_goes_along(status: bytes) -> None:
    with trap(answering(b"{}")) as other:
        place = b"Location: http://127.0.0.1:%d/steal" % other.port
        exchange = exchange_with(answering(b"", place, status=status))
        assert exchange.status is not None and 300 <= exchange.status < 400
        assert other.requests == [] and other.connections == 0


def test_tls_is_verified(tmp_path: Path) -> None:
    tls, file = traps.certificate(tmp_path, "127.0.0.1")
    assert exchange_with(answering(b"{}"), tls=tls).reason == "tls"
    with trap(answering(b"{}"), tls) as server:
        trusted = transport_to(server.port, "https", authority=file).exchange(ASK, Deadline(3))
        assert (trusted.status, trusted.body) == (200, b"{}")


def test_the_certificates_name_must_be_the_services_own(tmp_path: Path) -> None:
    tls, file = traps.certificate(tmp_path, "other.test")
    with trap(answering(b"{}"), tls) as server:
        wrong = transport_to(server.port, "https", "carrier.test", file).exchange(ASK, Deadline(3))
        right = transport_to(server.port, "https", "other.test", file).exchange(ASK, Deadline(3))
        assert (wrong.reason, right.status) == ("tls", 200)
        assert b"Host: other.test" in server.requests[-1]


def test_connections_are_pooled_for_reads_and_fresh_for_acts() -> None:
    with trap(answering(b"{}")) as server:
        transport = transport_to(server.port)
        for _ in range(3):
            transport.exchange(ASK, Deadline(3))
        assert server.connections == 1
        for _ in range(2):
            transport.exchange(ASK, Deadline(3), fresh=True)
        assert server.connections == 3


def test_a_cut_connection_never_serves_again() -> None:
    with trap(traps.cut_in_the_middle) as server:
        transport = transport_to(server.port)
        transport.exchange(ASK, Deadline(1))
        transport.exchange(ASK, Deadline(1))
        assert server.connections == 2


def test_nothing_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password planted\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with trap(answering(b"{}")) as proxy, trap(answering(b"{}", b"Set-Cookie: a=b")) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        transport = transport_to(server.port)
        transport.exchange(ASK, Deadline(3))
        transport.exchange(ASK, Deadline(3))
        assert proxy.connections == 0
        assert b"authorization" not in server.requests[0].lower()
        assert b"cookie" not in server.requests[1].lower()


def test_a_service_that_asks_for_patience_is_understood() -> None:
    def patience(told: bytes) -> float | None:
        exchange = exchange_with(answering(b"", b"Retry-After: " + told, status=b"429 Too Many"))
        return None if exchange.retry_after is None else exchange.retry_after.total_seconds()

    assert patience(b"30") == 30
    assert patience(b"999999") == 6 * 3600
    assert patience(b"soon") is None
    assert patience(b"Wed, 21 Oct 2015 07:28:00 GMT") == 0
