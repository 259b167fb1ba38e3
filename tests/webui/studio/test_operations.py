"""Every operation of the editor, in any series: the document stays valid, undo gives the same JSON."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from processes.language.document import Document
from tests.webui.studio.conftest import Edit

pytestmark = pytest.mark.browser
PLAY = (Path(__file__).parent / "play.js").read_text()
NAMES = (
    "insert", "remove", "move", "step", "wrap", "dissolve", "copy", "paste", "rename", "unbranch", "swap", "section",
    "unsection", "shift", "replace",
)  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 500), st.integers(0, 60)), min_size=1, max_size=14)


@pytest.fixture
def page(edit: Edit) -> Page:
    return edit("cancel-order").page


def play(page: Page, document: dict[str, Any], acts: list[tuple[str, int, int]]) -> list[dict[str, Any]]:
    page.evaluate("held => { window.startDocument = held }", document)
    return [json.loads(state) for state in page.evaluate(PLAY, [list(act) for act in acts])]


@pytest.mark.parametrize("key", ["cancel-order", "damaged-on-arrival"])
def test_any_series_of_operations_keeps_the_document_whole(edit: Edit, key: str) -> None:
    page = edit(key).page
    start = json.loads(page.evaluate("JSON.stringify(arianeEditor.document)"))

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def every_series(acts: list[tuple[str, int, int]]) -> None:
        for state in play(page, copy.deepcopy(start), acts):
            Document.model_validate(state)
            ids = [step.step_id for step in Document.model_validate(state).all_steps() if step.step_id]
            assert len(ids) == len(set(ids))

    every_series()
