"""One HTTP exchange with one service, held to the rules whatever the other side does.

`requests` does the talking, through an adapter of ours over urllib3: it connects to the address that was checked (the
name stays for TLS and the Host header), follows no redirect, reads nothing from the environment, ends at its deadline,
and takes at most 2 MiB. Trouble is a value with a kind, never an exception.
"""

import socket
import threading
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError, SSLError
from urllib3.util.retry import Retry

from processes.connectors.addresses import (
    NameNotFound,
    Network,
    Origin,
    RefusedAddress,
    Resolve,
    checked_addresses,
)
from processes.connectors.deadline import Deadline
from processes.connectors.readings import Reason
from processes.connectors.requesting import Request

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of an answer, counted as they came and as they unpack."""
SECONDS_TO_CONNECT: Final = 2.0
SECONDS_TO_READ: Final = 2.0
_PIECE: Final = 16 * 1024
_LONGEST_PATIENCE: Final = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What came of one request."""

    reason: Reason | None = None
    """Kind of trouble; None: there is a whole answer, of whatever status."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    milliseconds: int = 0
    sent: bool = False
    """The request had left: after trouble nobody knows what the service made of it."""

    @property
    def retry_after(self) -> timedelta | None:
        """How long the service asks to be left alone, at most six hours."""
        told = next((value for name, value in self.headers.items() if name.lower() == "retry-after"), None)
        return None if told is None else _patience(told.strip())


class _TooLarge(Exception):
    """More than 2 MiB."""


class _BadPacking(Exception):
    """A packing that was not offered, or broken."""


class Transport:
    """The pooled connections to one service."""

    def __init__(
        self,
        origin: Origin,
        *,
        networks: Sequence[Network] = (),
        authority_file: str | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        """`authority_file`: certificates to trust instead of the usual ones. `resolve`: only tests give one."""
        self.origin = origin
        self._verify: bool | str = authority_file or True
        # No session around the adapters: what it would add are cookies, redirects and settings from outside.
        self._pooled = _CheckedAdapter(networks, resolve)
        self._fresh = _CheckedAdapter(networks, resolve)

    def exchange(self, request: Request, deadline: Deadline, *, fresh: bool = False) -> Exchange:
        """One request and its answer. `fresh`: on a connection that nobody used before, as acts want it.

        An idle connection may be closed by the service at the very moment it is used again: harmless for a read, but
        an act would be in doubt for nothing.
        """
        began = time.monotonic()
        _call.deadline = deadline
        try:
            return self._answer(request, deadline, fresh, began)
        except Exception as error:
            # Whatever a hostile answer makes the libraries raise is trouble with this service, nothing else.
            return Exchange(reason=_kind(error, deadline), milliseconds=_since(began), sent=deadline.sent)
        finally:
            _call.deadline = None
            deadline.finish()

    def close(self) -> None:
        """Close the idle connections."""
        self._pooled.close()
        self._fresh.close()

    def _answer(self, request: Request, deadline: Deadline, fresh: bool, began: float) -> Exchange:
        if deadline.left <= 0:
            return Exchange(reason="time")
        headers = {"User-Agent": "Ariane", **request.headers, "Accept-Encoding": "gzip, identity"}
        if fresh:
            headers["Connection"] = "close"
        prepared = requests.Request(
            request.method, self.origin.url + request.target, headers=headers, data=request.body
        ).prepare()
        timeout = (min(SECONDS_TO_CONNECT, deadline.left), min(SECONDS_TO_READ, deadline.left))
        adapter = self._fresh if fresh else self._pooled
        response = adapter.send(prepared, stream=True, timeout=timeout, verify=self._verify)
        try:
            body = _body(response.raw, response.headers.get("Content-Encoding", ""), deadline)
        finally:
            # Read to its end the connection is back in the pool already; otherwise it must never serve again.
            response.close()
            if fresh:
                adapter.close()
        return Exchange(
            status=response.status_code,
            headers=dict(response.headers),
            body=body,
            milliseconds=_since(began),
            sent=True,
        )


class _Call(threading.local):
    """The call that this thread is in: urllib3 makes connections deep inside, and knows no deadline."""

    deadline: Deadline | None = None


_call: Final = _Call()


class _CheckedAdapter(HTTPAdapter):
    """Pools whose connections check the address they connect to. Nothing is retried in here."""

    def __init__(self, networks: Sequence[Network], resolve: Resolve | None) -> None:
        self._networks, self._resolve = tuple(networks), resolve
        super().__init__(pool_connections=2, pool_maxsize=16, max_retries=Retry(0, read=False, redirect=False))

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """Called by the library's constructor."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs)
        plain = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": self._checked(HTTPConnection, "http")})
        secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": self._checked(HTTPSConnection, "https")})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    def _checked(self, base: type[HTTPConnection], scheme: str) -> type[HTTPConnection]:
        mixin = type("Checked", (_CheckedConnection, base), {})
        mixin.networks, mixin.resolve, mixin.scheme = self._networks, self._resolve, scheme  # type: ignore[attr-defined]
        return mixin


