"""Which machines a connector may talk to: names resolved once, addresses checked, the checked one used.

An author writes paths and query values only; the administrator gives the base address. Even so a name may lead inside
the company's network, so every address that is not global is refused unless the administrator listed its network.
"""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

SECONDS_TO_RESOLVE: Final = 1.0
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64: Final = ipaddress.ip_network("64:ff9b:1::/48")
_PORTS: Final = {"http": 80, "https": 443}


class RefusedAddress(Exception):
    """An address or an URL that a connector may not use."""


class NameNotFound(Exception):
    """The host's name leads nowhere, or did not within its second."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a connection's calls go, checked in form."""

    scheme: str
    host: str
    """As TLS and the Host header name it."""
    port: int
    path: str
    """Before every operation's path; without a slash at its end."""

    @property
    def url(self) -> str:
        """The base URL again."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse_base_url(url: str, networks: Iterable[Network] = ()) -> Origin:
    """The origin of a connection's base URL. Raises `RefusedAddress`.

    https; http only where some network is listed (and then only addresses in it are used). No user, query or fragment.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddress("not a URL") from error
    if parts.scheme not in _PORTS:
        raise RefusedAddress("only https (and http inside a listed network)")
    if parts.scheme == "http" and not tuple(networks):
        raise RefusedAddress("http needs a listed network")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise RefusedAddress("a user in the URL")
    if parts.query or parts.fragment or "\\" in url or any(letter.isspace() for letter in url):
        raise RefusedAddress("a query, fragment, space or backslash in the base URL")
    host = _ascii_host(parts.hostname or "")
    return Origin(scheme=parts.scheme, host=host, port=port or _PORTS[parts.scheme], path=parts.path.rstrip("/"))


def checked_addresses(
    host: str, port: int, *, scheme: str, networks: Sequence[Network], seconds: float, resolve: Resolve | None = None
) -> list[str]:
    """Addresses of the host that may be connected to. Raises `RefusedAddress` if any is not allowed, `NameNotFound`.

    One forbidden address among several refuses them all: a name that leads inside is no honest name.
    """
    found = _resolved(host, port, min(seconds, SECONDS_TO_RESOLVE), resolve or _system_resolve)
    for text in found:
        if not is_allowed(ipaddress.ip_address(text.partition("%")[0]), networks, scheme=scheme):
            raise RefusedAddress(f"{host} leads to an address that is not allowed")
    return list(found)


def is_allowed(address: IPAddress, networks: Sequence[Network], *, scheme: str = "https") -> bool:
    """Whether a connector may connect there."""
    inner = _inner_forms(address)
    if any(_within(one, networks) for one in (address, *inner)):
        return True
    if scheme != "https":
        return False
    return all(_is_global(one) for one in (address, *inner))


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks as the administrator listed them. Raises `ValueError`."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def _is_global(address: IPAddress) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def _inner_forms(address: IPAddress) -> tuple[IPAddress, ...]:
    """The IPv4 address that an IPv6 one only wraps: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    wrapped: list[IPAddress | None] = [address.ipv4_mapped, address.sixtofour]
    wrapped += list(address.teredo or ())
    if address in _NAT64 or address in _LOCAL_NAT64:
        wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(one for one in wrapped if one is not None)


def _within(address: IPAddress, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _ascii_host(host: str) -> str:
    if not host or len(host) > 253:
        raise RefusedAddress("no host")
    if ":" in host:  # an IPv6 address, brackets already taken off
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise RefusedAddress("not a host") from error
    try:
        ascii_host = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise RefusedAddress("not a host") from error
    if not all(letter.isalnum() or letter in "-._" for letter in ascii_host):
        raise RefusedAddress("not a host")
    return ascii_host


def _resolved(host: str, port: int, seconds: float, resolve: Resolve) -> Sequence[str]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answer.put(resolve(host, port))
        except Exception as error:
            answer.put(error)

    try:
        return (str(ipaddress.ip_address(host)),)
    except ValueError:
        pass
    threading.Thread(target=work, name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=max(seconds, 0.001))
    except queue.Empty as error:
        raise NameNotFound(f"{host} was not resolved in time") from error
    if isinstance(found, Exception) or not found:
        raise NameNotFound(host)
    return found


def _system_resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
