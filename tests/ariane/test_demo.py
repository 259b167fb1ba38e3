"""`ariane demo`, for real: it starts, answers, moves all its clocks together, and stops when told."""

import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import requests

from ariane.demo.time import remembered
from tests.ariane.commanding import Run, free_block, listens, runner, started, stopped, wait_until_ready

BLOCK = 6
"""Ports that a demo takes: its own and the next five."""


@dataclass
class Demo:
    """A running demo."""

    process: subprocess.Popen[str]
    port: int
    folder: Path

    def page(self, path: str = "/demo") -> requests.Response:
        """A page of it."""
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=20)

    @property
    def shop_clock(self) -> float:
        """The shop's own time, in seconds."""
        answer = requests.get(f"{remembered(self.folder).shop}/clock", timeout=5).json()
        return datetime.fromisoformat(answer["now"]).timestamp()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo in a folder of its own."""
    folder, port = tmp_path_factory.mktemp("demo") / "company", free_block(BLOCK)
    process = started("demo", "--no-browser", "--port", str(port), "--folder", str(folder))
    try:
        wait_until_ready(process, port)
        yield Demo(process, port, folder)
    finally:
        stopped(process)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""
    return runner(monkeypatch, capfd)


def test_the_start_page_tells_the_story_with_links_to_every_door(demo: Demo) -> None:
    page = demo.page()
    assert page.status_code == 200
    for door in ("/selfcare", "/console"):
        assert door in page.text
    for path in ("/selfcare", "/healthz", "/readyz"):
        assert demo.page(path).status_code == 200, path


def test_the_command_moves_the_database_and_the_services_together(demo: Demo, run: Run) -> None:
    before = demo.shop_clock
    code, said = run("demo", "--advance", "1d", "--port", str(demo.port), "--folder", str(demo.folder))
    assert code == 0, said
    assert "Wednesday" in said
    assert 23.9 < (demo.shop_clock - before) / 3600 < 24.1


def test_the_button_moves_on_too(demo: Demo) -> None:
    before = demo.shop_clock
    assert press(demo, "1").status_code == 200
    assert (demo.shop_clock - before) / 3600 > 23.9


@pytest.mark.parametrize("days", ["x", "-3", "0", "999999999999999999999", "1.5", "²"])
def test_a_button_pressed_with_nonsense_is_refused_and_moves_nothing(demo: Demo, days: str) -> None:
    before = demo.shop_clock
    assert press(demo, days).status_code == 400
    assert demo.shop_clock - before < 60


def press(demo: Demo, days: str) -> requests.Response:
    """The clock's button, as a browser presses it."""
    browser = requests.Session()
    address = f"http://127.0.0.1:{demo.port}/demo"
    token = browser.get(address, timeout=20).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return browser.post(f"{address}/advance", data={"days": days, "csrf_token": token}, timeout=60)


@pytest.mark.parametrize("written", ["soon", "d", "1w!", "99999999999d"])
def test_a_time_that_cannot_be_read_is_a_sentence(demo: Demo, run: Run, written: str) -> None:
    code, said = run("demo", f"--advance={written}", "--port", str(demo.port), "--folder", str(demo.folder))
    assert code == 2
    assert "--advance" in said


def test_a_busy_port_is_a_sentence(demo: Demo, run: Run, tmp_path: Path) -> None:
    code, said = run("demo", "--no-browser", "--port", str(demo.port), "--folder", str(tmp_path / "other"))
    assert code == 3
    assert str(demo.port) in said
    assert not (tmp_path / "other").exists(), "nothing was begun"


def test_a_demo_that_does_not_run_cannot_be_moved_on(run: Run, tmp_path: Path) -> None:
    code, said = run("demo", "--advance", "--folder", str(tmp_path / "nothing"))
    assert code == 3
    assert "make demo" in said


def test_it_stops_within_seconds_and_leaves_nothing_listening(demo: Demo) -> None:
    begun = time.monotonic()
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(20) == 0
    assert time.monotonic() - begun < 12
    assert [port for port in range(demo.port, demo.port + BLOCK) if listens(port)] == []
