"""The language of mappings, and how services write times and nothing."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processes.connectors.carriers import carrier_key
from processes.connectors.expressions import AnswerFunctions, Context, Expression, function_names
from processes.connectors.times import TimeRule, Unreadable, read_day, read_moment, to_text

PARIS = TimeRule(ZoneInfo("Europe/Paris"))
TABLES = {"codes": {"D": "delivered", "7": "lost", "true": "yes"}}


def of(text: str, item: Any = None, **inputs: Any) -> Any:
    context = Context(answer={"whole": 1}, root={"lines": 2}, inputs=inputs, time=PARIS, tables=TABLES)
    context.named["last"] = {"code": "D"}
    return Expression(text).of(item, context)


EVENTS = [
    {"at": "2026-11-18T10:00:00+01:00", "code": "A"},
    {"at": "2026-11-20T10:00:00+01:00", "code": "C"},
    {"at": "", "code": "?"},
    {"at": "2026-11-19T10:00:00+01:00", "code": "B"},
]


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [
        ("newest(@, &at).code", EVENTS, "C"),
        ("oldest(@, &at).code", EVENTS, "A"),
        ("by_time(@, &at)[].code", EVENTS, ["A", "B", "C"]),
        ("newest(@, &at)", [], None),
        ("newest(events, &at).code", {}, None),
        ("newest(@, &at)", "delivered", None),
        ("count_where(@, &code == 'A')", EVENTS, 1),
        ("count_where(nothing, &code)", {}, 0),
        ("first_where(@, &code == 'B').at", EVENTS, "2026-11-19T10:00:00+01:00"),
        ("distinct(@)", [1, 1, None, "", "a", "a"], [1, "a"]),
        ("merge_on(@, &id, root_lines, &id)", {}, []),
        ("sum_of(@, &p, &q)", [{"p": "0.10", "q": 3}, {"p": 0.2, "q": 1}], "0.50"),
        ("sum_of(@, &p, &q)", [], None),
        ("spread(@, 'many', 'one')[].one", [{"many": ["a", "b"]}, {"one": "c"}], ["a", "b", "c"]),
        ("mapped('codes', @)", "D", "delivered"),
        ("mapped('codes', @)", 7, "lost"),
        ("mapped('codes', @)", True, "yes"),
        ("mapped('codes', @)", "d", None),
        ("mapped('codes', @)", {"D": 1}, None),
        ("root().lines", None, 2),
        ("answer().whole", None, 1),
        ("named('last').code", None, "D"),
        ("input('number')", None, "6A1"),
        ("concat(a, ' ', b)", {"a": "x", "b": 1}, "x 1"),
        ("concat(a, ' ', b)", {"a": "x"}, None),
        ("spoken(a, b, c)", {"a": "Poste", "b": "", "c": "Tours"}, "Poste, Tours"),
        ("first_present(a, b)", {"a": "", "b": 0}, 0),
        ("present(@)", " ", False),
        ("present(@)", 0, True),
        ("choose(@, 'yes', 'no')", [], "no"),
        ("same(a, b)", {"a": "#FR 1001", "b": "fr1001"}, True),
        ("same(a, b)", {"a": "", "b": ""}, False),
        ("lower(@)", " Été ", "été"),
        ("part(@, '-', `1`)", "fr-FR", "FR"),
        ("part(@, '-', `5`)", "fr-FR", None),
        ("to_utc(@, 'America/New_York')", "2026-11-20T10:00:00", "2026-11-20T15:00:00Z"),
        ("utc(@)", "2026-11-20T10:00:00", "2026-11-20T09:00:00Z"),
        ("plus_days(@, `11`)", "2026-11-19T14:00:00+01:00", "2026-11-30"),
        ("carrier_key(@)", "La Poste", "laposte"),
    ],
)
def test_functions(text: str, item: Any, value: Any) -> None:
    assert of(text, item, number="6A1") == value


def test_of_two_events_at_one_time_the_services_order_decides() -> None:
    same = "2026-11-20T10:00:00Z"
    newest_first = [{"at": same, "code": 3}, {"at": same, "code": 2}, {"at": "2026-11-19T10:00:00Z", "code": 1}]
    assert of("newest(@, &at).code", newest_first) == 3
    assert of("newest(@, &at).code", newest_first[::-1]) == 3


@pytest.mark.parametrize("text", ["join(',', @)", "length(@)", "sum_of(@, &p, &q)", "to_utc('soon', 'UTC')", "max(@)"])
def test_wrong_types_are_unreadable_and_nothing_worse(text: str) -> None:
    with pytest.raises(Unreadable):
        of(text, [{"p": {}, "q": 1}] if "sum" in text else 5)


def test_every_function_of_ours_is_described() -> None:
    ours = [name for name in vars(AnswerFunctions) if name.startswith("_func_")]
    assert len(ours) > 20 and {name.removeprefix("_func_") for name in ours} <= function_names()
    assert all(getattr(AnswerFunctions, name).__doc__ for name in ours)


@pytest.mark.parametrize(
    ("written", "formats", "instant"),
    [
        ("2026-11-20T10:00:00+01:00", (), "2026-11-20T09:00:00Z"),
        ("2026-11-20T10:00:00+0100", (), "2026-11-20T09:00:00Z"),
        ("2026-11-20T10:00:00Z", (), "2026-11-20T10:00:00Z"),
        ("2026-11-20T10:00:00", (), "2026-11-20T09:00:00Z"),
        ("2026-07-20 10:00:00", (), "2026-07-20T08:00:00Z"),
        ("20/11/26 10:00", ("%d/%m/%y %H:%M",), "2026-11-20T09:00:00Z"),
        (1795132800, ("epoch_seconds",), "2026-11-20T00:00:00Z"),
        ("1795132800", ("epoch_seconds",), "2026-11-20T00:00:00Z"),
        (1795132800000, ("epoch_milliseconds",), "2026-11-20T00:00:00Z"),
        ("Fri, 20 Nov 2026 10:00:00 +0100", ("rfc2822",), "2026-11-20T09:00:00Z"),
        # The night the clocks go back, and the hour that does not exist.
        ("2026-10-25T02:30:00", (), "2026-10-25T00:30:00Z"),
        ("2026-03-29T02:30:00", (), "2026-03-29T01:30:00Z"),
    ],
)
def test_times_as_services_write_them(written: Any, formats: tuple[str, ...], instant: str) -> None:
    moment = read_moment(written, TimeRule(PARIS.zone, formats))
    assert moment is not None and to_text(moment) == instant


@pytest.mark.parametrize(
    "written", [None, "", "  ", 0, "0", "0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00"]
)
def test_four_ways_to_say_nothing_and_more(written: Any) -> None:
    assert read_moment(written, PARIS) is None and read_day(written, PARIS) is None


@pytest.mark.parametrize(
    "written", ["soon", "2026-13-40", True, ["2026-11-20"], {}, 10**30, "1970-01-01", "9999-12-31"]
)
def test_no_time_at_all(written: Any) -> None:
    if written == {}:
        assert read_moment(written, PARIS) is None
    else:
        with pytest.raises(Unreadable):
            read_moment(written, PARIS)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20T00:00:00+01:00", date(2026, 11, 20)),
        ("2026-11-20T00:00:00Z", date(2026, 11, 20)),
        ("2026-11-19T23:30:00Z", date(2026, 11, 20)),
    ],
)
def test_midnight_is_a_day_as_written(written: str, day: date) -> None:
    assert read_day(written, PARIS) == day


def test_a_carrier_has_one_key_under_all_its_names() -> None:
    assert carrier_key("Colissimo") == carrier_key("LA POSTE") == "laposte"
    assert carrier_key("mondial-relay") == carrier_key("Mondial Relay") == "mondialrelay"
    assert carrier_key("Acme Express 2") == "acmeexpress2"
