"""What an expression is written as: one plain function, in which no text of a document is ever Python."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from base.business_time import ALWAYS_OPEN
from processes.language.conditions import parse_condition, parse_value
from processes.walk.scope import Scope
from processes.walk.source import Writer
from processes.walk.values import UNKNOWN, encode

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def written(condition: str) -> str:
    writer = Writer()
    return writer.source(writer.condition(parse_condition(condition)))


def test_a_condition_is_written_as_a_function() -> None:
    assert written("parcel.status = 'late' and order.total > 150 EUR") == dedent("""\
        def make(c0):
            def expression(scope):
                v1 = scope.names.get('parcel', MISSING)
                v2 = v1.get('status', MISSING) if type(v1) is dict else field(v1, 'status')
                v3 = v2 == 'late' if type(v2) is str else equal(v2, 'late', scope.calendar)
                if v3 is not False:
                    v4 = scope.names.get('order', MISSING)
                    v5 = v4.get('total', MISSING) if type(v4) is dict else field(v4, 'total')
                    v6 = v5.minor > 15000 if type(v5) is Money and v5.currency == 'EUR' else order(v5, '>', c0, scope.calendar)
                    if v3 is True or v6 is False:
                        v3 = v6
                return v3
            return expression""")  # fmt: skip  # noqa: E501


def test_a_name_read_in_any_case_is_read_once() -> None:
    assert written("a.b < a.c").count("names.get('a'") == 1
    assert written("x or a.b < a.c").count("names.get('a'") == 2, "what a condition may skip is not relied on"


@pytest.mark.parametrize("text", ["' + __import__('os').system('true') + '", "\\'); x = (\\'", '{0!r}%s\n"""'])
def test_a_text_stays_a_text(text: str) -> None:
    ast = ["=", ["name", "said", text], ["const", encode(text)]]
    writer = Writer()
    said = writer.function(writer.condition(ast))
    assert said(Scope({"said": {text: text}}, NOW, ALWAYS_OPEN)) is True
    assert said(Scope({"said": {text: "else"}}, NOW, ALWAYS_OPEN)) is False


@pytest.mark.parametrize(
    "deep",
    [
        " and ".join(["a"] * 60),
        " or ".join(["a"] * 60),
        "not " * 18 + "a",
        "(" * 9 + "a" + " and b or c)" * 9,
    ],
)
def test_long_and_deep_conditions_can_be_written(deep: str) -> None:
    writer = Writer()
    holds = writer.function(writer.condition(parse_condition(deep)))
    assert holds(Scope({"a": UNKNOWN, "b": UNKNOWN, "c": UNKNOWN}, NOW, ALWAYS_OPEN)) is UNKNOWN


def test_long_calculations_and_paths_can_be_written() -> None:
    writer = Writer()
    total = writer.function(writer.value(parse_value(" + ".join(["a"] * 19))))
    assert total(Scope({"a": 2}, NOW, ALWAYS_OPEN)) == 38
