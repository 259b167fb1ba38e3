"""The reference is complete, and its first process works."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from processes.language import document as d
from processes.language.compile import compile_document
from processes.language.yaml import read_yaml
from processes.scenarios import run_scenarios

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


@pytest.mark.parametrize(
    "part", [d.Document, d.FieldSpec, d.Scenario, d.Promise, d.Approval, d.Of, d.Reminder, d.Choice]
)
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
