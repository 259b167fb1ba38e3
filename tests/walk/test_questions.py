"""Questions: asked once, passed over when the answer is there, left when nobody answers."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from base.money import Money
from processes.walk.errors import Refused, StaleStep
from processes.walk.turn import Message
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, at, played

ORDER = """
facts:
  order: {from: shop.order, with: {number: "'RC-1'"}, max_age: 10 minutes}
  parcels: {from: carrier.tracking, each: order.parcels, key: .number, max_age: 5 minutes,
            with: {carrier: .carrier, number: .number}}
"""
PARCEL = """
- ask: parcel
  kind: item
  text: {en: Which one?}
  of: {list: parcels, if: .direction = "out", show: [.number]}
  if_none: [{close: other}]
  unknown: [{hand_over: team, because: no_list}]
- {close: done}
"""


def parcels(*numbers: str, direction: str = "out") -> dict[str, Any]:
    listed = [{"number": number, "carrier": "dhl", "direction": direction} for number in numbers]
    return {"order": {"number": "RC-1", "parcels": listed}, "parcels": {n: {"status": "in_transit"} for n in numbers}}


def test_yes_and_no_lead_to_their_branches() -> None:
    steps = """
    - {ask: received, kind: yes_no, text: {en: Have you got it?}, if_yes: [{close: done}], if_no: [{close: other}]}
    """
    assert played(steps).start().answer("yes").outcome == "done"
    assert played(steps).start().answer("no").outcome == "other"


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "  it fell \n", "it fell"),
        ("text", "e\u0301tage", "étage"),
        ("number", "12,5", Decimal("12.5")),
        ("number", 3, Decimal(3)),
        ("amount", "12.50", Money(1250, "EUR")),
        ("amount", "12,50 €", Money(1250, "EUR")),
        ("amount", "1 200 JPY", Money(1200, "JPY")),
        ("date", "20/11/2026", date(2026, 11, 20)),
        ("date", "2026-11-20", date(2026, 11, 20)),
        ("order_number", " rc-1001 ", "RC-1001"),
        ("yes_no", True, "yes"),
        ("confirm", "on", "yes"),
        ("file", "photo-1", "photo-1"),
    ],
)
def test_what_a_person_types_becomes_a_value_of_the_kind(kind: str, given: Any, value: Any) -> None:
    story = played(f"""
    - {{ask: it, kind: {kind}, text: {{en: What?}}}}
    - {{close: done}}
    """)
    assert story.start().answer(given).scope["it"] == value
    assert story.outcome == "done"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", ""), ("text", "  "), ("text", "a\x00b"), ("text", "\ud800"), ("text", "x" * 5001), ("text", 3),
        ("number", "twelve"), ("number", "NaN"), ("number", "1e400"), ("number", True), ("number", [1]),
        ("amount", "12.505 EUR"), ("amount", "12 EURO"), ("amount", "-"), ("date", "31/02/2026"), ("date", "soon"),
        ("order_number", "drop table;"), ("order_number", ""), ("yes_no", "maybe"), ("yes_no", None),
        ("confirm", "no"), ("confirm", None), ("file", ""), ("file", "x" * 300), ("file", {"a": 1}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_and_the_walk_stays(kind: str, given: Any) -> None:
    story = played(f"""
    - {{ask: it, kind: {kind}, text: {{en: What?}}}}
    - {{close: done}}
    """).start()
    with pytest.raises(Refused) as refused:
        story.answer(given)
    assert set(refused.value.problems) == {"it"}
    assert story.asking.step == "it"


def test_numbers_keep_to_their_bounds() -> None:
    story = played("""
    - {ask: it, kind: number, text: {en: How many?}, at_least: 2, at_most: 5}
    - {close: done}
    """).start()
    for value in ("1", "6"):
        with pytest.raises(Refused):
            story.answer(value)
    assert story.answer("5").scope["it"] == 5


CHOICE = """
- ask: remedy
  kind: choice
  text: {en: Which?}
  choices:
  - {value: reship, if: order.total > 100 EUR, label: {en: Send again}, steps: [{close: other}]}
  - {value: refund, label: {en: Refund}}
  none_of_these: [{close: third}]
