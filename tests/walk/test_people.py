"""Tasks and hand-overs: people's turn."""

from typing import Any

import pytest

from processes.walk.errors import Refused, StaleStep
from processes.walk.turn import CancelStep, CreateTask, HandOver, Message, WithPeople
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, at, played

TOP = "facts: {order: {from: shop.order, with: {number: \"'RC-1'\"}, max_age: 10 minutes}}\n"


def task(keys: str, *, facts: dict[str, Any] | None = None, **given: Any) -> Story:
    steps = f"""
    - {{task: look, for: warehouse, text: {{en: "Look for {{{{ order.number | default('it') }}}}"}}, {keys}}}
    - {{close: done}}
    """
    return played(steps, top=TOP, facts=facts or {"order": {"number": "RC-1"}}, **given).start()


def test_a_task_with_a_due_date_does_not_hold_the_walk_up() -> None:
    story = task("due: 1 business day")
    assert story.outcome == "done"
    created = story.effects[0]
    assert isinstance(created, CreateTask)
    assert (created.team, created.due_at, created.blocking) == ("warehouse", at(3, 9), False)
    assert created.words is not None
    assert (created.words.values, created.words.visit) == ({"order.number": "RC-1"}, 1)


def test_a_task_due_by_a_date() -> None:
    from datetime import date

    story = task("due_by: order.promised_on", facts={"order": {"promised_on": date(2026, 3, 4)}})
    assert isinstance(story.effects[0], CreateTask)
    assert story.effects[0].due_at == at(4, 22, 59).replace(second=59)


CHOICES = "[{value: found, label: {en: There}}, {value: lost, label: {en: Gone}}]"
FORM = f"form: {{state: {{kind: choice, label: {{en: Found?}}, choices: {CHOICES}}}}}"
WAITS = f"within: 2 days, {FORM}, remind: [{{after: 1 day, text: {{en: Well?}}}}], if_never: [{{close: other}}]"


def test_a_task_with_an_end_is_waited_for_and_its_answer_kept() -> None:
    story = task(WAITS)
    assert story.waiting.kind == "task"
    assert isinstance(story.effects[0], CreateTask)
    assert story.effects[0].blocking
    assert [choice.value for choice in story.effects[0].form[0].choices] == ["found", "lost"]
    with pytest.raises(Refused):
        story.task_done(state="eaten")
    story.task_done(state="found")
    assert story.outcome == "done"
    assert story.scope["look"] == {"state": "found"}


def test_the_team_is_reminded_and_then_time_is_up() -> None:
    story = task(WAITS)
    story.wake()
    assert [(m.to, m.purpose) for m in story.effects if isinstance(m, Message)] == [("warehouse", "reminder")]
    assert story.wake().outcome == "other"


def test_a_task_no_longer_needed_and_the_doubt_at_its_end() -> None:
    keys = f"{WAITS}, ends_when: order.paid"
    story = task(keys, facts={"order": {"paid": False}}).later("1 hour")
    story.facts["order"] = {"paid": True}
    assert story.told("order").outcome == "done"
    dark = task(keys, facts={"order": {"paid": False}})
    dark.facts["order"] = UNKNOWN
    assert dark.wake().wake().because == "in_doubt"


def test_a_task_for_some_only_or_under_a_condition() -> None:
    assert len(task("due: 1 day, only: robot").effects) == 1, "the close alone"
    assert len(task("due: 1 day, only: robot", walker="robot").effects) == 2
    assert len(task("due: 1 day, if: order.paid", facts={"order": {"paid": False}}).effects) == 1
    assert task("due: 1 day, if: order.paid", facts={"order": UNKNOWN}).because == "in_doubt"


def test_another_tasks_answer_is_stale() -> None:
    from processes.walk.events import TaskDone

    with pytest.raises(StaleStep):
        task(WAITS).take(TaskDone(key="w::look:7:task", answers={"state": "found"}))


def test_a_task_can_be_taken_back() -> None:
    story = played("""
    - {task: look, for: warehouse, due: 1 day, text: {en: Look}}
    - {cancel: look}
    - {close: done}
    """).start()
    assert [each.target for each in story.effects if isinstance(each, CancelStep)] == ["look"]


HANDED = """
sections:
- section: main
  steps:
  - hand_over: experts
    because: too_hard
    within: 1 business day
    text: {en: A person writes to you.}
    return_to: [repair]
- section: repair
  steps:
  - {say: mended, text: {en: Mended}}
  - {close: done}
"""


def test_a_hand_over_tells_the_customer_and_waits_for_people() -> None:
    story = played(HANDED, walker="customer").start()
    waiting = story.waiting
    assert isinstance(waiting, WithPeople)
    assert (waiting.team, waiting.because, waiting.by, waiting.return_to) == (
        "experts",
        "too_hard",
        at(3, 9),
        ("repair",),
    )
    assert story.said == ["too_hard"]
    assert [type(effect) for effect in story.effects] == [HandOver, Message]
    assert story.mails == [("confirmation", ["too_hard"])]
    with pytest.raises(StaleStep):
        story.look_now()


def test_people_bring_it_back_to_a_section_they_may() -> None:
    story = played(HANDED).start()
    with pytest.raises(StaleStep):
        story.handed_back("main")
    story.handed_back("repair")
    assert story.said == ["mended"]
    assert story.outcome == "done"


def test_each_hand_over_is_another() -> None:
    story = played("""
    sections:
    - section: main
      steps:
      - {hand_over: experts, because: again, return_to: [main]}
    """).start()
    story.handed_back("main")
    keys = [effect.key for effect in story.all_effects if isinstance(effect, HandOver)]
    assert keys == ["w::again:1:hand_over", "w::again:2:hand_over"]


def test_what_nobody_wrote_down_is_refused_by_name_and_not_lost_silently() -> None:
    from processes.walk.errors import LostWalk

    steps = """
    - {set: x, to: order.total + 1 day}
    - {close: done}
    """
    story = played(steps, top=TOP, facts={"order": {"total": "cheap"}}, in_doubt="")
    with pytest.raises(LostWalk) as lost:
        story.start()
    assert lost.value.params["step"] == "x"