class _CheckedConnection:
    """What a connection does differently from urllib3's: whom it connects to, and who watches it."""

    networks: Sequence[Network]
    resolve: Resolve | None
    scheme: str
    host: str
    port: int
    timeout: float | None
    sock: socket.socket | None
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        deadline = _deadline()
        addresses = checked_addresses(
            self.host.strip("[]"),
            self.port,
            scheme=self.scheme,
            networks=self.networks,
            seconds=deadline.left,
            resolve=type(self).resolve,
        )
        connected = self._connected(addresses, deadline)
        deadline.watch(connected)
        return connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        deadline = _deadline()
        if self.sock is not None:
            deadline.watch(self.sock)
        deadline.sent = self.sock is not None
        super().request(*args, **kwargs)  # type: ignore[misc]

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _deadline().sent = self.scheme == "http"

    def _connected(self, addresses: Sequence[str], deadline: Deadline) -> socket.socket:
        ends_at = time.monotonic() + min(SECONDS_TO_CONNECT, deadline.left)
        trouble: OSError = OSError("no time left")
        for address in addresses[:4]:
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            try:
                connected = socket.create_connection((address, self.port), timeout=left)
            except OSError as error:
                trouble = error
                continue
            for option in self.socket_options or ():
                connected.setsockopt(*option)
            return connected
        if isinstance(trouble, TimeoutError) or time.monotonic() >= ends_at:
            raise ConnectTimeoutError(None, "no connection in time")
        raise NewConnectionError(self, str(trouble))  # type: ignore[arg-type]


def _deadline() -> Deadline:
    if _call.deadline is None:
        raise RuntimeError("a connector's connection was used outside of an exchange")
    return _call.deadline


def _body(raw: Any, packing: str, deadline: Deadline) -> bytes:
    """Single reads, so that the clock is looked at between any two packets."""
    unpack = _unpacker(packing.strip().lower())
    came, body = 0, bytearray()
    while True:
        if deadline.expired:
            raise ReadTimeoutError(None, None, "the deadline")  # type: ignore[arg-type]
        piece = raw.read1(_PIECE, decode_content=False)
        if not piece:
            break
        came += len(piece)
        body += piece if unpack is None else unpack.decompress(piece, LARGEST - len(body) + 1)
        if came > LARGEST or len(body) > LARGEST:
            raise _TooLarge
    if unpack is not None and came and not unpack.eof:
        raise _BadPacking
    return bytes(body)


def _unpacker(packing: str) -> Any:
    if packing in ("", "identity"):
        return None
    if packing in ("gzip", "x-gzip"):
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    raise _BadPacking


def _kind(error: BaseException, deadline: Deadline) -> Reason:
    """The kind of trouble behind an exception: the deadline first, since a shut socket looks like anything."""
    causes = _chain(error)
    if _has(causes, RefusedAddress):
        return "refused_address"
    if _has(causes, _TooLarge):
        return "size"
    if deadline.expired:
        return "time"
    if _has(causes, NameNotFound):
        return "name"
    if _has(causes, requests.exceptions.SSLError, SSLError):
        return "tls"
    if _has(causes, NewConnectionError):
        return "connect"
    if not deadline.sent:
        return "time" if _has(causes, ConnectTimeoutError, TimeoutError) else "connect"
    if _has(causes, TimeoutError, ReadTimeoutError, requests.exceptions.Timeout):
        return "time"
    if _has(causes, _BadPacking, zlib.error):
        return "content"
    if _has(causes, HTTPError, OSError):
        return "connect"  # cut off in the middle of an answer
    return "content"


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found


def _has(causes: Sequence[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _patience(told: str) -> timedelta | None:
    if told.isdigit() and len(told) < 10:
        return min(timedelta(seconds=int(told)), _LONGEST_PATIENCE)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    # The wall clock, only to turn the service's wall time into a length.
    return max(min(until - datetime.now(UTC), _LONGEST_PATIENCE), timedelta())


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
