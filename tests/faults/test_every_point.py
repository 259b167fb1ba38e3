"""Anything may happen to a robot at any statement of its work: nothing is lost, nothing is done twice.

`python -m tests.storm --every-fault` plays each fault at each point; here are those around every commit and every call
outside, and a sample of the statements in between.
"""

from collections.abc import Sequence
from random import Random

import pytest

from base.database import Database
from tests.faults.story import Fault, Story, open_story


@pytest.fixture
def story(database: Database) -> Story:
    """A company in which a check comes due, a parcel is sent again, the customer is told, a task is made."""
    return open_story(database)


def test_a_robot_killed_at_any_named_point_loses_nothing_and_nothing_is_done_twice(story: Story) -> None:
    undisturbed = story.play()
    assert undisturbed.faults == []
    assert set(undisturbed.passed) == {
        "after a commit",
        "before shop.order is read",
        "after shop.order was read",
        "before shop.cancel_order",
        "after shop.cancel_order, its answer not yet noted",
        "before the mail is handed over",
        "after the mail was handed over, not yet noted",
    }
    _nothing_breaks(story, "kill", range(len(undisturbed.passed)))


def test_a_robot_killed_after_any_statement_leaves_nothing_half_done(story: Story) -> None:
    statements = range(len(story.play(inside=True).passed) - 5)
    _nothing_breaks(story, "kill", Random(3).sample(statements, 12), inside=True)


def test_a_robot_that_slept_past_its_lease_at_any_point_is_not_let_in(story: Story) -> None:
    late = _nothing_breaks(story, "freeze", range(len(story.play().passed)))
    assert late > 0, "at least one came back too late, and was refused"


@pytest.mark.parametrize("jump", ["hour back", "day ahead"])
def test_a_clock_that_jumps_in_the_middle_changes_nothing(story: Story, jump: Fault) -> None:
    _nothing_breaks(story, jump, range(len(story.play().passed)))


def _nothing_breaks(story: Story, fault: Fault, points: Sequence[int], *, inside: bool = False) -> int:
    late = 0
    for at in points:
        played = story.play(fault, at, inside=inside)
        assert played.faults == [], f"{fault} at {at}, {played.passed[at]}: {played.faults}"
        late += played.late
    return late
