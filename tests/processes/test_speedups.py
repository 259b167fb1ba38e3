"""The compiled walk is taken only where it was made from the very sources that lie there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ariane import speedups as making
from processes import speedups


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A walk of one page, somewhere else."""
    written = tmp_path / "processes" / "walk"
    written.mkdir(parents=True)
    (written / "steps.py").write_text('"""A step."""\n\n\ndef next_of(place: int) -> int:\n    return place + 1\n')
    monkeypatch.setattr(speedups, "ROOT", tmp_path)
    monkeypatch.setattr(speedups, "SOURCES", written)
    monkeypatch.setattr(making, "ROOT", tmp_path)
    monkeypatch.delenv("ARIANE_SPEEDUPS", raising=False)
    return written


def test_nothing_was_made_and_the_sources_are_run(sources: Path) -> None:
    package = ["processes"]
    speedups.take_up(package)
    assert package == ["processes"]


def test_what_was_made_is_found_first(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    speedups.folder().mkdir(parents=True)
    package = ["processes"]
    speedups.take_up(package)
    assert package == [str(speedups.folder() / "processes"), "processes"]
    assert sys.path[-1] == str(speedups.folder())


def test_an_edited_source_is_run_and_not_what_was_made_from_it_before(sources: Path) -> None:
    speedups.folder().mkdir(parents=True)
    (sources / "steps.py").write_text("def next_of(place: int) -> int:\n    return place + 2\n")
    package = ["processes"]
    speedups.take_up(package)
    assert package == ["processes"]


def test_it_can_be_declined(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speedups.folder().mkdir(parents=True)
    monkeypatch.setenv("ARIANE_SPEEDUPS", "no")
    package = ["processes"]
    speedups.take_up(package)
    assert package == ["processes"]


def test_without_a_compiler_it_says_so_and_leaves_nothing(
    sources: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC", str(sources / "no-compiler"))
    monkeypatch.chdir(sources.parents[1])
    making.main()
    assert "runs as plain Python" in capfd.readouterr().out
    assert [each.name for each in (speedups.ROOT / "processes").rglob("*") if each.suffix == ".so"] == []
    assert not speedups.folder().exists()


def test_versions_of_old_sources_are_forgotten(sources: Path) -> None:
    made = speedups.folder()
    for number, name in enumerate(["first", "second", "third", made.name]):
        each = made.parent / name
        each.mkdir(parents=True)
        os.utime(each, (number, number))
    making.forget_old_ones(made)
    assert sorted(each.name for each in made.parent.iterdir()) == sorted(["second", "third", made.name])


@pytest.mark.skipif(not speedups.folder().is_dir(), reason="the walk was not compiled on this machine")
def test_where_it_was_made_it_is_what_walks() -> None:
    asked = "import processes.walk.advance as walk; print(walk.__file__)"
    environment = {**os.environ, "ARIANE_SPEEDUPS": "yes"}
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=environment)
    assert Path(said.stdout.strip()).is_relative_to(speedups.folder())
