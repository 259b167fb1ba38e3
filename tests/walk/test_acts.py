"""Acts: guarded, agreed to, decided once under one key, and never again for the same thing."""

from typing import Any

import pytest

from base.money import Money
from processes.walk.errors import StaleStep
from processes.walk.turn import Act, Confirming, CreateTask, TaskWaiting
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, at, played

TOP = """
settings: {cap: {value: 100 EUR, checked_on: "2026-01-01"}}
facts: {order: {from: shop.order, with: {number: "'RC-1'"}, max_age: 10 minutes}}
"""


FIFTY = Money(5000, "EUR")


def refunding(keys: str = "", *, total: Any = FIFTY, order: Any = None, **given: Any) -> Story:
    steps = f"""
    - act: refund
      using: shop.refund
      with: {{order: order.number}}
      amount: order.total
      if_fails: [{{close: other}}]
      {keys}
    - {{close: done}}
    """
    facts = {"order": order if order is not None else {"number": "RC-1", "total": total}}
    return played(steps, top=TOP, facts=facts, **given).start()


def test_an_act_is_decided_under_its_key_and_its_answer_goes_on() -> None:
    story = refunding()
    [act] = story.acts
    assert act == Act(
        key="w::refund:1:act", step="refund", visit=1, using="shop.refund",
        inputs={"order": "RC-1", "amount": Money(5000, "EUR")}, amount=Money(5000, "EUR"),
    )  # fmt: skip
    assert story.acting.key == act.key
    story.done(reference="F1", amount=Money(5000, "EUR"))
    assert story.outcome == "done"
    assert story.scope["refund"] == {"reference": "F1", "amount": Money(5000, "EUR")}


def test_a_failure_leads_where_the_step_says_with_its_reason() -> None:
    story = refunding().failed("already_done")
    assert story.outcome == "other"
    assert story.scope["refund"] == {"failure": "already_done"}


def test_an_uncertain_act_stays_until_a_person_settles_it() -> None:
    story = refunding().uncertain()
    assert story.acting.uncertain
    with pytest.raises(StaleStep):
        story.look_now()
    assert story.done(reference="F1").outcome == "done"


def test_an_answer_for_another_act_is_stale() -> None:
    with pytest.raises(StaleStep):
        refunding().done("w::refund:2:act")


@pytest.mark.parametrize(
    ("total", "outcome"),
    [(Money(10000, "EUR"), "acting refund"), (Money(10001, "EUR"), "other"), (Money(1, "USD"), "other")],
)
def test_nothing_is_done_above_the_cap(total: Money, outcome: str) -> None:
    story = refunding("cap: setting.cap", total=total)
    assert story.outcome == outcome
    if outcome == "other":
        assert story.scope["refund"] == {"failure": "over_cap"}


@pytest.mark.parametrize(
    "order",
    [
        {"number": "RC-1", "total": UNKNOWN},
        {"number": "RC-1"},
        {"total": Money(1, "EUR")},
        {"number": UNKNOWN},
        UNKNOWN,
    ],
)
def test_nothing_is_done_on_what_is_missing_or_unknown(order: Any) -> None:
    story = refunding(order=order)
    assert story.because == "in_doubt"
    assert story.acts == []


def test_an_amount_that_is_missing_is_no_way_round_cap_and_approval() -> None:
    steps = """
    - {act: reship, using: shop.reship, with: {order: "'RC-1'", parcel: "'6A1'"}, amount: order.total, cap: 1 EUR}
    - {close: done}
    """
    assert played(steps, top=TOP, facts={"order": {"number": "RC-1"}}).start().because == "in_doubt"


def test_a_customer_does_only_what_is_open_to_him() -> None:
    assert refunding(walker="customer").because == "in_doubt"
    assert refunding("open_to: [agent, customer]", walker="customer").waiting.kind == "acting"
    assert refunding(walker="assistant").because == "in_doubt"
    assert refunding(walker="robot").waiting.kind == "acting"


CONFIRM = "confirm: {en: 'Refund {{ order.total | money }}?'}"


def test_a_person_confirms_and_a_robot_does_not_ask() -> None:
    story = refunding(CONFIRM)
    waiting = story.waiting
    assert isinstance(waiting, Confirming)
    assert waiting.words is not None
    assert waiting.words.values == {"order.total": Money(5000, "EUR")}
    assert waiting.amount == Money(5000, "EUR")
    assert story.acts == []
    assert story.confirm().acts[0].key == "w::refund:1:act"
    assert refunding(CONFIRM, walker="robot").waiting.kind == "acting"


def test_who_declines_is_not_asked_again_in_this_turn() -> None:
    story = refunding(CONFIRM).confirm(False)
    assert story.outcome == "other"
    assert story.scope["refund"] == {"failure": "declined"}


def test_a_double_click_on_a_confirmation_decides_once() -> None:
    from processes.walk.events import Confirmed

    story = refunding(CONFIRM).confirm()
    with pytest.raises(StaleStep):
        story.take(Confirmed(walker="agent", step="refund", visit=1))
    assert len(story.acts) == 1


def test_a_confirmation_hours_later_rests_on_facts_read_again() -> None:
    story = refunding(CONFIRM).later("3 hours").confirm()
    assert story.read_facts() == ["order anew"]
    assert story.acts[0].amount == Money(5000, "EUR")


