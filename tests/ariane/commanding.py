"""The command as people meet it: in this process with its exit code and sentence, or as a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import requests

from ariane.cli import main

PATIENCE = 60.0
"""Seconds that a start may take on a busy machine."""


def started(*words: str, **environment: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from ariane.cli import main; main()", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    )


Run = Callable[..., tuple[int, str]]


def runner(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: its exit code and what it said."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["ariane", *words])
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        said = capfd.readouterr()
        return code, said.out + said.err

    return run


def free_block(size: int) -> int:
    """First of some ports in a row that nothing listens on."""
    for first in range(21000 + os.getpid() % 5000, 32000, 10):
        try:
            for port in range(first, first + size):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


def listens(port: int) -> bool:
    """Whether something does."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    """Until it answers; fails when it ends, or takes too long."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            pytest.fail(f"it ended: {process.stdout.read() if process.stdout else ''}")
        try:
            if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.1)
    pytest.fail("it did not answer in time")


def stopped(process: subprocess.Popen[str]) -> None:
    """Ended at the latest now."""
    if process.poll() is None:
        process.terminate()
        process.wait(30)
