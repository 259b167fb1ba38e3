"""The demo's web services in a process of their own, and how the demo starts, drives and stops it.

    with services.started(folder, Ports.beside(8800)) as company:
        company.addresses.shop          # http://127.0.0.1:8801
        company.move_clock(now)         # whenever the demo's clock moves, and once at the start

Everything that the services know is kept in ``services.sqlite3`` in the folder: stopped and started again, they go on.
"""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.request import Request, urlopen

from ariane.demo.services.running import Addresses, Ports
from base.errors import Unavailable
from base.languages import N_

LOG_FILE = "services.log"


class ServicesDidNotStart(Unavailable):
    """A port is taken, or the process ended before it was ready; `because` is its last line."""

    sentence = N_("The demo's services did not start: %(because)s")


@dataclass(kw_only=True)
class RunningServices:
    """The services, running."""

    addresses: Addresses
    process: subprocess.Popen[str]

    def move_clock(self, now: datetime) -> None:
        """Tell the services the demo's time (aware); they go on from there by themselves."""
        _post(f"{self.addresses.shop}/clock", {"now": now.isoformat()})

    def switch_fault(self, service: str, kind: str, *, seconds: float = 5.0, times: int | None = None) -> None:
        """Make shop, laposte, dhl or mail fail (`faults.KINDS`); "none" ends it."""
        _post(f"{getattr(self.addresses, service)}/faults", {"kind": kind, "seconds": seconds, "times": times})

    def stop(self, patience: float = 5.0) -> None:
        """End the process, by force after `patience` seconds. Stopping twice is harmless."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def start(folder: Path, ports: Ports | None = None, *, patience: float = 30.0) -> RunningServices:
    """Start the services and wait until they answer; raises ServicesDidNotStart.

    The process ends with ours, however ours ends: it follows its standard input, the pipe we hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wished = ports or Ports()
    options = [f"--{field.name}={getattr(wished, field.name)}" for field in fields(Ports)]
    command = [sys.executable, "-m", "ariane.demo.services", f"--folder={folder}", "--follow-stdin", *options]
    with (folder / LOG_FILE).open("a") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    told = _first_line(process.stdout, patience)
    if not told:
        process.kill()
        process.wait()
        raise ServicesDidNotStart(because=_last_line(folder / LOG_FILE))
    found = json.loads(told)
    addresses = Addresses(**{field.name: found[field.name] for field in fields(Addresses)})
    return RunningServices(addresses=addresses, process=process)


@contextmanager
def started(folder: Path, ports: Ports | None = None) -> Iterator[RunningServices]:
    """The services for the length of a block."""
    running = start(folder, ports)
    try:
        yield running
    finally:
        running.stop()


def _first_line(pipe: IO[str], patience: float) -> str:
    """The first line of `pipe`; empty when none comes in time."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(pipe.readline()), daemon=True).start()
    try:
        return lines.get(timeout=patience)
    except queue.Empty:
        return ""


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _post(address: str, body: dict[str, Any]) -> None:
    request = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    with urlopen(request, timeout=5):
        pass


__all__ = ["Addresses", "Ports", "RunningServices", "ServicesDidNotStart", "start", "started"]
