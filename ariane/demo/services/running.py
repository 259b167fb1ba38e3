"""All the demo's services in one process: four small web servers and a mail server, threads of one program.

The process lives as long as the pipe it was given, or until SIGTERM: whoever started it may crash, it never stays
behind.
"""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from aiosmtpd.controller import Controller
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ariane.demo.services import mailbox
from ariane.demo.services.apps import SERVICES, application
from ariane.demo.services.store import Store

DATA_FILE = "services.sqlite3"


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where each service listens on 127.0.0.1; 0 takes any free port."""

    shop: int = 0
    laposte: int = 0
    dhl: int = 0
    mail: int = 0
    """The page of the mails."""
    smtp: int = 0

    @classmethod
    def beside(cls, port: int) -> "Ports":
        """The five ports after that of the web server."""
        return cls(shop=port + 1, laposte=port + 2, dhl=port + 3, mail=port + 4, smtp=port + 5)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the services were found."""

    shop: str
    laposte: str
    dhl: str
    mail: str
    smtp: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request; errors still go to the error stream."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Servers:
    """The running servers. `start` gives their addresses, `stop` ends them; the data stays in the folder."""

    def __init__(self, store: Store, ports: Ports) -> None:
        self._store = store
        self._web: dict[str, BaseWSGIServer] = {}
        self._smtp: Controller | None = None
        self._ports = ports

    def start(self) -> Addresses:
        """Listen and serve; OSError when a port is taken, nothing being left running."""
        web: dict[str, str] = {}
        try:
            for name in SERVICES:
                web[name] = f"http://127.0.0.1:{self._serve(name)}"
            smtp = self._ports.smtp or _free_port()
            _listen(smtp).close()
            self._smtp = mailbox.controller(self._store, smtp)
            self._smtp.start()
        except BaseException:
            self.stop()
            raise
        return Addresses(**web, smtp=f"smtp://127.0.0.1:{smtp}")

    def _serve(self, name: str) -> int:
        """Serve one service; gives its port."""
        with _listen(getattr(self._ports, name)) as line:
            port = int(line.getsockname()[1])
            server = make_server(
                "127.0.0.1",
                port,
                application(self._store, name),
                threaded=True,
                request_handler=_Quiet,
                fd=line.fileno(),  # listening already: werkzeug alone would end the program when the port is taken
            )
        self._web[name] = server
        threading.Thread(target=server.serve_forever, name=f"demo-{name}", daemon=True).start()
        return port

    def stop(self) -> None:
        for server in self._web.values():
            server.shutdown()
            server.server_close()
        self._web.clear()
        if self._smtp is not None:
            self._smtp.stop()
            self._smtp = None


def run(folder: Path, ports: Ports, ready: Callable[[Addresses], None], *, follow: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT, or until the other end of the pipe `follow` (a file descriptor) is closed."""
    over = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if follow is not None:
        threading.Thread(target=_until_closed, args=(follow, over), name="demo-parent", daemon=True).start()
    store = Store(folder / DATA_FILE)
    servers = Servers(store, ports)
    try:
        ready(servers.start())
        parent = os.getppid()
        while not over.wait(2):
            if follow is not None and os.getppid() != parent:  # forks of a dead parent may keep the pipe open
                break
    finally:
        servers.stop()
        store.close()


def say_ready(addresses: Addresses) -> None:
    """One line of JSON on the standard output."""
    sys.stdout.write(json.dumps({**addresses.to_json(), "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def _until_closed(pipe: int, over: threading.Event) -> None:
    while os.read(pipe, 1024):
        pass
    over.set()


def _listen(port: int) -> socket.socket:
    """A listening socket on `port`; OSError when another program has it."""
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind(("127.0.0.1", port))
        line.listen(128)
    except OSError:
        line.close()
        raise
    return line


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
