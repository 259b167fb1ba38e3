"""`ariane process` and `ariane walk`: fit for people and for scripts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ariane.cli import group
from processes.library import shipped_source

FACTS = """
order: {promised_on: "2026-03-09"}
parcels: [{number: "6A1", carrier: laposte, direction: out, status: delivered}]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments))


@pytest.fixture
def flagship(tmp_path: Path) -> Path:
    """The flagship as a file of an author's."""
    file = tmp_path / "mine.yaml"
    file.write_text(shipped_source("parcel-not-received"), encoding="utf-8")
    return file


def test_a_sound_document_passes(flagship: Path) -> None:
    done = run("process", "check", str(flagship), "--json")
    assert done.exit_code == 0
    [told] = json.loads(done.output)
    assert told["sound"]


def test_a_fault_is_told_with_its_step_and_fails(flagship: Path) -> None:
    flagship.write_text(flagship.read_text("utf-8").replace("go_to: no_data", "go_to: nowhere"), encoding="utf-8")
    done = run("process", "check", str(flagship), "--json")
    assert done.exit_code == 1
    [told] = json.loads(done.output)
    assert any("nowhere" in fault["text"] for fault in told["faults"])


def test_scenarios_are_played(flagship: Path) -> None:
    done = run("process", "test", str(flagship), "--json")
    assert done.exit_code == 0
    assert all(each["passed"] for each in json.loads(done.output)["parcel-not-received"])


def test_a_failing_scenario_says_the_difference(flagship: Path) -> None:
    broken = flagship.read_text("utf-8").replace("{act: reship}", "{act: refund}", 1)
    flagship.write_text(broken, encoding="utf-8")
    done = run("process", "test", str(flagship), "--json")
    assert done.exit_code == 1
    assert any(each["problem"] for each in json.loads(done.output)["parcel-not-received"])


def test_a_walk_prints_its_proof_without_a_network(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    done = run(
        "walk", "parcel-not-received", "--as", "customer", "--set", "order_number=RC-1001", "--answer", "received=yes",
        "--facts", str(facts), "--at", "2026-03-02T10:00+01:00", "--language", "en", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    steps = [line["step"] for turn in told["turns"] for line in turn["trace"]]
    assert "situation" in steps
    assert told["turns"][-1]["waiting"]["kind"] == "ended"
    assert any(effect["kind"] == "close" for turn in told["turns"] for effect in turn["effects"])


def test_asked_wrongly_it_says_how(tmp_path: Path) -> None:
    assert run("walk", str(tmp_path / "none.yaml")).exit_code == 2
    assert run("walk", "parcel-not-received", "--answer", "nonsense").exit_code == 2
    assert run("process", "check").exit_code == 2
