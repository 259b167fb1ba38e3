"""`ariane serve`, `robots` and `user`: enough alone for a small company, started and stopped for real."""

import json
import signal
import socket
import time
from pathlib import Path

import pytest
import requests

from tests.ariane.commanding import Run, free_block, listens, runner, started, stopped, wait_until_ready


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("ARIANE_SECRET_KEY", "k" * 40)
    monkeypatch.delenv("ARIANE_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""
    return runner(monkeypatch, capfd)


def test_one_command_serves_the_doors_with_the_robots_beside_and_stops_when_told(data: Path, run: Run) -> None:
    port = free_block(1)
    process = started("serve", "--port", str(port))
    try:
        wait_until_ready(process, port)
        ends = time.monotonic() + 10
        while (said := requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).json())["robots"] != "at work":
            assert time.monotonic() < ends, said
            time.sleep(0.1)
        code, told = run("serve", "--port", str(port))
        assert (code, str(port) in told) == (3, True), "a busy port is a sentence"
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert time.monotonic() - begun < 10
        assert not listens(port)
    finally:
        stopped(process)


def test_many_processes_want_postgresql(data: Path, run: Run) -> None:
    code, told = run("serve", "--processes", "3", "--port", str(free_block(1)))
    assert code == 2
    assert "PostgreSQL" in told


def test_one_round_of_the_robots_tells_what_it_did(data: Path, run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    assert run("robots", "--once", "--json")[0] == 0
    code, told = run("robots", "--once", "--now", "2031-03-04T18:01+01:00", "--json")
    assert code == 0
    assert json.loads(told.strip().splitlines()[-1]) == {"woken": 0, "delivered": 0, "freed": 0}
    assert "0 woken" in run("robots", "--once")[1]


@pytest.mark.parametrize("moment", ["tomorrow", "2031-03-04T18:01", "9999999-01-01", ""])
def test_a_time_the_robots_cannot_read_is_a_usage_error(data: Path, run: Run, moment: str) -> None:
    code, told = run("robots", "--once", "--now", moment)
    assert code == 2
    assert "--now" in told


def test_a_time_without_once_is_a_usage_error(data: Path, run: Run) -> None:
    assert run("robots", "--now", "2031-03-04T18:01+01:00")[0] == 2


def test_the_robots_alone_stop_when_told(data: Path, run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    process = started("robots")
    try:
        assert process.stdout is not None
        assert "at work" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        stopped(process)


def test_people_are_added_once_and_the_first_one_makes_the_brand(data: Path, run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    anne = ("user", "add", "anne@example.test", "--name", "Anne", "--password", "a long enough one")
    code, told = run(*anne, "--role", "supervisor", "--role", "author")
    assert (code, "author, supervisor" in told) == (0, True), told
    code, told = run(*anne)
    assert code == 3, told
    assert "Traceback" not in told
    code, told = run("user", "add", "bo@example.test", "--name", "Bo", "--password", "another long one", "--brand", "x")
    assert code == 3, "a brand that is not there is not made in passing"


def test_the_doctor_finds_a_fresh_installation_sound(data: Path, run: Run) -> None:
    assert run("db", "upgrade")[0] == 0
    code, told = run("doctor")
    assert "Traceback" not in told
    assert code in (0, 1)


def test_a_port_nobody_may_take_is_a_sentence(data: Path, run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, told = run("serve", "--port", str(taken.getsockname()[1]))
    assert code == 3
    assert "--port" in told