def test_what_changed_meanwhile_is_confirmed_anew() -> None:
    story = refunding(CONFIRM)
    story.facts["order"] = {"number": "RC-1", "total": Money(9000, "EUR")}
    story.later("3 hours").confirm()
    waiting = story.waiting
    assert isinstance(waiting, Confirming)
    assert waiting.amount == Money(9000, "EUR")
    assert waiting.visit == 2
    assert story.confirm().acts[0].amount == Money(9000, "EUR")


APPROVAL = (
    "approval: {when: order.total > 20 EUR, who: supervisor, within: 1 business day, if_refused: [{close: third}]}"
)


def test_a_second_person_agrees_first() -> None:
    story = refunding(APPROVAL)
    waiting = story.waiting
    assert isinstance(waiting, TaskWaiting)
    assert (waiting.purpose, waiting.team, waiting.deadline) == ("approval", "supervisor", at(3, 9))
    [task] = story.effects
    assert isinstance(task, CreateTask)
    assert (task.key, task.blocking, task.amount) == ("w::refund:1:approval", True, Money(5000, "EUR"))
    story.later("2 hours").task_done(approved="yes")
    assert story.read_facts() == ["order anew"]
    assert story.acts[0].key == "w::refund:1:act"


def test_who_refuses_and_who_does_not_answer() -> None:
    for story in (
        refunding(APPROVAL).task_done(approved="no"),
        refunding(APPROVAL).task_done(),
        refunding(APPROVAL).wake(),
    ):
        assert story.outcome == "third"
        assert story.scope["refund"] == {"failure": "not_approved"}
        assert story.acts == []


def test_a_refusal_that_was_not_written_is_a_doubt() -> None:
    story = refunding("approval: {when: order.total > 20 EUR, who: supervisor}").task_done(approved="no")
    assert story.because == "in_doubt"


def test_below_the_limit_and_in_doubt_about_it() -> None:
    assert refunding(APPROVAL, total=Money(2000, "EUR")).waiting.kind == "acting"
    order = {"number": "RC-1", "total": Money(1, "EUR")}
    unsure = "approval: {when: order.segment = 'vip', who: supervisor}"
    assert refunding(unsure, order={**order, "segment": UNKNOWN}).waiting.kind == "task", "unknown is not no"


def test_what_changed_since_it_was_approved_is_approved_anew() -> None:
    story = refunding(APPROVAL)
    story.facts["order"] = {"number": "RC-1", "total": Money(9900, "EUR")}
    story.later("1 hour").task_done(approved="yes")
    assert story.acts == []
    waiting = story.waiting
    assert isinstance(waiting, TaskWaiting)
    assert waiting.key == "w::refund:2:approval"


def test_approved_then_confirmed_by_who_is_there() -> None:
    from processes.walk.events import TaskDone

    story = refunding(f"{APPROVAL}\n      {CONFIRM}")
    waiting = story.waiting
    assert isinstance(waiting, TaskWaiting)
    story.take(TaskDone(walker="agent", key=waiting.key, answers={"approved": "yes"}))
    assert story.waiting.kind == "confirming"
    assert story.confirm().waiting.kind == "acting"


def test_an_approval_for_another_act_is_stale() -> None:
    from processes.walk.events import TaskDone

    with pytest.raises(StaleStep):
        refunding(APPROVAL).take(TaskDone(key="w::refund:9:approval", answers={"approved": "yes"}))


def test_each_visit_has_a_key_of_its_own() -> None:
    story = played(
        """
    sections:
    - section: main
      steps:
      - {act: label, using: shop.return_label, with: {order: order.number}}
      - {wait: pause, for: 1 day}
      - {go_to: main, at_most: 2}
    """,
        top=TOP,
        facts={"order": {"number": "RC-1"}},
    ).start()
    story.done(file="a").wake().done(file="b")
    assert [act.key for act in story.acts] == ["w::label:1:act", "w::label:2:act"]


def test_words_before_an_act_are_shown_and_mailed_with_what_comes_of_it() -> None:
    steps = """
    - {say: sorry, text: {en: Sorry}}
    - {act: label, using: shop.return_label, with: {order: order.number}}
    - {send: here, text: {en: Your label}, attach: [label.file]}
    - {close: done}
    """
    facts = {"order": {"number": "RC-1"}}
    robot = played(steps, top=TOP, facts=facts, walker="robot").start()
    assert robot.mails == []
    robot.done(file="label.pdf")
    assert robot.mails == [("send", ["sorry", "here"])]
    agent = played(steps, top=TOP, facts=facts).start().done(file="label.pdf")
    assert agent.said == ["sorry"]
    assert agent.mails == [("send", ["here"])]


def test_one_mail_even_when_facts_are_read_between_the_two() -> None:
    steps = """
    - {say: hello, text: {en: Hello}}
    - {send: news, text: {en: News}}
    - {decide: then, cases: [{when: order.paid, steps: [{close: other}]}]}
    - {close: done}
    """
    story = played(steps, top=TOP, facts={"order": {"paid": True}}, walker="robot").start()
    assert story.mails == [("send", ["hello", "news"])]
