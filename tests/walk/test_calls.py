"""Processes that walk others: what is handed in, what comes out, and the names of what they do."""

from typing import Any

import pytest

from processes.walk.turn import CloseCase, StartWalk
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, called, played, program

INNER_TOP = """
needs:
  number: {kind: order_number, label: {en: Number}}
  note: {kind: text, label: {en: Note}, optional: true}
gives: {state: order.status, told: ok}
facts: {order: {from: shop.order, with: {number: number}, max_age: 10 minutes}}
"""
INNER = """
- {decide: paid, cases: [{when: order.paid, steps: [{close: other}]}]}
- {ask: ok, kind: yes_no, text: {en: Ok?}, if_no: [{close: third}]}
- {act: label, using: shop.return_label, with: {order: number}}
- {close: done, text: {en: Good}}
"""
OUTER = """
- {ask: number, kind: order_number, text: {en: Number?}}
- call: inner
  with: {number: number, note: "'hello'"}
  is:
    done: go_on
    other, third: [{close: other}]
- {say: after, text: {en: "{{ inner.told }}"}}
- {close: done}
"""


def outer(steps: str = OUTER, *, order: Any = None, **given: Any) -> Story:
    inner = called("inner", INNER, top=INNER_TOP)
    return played(
        steps,
        others=(inner,),
        facts={"order": {"paid": False, "status": "shipped"} if order is None else order},
        **given,
    )


def test_a_called_process_is_walked_here_and_its_outcome_decides() -> None:
    story = outer().start().answer("rc-1")
    assert (story.asking.path, story.asking.step) == ("inner/", "ok")
    assert story.asking.words.process == "inner"
    assert story.scope == {"number": "RC-1", "note": "hello", "paid": "otherwise"}
    story.answer("yes")
    assert story.acts[0].key == "w:inner/:label:1:act"
    story.done(file="x")
    assert story.said == ["close_done", "after"]
    assert story.outcome == "done"
    assert story.scope["inner"] == {"outcome": "done", "state": "shipped", "told": "yes"}
    assert [e.step for e in story.all_effects if isinstance(e, CloseCase)] == ["close_done"]


def test_each_outcome_has_its_branch() -> None:
    assert outer().start().answer("RC-1").answer("no").outcome == "other"
    assert outer(order={"paid": True}).start().answer("RC-1").outcome == "other"


def test_close_with_the_called_process() -> None:
    steps = """
    - {call: inner, with: {number: "'RC-1'"}, then: close}
    """
    story = outer(steps).start()
    story.answer("").answer("yes").done(file="x")
    assert story.outcome == "done"
    [closed] = [effect for effect in story.all_effects if isinstance(effect, CloseCase)]
    assert (closed.step, closed.outcome) == ("inner", "done")


def test_what_the_caller_does_not_know_is_asked_by_the_called() -> None:
    steps = """
    - {call: inner, is: {done: go_on, other: go_on, third: go_on}}
    - {close: done}
    """
    assert outer(steps).start().asking.step == "number"


def test_an_outcome_nobody_handles_and_a_process_nobody_published_are_doubts() -> None:
    steps = "- {call: inner, with: {number: \"'RC-1'\"}, is: {done: go_on}}\n- {close: done}"
    assert outer(steps, order={"paid": True}).start().answer("").because == "in_doubt"
    assert played(steps).start().because == "in_doubt"


def test_what_the_called_never_learnt_is_not_given() -> None:
    story = outer(order=UNKNOWN).start().answer("RC-1")
    assert story.because == "in_doubt"


def test_called_twice_it_counts_its_visits_on() -> None:
    story = outer("""
    sections:
    - section: main
      steps:
      - {call: inner, with: {number: "'RC-1'", note: "'x'"}, is: {done: go_on, other: go_on, third: go_on}}
      - {wait: pause, for: 1 day}
      - {go_to: main, at_most: 1}
    """).start()
    story.answer("yes").done(file="a").wake()
    assert story.asking.visit == 2
    story.answer("yes")
    assert [act.key for act in story.acts] == ["w:inner/:label:1:act", "w:inner/:label:2:act"]


