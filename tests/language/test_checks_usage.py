"""Checks of what a document asks, does in loops and adds up."""

import pytest

from processes.language.compile import compile_document
from processes.language.document import Table
from processes.language.grid import parse_grid
from tests.language.checked import ORDER, found, written

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


SCALE = """
settings:
  penalty: {source: law, checked_on: "2026-11-02", rows: %s}
facts:
  order: {from: shop.order, with: {number: order_number}}
"""
GRID = '"count(order.lines) | = percent\\n1 | 10\\n> 1 | 50\\nany | 0"'
RECORDS = (
    '[{"count(order.lines)": 1, "= percent": 10}, {"count(order.lines)": "> 1", "= percent": 50}, {"= percent": 0}]'
)
WEIGHED = """
- {table: penalty, rows: setting.penalty}
- {send: told, text: {en: "{{ penalty }} %"}, subject: {en: Refund}}
- {close: done}
"""


@pytest.mark.parametrize("rows", [GRID, RECORDS], ids=["grid", "records"])
def test_a_table_takes_its_rows_from_a_setting(rows: str) -> None:
    document = written(WEIGHED, top=SCALE % rows)
    (table,) = [step for step in document.all_steps() if isinstance(step, Table)]
    assert [cells for cells, _ in parse_grid(table.grid).rows] == [("1",), ("> 1",), ("any",)]
    assert found(WEIGHED, top=SCALE % rows) == []
    assert table.model_dump(exclude_defaults=True)["rows"] == "setting.penalty"


def test_a_table_whose_setting_has_no_rows_is_told() -> None:
    faults = compile_document(written(WEIGHED, top=ORDER)).faults
    assert [fault.tell("en") for fault in faults] == ["penalty · rows: The setting “penalty” holds no rows here."]
