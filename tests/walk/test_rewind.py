"""Going back: the question of then, nothing lost, nothing done twice."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.money import Money
from processes.walk.errors import ActUnderWay, CannotGoBack, Refused, StaleStep
from processes.walk.events import WentBack
from processes.walk.rewind import Rewound, rewind
from processes.walk.turn import CreateTask, Effect
from tests.walk.story import Story, at, called, played

TOP = """
facts:
  order: {from: shop.order, with: {number: "'RC-1'"}, max_age: 10 minutes}
  parcels: {from: carrier.tracking, each: order.parcels, key: .number, max_age: 5 minutes,
            with: {carrier: .carrier, number: .number}}
"""
STEPS = """
sections:
- section: main
  steps:
  - {ask: remedy, kind: choice, text: {en: Which?}, within: 2 days, default: refund,
     choices: [{value: reship, label: {en: Again}}, {value: refund, label: {en: Money}}]}
  - {ask: why, kind: text, text: {en: Why?}, optional: true}
  - {task: look, for: desk, due: 1 day, text: {en: Look}}
  - decide: how
    on: remedy
    is:
      reship:
      - {act: reship, using: shop.reship, with: {order: order.number, parcel: "'6A1'"}, amount: order.total}
      refund:
      - {act: refund, using: shop.refund, with: {order: order.number}, amount: order.total}
  - {send: told, text: {en: Done}}
  - {ask: happy, kind: yes_no, text: {en: Happy?}, if_no: [{close: other}]}
  - {close: done}
