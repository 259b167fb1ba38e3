"""An operation tried by a person: the raw answer beside what was made of it, garbage included."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ariane.cli.connector import command
from processes.connectors.definitions import library
from processes.connectors.trying import recorded
from tests.connectors.corpus import CORPUS, TRUE_ANSWER


def test_the_raw_answer_stands_beside_the_reading() -> None:
    shown = recorded(library()["laposte"].operations["tracking"], 200, TRUE_ANSWER, {}, "")
    assert shown["fields"]["status"] == "in_transit"
    assert shown["answer"] == json.loads(TRUE_ANSWER)


def test_an_answer_that_is_no_json_is_shown_as_text() -> None:
    shown = recorded(library()["laposte"].operations["tracking"], 200, b"<html>\xff", {}, "")
    assert (shown["state"], shown["answer"]) == ("unknown", "<html>\ufffd")


@pytest.mark.parametrize("name", CORPUS)
def test_a_file_of_garbage_ends_in_exit_code_one_and_json(name: str, tmp_path: Path) -> None:
    file = tmp_path / "answer"
    file.write_bytes(CORPUS[name])
    asked = ["try", "laposte.tracking", "number=6A12345678901", "--payload", str(file), "--json"]
    run = CliRunner().invoke(command, asked)
    assert run.exit_code == 1
    assert json.loads(run.stdout)["state"] == "unknown"