- {close: done}
"""


def test_a_choice_offers_only_what_is_open_now() -> None:
    dear, cheap = ({"order": {"total": Money(minor, "EUR")}} for minor in (20000, 500))
    assert [c.value for c in played(CHOICE, top=ORDER, facts=dear).start().asking.fields[0].choices] == [
        "reship", "refund", "none_of_these"
    ]  # fmt: skip
    story = played(CHOICE, top=ORDER, facts=cheap).start()
    with pytest.raises(Refused):
        story.answer("reship")
    assert story.answer("refund").outcome == "done"
    assert played(CHOICE, top=ORDER, facts=dear).start().answer("reship").outcome == "other"
    assert played(CHOICE, top=ORDER, facts=dear).start().answer("none_of_these").outcome == "third"


def test_a_choice_whose_condition_is_unknown_is_not_offered() -> None:
    story = played(CHOICE, top=ORDER).start()
    assert [c.value for c in story.asking.fields[0].choices] == ["refund", "none_of_these"]


def test_a_choice_of_nothing_is_not_asked() -> None:
    story = played(
        """
    - ask: remedy
      kind: choice
      text: {en: Which?}
      choices: [{value: reship, if: order.total > 100 EUR, label: {en: Send again}}]
      if_none: [{close: other}]
    - {close: done}
    """,
        top=ORDER,
        facts={"order": {"total": Money(1, "EUR")}},
    )
    assert story.start().outcome == "other"


def test_several_may_be_chosen_within_bounds() -> None:
    story = played("""
    - ask: faults
      kind: choices
      text: {en: What is wrong?}
      at_most: 2
      choices: [{value: a, label: {en: A}}, {value: b, label: {en: B}}, {value: c, label: {en: C}}]
    - {close: done}
    """).start()
    with pytest.raises(Refused):
        story.answer(["a", "b", "c"])
    with pytest.raises(Refused):
        story.answer(["a", "z"])
    assert story.answer(["c", "a", "a"]).scope["faults"] == ["a", "c"]


def test_the_only_item_is_not_asked_for() -> None:
    story = played(PARCEL, top=ORDER, facts=parcels("6A1")).start()
    assert story.outcome == "done"
    assert ("", "parcel", "only_one", "6A1", None) in story.trace


def test_one_of_several_items_is_chosen_and_read_live_ever_after() -> None:
    story = played(
        PARCEL.replace(
            "- {close: done}",
            "- {wait: pause, for: 1 day}\n- {say: it, text: {en: '{{ parcel.status }}'}}\n- {close: done}",
        ),
        top=ORDER,
        facts=parcels("6A1", "6A2"),
    ).start()
    assert [choice.value for choice in story.asking.fields[0].choices] == ["6A1", "6A2"]
    assert [choice.shown for choice in story.asking.fields[0].choices] == [("6A1",), ("6A2",)]
    story.answer("6A2")
    story.facts["parcels"]["6A2"] = {"status": "delivered"}
    story.wake()
    assert story.walk.words[0].values == {"parcel.status": "delivered"}
    assert story.scope["parcel"] == "6A2"


def test_no_item_and_no_list_are_two_things() -> None:
    assert played(PARCEL, top=ORDER, facts=parcels()).start().outcome == "other"
    assert played(PARCEL, top=ORDER, facts=parcels("6A1", direction="return")).start().outcome == "other"
    assert played(PARCEL, top=ORDER).start().because == "no_list"


def test_an_item_that_is_gone_reads_as_missing() -> None:
    steps = PARCEL.replace(
        "- {close: done}",
        "- {wait: pause, for: 1 day}\n"
        "- {decide: gone, cases: [{when: parcel is missing, steps: [{close: third}]}]}\n"
        "- {close: done}",
    )
    story = played(steps, top=ORDER, facts=parcels("6A1", "6A2")).start().answer("6A2")
    story.facts = parcels("6A1")
    assert story.wake().outcome == "third"


LINES = """
- ask: lines
  kind: items
  text: {en: 'Which ones, how many?'}
  of: {list: order.lines, show: [.name], quantity: .quantity}
