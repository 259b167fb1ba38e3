"""The world outside: a shop that reships, and a mail server. Both misbehave, and both keep a ledger of their own."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

CALLER = "X-Robot"
"""The header that says which process asks: whoever is just being answered is the one to freeze."""


@dataclass
class Weather:
    """How badly the outside behaves; all parts of 1."""

    random: Random
    refuses: float = 0.05
    """Says no before doing anything."""
    cuts_after: float = 0.10
    """Does it, and cuts the line instead of answering."""
    slow_after: float = 0.03
    """Does it, and answers after everybody has stopped listening."""
    takes: tuple[float, float] = (0.05, 0.35)
    """Seconds of an ordinary answer."""
    too_slow: float = 2.0

    def calm(self) -> None:
        """From now on everything works at once."""
        self.refuses = self.cuts_after = self.slow_after = 0.0
        self.takes = (0.0, 0.01)

    def draw(self) -> str:
        """What happens to the next request."""
        number = self.random.random()
        for name in ("refuses", "cuts_after", "slow_after"):
            number -= getattr(self, name)
            if number < 0:
                return name
        return "answers"


@dataclass
class Shop:
    """Ships by key: the same key twice is one parcel."""

    weather: Weather
    requests: Counter[str] = field(default_factory=Counter)
    """By key."""
    shipped: dict[str, str] = field(default_factory=dict)
    """Order by key: what really left."""
    callers: Counter[int] = field(default_factory=Counter)
    """Processes that wait for an answer right now."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        shop = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with shop.waiting(int(self.headers[CALLER])):
                    shop.serve(self, asked)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.server_address[1]

    @contextmanager
    def waiting(self, caller: int) -> Iterator[None]:
        """While the block runs that process waits for us."""
        with self.lock:
            self.callers[caller] += 1
        try:
            yield
        finally:
            with self.lock:
                self.callers[caller] -= 1

    def at_work(self) -> set[int]:
        """Processes that wait for an answer right now: each is in the middle of a piece of work."""
        with self.lock:
            return set(+self.callers)

    def serve(self, door: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        """Answer one request, as the weather is."""
        fate = self.weather.draw()
        time.sleep(self.weather.random.uniform(*self.weather.takes))
        if fate == "refuses":
            return self._answer(door, 503, {})
        if door.path == "/ship":
            with self.lock:
                self.requests[asked["key"]] += 1
                self.shipped.setdefault(asked["key"], asked["order"])
        if fate == "cuts_after":
            door.close_connection = True
            return door.connection.close()
        if fate == "slow_after":
            time.sleep(self.weather.too_slow)
        return self._answer(door, 200, {"number": asked["order"], "status": "delivered"})

    def _answer(self, door: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        try:
            door.send_response(status)
            door.send_header("Content-Length", str(len(content)))
            door.end_headers()
            door.wfile.write(content)
        except OSError:
            pass  # nobody listens any more

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


class Mailbox:
    """Takes mails and counts them by their Message-ID."""

    def __init__(self, weather: Weather) -> None:
        self.weather = weather
        self.mails: Counter[str] = Counter()
        self.port = _free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name there
        """One mail has come."""
        fate = self.weather.draw()
        if fate == "refuses":
            return "451 Come back later"
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails[message_from_bytes(content)["Message-ID"]] += 1
        if fate == "cuts_after":
            server.transport.abort()
        return "250 Taken"

    def close(self) -> None:
        """Stop listening."""
        self.controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
