"""A line that can be cut: a small TCP proxy in front of a service or of a PostgreSQL socket."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class Proxy:
    """Listens on loopback and passes everything on, until it is cut."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self._connect = connect
        self._lines: set[socket.socket] = set()
        self._whole = True
        self.answers_lost = 0
        """So many connections pass the question on and lose the answer."""
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, name="proxy", daemon=True).start()

    def cut(self) -> None:
        """Both ends of every line see it end; nobody gets through any more."""
        self._whole = False
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New lines go through again."""
        self._whole = True

    def close(self) -> None:
        """Stop listening."""
        self._door.close()
        self.cut()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            if not self._whole:
                caller.close()
                continue
            called = self._connect()
            deaf = self.answers_lost > 0
            self.answers_lost -= deaf
            self._lines |= {caller, called}
            for one, other, lost in ((caller, called, False), (called, caller, deaf)):
                threading.Thread(target=self._pass_on, args=(one, other, lost), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket, lost: bool) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                if lost:
                    break
                other.sendall(said)
        for line in (one, other):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
            self._lines.discard(line)


def to_tcp(port: int) -> Callable[[], socket.socket]:
    """Towards a service on loopback."""
    return lambda: socket.create_connection(("127.0.0.1", port))


def to_socket(path: str) -> Callable[[], socket.socket]:
    """Towards a server's socket file."""

    def connect() -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.connect(path)
        return line

    return connect
