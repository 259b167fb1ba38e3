"""Code tables as business people edit them, on both databases: all of a table or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from base.database import Database
from base.permissions import NotPermitted
from processes.code_tables import (
    MOST_CODES,
    BadLine,
    CodeTable,
    CodeTwice,
    NoSuchTable,
    TooManyCodes,
    read_lines,
    table_named,
    tables,
    write_codes,
)
from processes.connectors.catalogue import Label
from processes.connectors.installing import install_connection, installed
from processes.connectors.rows import UnknownCode
from processes.connectors.unknown_codes import count_unknown_codes
from tests.company import Company, open_company

SHIPMENTS = ("shopify", "shipments")
PLAIN = CodeTable(
    definition="x", title=None, name="t", fields=(), codes={},
    meanings={"delivered": Label(fr="livré", en="delivered"), "lost": Label(fr="perdu", en="lost")},
)  # fmt: skip


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database, [])
    with database.unit() as session:
        connection = install_connection(
            session, company.sofia.actor(), company.now, definition="shopify", base_url="https://shop.example.com",
            keys=[SecretStr("k" * 44)], routes=[("shop.order", "order", None)],
        )  # fmt: skip
        count_unknown_codes(session, connection.id, "order", {"parcels[0].status": "drone_lost", "paid": "drone_lost"})
    return company


def test_tables_say_what_is_read_with_them_and_what_their_codes_may_mean(company: Company) -> None:
    with company.database.reading() as session:
        found = table_named(session, company.sofia.actor(), *SHIPMENTS)
        names = [(table.definition, table.name) for table in tables(session, company.sofia.actor())]
    assert names == [("shopify", "orders"), ("shopify", "paid"), ("shopify", "shipments")]
    assert [label.en for label in found.fields] == ["parcel status"]
    assert found.meanings["lost"].fr == "perdu" and "unknown" in found.meanings
    assert found.codes["picked_up"] == "delivered"


def test_a_table_that_is_written_is_read_with_at_once(company: Company) -> None:
    with company.database.unit() as session:
        write_codes(session, company.sofia.actor(), company.now, *SHIPMENTS, {"drone_lost": "lost"})
    with company.database.reading() as session:
        assert table_named(session, company.sofia.actor(), *SHIPMENTS).codes == {"drone_lost": "lost"}
        operation = installed(session, "shopify").operations["order"]
        assert operation.definition.tables["shipments"] == {"drone_lost": "lost"}
        left = [(row.field, row.code) for row in session.query(UnknownCode)]
    assert left == [("paid", "drone_lost")], "off the radar where the table holds it, and only there"


def test_nothing_is_written_of_a_table_with_one_wrong_line(company: Company) -> None:
    with pytest.raises(BadLine) as refused, company.database.unit() as session:
        write_codes(session, company.sofia.actor(), company.now, *SHIPMENTS, {"a": "lost", "b": "nonsense"})
    assert refused.value.params["line"] == 2
    with company.database.reading() as session:
        assert "picked_up" in table_named(session, company.sofia.actor(), *SHIPMENTS).codes


def test_a_table_has_its_bounds(company: Company) -> None:
    for codes in ({str(n): "lost" for n in range(MOST_CODES + 1)}, {"x" * 201: "lost"}, {"": "lost"}):
        with pytest.raises(TooManyCodes), company.database.unit() as session:
            write_codes(session, company.sofia.actor(), company.now, *SHIPMENTS, codes)


def test_only_tables_of_the_brands_services_and_only_by_authors(company: Company) -> None:
    with company.database.unit() as session:
        with pytest.raises(NoSuchTable):
            write_codes(session, company.sofia.actor(), company.now, "laposte", "statuses", {})
        with pytest.raises(NotPermitted):
            write_codes(session, company.agent, company.now, *SHIPMENTS, {})


@pytest.mark.parametrize("line", ["A1\tlost", "A1;perdu", " A1 \t Lost ", "A1;LOST"])
def test_lines_come_as_spreadsheets_give_them(line: str) -> None:
    assert read_lines(PLAIN, f"\n{line}\n\n") == {"A1": "lost"}


def test_a_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(BadLine) as refused:
        read_lines(PLAIN, "A1\tlost\n\nA2\tgone")
    assert (refused.value.params["line"], refused.value.params["said"]) == (3, "gone")
    with pytest.raises(CodeTwice) as twice:
        read_lines(PLAIN, "A1\tlost\nA1\tdelivered")
    assert twice.value.params["line"] == 2
    assert read_lines(PLAIN, "A1\tlost\nA1\tlost") == {"A1": "lost"}


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_taken_or_refused_with_a_sentence(text: str) -> None:
    try:
        found = read_lines(PLAIN, text)
    except (BadLine, CodeTwice) as refused:
        assert refused.tell("fr") != refused.tell("en")
    else:
        assert set(found.values()) <= set(PLAIN.meanings)