- {set: number, to: "sum(lines, .chosen)"}
- {close: done}
"""


def test_items_are_chosen_with_quantities() -> None:
    facts = {
        "order": {"lines": [{"sku": "L", "name": "Lamp", "quantity": 3}, {"sku": "V", "name": "Vase", "quantity": 1}]}
    }
    story = played(LINES, top=ORDER, facts=facts).start()
    assert [choice.most for choice in story.asking.fields[0].choices] == [3, 1]
    for wrong in ({"L": 4}, {"Z": 1}, {"L": 0}, {"L": "1.5"}, {}, "Z", 7):
        with pytest.raises(Refused):
            story.answer(wrong)
    assert story.answer({"L": "2", "V": 0}).scope["lines"] == [{"key": "L", "chosen": 2}]


def test_a_form_asks_several_values_at_once() -> None:
    story = played("""
    - ask: address
      text: {en: Where to?}
      form:
        street: {kind: text, label: {en: Street}}
        floor: {kind: number, label: {en: Floor}, optional: true}
        country:
          {kind: choice, label: {en: Country}, default: FR,
           choices: [{value: FR, label: {en: France}}, {value: BE, label: {en: Belgium}}]}
    - decide: far
      cases: [{when: address.country = "BE", steps: [{close: other}]}]
    - {close: done}
    """).start()
    with pytest.raises(Refused) as refused:
        story.answer({"floor": "second"})
    assert set(refused.value.problems) == {"street", "floor"}
    assert [field.default for field in story.asking.fields] == [None, None, "FR"]
    story.answer({"street": "12 rue des Lilas", "unheard_of": "x"})
    assert story.scope["address"] == {"street": "12 rue des Lilas", "country": "FR"}
    assert story.outcome == "done"


def test_fields_of_a_form_that_do_not_apply_are_not_asked() -> None:
    steps = """
    - ask: details
      text: {en: Details}
      form:
        serial: {kind: text, label: {en: Serial}, if: order.total > 100 EUR}
    - {close: done}
    """
    story = played(steps, top=ORDER, facts={"order": {"total": Money(1, "EUR")}}).start()
    assert story.outcome == "done"
    dear = played(steps, top=ORDER, facts={"order": {"total": Money(20000, "EUR")}}).start()
    assert [field.name for field in dear.asking.fields] == ["serial"]


AGAIN = """
sections:
- section: main
  steps:
  - {ask: phone, kind: text, text: {en: Phone?}, optional: true, %s}
  - {wait: pause, for: 1 day}
  - {go_to: main, at_most: 2}
"""


def test_a_known_answer_is_not_asked_again() -> None:
    story = played(AGAIN % "label: {en: x}").start().answer("06").wake()
    assert story.waiting.kind == "timing"


def test_an_optional_question_left_empty_is_answered_too() -> None:
    story = played(AGAIN % "label: {en: x}").start().answer("").wake()
    assert story.waiting.kind == "timing"
    assert "phone" not in story.scope


def test_an_answer_too_old_is_asked_again() -> None:
    story = played(AGAIN % "max_age: 12 hours").start().answer("06")
    story.later("1 day").look_now()
    assert story.asking.step == "phone"
    assert story.asking.visit == 2


def test_needs_are_asked_first_unless_they_are_known() -> None:
    top = """
needs:
  order_number: {kind: order_number, label: {en: Order number}}
  name: {kind: text, label: {en: Your name}, optional: true}
