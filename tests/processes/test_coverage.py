"""What scenarios go through, and scenarios suggested for what they leave out."""

import pytest

from processes.coverage import coverage_of
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.library import shipped_document, shipped_keys
from processes.scenarios import Outcome, run_scenario, run_scenarios
from processes.suggesting import suggest
from tests.language.test_library import FRANCE, PARCEL_STATUSES, programs


def played(document: Document) -> list[Outcome]:
    return run_scenarios(document, compile_document(document).checked(), programs(), FRANCE)


@pytest.mark.parametrize("key", shipped_keys())
def test_the_ready_processes_are_covered_but_for_calls_walked_elsewhere(key: str) -> None:
    document = shipped_document(key)
    found = coverage_of(document, played(document))
    calls = {step.step_id for step in document.all_steps() if step.kind == "call"}
    assert found.steps_left == ()
    assert {step for step, _ in found.branches_left} <= calls
    assert found.share > 0.95


def test_every_value_of_a_status_is_counted() -> None:
    document = shipped_document("parcel-not-received")
    found = coverage_of(document, played(document))
    assert set(found.statuses["parcel.status"]) == PARCEL_STATUSES
    assert found.statuses_left == {}


def test_without_scenarios_nothing_is_met() -> None:
    found = coverage_of(shipped_document("cancel-order"), [])
    assert found.steps_met == frozenset()
    assert found.share == 0
    assert ("way_back", "keep") in found.branches_left
    assert set(found.statuses_left["order.status"]) >= {"shipped", "cancelled"}


def test_a_process_without_anything_to_meet_is_covered() -> None:
    empty = shipped_document("cancel-order").model_copy(update={"sections": [], "in_doubt": None})
    assert coverage_of(empty, []).share == 1


@pytest.mark.parametrize("key", ["cancel-order", "damaged-on-arrival", "late-delivery"])
def test_what_a_scenario_is_taken_away_for_is_suggested_again_and_plays(key: str) -> None:
    whole = shipped_document(key)
    few = whole.model_copy(update={"scenarios": whole.scenarios[::3]})
    outcomes = played(few)
    before = coverage_of(few, outcomes)
    program = compile_document(few).checked()
    suggestions = suggest(few, program, programs(), outcomes, FRANCE)
    assert suggestions
    again = [run_scenario(each.scenario, program, programs(), FRANCE) for each in suggestions]
    assert {each.name: each.problem % each.params for each in again if not each.passed} == {}
    after = coverage_of(few, [*outcomes, *again])
    assert len(after.branches_left) < len(before.branches_left)
    for each in suggestions:
        assert set(each.covers) <= set(before.branches_left)
        assert each.covers


def test_a_process_that_is_covered_needs_no_suggestion() -> None:
    document = shipped_document("cancel-order")
    assert suggest(document, compile_document(document).checked(), programs(), played(document), FRANCE) == []
