"""Decision tables of DMN: taken where they can be said exactly, refused by name where not, never half."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Invalid
from processes.dmn import NotDmn, UnsupportedDmn, insert, read_dmn
from processes.language.conditions import parse_cell
from processes.language.grid import parse_grid
from processes.library import shipped_document
from processes.versions import to_json

SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def dmn(table: str, *, space: str = SPACE, name: str = "Remède à proposer") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{space}" id="d" name="d" namespace="x">'
        f'<decision id="one" name="{name}">{table}</decision></definitions>'
    ).encode()


def table(*rules: tuple[str, ...], policy: str = "FIRST", more: str = "") -> str:
    entries = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in rule[:-1])
        + f"<outputEntry><text>{rule[-1]}</text></outputEntry></rule>"
        for rule in rules
    )
    return (
        f'<decisionTable hitPolicy="{policy}" {more}>'
        "<input><inputExpression><text>order.status</text></inputExpression></input>"
        "<input><inputExpression><text>Past cases</text></inputExpression></input>"
        f'<output name="Remedy"/>{entries}</decisionTable>'
    )


def test_a_table_is_taken_with_its_cells_in_our_words() -> None:
    source = table(
        ('"late", "lost"', "&gt;= 2", '"reship"'),
        ('not("delivered")', "[3..5]", '"two words"'),
        ("-", "", '"it\'s"'),
        ('"any"', "true", "-1.5"),
    )
    [found] = read_dmn(dmn(source))
    assert (found.name, found.title, found.hit) == ("remede_a_proposer", "Remède à proposer", "first")
    assert found.columns == ("order.status", "past_cases") and found.outputs == ("remedy",)
    assert found.rows == (
        ("late, lost", ">= 2", "reship"),
        ("not delivered", "3..5", "'two words'"),
        ("any", "any", '"it\'s"'),
        ("'any'", "true", "-1.5"),
    )
    grid = parse_grid(found.grid())
    assert len(grid.rows) == 4
    for tests, _ in grid.rows:
        for cell in tests:
            parse_cell(cell)


def test_dates_and_durations_are_said_in_ours() -> None:
    source = table(('&lt; date("2026-01-31")', '&gt; duration("P7D")', '@"2026-02-01"'))
    [found] = read_dmn(dmn(source))
    assert found.rows == (("< 2026-01-31", "> 7 days", "2026-02-01"),)


@pytest.mark.parametrize(
    ("policy", "hit"), [("UNIQUE", "unique"), ("FIRST", "first"), ("COLLECT", "collect"), ("RULE ORDER", "collect")]
)
def test_hit_policies_that_give_the_same_are_taken(policy: str, hit: str) -> None:
    assert read_dmn(dmn(table(('"a"', "-", "1"), policy=policy)))[0].hit == hit


@pytest.mark.parametrize(
    ("source", "part"),
    [
        (table(('"a"', "-", "1"), policy="PRIORITY"), "PRIORITY"),
        (table(('"a"', "-", "1"), policy="ANY"), "ANY"),
        (table(('"a"', "-", "1"), policy="COLLECT", more='aggregation="SUM"'), "COLLECT SUM"),
        (table(("limit", "-", "1")), "limit"),
        (table(('"a"', "]1..5]", "1")), "]1..5]"),
        (table(('"a"', "&lt; 5, &gt; 8", "1")), "< 5, > 8"),
        (table(('"a"', "-", "order.total * 2")), "order.total * 2"),
        ("<literalExpression><text>1</text></literalExpression>", "literalExpression"),
        (table(('"a"', "-", "1")).replace("<output name", "<output x").replace("/>", "><defaultOutputEntry/></output>"),
         "defaultOutputEntry"),
        (table(("-", "1")), "1 + 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_by_name(source: str, part: str) -> None:
    with pytest.raises(UnsupportedDmn) as refused:
        read_dmn(dmn(source))
    assert refused.value.params["part"] == part
    assert refused.value.params["decision"] == "Remède à proposer"
    assert part in refused.value.tell("fr") and refused.value.tell("fr") != refused.value.tell("en")


@pytest.mark.parametrize(
    "source",
    [
        b"", b"<html/>", b"not xml", b"<definitions/>", dmn("", space="https://www.omg.org/spec/DMN/20151101/dmn.xsd"),
        b'<!DOCTYPE d [<!ENTITY a "b">]><definitions/>', b"\xff\xfe\x00", b"<a>" * 100_000, b"x" * 2_000_001,
    ],
)  # fmt: skip
def test_what_is_no_dmn_is_refused_with_a_sentence(source: bytes) -> None:
    with pytest.raises((NotDmn, UnsupportedDmn)) as refused:
        read_dmn(source)
    assert refused.value.tell("fr")


def test_a_broken_file_says_its_line() -> None:
    with pytest.raises(NotDmn) as refused:
        read_dmn(b"<definitions>\n<decision>\n</definitions>")
    assert "line 3" in refused.value.tell("en")


def test_five_hundred_broken_files_are_taken_whole_or_refused() -> None:
    chance, sound = random.Random(4), dmn(table(('"late"', "&gt;= 2", '"reship"'), ("-", "[3..5]", '"x"')))
    for _ in range(500):
        broken = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(broken))
            match chance.randrange(3):
                case 0:
                    broken[at] = chance.randrange(256)
                case 1:
                    del broken[at : at + chance.randint(1, 40)]
                case _:
                    broken[at:at] = broken[chance.randrange(len(broken)) :][: chance.randint(1, 40)]
        try:
            for found in read_dmn(bytes(broken)):
                parse_grid(found.grid())
        except Invalid as refused:
            assert refused.tell("fr") and refused.tell("en")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="<&\x00"), max_size=60))
def test_any_cell_is_said_or_refused(cell: str) -> None:
    try:
        [found] = read_dmn(dmn(table((cell, "-", "1"))))
    except Invalid:
        return
    [(tests, _)] = parse_grid(found.grid()).rows
    parse_cell(tests[0])


def test_tables_go_to_the_end_of_a_section_under_free_names() -> None:
    document = to_json(shipped_document("late-delivery"))
    tables = read_dmn(dmn(table(('"a"', "-", "1")), name=document["sections"][0]["section"]))
    made = insert(document, document["sections"][0]["section"], [*tables, *tables])
    names = [
        step["table"]
        for step in made["sections"][0]["steps"]
        if "table" in step and step not in document["sections"][0]["steps"]
    ]
    assert len(set(names)) == 2 and document["sections"][0]["section"] not in names
    assert document != made and document == to_json(shipped_document("late-delivery")), "the document given stays"