"""
    steps = "- {close: done}"
    story = played(steps, top=top).start()
    assert story.asking.step == "order_number"
    assert story.answer("rc-1").asking.step == "name"
    assert story.answer("").outcome == "done"

    known = played(steps, top=top).start(order_number=" rc-1001 ", name="Claire", role="admin")
    assert known.outcome == "done"
    assert known.scope == {"order_number": "RC-1001", "name": "Claire"}


def test_a_need_that_cannot_be_read_is_refused_at_the_door() -> None:
    story = played("- {close: done}", top="needs: {order_number: {kind: order_number, label: {en: Number}}}\n")
    with pytest.raises(Refused) as refused:
        story.start(order_number="'; drop")
    assert set(refused.value.problems) == {"order_number"}


def test_a_need_may_be_asked_under_a_condition_only() -> None:
    top = "needs: {shop: {kind: text, label: {en: Shop}, if: 'channel = \"phone\"'}}\n"
    assert played("- {close: done}", top=top).start().asking.step == "shop"
    assert played("- {close: done}", top=top, channel="mail").start().outcome == "done"


ONLY = "- {ask: ok, kind: yes_no, text: {en: Ok?}, only: %s, within: 1 day, if_never: go_on}\n- {close: done}"


@pytest.mark.parametrize(
    ("only", "asked"),
    [("agent", True), ("customer", False), ("phone", True), ("agent.phone", True), ("agent.mail", False)],
)
def test_a_question_for_some_is_passed_over_by_others(only: str, asked: bool) -> None:
    assert (played(ONLY % only).start().waiting.kind == "asking") is asked


def test_a_question_under_a_condition() -> None:
    steps = """
    - {ask: ok, kind: yes_no, text: {en: Ok?}, if: order.total > 1 EUR, unknown: [{close: third}]}
    - {close: done}
    """
    dear, cheap = ({"order": {"total": Money(minor, "EUR")}} for minor in (20000, 50))
    assert played(steps, top=ORDER, facts=dear).start().asking.step == "ok"
    assert played(steps, top=ORDER, facts=cheap).start().outcome == "done"
    assert played(steps, top=ORDER).start().outcome == "third"


def test_a_question_that_prints_what_nobody_knows_is_not_asked() -> None:
    steps = """
    - {ask: ok, kind: yes_no, text: {en: 'Is {{ order.number }} yours?'}, unknown: [{close: third}]}
    - {close: done}
    """
    assert played(steps, top=ORDER).start().outcome == "third"
    assert played(steps, top=ORDER, facts={"order": {"number": "RC-1"}}).start().asking.words.values == {
        "order.number": "RC-1"
    }


WITHIN = """
- ask: remedy
  kind: choice
  text: {en: Which?}
  choices: [{value: reship, label: {en: Again}}, {value: refund, label: {en: Money back}, steps: [{close: other}]}]
  within: 2 days
  remind: [{after: 1 day, text: {en: Please answer}}]
  %s
