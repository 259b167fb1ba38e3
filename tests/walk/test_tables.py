"""A table answers as if its rows were read one by one, top to bottom, only faster."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.business_time import ALWAYS_OPEN
from base.money import Money
from processes.language.conditions import parse_cell, parse_value
from processes.walk.evaluation import EvaluationError, Scope, Table, compile_cell, compile_table
from processes.walk.values import MISSING, UNKNOWN

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
SITUATIONS = """
    announced, unknown_parcel | >= setting.handover | any
    in_transit                | >= setting.stuck    | any
    in_transit, customs       | any                 | < today
    announced, in_transit     | any                 | any
    not lost                  | any                 | 2026-03-03..2026-03-05
"""


def table(columns: list[str], grid: str) -> Table:
    rows = [line.split("|") for line in grid.strip().splitlines()]
    return compile_table(
        [parse_value(column) for column in columns], [[parse_cell(cell) for cell in row] for row in rows]
    )


def situation(status: Any, age: Any, promised: Any) -> Scope:
    from base.business_time import Delay

    names = {
        "parcel": {"status": status, "last_event_at": age if age in (MISSING, UNKNOWN) else NOW - timedelta(days=age)},
        "order": {"promised_on": promised},
        "setting": {"handover": Delay(2, "days"), "stuck": Delay(7, "days")},
        "today": date(2026, 3, 3),
    }
    return Scope(names, NOW, ALWAYS_OPEN)


@pytest.mark.parametrize(
    ("status", "age", "promised", "row"),
    [
        ("announced", 3, date(2026, 3, 1), 0),
        ("announced", 1, date(2026, 3, 1), 3),
        ("in_transit", 8, date(2026, 3, 9), 1),
        ("in_transit", 1, date(2026, 3, 2), 2),
        ("customs", 1, date(2026, 3, 9), None),
        ("customs", 1, date(2026, 3, 4), 4),
        ("lost", 1, date(2026, 3, 4), None),
        (UNKNOWN, 8, date(2026, 3, 1), UNKNOWN),
        ("in_transit", UNKNOWN, date(2026, 3, 1), UNKNOWN),
        ("in_transit", MISSING, date(2026, 3, 1), UNKNOWN),
        ("customs", UNKNOWN, date(2026, 3, 1), 2),
        (MISSING, 8, date(2026, 3, 4), 4),
        (MISSING, 8, MISSING, UNKNOWN),
    ],
)
def test_the_first_row_that_fits_wins_unless_one_before_it_is_unknown(
    status: Any, age: Any, promised: Any, row: Any
) -> None:
    columns = ["parcel.status", "since(parcel.last_event_at)", "order.promised_on"]
    assert table(columns, SITUATIONS).first(situation(status, age, promised)) == row


def test_unique_finds_the_only_row_and_refuses_two() -> None:
    rows = table(["n"], "1..3\n3..5")
    assert rows.unique(scope(n=2)) == 0
    assert rows.unique(scope(n=9)) is None
    assert rows.unique(scope(n=UNKNOWN)) is UNKNOWN
    with pytest.raises(EvaluationError, match="1, 2"):
        rows.unique(scope(n=3))


def test_collect_gathers_all_rows_or_says_that_it_cannot_tell() -> None:
    rows = table(["n", "s"], "1..3 | any\n3..5 | any\nany | x")
    assert rows.collect(scope(n=3, s="y")) == [0, 1]
    assert rows.collect(scope(n=3, s="x")) == [0, 1, 2]
    assert rows.collect(scope(n=3, s=UNKNOWN)) is UNKNOWN
    assert rows.collect(scope(n=9, s="y")) == []


def test_a_yes_or_no_fits_the_cells_yes_and_no() -> None:
    rows = table(["a"], "yes\nno")
    assert rows.first(scope(a=True)) == 0
    assert rows.first(scope(a="no")) == 1


def test_a_setting_that_is_a_list_fits_each_of_its_values() -> None:
    rows = table(["country"], "setting.near\nnot setting.near")
    assert rows.first(scope(country="BE", setting={"near": ["FR", "BE"]})) == 0
    assert rows.first(scope(country="DE", setting={"near": ["FR", "BE"]})) == 1


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(TypeError):
        compile_table([["name", "a"]], [[["any"], ["any"]]])


def test_kinds_that_cannot_meet_are_an_error() -> None:
    with pytest.raises(EvaluationError):
        table(["n"], "> 3").first(scope(n="x"))
    with pytest.raises(EvaluationError):
        table(["n"], "> 3 EUR").first(scope(n=Money(1, "USD")))


def scope(**names: Any) -> Scope:
    return Scope(names, NOW, ALWAYS_OPEN)


NUMBERS = [
    "any",
    "1",
    "2, 4",
    "not 3",
    "1..3",
    "2..setting.m",
    "> 2",
    ">= 3",
    "< 2",
    "<= setting.m",
    "not > 2",
    "!= 2",
    "= 3",
    "5..1",
    "not 2..3",
]
TEXTS = [
    "any",
    "a",
    "a, b",
    "not a",
    "not b, c",
    "setting.t",
    "not setting.t",
    "= 'c'",
    "!= 'a'",
    "'a'..'b'",
    "not > 'b'",
]
AMOUNTS = ["any", "10 EUR", "> 10 EUR", "10 EUR..20 EUR", "<= setting.e", "not 20 EUR"]
SETTINGS = {"m": 2, "t": ["a", "c"], "e": Money(1500, "EUR")}

rows_of = st.lists(st.tuples(st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.sampled_from(AMOUNTS)), max_size=9)


@given(
    rows_of,
    st.sampled_from([1, 2, 3, 4, 5, MISSING, UNKNOWN]),
    st.sampled_from(["a", "b", "c", "d", MISSING, UNKNOWN]),
    st.sampled_from([Money(1000, "EUR"), Money(1500, "EUR"), Money(2000, "EUR"), Money(1, "EUR"), MISSING, UNKNOWN]),
)
def test_the_bits_say_what_reading_row_by_row_says(rows: list[tuple[str, ...]], n: Any, t: Any, e: Any) -> None:
    place = scope(n=n, t=t, e=e, setting=SETTINGS)
    quick = compile_table([["name", "n"], ["name", "t"], ["name", "e"]], [[parse_cell(c) for c in row] for row in rows])
    assert quick.first(place) == slowly(rows, (n, t, e), place)


def slowly(rows: list[tuple[str, ...]], values: tuple[Any, ...], place: Scope) -> Any:
    for number, row in enumerate(rows):
        answers = [compile_cell(parse_cell(cell))(value, place) for cell, value in zip(row, values, strict=True)]
        if False in answers:
            continue
        return UNKNOWN if UNKNOWN in answers else number
    return None
