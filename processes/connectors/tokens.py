"""Tokens of OAuth 2 client credentials, kept by this process until they expire."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from processes.connectors.requesting import Secret
from processes.connectors.strict_json import Garbage, read_json

_MARGIN: Final = 30.0
"""Seconds before its end from which a token is not trusted any more."""
_SHORTEST: Final = 10.0
_LONGEST: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    until: float


class Tokens:
    """One token for each connection and secret; a changed secret gets a new one."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def get(self, connection: str, secret: Secret) -> str | None:
        """The token, if there is one that still serves."""
        kept = self._kept.get(_name(connection, secret))
        return kept.token if kept is not None and kept.until > time.monotonic() else None

    def keep(self, connection: str, secret: Secret, answer: bytes) -> str | None:
        """The token in a token service's answer, kept as long as it says. None: there is none in it."""
        read = _read(answer)
        if read is None:
            return None
        with self._lock:
            self._kept[_name(connection, secret)] = read
        return read.token

    def forget(self, connection: str, secret: Secret, token: str) -> None:
        """The service refused this token: fetch another one. A newer one of another thread stays."""
        with self._lock:
            name = _name(connection, secret)
            kept = self._kept.get(name)
            if kept is not None and kept.token == token:
                del self._kept[name]


def _read(answer: bytes, clock: Callable[[], float] = time.monotonic) -> _Kept | None:
    try:
        body = read_json(answer)
    except Garbage:
        return None
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or len(token) > 8_192:
        return None
    seconds = body.get("expires_in")
    try:
        lasts = float(seconds) if isinstance(seconds, str | int | float) and not isinstance(seconds, bool) else 300.0
    except ValueError:
        lasts = 300.0
    return _Kept(token, clock() + min(max(lasts - _MARGIN, _SHORTEST), _LONGEST))


def _name(connection: str, secret: Secret) -> str:
    # A fingerprint: the secret itself is nowhere kept a second time.
    parts = "\0".join(f"{key}={value}" for key, value in sorted(secret.items()))
    return f"{connection}:{hashlib.sha256(parts.encode()).hexdigest()}"
