"""Conditions are read into plain JSON, told back the same, and refused with a sentence that helps."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processes.language.conditions import (
    LanguageError,
    check_names,
    parse_cell,
    parse_condition,
    parse_delay,
    parse_value,
    tell,
    unknown_names,
)
from tests.language import asts


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ("stock.available", ["name", "stock", "available"]),
        ("a = 'x'", ["=", ["name", "a"], ["const", "x"]]),
        ('a != "L\'Haÿ"', ["!=", ["name", "a"], ["const", "L'Haÿ"]]),
        (r"a = 'l\'an \\ \"x\"'", ["=", ["name", "a"], ["const", 'l\'an \\ "x"']]),
        ("a > 150 EUR", [">", ["name", "a"], ["const", {"$money": [15000, "EUR"]}]]),
        ("a > 1.5", [">", ["name", "a"], ["const", {"$number": "1.5"}]]),
        ("a > -3", [">", ["name", "a"], ["const", -3]]),
        ("a > - 4.50 EUR", [">", ["name", "a"], ["const", {"$money": [-450, "EUR"]}]]),
        ("a < 2026-11-02", ["<", ["name", "a"], ["const", {"$on": "2026-11-02"}]]),
        (
            "since(a) >= 1  business\nday",
            [">=", ["call", "since", ["name", "a"]], ["const", {"$delay": "1 business day"}]],
        ),
        ("a in ['x', 'y']", ["in", ["name", "a"], ["list", ["const", "x"], ["const", "y"]]]),
        ("a not in []", ["not in", ["name", "a"], ["list"]]),
        ("a is not known", ["not", ["is", ["name", "a"], "known"]]),
        ("a and b and (c and d)", ["and", ["name", "a"], ["name", "b"], ["name", "c"], ["name", "d"]]),
        ("a or b and not c", ["or", ["name", "a"], ["and", ["name", "b"], ["not", ["name", "c"]]]]),
        ("not a = b", ["not", ["=", ["name", "a"], ["name", "b"]]]),
        ("any(list, .x.y)", ["call", "any", ["name", "list"], ["item", "x", "y"]]),
        ("android.order.is.in = true", ["=", ["name", "android", "order", "is", "in"], ["const", True]]),
        ("days > 3", [">", ["name", "days"], ["const", 3]]),
    ],
)
def test_a_condition_becomes_plain_json(text: str, ast: Any) -> None:
    assert parse_condition(text) == ast


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ("a - b - c", ["-", ["-", ["name", "a"], ["name", "b"]], ["name", "c"]]),
        ("a + b * c", ["+", ["name", "a"], ["*", ["name", "b"], ["name", "c"]]]),
        ("a -3", ["-", ["name", "a"], ["const", 3]]),
        ("-a", ["-", ["const", 0], ["name", "a"]]),
        ("now + 48 hours", ["+", ["name", "now"], ["const", {"$delay": "48 hours"}]]),
        ("'lost'", ["const", "lost"]),
        ("['reshipped', 'refunded']", ["list", ["const", "reshipped"], ["const", "refunded"]]),
        (".number", ["item", "number"]),
        ("2 business days", ["const", {"$delay": "2 business days"}]),
    ],
)
def test_a_value_becomes_plain_json(text: str, ast: Any) -> None:
    assert parse_value(text) == ast


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ("any", ["any"]),
        (" late, lost ", ["values", [["const", "late"], ["const", "lost"]]]),
        ("not late", ["not", ["values", [["const", "late"]]]]),
        ("3..5", ["between", ["const", 3], ["const", 5]]),
        ("1.5..setting.b", ["between", ["const", {"$number": "1.5"}], ["name", "setting", "b"]]),
        ("not 3..5", ["not", ["between", ["const", 3], ["const", 5]]]),
        ("> 3", ["cmp", ">", ["const", 3]]),
        (">= setting.x", ["cmp", ">=", ["name", "setting", "x"]]),
        ("< today", ["cmp", "<", ["name", "today"]]),
        ("150 EUR, 7 days", ["values", [["const", {"$money": [15000, "EUR"]}], ["const", {"$delay": "7 days"}]]]),
        ("'two words', \"a, b\"", ["values", [["const", "two words"], ["const", "a, b"]]]),
        ("setting.countries", ["values", [["name", "setting", "countries"]]]),
        ("delivery.lost, next-day", ["values", [["const", "delivery.lost"], ["const", "next-day"]]]),
        ("yes", ["values", [["const", "yes"]]]),
        ("2026-01-01..2026-02-01", ["between", ["const", {"$on": "2026-01-01"}], ["const", {"$on": "2026-02-01"}]]),
        ("-3", ["values", [["const", -3]]]),
    ],
)
def test_bare_words_of_a_cell_are_texts(text: str, ast: Any) -> None:
    assert parse_cell(text) == ast


@given(asts.expressions)
def test_what_is_told_is_read_back_the_same(ast: Any) -> None:
    assert parse_value(tell(ast)) == ast


@given(asts.cells)
def test_a_cell_told_is_read_back_the_same(ast: Any) -> None:
    assert parse_cell(tell(ast)) == ast


def test_a_delay_is_a_delay_or_a_setting() -> None:
    assert parse_delay(" 2 business  days") == ["const", {"$delay": "2 business days"}]
    assert parse_delay("setting.refund_delay") == ["name", "setting", "refund_delay"]
    for text in ("soon", "48h", "order.delay", "setting.", "setting.a.b", "", "-1 days"):
        with pytest.raises(LanguageError):
            parse_delay(text)


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("a == 'x'", 4, "single ="),
        ("a = ", 5, "missing at the end"),
        ("(a = 'x'", 1, "never closed"),
        ("a = ['x', (b", 11, "never closed"),
        ("a = 'x", 5, "quote is never closed"),
        ("a et b", 3, "`and`"),
        ("a = b ou c", 7, "`or`"),
        ("a <> b", 4, "!="),
        ("a ≠ b", 3, "!="),
        ("a && b", 3, "`and`"),
        ("a = “x”", 5, "straight quotes"),
        ("a > 20 %", 8, "percentages"),
        ("a > 150 €", 9, "150 EUR"),
        ("a > 2 jours", 7, "unit"),
        ("a > 9**99999999", 7, "power"),
        ("a > 9^9", 6, "power"),
        ("a = 01000", 5, "in quotes"),
        ("a = 1234567890123456789", 5, "18 digits"),
        ("a > 84.905 EUR", 5, "no amount"),
        ("a > 2026-02-30", 5, "no day"),
        ("summ(a) > 1", 1, "did you mean `sum`"),
        ("frobnicate(a) > 1", 1, "no function"),
        ("count(a, b, c) > 1", 1, "count(list, condition)"),
        ("a is there", 6, "known, missing or unknown"),
        ("a = b = c", 7, "not expected"),
        ("a.b.__class__ = 1", 4, "not expected"),
        ("a.b() = 1", 4, "not expected"),
        ("a[0] = 1", 2, "not expected"),
        ("a = b\0", 6, "not expected"),
        ("a = (\\w+\\s?)*$", 6, "not expected"),
        ("1 + 2", 0, "neither true nor false"),
        ("a and 'x'", 0, "neither true nor false"),
        ("", 0, "written here"),
        ("not", 4, "missing at the end"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, position: int, sentence: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_condition(text)
    assert sentence in caught.value.tell("en")
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("", 0, "`any`"),
        ("late lost", 1, "comma"),
        ("late, , lost", 6, "missing"),
        ("late,", 6, "missing"),
        ("'late", 1, "never closed"),
        ("a@b", 1, "needs quotes"),
        ("> ", 0, "written here"),
        ("not not a", 1, "followed by"),
        ("not any", 1, "followed by"),
        ("3..", 0, "written here"),
        ("late, 01000", 7, "in quotes"),
        (">= (a", 4, "never closed"),
        ("2 jours", 3, "unit"),
    ],
)
def test_a_faulty_cell_is_told_with_its_place(text: str, position: int, sentence: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_cell(text)
    assert sentence in caught.value.tell("en")
    assert caught.value.position == position


HOSTILE = [
    "(" * 5000 + "a" + ")" * 5000,
    "(" * 900 + "a" + ")" * 900,
    "[" * 900,
    "not " * 400 + "a",
    "- " * 400 + "a",
    "a" + " + a" * 30,
    " or ".join(["a"] * 300),
    "a = '" + "x" * 3000 + "'",
    "a = " + "9" * 1500,
    "any(" * 400 + "a",
    "a, " * 600,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
@pytest.mark.parametrize("read", [parse_condition, parse_cell])
def test_hostile_sizes_are_refused(text: str, read: Any) -> None:
    with pytest.raises(LanguageError):
        read(text)


PIECES = """a .b and or not in is known ( ) [ ] , = != <= > + - * / 1 2.5 'x' "y" 150 EUR 2 days business count( if( .
.. any setting.x é % \0 \\ ' \""""
pieces = st.sampled_from(PIECES.split())
noise = st.text(max_size=60) | st.lists(pieces, max_size=25).map(" ".join) | st.lists(pieces, max_size=25).map("".join)


@settings(max_examples=400)
@given(noise)
@example("a" * 2000)
@example("¹ = 1")
def test_no_text_whatever_makes_it_stumble(text: str) -> None:
    for read in (parse_condition, parse_value, parse_cell, parse_delay):
        try:
            ast = read(text)
        except LanguageError as error:
            assert error.tell("en")
            assert error.tell("fr")
            assert 0 <= error.position <= len(text) + 1
        else:
            assert tell(ast)


KNOWN: dict[str, Any] = {
    "order": {"total": {}, "number": {}, "lines": {"sku": {}, "price": {"value": {}}}},
    "parcels": {"status": {}, "number": {}},
    "case": None,
    "situation": {},
}


@pytest.mark.parametrize(
    ("text", "sentence", "position"),
    [
        ("situation = lost", "`lost` is no known name; did you mean the text 'lost'?", 13),
        ("oder.total > 3 EUR", "`oder` is no known name; did you mean `order`?", 1),
        ("situaton = 'x'", "`situaton` is no known name; did you mean `situation`, or the text 'situaton'?", 1),
        ("zebra.x = 'x'", "`zebra` is no known name.", 1),
        ("order.totl > 3 EUR", "`order` has no field `totl`; did you mean `total`?", 1),
        ("order.number.zip = 'x'", "`order.number` has no field `zip`.", 1),
        (
            "'stats' = 'x' or any(parcels, .stats = 'x')",
            "An item of the list has no field `stats`; did you mean `status`?",
            31,
        ),
        ("any(parcels, .zzz = 'x')", "An item of the list has no field `zzz`.", 14),
        ("any(order.lines, .price.valu = 3)", "`.price` has no field `valu`; did you mean `value`?", 18),
        (".status = 'x'", "`.status` begins with a dot, which means the item of a list; there is none here.", 1),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_one(text: str, sentence: str, position: int) -> None:
    with pytest.raises(LanguageError) as caught:
        check_names(parse_condition(text), KNOWN, text)
    assert str(caught.value) == f"{sentence} (character {position})"


@pytest.mark.parametrize(
    "text",
    [
        "order.total > 3 EUR and case.anything.at.all = 'x'",
        "any(order.lines, .sku = order.number and .price.value > 3)",
        "any(first(parcels, .status = 'x'), .whatever = 'y')",
        "any(zebras, .stripes = 3)",
    ],
)
def test_known_names_and_what_cannot_be_known_pass(text: str) -> None:
    errors = unknown_names(parse_condition(text), KNOWN, text)
    assert [str(error) for error in errors if "zebras" not in str(error)] == []


def test_all_unknown_names_are_told() -> None:
    text = "a = 1 and order.b = 2 and any(parcels, .c = 3)"
    assert len(unknown_names(parse_condition(text), KNOWN, text)) == 3


def test_a_cell_and_an_item_are_checked_too() -> None:
    assert len(unknown_names(parse_cell("3..setting.x"), KNOWN)) == 1
    assert len(unknown_names(parse_cell("late, setting.y"), KNOWN)) == 1
    assert unknown_names(parse_value(".number"), KNOWN, item=KNOWN["parcels"]) == []


def test_sentences_are_told_in_french() -> None:
    text = "situation = lost"
    with pytest.raises(LanguageError) as caught:
        check_names(parse_condition(text), KNOWN, text)
    told = caught.value.tell("fr").replace("\N{NO-BREAK SPACE}", " ")
    assert told == "`lost` n’est pas un nom connu ; vouliez-vous dire le texte 'lost' ? (caractère 13)"
