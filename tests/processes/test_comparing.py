"""Two documents of one process: what was added, removed, moved, reworded, re-aimed or changed, by stable ids."""

from copy import deepcopy
from typing import Any

import pytest

from processes.comparing import Comparison, compare
from processes.language.document import Document
from processes.library import shipped_document, shipped_keys
from processes.versions import logic_hash, to_json


def changed(change: Any) -> Comparison:
    """“Cancel my order” compared with itself after `change` was done to its JSON."""
    before = shipped_document("cancel-order")
    body = deepcopy(to_json(before))
    change(body)
    return compare(before, Document.model_validate(body))


def section(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next(each["steps"] for each in body["sections"] if each["section"] == name)


def kinds(comparison: Comparison) -> set[tuple[str, str, str]]:
    return {(each.kind, each.part, each.name) for each in comparison.changes}


@pytest.mark.parametrize("key", shipped_keys())
def test_a_document_is_equal_to_itself(key: str) -> None:
    assert compare(shipped_document(key), shipped_document(key)).changes == ()


def test_other_words_are_words_only_and_shown_with_what_stood_there() -> None:
    def reword(body: dict[str, Any]) -> None:
        section(body, "stop")[1]["text"]["fr"] = "Nous appelons l’entrepôt."

    comparison = changed(reword)
    assert kinds(comparison) == {("reworded", "step", "asking_warehouse")}
    (change,) = comparison.changes
    assert change.params["place"] == "text · fr"
    assert change.after == "Nous appelons l’entrepôt."
    assert "toutes les demi-heures" in change.before
    assert comparison.words_only
    assert comparison.steps_touched == frozenset()


def test_a_step_that_stands_elsewhere_has_moved_with_its_branches() -> None:
    def move(body: dict[str, Any]) -> None:
        section(body, "refund").insert(0, section(body, "next_day").pop(0))

    assert kinds(changed(move)) == {("moved", "step", "cancelled_now")}


def test_two_steps_that_change_places_are_one_move() -> None:
    def swap(body: dict[str, Any]) -> None:
        steps = section(body, "on_its_way")
        steps[0], steps[1] = steps[1], steps[0]

    assert len(changed(swap).changes) == 1


def test_steps_added_and_removed_are_told_with_their_place() -> None:
    def exchange(body: dict[str, Any]) -> None:
        section(body, "next_day")[0] = {"note": "look", "text": {"fr": "Regarder.", "en": "Look."}}

    comparison = changed(exchange)
    assert kinds(comparison) == {("added", "step", "look"), ("removed", "step", "cancelled_now")}
    assert {each.place for each in comparison.changes} == {("next_day",)}


def test_a_branch_that_leads_elsewhere_is_re_aimed() -> None:
    def aim(body: dict[str, Any]) -> None:
        state = section(body, "situation")[1]
        state["is"]["shipped, partially_shipped"] = [{"go_to": "refund"}]

    comparison = changed(aim)
    assert kinds(comparison) == {("re-aimed", "step", "state")}
    assert comparison.changes[0].params["after"] == "go_to refund"
    assert comparison.steps_touched == {"state"}


def test_an_end_with_another_outcome_is_re_aimed() -> None:
    def aim(body: dict[str, Any]) -> None:
        section(body, "refund")[-1]["close"] = "cancelled"
        section(body, "refund")[-1]["id"] = "close_refunded"

    assert ("re-aimed", "step", "close_refunded") in kinds(changed(aim))


def test_what_a_step_does_and_a_setting_are_changed_not_reworded() -> None:
    def edit(body: dict[str, Any]) -> None:
        section(body, "stop")[2]["every"] = "1 hour"
        body["settings"]["refund_cap"]["value"] = "500 EUR"
        del body["settings"]["approve_above"]["label"]

    comparison = changed(edit)
    assert kinds(comparison) == {
        ("changed", "step", "warehouse_answers"),
        ("changed", "settings", "refund_cap"),
        ("reworded", "settings", "approve_above"),
    }
    assert not comparison.words_only


def test_scenarios_and_sections_are_compared_too() -> None:
    def edit(body: dict[str, Any]) -> None:
        body["scenarios"][0]["expect"] = [{"close": "told_cancelled"}]
        del body["scenarios"][1]
        body["sections"][0]["title"]["en"] = "Where it stands"

    found = kinds(changed(edit))
    assert ("reworded", "section", "situation") in found
    assert {kind for kind, part, _ in found if part == "scenario"} == {"changed", "removed"}


@pytest.mark.parametrize("key", shipped_keys())
def test_words_only_agrees_with_the_hash_of_the_logic(key: str) -> None:
    before = shipped_document(key)
    body = deepcopy(to_json(before))
    for each in body["sections"]:
        each["title"] = {"fr": "Autre titre", "en": "Another title"}
    after = Document.model_validate(body)
    assert compare(before, after).words_only
    assert logic_hash(before) == logic_hash(after)
