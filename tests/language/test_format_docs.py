"""The reference is complete, and its first process works."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from processes.language import checks
from processes.language import document as d
from processes.language.compile import compile_document
from processes.language.declared import Scenario
from processes.language.yaml import read_yaml
from processes.scenarios import run_scenarios
from processes.walk.functions import FUNCTIONS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "process-format.md").read_text("utf-8")
FIRST = re.search(r"```yaml\n(ariane: 1\n.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("kind", d.STEP_KINDS)
def test_every_step_kind_and_key_is_documented(kind: str) -> None:
    row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{kind}: ")), "")
    assert row, f"{kind} has no row"
    for name, field in d.STEP_KINDS[kind].model_fields.items():
        key = field.alias or name
        if key not in (kind, "label", "comment"):
            assert re.search(rf"\b{key}\b", row), f"`{key}` of `{kind}` is not in its row"


@pytest.mark.parametrize("part", [d.Document, d.FieldSpec, Scenario, d.Promise, d.Approval, d.Of, d.Reminder, d.Choice])
def test_every_other_key_is_documented(part: type[BaseModel]) -> None:
    for name, field in part.model_fields.items():
        assert re.search(rf"\b{field.alias or name}\b", PAGE), f"`{field.alias or name}` is not documented"


def test_the_first_process_compiles_and_plays() -> None:
    assert FIRST is not None
    document = d.Document.model_validate(read_yaml(FIRST[1]).data)
    compiled = compile_document(document)
    assert [fault.tell("en") for fault in compiled.faults] == []
    [outcome] = run_scenarios(document, compiled.checked(), {})
    assert outcome.passed, outcome.problem % outcome.params


def test_every_check_is_documented_and_nothing_else() -> None:
    section = PAGE.split("## Checks")[1].split("## Commands")[0]
    told = set(re.findall(r"`([a-z]+(?:_[a-z]+)+|overlap|unreachable|cycle|circle|internal)`", section))
    assert told - {"at_most", "until", "in_doubt"} == set(codes())


def codes() -> Iterator[str]:
    """Codes of faults, as the source has them."""
    folder = Path(checks.__file__).parent
    for file in [*folder.glob("*.py"), *(folder / "checking").glob("*.py")]:
        pattern = r'(?:\bs\.(?:error|warn)|\bc\.fault|self\.fault|Fault)\(\s*(?:code=)?"([a-z_]+)"'
        yield from re.findall(pattern, file.read_text("utf-8"))


def test_every_function_is_documented() -> None:
    section = PAGE.split("Functions: ")[1].split("Amounts of two")[0]
    assert set(re.findall(r"`([a-z_]+)(?:\(|`)", section)) == {*FUNCTIONS}
