"""Repeat, for each, go to: again and again, but never without end."""

from typing import Any

import pytest

from base.money import Money
from processes.walk.errors import EndlessWalk
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, at, played

TOP = "facts: {order: {from: shop.order, with: {number: \"'RC-1'\"}, max_age: 10 minutes}}\n"


def repeated(keys: str = "", *, inside: str = "", **given: Any) -> Story:
    steps = f"""
    - repeat: chase
      at_most: 3
      until: order.paid
      if_never: [{{close: other}}]
      unknown: [{{close: third}}]
      {keys}
      steps:
      - {{send: reminder, text: {{en: Please pay}}}}
      {inside}
    - {{close: done}}
    """
    return played(steps, top=TOP, facts=given.pop("facts", {"order": {"paid": False}}), **given)


def test_it_does_its_steps_until_the_condition_holds() -> None:
    story = repeated("every: 1 day").start()
    assert story.mails == [("send", ["reminder"])]
    assert story.waiting.wake_at == at(3, 9)
    assert story.wake().mails == [("send", ["reminder"])]
    story.facts["order"] = {"paid": True}
    assert story.wake().mails == [], "paid: nobody is reminded once more"
    assert story.outcome == "done"
    assert story.scope["chase"] == {"turn": 2}


def test_it_is_bounded_and_unknown_is_not_never() -> None:
    story = repeated("every: 1 day").start().wake().wake()
    assert story.outcome == "other"
    assert len(story.all_effects) == 4, "three mails and the close"
    dark = repeated("every: 1 day").start()
    dark.facts["order"] = UNKNOWN
    assert dark.wake().wake().outcome == "third"


def test_without_a_pause_it_repeats_in_one_turn() -> None:
    story = repeated().start()
    assert story.outcome == "other"
    assert len(story.mails) == 3
    assert len({effect.key for effect in story.effects}) == 4


def test_the_first_turn_may_wait() -> None:
    story = repeated("first: 2 days").start()
    assert story.effects == []
    assert story.waiting.wake_at == at(4, 9)
    assert story.wake().outcome == "other"


def test_news_end_the_pause_and_a_look_too_early_does_not() -> None:
    story = repeated("every: 3 days").start()
    story.later("1 day").look_now()
    assert story.effects == []
    assert story.waiting.wake_at == at(5, 9)
    story.facts["order"] = {"paid": True}
    assert story.later("1 hour").told("order").outcome == "done"


def test_each_turn_asks_anew() -> None:
    story = repeated(inside="- {ask: proof, kind: text, text: {en: Proof?}}").start().answer("one")
    assert story.asking.visit == 2
    assert "proof" not in story.scope
    assert story.answer("two").answer("three").outcome == "other"


def test_a_loop_left_for_a_section_begins_anew_when_it_is_met_again() -> None:
    story = played(
        """
    sections:
    - section: main
      steps:
      - repeat: chase
        at_most: 2
        until: order.paid
        if_never: [{close: other}]
        steps:
        - {ask: more, kind: yes_no, text: {en: More?}, if_no: [{go_to: rest}]}
      - {close: done}
    - section: rest
      steps:
      - {wait: pause, for: 1 day}
      - {go_to: main, at_most: 3}
    """,
        top=TOP,
        facts={"order": {"paid": False}},
    ).start()
    story.answer("yes").answer("no").wake()
    assert story.asking.step == "more"
    assert story.scope["chase"] == {"turn": 1}, "a new beginning, not the third turn"
    assert story.answer("yes").answer("yes").outcome == "other"


EACH = """
- for_each: line
  in: {list: order.lines, if: .refundable}
  key: .sku
  at_most: 3
  steps:
  - act: refund
    using: shop.refund
    with: {order: order.number, lines: "[line.sku]"}
    amount: line.price
    if_fails: go_on
- {set: total, to: "sum(refund, .amount)"}
- {close: done}
"""


def lines(*skus: str, **more: Any) -> dict[str, Any]:
    listed = [{"sku": sku, "price": Money(1000, "EUR"), "refundable": True} for sku in skus]
    return {"order": {"number": "RC-1", "lines": listed, **more}}


def test_for_each_does_its_steps_for_each_item_and_gathers_the_results() -> None:
    story = played(EACH, top=TOP, facts=lines("A", "B")).start()
    assert story.acts[-1].inputs["lines"] == ["A"]
    story.done(amount=Money(1000, "EUR"))
    assert story.acts[-1].inputs["lines"] == ["B"]
    story.done(amount=Money(500, "EUR"))
    assert story.outcome == "done"
    assert story.scope["total"] == Money(1500, "EUR")
    assert story.scope["refund"] == [{"amount": Money(1000, "EUR")}, {"amount": Money(500, "EUR")}]
    assert "line" not in story.scope
    assert len({act.key for act in story.acts}) == 2


def test_for_each_is_bounded_and_leaves_out_what_does_not_fit() -> None:
    facts = lines("A", "B", "C", "D", "E")
    facts["order"]["lines"][0]["refundable"] = False
    facts["order"]["lines"][1]["refundable"] = UNKNOWN
    story = played(EACH, top=TOP, facts=facts).start()
    done = []
    while story.waiting.kind == "acting":
        done.append(story.acts[-1].inputs["lines"][0])
        story.done(amount=Money(1, "EUR"))
    assert done == ["C", "D", "E"]


def test_for_each_of_nothing_and_of_nobody_knows_what() -> None:
    nothing = played(EACH, top=TOP, facts=lines()).start()
    assert nothing.outcome == "done"
    assert nothing.scope["refund"] == []
    assert played(EACH, top=TOP).start().because == "in_doubt"


def test_a_failure_inside_is_a_result_too() -> None:
    story = played(EACH, top=TOP, facts=lines("A", "B")).start().failed().done(amount=Money(1, "EUR"))
    assert story.scope["refund"] == [{"failure": "refused"}, {"amount": Money(1, "EUR")}]


BACK = """
sections:
- section: main
  steps:
  - {wait: pause, for: 1 day}
  - {go_to: main, at_most: 2}
"""


def test_going_back_is_bounded_and_then_a_doubt() -> None:
    story = played(BACK).start().wake().wake()
    assert story.waiting.kind == "timing"
    assert story.wake().because == "in_doubt"


def test_a_section_goes_on_with_the_next() -> None:
    story = played("""
    sections:
    - section: main
      steps: [{say: one, text: {en: One}}]
    - section: last
      steps: [{say: two, text: {en: Two}}, {close: done}]
    """).start()
    assert story.said == ["one", "two"]


def test_a_walk_that_goes_round_in_circles_is_stopped_with_the_steps_name() -> None:
    story = played("""
    sections:
    - section: main
      steps:
      - {set: x, to: 1}
      - {go_to: main, at_most: 1000}
    """)
    with pytest.raises(EndlessWalk) as endless:
        story.start()
    assert endless.value.params["step"] in ("x", "main.go_to.main.1")
