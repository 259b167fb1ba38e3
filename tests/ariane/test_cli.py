"""The command: its help, its exit codes, its one-sentence failures."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from ariane.cli import COMMANDS, doctor, group, main, terminal_language
from base.database import sqlite
from tests.ariane import commanding
from tests.ariane.commanding import Run


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own."""
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path))
    monkeypatch.delenv("ARIANE_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""
    return commanding.runner(monkeypatch, capfd)


def run(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(group, list(words))
    return outcome.exit_code, outcome.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_listed_has_its_help(name: str) -> None:
    code, told = run(name, "--help")
    assert code == 0, told
    assert "Usage" in told


def test_help_lists_the_commands() -> None:
    code, told = run("--help")
    assert code == 0
    assert all(name in told for name in COMMANDS)


def test_a_command_that_is_none_is_a_usage_error() -> None:
    assert run("dance")[0] == 2


def test_the_configuration_is_printed_without_its_secrets(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARIANE_SECRET_KEY", "s3cret" * 8)
    code, told = run("config", "--json")
    assert code == 0 and json.loads(told)["secret_key"] == "***"
    code, told = run("config")
    assert "ARIANE_SECRET_KEY" in told and "s3cret" not in told


def test_the_database_is_brought_up_to_date(data: Path) -> None:
    code, told = run("db", "upgrade")
    assert code == 0 and (data / "ariane.db").exists(), told
    code, told = run("doctor", "--json")
    found = {finding["name"]: finding for finding in json.loads(told)}
    assert found["database"]["state"] == found["schema"]["state"] == found["rooms"]["state"] == "ok"


def test_the_doctor_says_what_is_wrong_and_exits_with_1(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARIANE_SECRET_KEY", "short")
    code, told = run("doctor")
    assert code == 1 and "ARIANE_SECRET_KEY" in told


def test_the_doctor_says_when_the_database_has_no_schema(data: Path) -> None:
    sqlite.library().connect(str(data / "ariane.db")).close()
    (data / "ariane.db").touch()
    code, told = run("doctor", "--json")
    schema = next(finding for finding in json.loads(told) if finding["name"] == "schema")
    assert code == 1 and "ariane db upgrade" in schema["words"]


def test_the_doctor_warns_of_an_old_sqlite_and_of_misspelt_options(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "FIXED", (99, 0, 0))
    monkeypatch.setattr("ariane.cli.doctor.load", lambda: pytest.fail("not reached"), raising=True)
    monkeypatch.setenv("ARIANE_DATABSE_URL", "x")
    assert doctor._sqlite().state == "warning"
    (finding,) = doctor._unknown_variables()
    assert "ARIANE_DATABASE_URL is" in finding.words


def test_what_ariane_can_explain_ends_in_a_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARIANE_SECRET_KEY", "short")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setattr("sys.argv", ["ariane", "config"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 3
    assert "La configuration est inutilisable" in capsys.readouterr().err


def test_the_terminal_says_its_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for wish, spoken in {"fr_FR.UTF-8": "fr", "en_GB": "en", "C": "en", "C.UTF-8": "en"}.items():
        monkeypatch.setenv("LC_ALL", wish)
        assert terminal_language() == spoken


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("process export parcel-not-received", "ariane db upgrade"),
        ("connector try laposte.tracking number=1", "ariane db upgrade"),
        ("walk parcel-not-received", "--facts FILE"),
        ("key list", "ariane db upgrade"),
    ],
)
def test_a_database_without_its_tables_is_a_sentence(data: Path, runner: Run, words: str, told: str) -> None:
    code, said = runner(*words.split())
    assert (code, told in said, "Traceback" in said) == (3, True, False)


def test_a_database_that_is_silent_is_a_sentence(data: Path, runner: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("ARIANE_DATABASE_URL", f"postgresql://nobody@127.0.0.1:{port}/nowhere")
    code, said = runner("process", "export", "parcel-not-received")
    assert (code, "does not answer" in said) == (3, True)


def test_a_folder_that_cannot_be_written_is_a_fault_of_the_configuration(
    tmp_path: Path, runner: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path / "file" / "var"))
    code, said = runner("process", "export", "parcel-not-received")
    assert (code, "ARIANE_DATA_FOLDER: cannot be written" in said) == (3, True)


def test_without_a_brand_commands_say_how_to_make_one(data: Path, runner: Run) -> None:
    runner("db", "upgrade")
    for words in ("process import", "connector try laposte.tracking number=1", "walk parcel-not-received"):
        code, said = runner(*words.split())
        assert (code, "ariane user add" in said) == (3, True)
