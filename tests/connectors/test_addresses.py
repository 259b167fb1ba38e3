"""Thirty ways to make a connector talk to the inside of the company, and none works."""

import ipaddress
import socket
import time
from collections.abc import Iterator, Sequence

import pytest

from processes.connectors.addresses import (
    NameNotFound,
    RefusedAddress,
    checked_addresses,
    is_allowed,
    parse_base_url,
    parse_networks,
)
from processes.connectors.deadline import Deadline
from processes.connectors.requesting import Request
from processes.connectors.transport import Transport

FORBIDDEN = [
    "169.254.169.254",
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::",
]
WEIRD_URLS = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/",
    "ftp://example.com/",
    "http://example.com/",
    "https://user@example.com/",
    "https://user:pass@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com/?a=b",
    "https://example.com/#a",
    "https://example.com\\@127.0.0.1/",
    "https:///nowhere",
    "https://exa mple.com/",
    "https://example.com:99999/",
    "https://[::1",
    "javascript:alert(1)",
    "",
]


@pytest.fixture
def trap() -> Iterator[tuple[int, socket.socket]]:
    """A port of this machine that must never be knocked at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server.getsockname()[1], server


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_allowed_by_https_only(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address), ())
    assert not is_allowed(ipaddress.ip_address(address), (), scheme="http")


def test_a_listed_network_is_allowed_and_no_other() -> None:
    networks = parse_networks(["127.0.0.1/32"])
    assert is_allowed(ipaddress.ip_address("127.0.0.1"), networks, scheme="http")
    assert is_allowed(ipaddress.ip_address("::ffff:127.0.0.1"), networks, scheme="http")
    assert not is_allowed(ipaddress.ip_address("127.0.0.2"), networks, scheme="http")


@pytest.mark.parametrize("url", WEIRD_URLS)
def test_a_base_url_that_is_more_than_an_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddress):
        parse_base_url(url)


def test_a_plain_base_url_keeps_its_name_for_tls() -> None:
    origin = parse_base_url("https://Bücher.example/api/v2/")
    assert (origin.host, origin.port, origin.path) == ("xn--bcher-kva.example", 443, "/api/v2")
    assert origin.url == "https://xn--bcher-kva.example:443/api/v2"


# Spellings that only the system's resolver understands as addresses.
@pytest.mark.parametrize("host", ["2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.1", "localhost", "0"])
def test_odd_spellings_of_this_machine_reach_nobody(host: str, trap: tuple[int, socket.socket]) -> None:
    _knock(f"https://{host}:{trap[0]}", trap)


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"])
def test_literal_addresses_reach_nobody(address: str, trap: tuple[int, socket.socket]) -> None:
    _knock(f"https://{address}:{trap[0]}", trap)


def _knock(url: str, trap: tuple[int, socket.socket]) -> None:
    exchange = Transport(parse_base_url(url)).exchange(Request(method="GET", target="/"), Deadline(2))
    assert exchange.reason in ("refused_address", "name") and not exchange.sent
    with pytest.raises(TimeoutError):
        trap[1].accept()


def test_a_name_that_changes_its_address_is_asked_once(trap: tuple[int, socket.socket]) -> None:
    answers = iter(["127.0.0.1", "8.8.8.8"])
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [next(answers)]

    transport = Transport(parse_base_url(f"https://rebind.test:{trap[0]}"), resolve=resolve)
    assert transport.exchange(Request(method="GET", target="/"), Deadline(2)).reason == "refused_address"
    assert asked == ["rebind.test"]
    with pytest.raises(TimeoutError):
        trap[1].accept()


def test_one_inner_address_among_public_ones_refuses_them_all() -> None:
    with pytest.raises(RefusedAddress):
        checked_addresses(
            "mixed.test", 443, scheme="https", networks=(), seconds=1, resolve=lambda h, p: ["8.8.8.8", "10.0.0.1"]
        )


def test_a_resolver_that_hangs_is_left_behind() -> None:
    began = time.monotonic()
    with pytest.raises(NameNotFound):
        checked_addresses(
            "slow.test", 443, scheme="https", networks=(), seconds=0.2, resolve=lambda h, p: time.sleep(2) or []
        )
    assert time.monotonic() - began < 0.6