"""
FACTS = {"order": {"number": "RC-1", "total": Money(5000, "EUR"), "parcels": []}}


def go_back(story: Story, step: str, path: str = "") -> Rewound:
    """Go back as the shell does: the journal with the readings that were stored, the turn written like any other."""
    event = WentBack(walker="agent", channel="phone", language="en", step=step, path=path)
    journal = [(each, world.now) for each, world in story.journal]
    gone = rewind(story.program, story.walk, journal, event, story.world)
    story.journal.append((event, story.world))
    story.walk = story.restored(gone.turn.walk)
    story.trace = gone.turn.trace
    return gone


def told() -> Story:
    """A walk that has come to its last question, a label sent again and a task given on the way."""
    story = played(STEPS, top=TOP, facts=FACTS).start()
    return story.answer("reship").answer("it broke").done(parcel_number="6A2", carrier="dhl")


def test_the_walk_stands_again_at_the_question_with_its_answer_offered() -> None:
    story = told()
    go_back(story, "remedy")
    assert story.asking.step == "remedy"
    assert story.asking.fields[0].kept == "reship"
    assert "remedy" not in story.scope
    assert story.trace == [("", "remedy", "went_back", None, None)]


def test_later_answers_are_taken_again_and_what_was_done_is_not_done_again() -> None:
    story = told()
    go_back(story, "remedy")
    story.answer("reship")
    assert story.asking.step == "happy"
    assert story.scope["why"] == "it broke"
    assert story.scope["reship"] == {"parcel_number": "6A2", "carrier": "dhl"}
    assert len(story.acts) == 1
    assert ("", "reship", "already_done", None, {"order": "RC-1", "parcel": "6A1"}) in story.trace


def test_another_answer_leads_elsewhere_under_keys_of_its_own() -> None:
    story = told()
    go_back(story, "remedy")
    story.answer("refund")
    assert story.acts[-1].using == "shop.refund"
    story.done(amount=Money(5000, "EUR")).answer("yes")
    assert story.outcome == "done"
    keys = [effect.key for effect in story.all_effects]
    assert len(keys) == len(set(keys))


def test_an_act_for_other_inputs_is_another_act() -> None:
    story = told()
    go_back(story, "remedy")
    story.facts = {"order": {**FACTS["order"], "number": "RC-2"}}
    story.later("1 hour").answer("reship")
    assert [act.inputs["order"] for act in story.acts] == ["RC-1", "RC-2"]


def test_a_step_may_rightly_do_the_same_twice() -> None:
    story = played(
        """
    sections:
    - section: main
      steps:
      - {ask: go, kind: yes_no, text: {en: Go?}}
      - repeat: twice
        at_most: 2
        until: order.paid
        if_never: [{close: done}]
        steps: [{act: label, using: shop.return_label, with: {order: order.number}}]
      - {close: other}
    """,
        top=TOP,
        facts={"order": {"number": "RC-1", "paid": False}},
    ).start()
    story.answer("yes").done(file="a")
    assert len(story.acts) == 2
    story.done(file="b")
    assert story.outcome == "done"


def test_open_tasks_of_the_abandoned_branch_are_named() -> None:
    story = told()
    assert go_back(story, "happy").abandoned == ()
    assert go_back(story, "remedy").abandoned == ("w::look:1:task",)
    story.answer("reship")
    assert [effect.key for effect in story.effects if isinstance(effect, CreateTask)] == ["w::look:2:task"]


def test_a_hand_over_is_taken_back_too() -> None:
    story = played("""
    - {ask: hard, kind: yes_no, text: {en: Hard?}, if_yes: [{hand_over: experts, because: too_hard}]}
    - {close: done}
    """).start()
    story.answer("yes")
    assert go_back(story, "hard").abandoned == ("w::too_hard:1:hand_over",)
    assert story.answer("no").outcome == "done"


def test_an_approval_asked_for_is_taken_back() -> None:
    steps = """
    - {ask: go, kind: yes_no, text: {en: Go?}, if_no: [{close: other}]}
    - act: refund
      using: shop.refund
      with: {order: order.number}
      amount: order.total
      approval: {when: order.total > 1 EUR, who: boss}
    - {close: done}
    """
    story = played(steps, top=TOP, facts=FACTS).start().answer("yes")
    assert go_back(story, "go").abandoned == ("w::refund:1:approval",)
    story.answer("yes")
    assert story.effects[0].key == "w::refund:2:approval"


def test_a_task_that_was_done_is_not_given_again_for_the_same() -> None:
    story = played("""
    - {ask: shelf, kind: text, text: {en: Shelf?}}
    - {task: look, for: desk, within: 1 day, text: {en: "Look at {{ shelf }}"}, if_never: go_on}
    - {ask: ok, kind: yes_no, text: {en: Ok?}}
    - {close: done}
    """).start()
    story.answer("A1").task_done(found="yes")
    go_back(story, "shelf")
    assert story.answer("A1").asking.step == "ok"
    assert story.scope["look"] == {"found": "yes"}
    go_back(story, "shelf")
    assert story.answer("B2").waiting.kind == "task"


def test_a_later_answer_about_something_else_is_asked_again() -> None:
    story = played("""
    - {ask: parcel, kind: choice, text: {en: Which?}, choices: [{value: a, label: {en: A}}, {value: b, label: {en: B}}]}
    - {ask: got, kind: yes_no, text: {en: "Have you got {{ parcel }}?"}}
    - {close: done}
    """).start()
    story.answer("a").answer("yes")
    assert story.outcome == "done"
    story = Story(story.program).start().answer("a")
    go_back(story, "parcel")
    assert story.answer("b").asking.step == "got"
    story.answer("no")
    assert story.outcome == "done"


def test_going_back_and_back_again() -> None:
    story = told()
    go_back(story, "why")
    go_back(story, "remedy")
    go_back(story, "remedy")
    assert story.answer("reship").asking.step == "happy"
    assert len(story.acts) == 1
    go_back(story, "why")
    assert story.asking.fields[0].kept == "it broke"
    assert story.answer("").asking.step == "happy"
    assert "why" not in story.scope


def test_the_dates_of_the_question_begin_anew() -> None:
    story = told().later("10 days")
    go_back(story, "remedy")
    assert story.asking.deadline == at(14, 9)
    assert story.asking.visit == 2


def test_an_old_tab_of_the_same_question_is_told() -> None:
    story = told()
    go_back(story, "remedy")
    with pytest.raises(StaleStep):
        story.answer("refund", step="remedy", visit=1)


def test_a_question_inside_a_called_process() -> None:
    inner = called("inner", "- {ask: deep, kind: yes_no, text: {en: Deep?}}\n- {close: done}")
    steps = """
    - {call: inner, is: {done: go_on, other: go_on, third: go_on}}
    - {ask: last, kind: yes_no, text: {en: Last?}}
    - {close: done}
    """
    story = played(steps, others=(inner,)).start().answer("yes")
    assert story.asking.step == "last"
    go_back(story, "deep", "inner/")
    assert (story.asking.path, story.asking.step, story.asking.visit) == ("inner/", "deep", 2)
    assert story.answer("no").asking.step == "last"


def test_no_way_back() -> None:
    story = told()
    with pytest.raises(CannotGoBack):
        go_back(story, "refund")
    with pytest.raises(CannotGoBack):
        go_back(story, "remedy", "inner/")
    story.answer("yes")
    with pytest.raises(CannotGoBack):
        go_back(story, "remedy")


def test_not_while_an_act_is_under_way() -> None:
    story = played(STEPS, top=TOP, facts=FACTS).start().answer("reship").answer("")
    for _ in range(2):
        with pytest.raises(ActUnderWay):
            go_back(story, "remedy")
        story.uncertain()
    story.done()
    go_back(story, "remedy")
    assert story.asking.step == "remedy"


def test_a_process_that_leads_elsewhere_since_has_no_way_back() -> None:
    old = called("inner", "- {ask: deep, kind: yes_no, text: {en: Deep?}}\n- {close: done}")
    story = played("- {call: inner, then: close}", others=(old,))
    story.start()
    new = called(
        "inner", "- {wait: pause, for: 1 day}\n- {ask: deep, kind: yes_no, text: {en: Deep?}}\n- {close: done}"
    )
    new.version = "2"
    story.others = (old, new)
    with pytest.raises(CannotGoBack):
        go_back(story, "deep", "inner/")


answers = st.sampled_from(["reship", "refund", "yes", "no", "words", ""])
moves = st.one_of(
    answers.map(lambda value: ("answer", value)),
    st.sampled_from(["remedy", "why", "happy"]).map(lambda step: ("back", step)),
    st.sampled_from(["done", "failed"]).map(lambda how: ("act", how)),
    st.just(("later", "3 hours")),
    st.just(("order", "RC-2")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(moves, max_size=25))
def test_whatever_is_answered_and_taken_back_nothing_is_done_twice(happens: list[tuple[str, str]]) -> None:
    story = played(STEPS, top=TOP, facts=dict(FACTS)).start()
    done: list[Any] = []
    for what, value in happens:
        before = dict(story.walk.visits)
        with suppress(Refused, CannotGoBack):
            _move(story, what, value, done)
        assert all(story.walk.visits.get(step, 0) >= number for step, number in before.items())
    _once_each(story.all_effects)
    assert len({repr(sorted(each.items(), key=str)) for each in done}) == len(done), "the same act done twice"


def _move(story: Story, what: str, value: str, done: list[Any]) -> None:
    match what:
        case "answer" if story.waiting.kind == "asking":
            story.answer(value)
        case "back":
            go_back(story, value)
        case "later":
            story.later(value)
        case "order":
            story.facts["order"] = {**FACTS["order"], "number": value}
        case "act" if story.waiting.kind == "acting":
            if value == "done":
                act = next(each for each in story.acts if each.key == story.acting.key)
                done.append({**act.inputs, "using": act.using})
                story.done(reference="x")
            else:
                story.failed()


def _once_each(effects: list[Effect]) -> None:
    keys = [effect.key for effect in effects]
    assert len(keys) == len(set(keys)), keys