- {close: done}
"""


def test_a_robot_writes_the_question_with_the_words_before_it_and_waits() -> None:
    story = played("- {say: hello, text: {en: Hello}}" + WITHIN % "default: refund", walker="robot").start()
    assert story.mails == [("question", ["hello", "remedy"])]
    [message] = [each for each in story.effects if isinstance(each, Message)]
    assert message.asks
    assert story.waiting.deadline == at(4, 9)
    assert story.waiting.wake_at == at(3, 9)
    assert story.wake().mails == [("reminder", ["remedy"])]
    assert story.waiting.wake_at == at(4, 9)
    assert story.wake().outcome == "other", "the default answered"


def test_a_default_that_is_not_open_leads_to_never() -> None:
    steps = WITHIN % "default: reship\n  if_never: [{close: third}]"
    steps = steps.replace("value: reship,", "value: reship, if: order.total > 1 EUR,")
    story = played(steps, top=ORDER, facts={"order": {"total": Money(1, "EUR")}}).start().wake().wake()
    assert story.outcome == "third"


def test_a_robot_takes_the_default_at_once_where_the_question_does_not_wait() -> None:
    steps = """
    - {ask: gift, kind: yes_no, text: {en: A gift?}, default: "no", if_no: [{close: other}]}
    - {close: done}
    """
    assert played(steps, walker="robot").start().outcome == "other"
    assert played(steps).start().asking.step == "gift"


def test_nobody_answers() -> None:
    story = played(WITHIN % "if_never: [{close: third}]", walker="customer").start()
    assert story.effects == [], "the customer is there: nothing is mailed"
    story.wake()
    assert story.mails == [("reminder", ["remedy"])]
    assert story.wake().outcome == "third"


def test_a_question_no_longer_needed() -> None:
    steps = WITHIN % "if_never: [{close: third}]\n  ends_when: order.paid"
    story = played(steps, top=ORDER, facts={"order": {"paid": False}}).start()
    story.facts["order"] = {"paid": True}
    assert story.later("1 minute").told("order").outcome == "done"
    assert ("", "remedy", "no_longer_needed", None, None) in story.trace


def test_at_the_end_unknown_is_not_never() -> None:
    steps = (
        WITHIN % "default: refund\n  if_never: [{close: third}]\n  ends_when: order.paid\n"
        "  unknown: [{hand_over: team, because: dark}]"
    )
    story = played(steps, top=ORDER, facts={"order": {"paid": False}}).start()
    del story.facts["order"]
    assert story.wake().waiting.kind == "asking", "while waiting, unknown means not yet"
    assert story.wake().because == "dark"


def test_an_end_without_a_date_is_a_doubt() -> None:
    steps = """
    - {ask: ok, kind: yes_no, text: {en: Ok?}, by: order.promised_on, if_never: go_on, unknown: [{close: third}]}
    - {close: done}
    """
    assert played(steps, top=ORDER, facts={"order": {}}).start().outcome == "third"


def test_an_answer_for_another_visit_is_stale() -> None:
    story = played(AGAIN % "max_age: 1 hour").start().answer("06").wake()
    with pytest.raises(StaleStep):
        story.answer("07", step="phone", visit=1)
    assert story.answer("07", step="phone", visit=2).scope["phone"] == "07"


def test_a_double_click_answers_once() -> None:
    story = played(AGAIN % "label: {en: x}").start()
    visit = story.asking.visit
    story.answer("06", step="phone", visit=visit)
    with pytest.raises(StaleStep):
        story.answer("06", step="phone", visit=visit)


def test_an_unknown_default_of_the_story_is_not_invented() -> None:
    """The value of an item left UNKNOWN by its carrier stays so; the others are known."""
    facts = parcels("6A1", "6A2")
    facts["parcels"]["6A1"] = UNKNOWN
    story: Story = played(PARCEL.replace("show: [.number]", "show: [.number, .status]"), top=ORDER, facts=facts).start()
    assert [choice.shown for choice in story.asking.fields[0].choices] == [("6A1", UNKNOWN), ("6A2", "in_transit")]


def test_a_robot_passes_a_form_whose_fields_can_all_stand_empty() -> None:
    steps = """
    - ask: details
      text: {en: Details?}
      form:
        colour: {kind: text, label: {en: Colour}, default: blue}
        size: {kind: number, label: {en: Size}, %s}
    - {close: done}
    """
    passing = played(steps % "optional: true", walker="robot").start()
    assert passing.scope["details"] == {"colour": "blue"}
    assert played(steps % "at_least: 1", walker="robot").start().asking.step == "details"


def test_items_chosen_in_a_loop_are_all_kept() -> None:
    steps = """
    - for_each: order_line
      in: order.lines
      key: .sku
      at_most: 3
      steps: [{ask: parcel, kind: item, text: {en: In which parcel?}, of: {list: parcels, show: [.number]}}]
    - {set: seen, to: "count(parcel, .status = 'in_transit')"}
    - {close: done}
    """
    facts = parcels("6A1", "6A2")
    facts["order"]["lines"] = [{"sku": "L"}, {"sku": "V"}]
    story = played(steps, top=ORDER, facts=facts).start().answer("6A2").answer("6A1")
    assert story.scope["parcel"] == ["6A2", "6A1"]
    assert story.scope["seen"] == 2
