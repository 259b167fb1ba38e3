"""The proof is worth something only if it goes red: without token, without key, the same faults are seen at once."""

from itertools import count
from typing import Any

import pytest

from base.database import Database
from cases import delivery, follow_ups
from processes.connectors.readings import ActAnswer
from tests.faults.story import Story, open_story

ANSWERED = "after shop.cancel_order, its answer not yet noted"


@pytest.fixture
def story(database: Database) -> Story:
    """The company and its cases."""
    return open_story(database)


def test_without_the_token_whoever_slept_past_the_lease_is_let_in_and_seen(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = story.play().passed
    asked = points.index("after shop.order was read")
    assert story.play("freeze", asked).faults == []

    def by_id_alone(row: Any, id: int, token: int, *states: str) -> Any:
        return (row.id == id,)

    monkeypatch.setattr(follow_ups, "held", by_id_alone)
    monkeypatch.setattr(delivery, "held", by_id_alone)
    seen = story.play("freeze", asked)
    assert seen.late == 0
    assert any("did not come to an end" in fault for fault in seen.faults), seen.faults


def test_without_the_key_a_robot_killed_before_it_notes_the_answer_ships_twice_and_it_is_seen(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = story.play().passed.index(ANSWERED)
    assert story.play("kill", answered).faults == []
    honest, number = story.company.services.act, count()

    def with_a_key_of_its_own(capability: str, inputs: Any, *, key: str, **more: Any) -> ActAnswer:
        return honest(capability, inputs, key=f"{key}{next(number)}", **more)

    monkeypatch.setattr(story.company.services, "act", with_a_key_of_its_own)
    seen = story.play("kill", answered)
    assert any("were shipped more than once" in fault for fault in seen.faults), seen.faults
