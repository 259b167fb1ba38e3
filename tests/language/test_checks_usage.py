"""Checks of what a document asks, does in loops and adds up."""

from tests.language.checked import ORDER, found

LINES = """
- ask: lines
  kind: items
  text: {en: Which ones?}
  of: {list: order.lines, show: [.name], quantity: .quantity}
  within: 1 day
  if_never: [{close: done, id: nobody}]
- for_each: line
  in: lines
  key: .sku
  at_most: 20
  steps:
  - act: refund
    using: shop.refund
    with: {order: order.number, lines: "[line.sku]"}
    amount: line.price
    cap: 100 EUR
    if_fails: go_on
- {send: told, text: {en: "You get {{ total | money }}."}, subject: {en: Refund}}
- {close: done}
"""


def with_total(to: str) -> str:
    return LINES.replace("- {send: told", f'- {{set: total, to: "{to}"}}\n- {{send: told')


def test_money_is_added_up_over_what_was_done() -> None:
    assert found(with_total("sum(lines, .price)"), top=ORDER) == ["warning sum_of_the_chosen total to"]
    assert found(with_total("sum(refund, .amount)"), top=ORDER) == []


def test_adding_up_before_anything_is_done_is_no_mistake() -> None:
    before = LINES.replace("- for_each", '- {set: total, to: "sum(lines, .price)"}\n- for_each')
    assert found(before, top=ORDER) == []


ASK = "- {ask: colour, kind: %s, text: {en: Which colour?}, within: 1 day, if_never: go_on}\n- {close: done}"


def test_an_answer_that_nothing_uses() -> None:
    assert found(ASK % "text", idle=True) == ["warning answer_not_used colour ask"]
    assert found(ASK % "file", idle=True) == []
    told = """- {note: told, text: {en: "{{ colour | default('blue') }}"}}"""
    assert found(ASK.replace("- {close", told + "\n- {close") % "text", idle=True) == []


def test_an_answer_that_decides_is_used() -> None:
    steps = """
    - ask: remedy
      kind: choice
      text: {en: Which?}
      choices: [{value: a, label: {en: A}, steps: [{close: done}]}, {value: b, label: {en: B}}]
      within: 1 day
      default: b
    - {close: done, id: other}
    """
    assert found(steps, idle=True) == []


def test_a_field_of_a_form_that_nothing_uses() -> None:
    steps = """
    - ask: person
      text: {en: Who are you?}
      form: {name: {kind: text, label: {en: Name}}, age: {kind: number, label: {en: Age}}}
      within: 1 day
      if_never: [{close: done, id: nobody}]
    - {note: told, text: {en: "{{ person.name }}"}}
    - {close: done}
    """
    assert found(steps, idle=True) == ["warning answer_not_used person form.age"]


LONG = """
- for_each: line
  in: order.lines
  key: .sku
  at_most: %s
  steps: [{set: price, to: line.price}, {note: seen, text: {en: "{{ line.name }} {{ price }}"}}]
- {close: done}
"""


def test_a_loop_does_not_take_more_steps_at_once_than_a_walk_does() -> None:
    assert found(LONG % 60, top=ORDER) == []
    assert found(LONG % 100, top=ORDER) == ["error too_long_at_once line at_most"]


def test_a_loop_that_stops_on_the_way_may_be_long() -> None:
    steps = LONG.replace(
        "{set: price",
        "{act: label, using: shop.return_label, with: {order: order.number}, if_fails: go_on}, {set: price",
    )
    assert found(steps % 1000, top=ORDER) == []


def test_a_way_out_of_a_loop_leaves_items_undone() -> None:
    steps = LONG.replace(
        "{note: seen", "{decide: dear, cases: [{when: price > 10 EUR, steps: [{close: done, id: early}]}]}, {note: seen"
    )
    assert found(steps % 10, top=ORDER) == ["warning items_left early close"]