def test_a_called_process_waits_and_is_woken_inside() -> None:
    inner = called("inner", "- {wait: pause, for: 1 day}\n- {close: done}")
    story = played(
        "- {call: inner, is: {done: go_on, other: go_on, third: go_on}}\n- {close: other}", others=(inner,)
    ).start()
    assert (story.waiting.path, story.waiting.step) == ("inner/", "pause")
    assert story.wake().outcome == "other"


def test_a_walk_stays_with_the_version_it_entered() -> None:
    old = called("inner", "- {ask: ok, kind: yes_no, text: {en: Ok?}}\n- {close: done}")
    story = played("- {call: inner, then: close}", others=(old,)).start()
    new = called("inner", "- {close: other}")
    new.version = "2"
    story.others = (new, old)
    world = story.world
    story.others = (old, new)
    assert world.programs["inner"].version == "1"
    assert story.answer("yes").outcome == "done"


def test_calls_go_several_levels_deep() -> None:
    deep = called("deep", "- {ask: ok, kind: yes_no, text: {en: Ok?}}\n- {close: third}")
    middle = called(
        "middle", "- {call: deep, is: {third: [{close: other}], done: go_on, other: go_on}}\n- {close: done}"
    )
    story = played(
        "- {call: middle, is: {done: go_on, other: [{close: other}], third: go_on}}\n- {close: done}",
        others=(deep, middle),
    ).start()
    assert story.asking.path == "middle/deep/"
    assert story.answer("yes").outcome == "other"


ITEM_TOP = """
facts:
  order: {from: shop.order, with: {number: "'RC-1'"}, max_age: 10 minutes}
  parcels: {from: carrier.tracking, each: order.parcels, key: .number, max_age: 5 minutes,
            with: {carrier: .carrier, number: .number}}
"""
TWO = [{"number": "6A1", "carrier": "dhl"}, {"number": "6A2", "carrier": "dhl"}]


def test_an_item_is_handed_on_by_its_key_and_stays_live() -> None:
    need = "needs: {parcel: {kind: item, label: {en: Parcel}, of: {list: parcels, show: [.number]}}}\n"
    inner = called(
        "inner",
        "- {say: it, text: {en: '{{ parcel.status }}'}}\n- {ask: ok, kind: yes_no, text: {en: Ok?}}\n- {close: done}",
        top=need + ITEM_TOP,
    )
    steps = """
    - {ask: parcel, kind: item, text: {en: Which?}, of: {list: parcels, show: [.number]}}
    - {call: inner, with: {parcel: parcel}, then: close}
    """
    facts = {"order": {"parcels": TWO}, "parcels": {"6A1": {"status": "lost"}, "6A2": {"status": "delivered"}}}
    story = played(steps, top=ITEM_TOP, facts=facts, others=(inner,)).start().answer("6A2")
    assert story.scope["parcel"] == "6A2"
    assert story.walk.words[0].values == {"parcel.status": "delivered"}


def test_a_started_walk_goes_on_alone() -> None:
    steps = """
    - {ask: parcel, kind: item, text: {en: Which?}, of: {list: parcels, show: [.number]}}
    - {start: watch, with: {parcel: parcel, number: order.number, gone: order.seller}}
    - {close: done}
    """
    facts = {"order": {"number": "RC-1", "parcels": TWO}, "parcels": {"6A1": {}, "6A2": {}}}
    story = played(steps, top=ITEM_TOP, facts=facts).start().answer("6A2")
    [started] = [effect for effect in story.effects if isinstance(effect, StartWalk)]
    assert (started.key, started.process) == ("w::watch:1:start", "watch")
    assert started.needs == {"parcel": "6A2", "number": "RC-1"}
    assert story.outcome == "done"


@pytest.mark.parametrize("given", ["6A2", {"number": "6A2", "status": "lost"}])
def test_a_started_walk_takes_the_item_by_its_key(given: Any) -> None:
    need = "needs: {parcel: {kind: item, label: {en: Parcel}, of: {list: parcels, show: [.number]}}}\n"
    watch = program("- {say: it, text: {en: '{{ parcel.status }}'}}\n- {close: done}", top=need + ITEM_TOP)
    facts = {"order": {"parcels": TWO}, "parcels": {"6A1": {"status": "lost"}, "6A2": {"status": "delivered"}}}
    story = Story(watch, facts=facts, walker="robot").start(parcel=given)
    assert story.outcome == "done"
    assert story.walk.words[0].values == {"parcel.status": "delivered"}
