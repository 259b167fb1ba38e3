"""`ariane process` and `ariane walk`: fit for people and for scripts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ariane.cli import group
from ariane.cli.process import office_calendar, programs_beside
from ariane.cli.walking import LivePlayer
from base.database import Database
from processes.language.declared import Scenario
from processes.library import shipped_document, shipped_source
from tests.company import open_company

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


def test_a_walk_is_told_to_people_turn_by_turn(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    done = run(
        "walk", "parcel-not-received", "--set", "order_number=RC-1001", "--facts", str(facts), "--language", "en",
        "--at", "2026-03-02T10:00+01:00",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    for part in ("2026-03-02 10:00  started (agent)", "parcels 6A1:", "situation", "row", "stands at received: asking"):
        assert part in done.output


def test_an_answer_that_cannot_be_taken_is_told_by_field(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    done = run("walk", "parcel-not-received", "--set", "order_number=;", "--facts", str(facts), "--json")
    assert done.exit_code == 1
    assert set(json.loads(done.output)["problems"]) == {"order_number"}


@pytest.mark.parametrize(
    "wrongly",
    [
        ("--at", "tomorrow"),
        ("--at", "2026-03-02T10:00"),
        ("--result", "reship=oops"),
        ("--answer", "nonsense"),
        ("--as", "nobody"),
        ("--facts", "/none"),
    ],
)
def test_what_was_mistyped_is_said(wrongly: tuple[str, str], tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    done = run("walk", "parcel-not-received", "--facts", str(facts), *wrongly)
    assert done.exit_code == 2
    assert "Error" in done.output


def test_facts_that_make_no_sense_are_said_too(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("order: {promised_on: soon}", encoding="utf-8")
    done = run("walk", "parcel-not-received", "--set", "order_number=RC-1", "--facts", str(facts))
    assert done.exit_code == 2
    assert "promised_on" in done.output


def test_without_facts_they_are_read_live_and_nothing_is_done(database: Database) -> None:
    company = open_company(database)
    company.parcel("6A1", last_event_days=20)
    document = shipped_document("parcel-not-received")
    programs = programs_beside(document)
    scenario = Scenario(
        name="walk", walker="agent", at=company.now.isoformat(),
        answers={"order_number": "RC-1001", "still_missing": "not_come", "remedy": "reship"}, expect=[],
    )  # fmt: skip
    player = LivePlayer(
        scenario, programs[document.process], programs, office_calendar(), "en", facts=company.walks.facts,
        brand_id=company.brand.id,
    )  # fmt: skip
    player.play()
    assert player.turns[-1].waiting is not None
    assert player.turns[-1].waiting.kind in ("acting", "task", "confirming")
    assert company.services.acts == []
    assert company.services.reads


def test_asked_wrongly_it_says_how(tmp_path: Path) -> None:
    assert run("walk", str(tmp_path / "none.yaml")).exit_code == 2
    assert run("walk", "parcel-not-received", "--answer", "nonsense").exit_code == 2
    assert run("process", "check").exit_code == 2


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with its first person."""
    monkeypatch.setenv("ARIANE_DATABASE_URL", f"sqlite:///{tmp_path}/ariane.db")
    assert run("db", "upgrade").exit_code == 0
    known = ("--name", "Marc", "--role", "author", "--password", "a long enough password")
    assert run("user", "add", "marc@example.test", *known).exit_code == 0


def test_a_file_is_taken_in_as_a_draft_and_comes_out_published(installed: None, flagship: Path) -> None:
    assert run("process", "import").exit_code == 0
    flagship.write_text(flagship.read_text("utf-8").replace("Where is my parcel?", "Where has it gone?"), "utf-8")
    taken = run("process", "import", str(flagship), "--json")
    assert taken.exit_code == 0, taken.output
    assert json.loads(taken.output) == [{"process": "parcel-not-received", "revision": 2, "based_on": 1}]
    assert "Where has it gone?" not in run("process", "export", "parcel-not-received").output
    assert run("process", "publish", str(flagship), "--note", "Other words").exit_code == 0
    assert "Where has it gone?" in run("process", "export", "parcel-not-received", "--form", "json").output


def test_a_process_nobody_knows_begins_as_a_draft(installed: None, flagship: Path) -> None:
    flagship.write_text(
        flagship.read_text("utf-8").replace("process: parcel-not-received", "process: mine", 1), "utf-8"
    )
    assert run("process", "import", str(flagship)).output.split() == ["mine", "draft,", "revision", "1"]
    assert run("process", "export", "mine").exit_code != 0


def test_a_file_that_is_no_document_is_refused_whole(installed: None, flagship: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("ariane: 1", encoding="utf-8")
    refused = run("process", "import", str(flagship), str(tmp_path / "bad.yaml"))
    assert refused.exit_code == 1
    assert "sections" in refused.output
