"""Closed lists, kinds and tables: what is compared can be equal, and every value leads somewhere."""

import pytest

from tests.language.checked import ORDER, PARCELS, found, told

ASK = """
    - {ask: parcel, kind: item, of: {list: parcels, show: [.number]}, text: {en: Which?}, within: 1 day,
       if_none: [{close: done, id: none}], if_never: [{close: done, id: never}]}
"""


def case(when: str) -> str:
    """A decision on a condition."""
    return f"- {{decide: one, cases: [{{when: '{when}', steps: go_on}}]}}\n- {{close: done}}"


@pytest.mark.parametrize(
    "condition",
    [
        'order.status = "shiped"',
        'order.status in ["shipped", "shiped"]',
        'any(order.parcels, .direction = "shiped")',
        'order.paid = "shiped" or order.total > 3 EUR',
        'walker != "shiped"',
    ],
)
def test_a_value_outside_a_closed_list(condition: str) -> None:
    assert found(case(condition), top=ORDER) == ["error unknown_value one cases.1.when"]


def test_the_nearest_value_is_offered() -> None:
    assert told(case('order.status = "shiped"'), top=ORDER) == [
        "one · cases.1.when: “shiped” is no value of `order.status`; did you mean “shipped”?"
    ]


@pytest.mark.parametrize(
    "condition",
    ["order.total > 3", 'order.promised_on = "soon"', "since(order.placed_at) > 3 EUR", "order.total = today"],
)
def test_two_kinds_that_never_meet(condition: str) -> None:
    assert found(case(condition), top=ORDER) == ["error different_kinds one cases.1.when"]


@pytest.mark.parametrize(
    "condition",
    [
        "order.total > 3 EUR and order.promised_on < today and since(order.placed_at) > 2 days",
        'order.paid = "yes" or order.paid or order.placed_at < now - 3 days',
        "count(order.parcels, .value > 10 EUR) >= 2",
    ],
)
def test_what_can_be_compared(condition: str) -> None:
    assert found(case(condition), top=ORDER) == []


def test_a_value_outside_a_closed_list_in_a_text() -> None:
    steps = """
    - {say: hello, text: {en: "{% if order.status == 'shiped' %}Yes{% else %}No{% endif %}"}}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error unknown_value hello text.en"]


def test_a_default_is_one_of_the_answers() -> None:
    steps = """
    - {ask: remedy, kind: choice, text: {en: Which?}, choices: [{value: refund, label: {en: Refund}}], default: refnd}
    - {close: done}
    """
    assert found(steps) == ["error unknown_value remedy default"]


def test_a_decision_handles_every_status() -> None:
    steps = (
        ASK
        + """
    - decide: one
      on: parcel.status
      is: {delivered, partially_delivered: go_on, not lost: go_on}
    - {close: done}
    """
    )
    steps = steps.replace("{delivered, partially_delivered: go_on, not lost: go_on}", '{"delivered, returned": go_on}')
    assert found(steps, top=PARCELS) == ["error not_handled one is"]
    assert found(steps.replace("is:", "otherwise: go_on\n      is:"), top=PARCELS) == []
    assert found(steps.replace('{"delivered, returned": go_on}', '{"not lost": go_on, lost: go_on}'), top=PARCELS) == []


def test_a_decision_on_an_open_value_says_otherwise() -> None:
    steps = "- {decide: one, on: order.seller, is: {acme: go_on}}\n- {close: done}"
    assert found(steps, top=ORDER) == ["error otherwise_missing one is"]


def test_a_branch_for_a_value_that_is_never_had() -> None:
    steps = "- {decide: one, on: order.status, is: {shiped: go_on}, otherwise: go_on}\n- {close: done}"
    assert found(steps, top=ORDER) == ["error unknown_value one is"]


def test_a_case_that_stands_there_already() -> None:
    steps = """
    - decide: one
      cases: [{when: today > 2026-01-01, steps: go_on}, {when: "today  > 2026-01-01", steps: go_on}]
    - {close: done}
    """
    assert found(steps) == ["error never_taken one cases.2.when"]


def table(*rows: str, more: str = "") -> str:
    """A table on the order's status and total, and a decision on its result."""
    body = "\n".join(f"        {row}" for row in ("order.status | order.total | = result", *rows))
    return f"""
    - table: t{more}
      rows: |
{body}
    - {{close: done}}
    """


def test_a_row_that_stands_there_already() -> None:
    rows = ("shipped | any | a", "shipped | any | b", "any | any | c")
    assert found(table(*rows), top=ORDER) == ["error overlap t rows"]


@pytest.mark.parametrize(
    "rows",
    [
        ("any | any | a", "shipped | any | b"),
        ("shipped, delivered | any | a", "shipped | > 3 EUR | b", "any | any | c"),
        ("not shipped | any | a", "delivered | any | b", "shipped | any | c"),
        ("shipped | any | a", "delivered | any | b", "shipped, delivered | < 3 EUR | c", "any | any | d"),
    ],
)
def test_a_row_in_the_shadow_of_those_before(rows: tuple[str, ...]) -> None:
    assert found(table(*rows), top=ORDER) == ["error never_taken t rows"]


def test_rows_that_are_all_needed() -> None:
    rows = ("shipped | > 3 EUR | a", "shipped | any | b", "shipped, delivered | any | c", "any | any | d")
    assert found(table(*rows), top=ORDER) == []


def test_two_rows_of_a_unique_table_that_fit_together() -> None:
    rows = ("shipped, delivered | any | a", "delivered | > 3 EUR | b")
    steps = table(*rows, more="\n      hit: unique\n      otherwise: go_on")
    assert found(steps, top=ORDER) == ["error overlap t rows"]


def test_a_status_without_a_row() -> None:
    rows = ("processing, partially_shipped, shipped | any | a", "delivered, returned | any | b")
    assert found(table(*rows), top=ORDER) == ["error not_handled t rows"]
    assert told(table(*rows), top=ORDER)[0].endswith(
        "No row is for cancelled (column order.status): add one, or write `otherwise`."
    )
    assert found(table(*rows, more="\n      otherwise: go_on"), top=ORDER) == []
    assert found(table(*rows, "cancelled | any | c"), top=ORDER) == []


def test_a_table_that_may_fit_nothing() -> None:
    rows = ("any | > 3 EUR | a",)
    assert found(table(*rows), top=ORDER) == ["warning otherwise_missing t rows"]


def test_the_results_of_a_table_are_a_closed_list() -> None:
    rows = ("shipped | any | a", "any | any | b")
    steps = table(*rows).replace(
        "    - {close: done}", "    - {decide: w, on: t, is: {a: go_on, c: go_on}}\n    - {close: done}"
    )
    assert found(steps, top=ORDER) == ["error unknown_value w is", "error not_handled w is"]
