"""Documents come in and go out as they are; what YAML would quietly change, cut or blow up is told with its line."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.language.errors import LanguageError
from processes.language.json import read_json, write_json
from processes.language.yaml import FaultyYaml, read_yaml, write_yaml

DOCUMENT = (Path(__file__).parent / "manuscript.yaml").read_text()


def test_strings_stay_strings() -> None:
    source = """
postcode: '01000'
time: "22:30"
country: 'NO'
day: 2026-11-02
share: 1.50
phone: +33612345678
number: 75011
free: true
long: 123456789012345678901234
decide: {on: situation}
grid: |
  a | b
  1 | 2
"""
    assert read_yaml(source).data == {
        "postcode": "01000",
        "time": "22:30",
        "country": "NO",
        "day": "2026-11-02",
        "share": "1.50",
        "phone": "+33612345678",
        "number": 75011,
        "free": True,
        "long": "123456789012345678901234",
        "decide": {"on": "situation"},
        "grid": "a | b\n1 | 2\n",
    }


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("a: 1\nb: yes", 2, "write 'yes'"),
        ("a: {country: NO}", 1, "write 'NO'"),
        ("is: {yes: [x]}", 1, "write 'yes'"),
        ("a: True", 1, "write 'True'"),
        ("a: off", 1, "write 'off'"),
        ("at: 22:30", 1, "write '22:30'"),
        ("postcode: 01000", 1, "write '01000'"),
        ("is: {late, lost: go_on}", 1, "holds a comma"),
        ("text: {fr: Bonjour, merci}", 1, "holds a comma"),
        ("a: 1\n\npassage: pickup #papers", 3, "after # is a comment"),
        ("text: Où est mon colis ?", 1, "“ ?”"),
        ("text: {fr: Où est mon colis ?, en: x}", 1, "“ ?”"),
        ("text: Attention : fragile", 1, "colon"),
        ("text: {fr: Attention : fragile}", 1, "colon"),
        ("- Attention : fragile", 1, "“ :”"),
        ("a:\n- b: 1\n  c:\n- d: 2", 3, "`c` has no value"),
        ("a: ~", 1, "missing"),
        ("a: null", 1, "write 'null'"),
        ("a:\n-\n- b", 2, "missing"),
        ("a:\n - b\n  - c", 2, "several lines"),
        ("a: 1\nb: 2\na: 3", 3, "given twice"),
        ("a: {b: 1, b: 2}", 1, "given twice"),
        ("a: &x 1\nb: *x", 1, "References"),
        ("b: *x", 1, "References"),
        ("a: &x {b: 1}", 1, "References"),
        ("<<: {a: 1}", 1, "<<"),
        ("a: !!python/object/apply:os.system [x]", 1, "Tags"),
        ("a: !!str 1", 1, "Tags"),
        ("a: !important", 1, "Tags"),
        ("a: 1\n---\nb: 2", 2, "one document"),
        ("? [a]\n: 1", 1, "A key is a word"),
        ("{{ a }}: 1", 1, "A key is a word"),
        ('a: "x\nb: 1', 1, "never closed"),
        ("a:\n\t- b", 2, "tabs"),
        ("a: [1, 2\nb: 3", 1, "comma is missing"),
        ("a: 'l'an'", 1, "do not fit"),
        ("a: @home", 1, "begins with a sign"),
        ("a:\n  b: 1\n c: 2", 3, "not indented"),
        ("- a", 1, "begins with keys"),
        ("", 1, "begins with keys"),
        ("a: 'x\0'", 1, "cannot be shown"),
        ('a: "\\0"', 1, "cannot be shown"),
        ('a: "\\ud83d"', 1, "no meaning"),
    ],
)
def test_a_trap_is_told_with_its_line(source: str, line: int, sentence: str) -> None:
    with pytest.raises(LanguageError) as caught:
        read_yaml(source)
    assert sentence in caught.value.tell("en")
    assert caught.value.line == line


def test_all_traps_of_a_file_are_told_together() -> None:
    with pytest.raises(FaultyYaml) as caught:
        read_yaml("a: yes\nb: {late, lost: x}\nc: 01000\nd: *e")
    assert [fault.line for fault in caught.value.faults] == [1, 2, 3, 4]
    assert caught.value.tell("fr").count("\n") == 3


def test_endless_traps_are_cut() -> None:
    with pytest.raises(FaultyYaml) as caught:
        read_yaml("\n".join(f"k{number}: yes" for number in range(500)))
    assert len(caught.value.tell("en").splitlines()) == 21


def test_a_comment_with_a_space_is_a_comment() -> None:
    assert read_yaml("a: b   # passed over\nc: 'pickup#papers'  #glued").data == {"a": "b", "c": "pickup#papers"}


def test_lines_are_kept_for_whoever_finds_a_fault_later() -> None:
    written = read_yaml(DOCUMENT)
    lines = DOCUMENT.splitlines()
    assert lines[written.lines["title",] - 1].startswith("title:")
    step = written.lines["sections", 0, "steps", 0]
    assert lines[step - 1].strip().startswith("- ask: parcel")
    # pydantic's places hold words that nobody wrote.
    assert written.line_of(("sections", 0, "steps", 0, "ask", "kind")) == step + 1
    assert written.line_of(("nowhere",)) is None


BOMBS = [
    "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "\n".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "[" * 1_000_000,
    "{a: " * 500_000,
    "- " * 100_000 + "x",
    "a:\n" + "\n".join(" " * depth + "a:" for depth in range(1, 3000)) + " x",
    "? " * 100_000,
]


@pytest.mark.parametrize("hostile", BOMBS, ids=["laughs", "brackets", "braces", "dashes", "levels", "keys"])
def test_bombs_are_refused(hostile: str) -> None:
    with pytest.raises(LanguageError):
        read_yaml(hostile)


def test_a_large_file_is_refused() -> None:
    with pytest.raises(LanguageError, match="5 MB"):
        read_yaml(b"a: " + b"x" * (5 * 1024 * 1024))
    with pytest.raises(LanguageError, match="200,000"):
        read_yaml("a: [" + "1," * 200_001 + "]")


def test_bytes_must_be_utf_8() -> None:
    assert read_yaml("\ufeffa: é".encode()).data == {"a": "é"}
    with pytest.raises(LanguageError, match=r"UTF-8.*line 2"):
        read_yaml(b"a: 1\nb: \xe9")


def test_a_whole_document_goes_out_and_comes_back() -> None:
    data = read_yaml(DOCUMENT).data
    assert read_yaml(write_yaml(data)).data == data
    assert read_json(write_json(data)) == data
    # And whoever reads it with another program reads the same.
    assert pyyaml.safe_load(write_yaml(data)) == data


texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        [
            "yes",
            "NO",
            "22:30",
            "01000",
            "1e3",
            "~",
            "null",
            "a: b",
            "a #b",
            "<<",
            "- a",
            "x ?",
            "{a",
            "'",
            '"',
            "\\",
            "a\nb",
            "a\n\n b\n",
            " a\nb",
            "a\n ",
            "\u2028",
            "\x85",
            "2026-01-01",
            "1_000",
            "0x1F",
            "=",
            "on",
            "y",
        ]
    ),
).filter(lambda text: not any(character < " " and character not in "\t\n\r" for character in text))
leaves = texts | st.booleans() | st.integers(-(10**17), 10**17)
data_of = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=15
)


@given(st.dictionaries(texts, data_of, max_size=4))
def test_anything_written_is_read_back_the_same(data: dict[str, Any]) -> None:
    assert read_yaml(write_yaml(data)).data == data
    assert read_json(write_json(data)) == data


@given(st.dictionaries(texts, data_of, max_size=4))
def test_other_programs_read_the_same(data: dict[str, Any]) -> None:
    assert pyyaml.safe_load(write_yaml(data)) == data


def test_texts_are_quoted_and_words_bare() -> None:
    assert write_yaml(
        {"say": "hello", "text": {"fr": "Où ?", "en": "No"}, "country": "NO", "on": "yes", "count": 3}
    ) == ('say: hello\ntext: {fr: "Où ?", en: "No"}\ncountry: "NO"\n"on": "yes"\ncount: 3\n')
    with pytest.raises(TypeError):
        write_yaml({"a": 1.5})
    with pytest.raises(TypeError):
        write_yaml({"a": None})


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ('{"a": 1, "a": 2}', "given twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": null}', "no value"),
        ('{"a": [1, null]}', "no value"),
        ("[" * 200_000, "100 deep"),
        ('{"a": ' * 3000, "100 deep"),
        ('{"a": ' + "9" * 5000 + "}", "18 digits"),
        ('{"a": 1,}', "not JSON"),
        ("<html>", "not JSON"),
        ("[1]", "begins with keys"),
        ('{"a": "\\u0000"}', "cannot be shown"),
        ('{"a": "\\ud800"}', "cannot be shown"),
        (b"\xff\xfe", "UTF-8"),
        ("", "not JSON"),
    ],
)
def test_json_is_read_strictly(source: str | bytes, sentence: str) -> None:
    with pytest.raises(LanguageError) as caught:
        read_json(source)
    assert sentence in caught.value.tell("en")


def test_decimals_of_json_stay_as_written() -> None:
    assert read_json('{"a": 1.50, "b": "[[[", "c": -7}') == {"a": "1.50", "b": "[[[", "c": -7}


SNIPPETS = [
    ": ",
    " #",
    "*a",
    "&a ",
    "!x ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "\t",
    "- ",
    "? ",
    "\n",
    "|",
    ">",
    "%",
    "@",
    "yes",
    "~",
    "\0",
    "---\n",
    "é",
    ",",
]


@settings(max_examples=500)
@given(st.integers(0, 2**32))
def test_a_mutated_document_is_a_document_or_a_sentence_with_its_line(seed: int) -> None:
    chance = random.Random(seed)
    text = DOCUMENT
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice([0, 0, 1, 5, 60]))
        text = text[:start] + chance.choice(["", *SNIPPETS]) + text[end:]
    try:
        data = read_yaml(text).data
    except LanguageError as error:
        assert error.tell("en")
        assert error.line
    else:
        assert read_yaml(write_yaml(data)).data == data


@given(st.text(max_size=80) | st.lists(st.sampled_from(SNIPPETS), max_size=20).map("a".join))
def test_no_text_whatever_makes_it_stumble(text: str) -> None:
    for read in (read_yaml, read_json):
        try:
            read(text)
        except LanguageError as error:
            assert error.tell("fr")


@given(st.binary(max_size=60))
def test_no_bytes_whatever_make_it_stumble(data: bytes) -> None:
    for read in (read_yaml, read_json):
        try:
            read(data)
        except LanguageError as error:
            assert error.tell("fr")
