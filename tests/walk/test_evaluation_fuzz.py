"""Whatever an author writes and a service answers: a value, or an `EvaluationError`, and nothing else."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.business_time import Calendar, Delay, Hours
from base.money import Money
from processes.language.conditions import parse_value
from processes.walk.evaluation import (
    EvaluationError,
    Scope,
    compile_cell,
    compile_condition,
    compile_expression,
    compile_table,
)
from processes.walk.values import MISSING, UNKNOWN, encode
from tests.language import asts

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
OFFICE = Calendar("Europe/Paris", cast(Hours, (((time(9), time(18)),),) * 5 + ((),) * 2))
FAR = [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), date.max, date.min]

scalars = st.one_of(
    st.sampled_from(
        [MISSING, UNKNOWN, True, False, "yes", "no", "", 0, 10**17, Decimal("1E+400"), Decimal("-0.5"), *FAR]
    ),
    st.text(max_size=5),
    st.integers(-(10**20), 10**20),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.builds(Money, st.integers(-(10**17), 10**17), st.sampled_from(["EUR", "USD"])),
    st.builds(Delay, st.integers(0, 999_999), st.sampled_from(["seconds", "days", "months", "years"])),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
# Names that meet the values: one or two letters deep.
letters = st.lists(st.sampled_from("abc"), min_size=1, max_size=2)
atoms = st.one_of(asts.consts, letters.map(lambda path: ["name", *path]), letters.map(lambda path: ["item", *path]))
expressions = st.recursive(atoms, asts.composed, max_leaves=8)


@settings(max_examples=500)
@given(expressions, st.dictionaries(st.sampled_from("abc"), values), values)
def test_an_expression_gives_a_value_or_a_sentence(ast: Any, names: dict[str, Any], item: Any) -> None:
    for compiled in (compile_expression, compile_condition):
        try:
            answer = compiled(ast)(Scope(names, NOW, OFFICE, item))
        except EvaluationError as error:
            assert str(error)
        else:
            encode(answer)
            assert compiled is compile_expression or answer in (True, False, UNKNOWN)


@given(st.lists(asts.cells, max_size=4), values)
def test_a_table_gives_a_row_or_a_sentence(cells: list[Any], value: Any) -> None:
    table = compile_table([["name", "a"]], [[cell] for cell in cells])
    scope = Scope({"a": value}, NOW, OFFICE)
    for ask in (table.first, table.unique, table.collect):
        try:
            ask(scope)
        except EvaluationError as error:
            assert str(error)
    for cell in cells:
        try:
            assert compile_cell(cell)(value, scope) in (True, False, UNKNOWN)
        except EvaluationError as error:
            assert str(error)


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize(
    "text",
    [
        "since(a) >= 2 business days",
        "since(a) >= 900000 years",
        "end_of_day(a)",
        "next_open_day(a)",
        "date(a) = today",
        "a <= today",
        "a + 3 days",
        "a - 3 business days",
        "a + 900000 years",
        "now + 999999 business days",
    ],
)
def test_the_end_of_time_is_a_sentence_too(far: Any, text: str) -> None:
    # Services write 9999-12-31 for "no end".
    try:
        compile_expression(parse_value(text))(Scope({"a": far, "now": NOW, "today": date(2026, 3, 3)}, NOW, OFFICE))
    except EvaluationError as error:
        assert str(error)


def test_a_list_of_ten_thousand_is_read_in_time() -> None:
    scope = Scope({"a": [{"s": "x"}] * 10_000}, NOW, OFFICE)
    start = datetime.now(UTC)
    assert compile_condition(parse_value("count(a, .s = 'x') = 10000 and all(a, .s = 'x')"))(scope) is True
    assert datetime.now(UTC) - start < timedelta(seconds=0.5)
