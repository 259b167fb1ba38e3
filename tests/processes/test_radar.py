"""The radar of unknown statuses: what came, how often, whom it touches, and one click to say what it means."""

import pytest
from pydantic import SecretStr

from base.actors import Actor, Role
from base.database import Database
from base.errors import Forbidden
from processes.connectors.installing import install_connection, installed
from processes.connectors.unknown_codes import count_unknown_codes
from processes.radar import NoSuchCode, NoSuchValue, add_code, radar
from tests.company import Company, open_company


@pytest.fixture
def company(database: Database) -> Company:
    """A company connected to a shop, that met a code of its orders three times."""
    company = open_company(database)
    with database.unit() as session:
        connection = install_connection(
            session, company.sofia.actor(), company.now, definition="shopify", base_url="https://shop.example.com",
            keys=[SecretStr("k" * 44)], routes=[("shop.order", "order", None)],
        )  # fmt: skip
        for _ in range(3):
            count_unknown_codes(session, connection.id, "order", {"parcels[0].status": "drone_lost"})
    return company


def author(company: Company) -> Actor:
    return Actor(kind="agent", name="Rita", roles=frozenset({Role.AUTHOR}), brand_id=company.brand.id)


def test_a_code_is_shown_with_its_volume_and_the_processes_it_touches(company: Company) -> None:
    with company.database.reading() as session:
        [spotted] = radar(session, company.brand.id)
    assert (spotted.code, spotted.seen, spotted.field) == ("drone_lost", 3, "parcels[].status")
    assert spotted.table == "shipments"
    assert "lost" in spotted.values
    assert "parcel-not-received" in {key for key, _ in spotted.processes}


def test_an_author_says_what_it_means_and_it_is_off_the_radar(company: Company) -> None:
    with company.database.unit() as session:
        [spotted] = radar(session, company.brand.id)
        add_code(session, author(company), company.now, spotted.id, "lost")
    with company.database.reading() as session:
        assert radar(session, company.brand.id) == []
        assert installed(session, "shopify").document.tables["shipments"]["drone_lost"] == "lost"


def test_a_meaning_outside_the_vocabulary_and_a_code_of_nobody_are_refused(company: Company) -> None:
    with company.database.unit() as session:
        [spotted] = radar(session, company.brand.id)
        with pytest.raises(NoSuchValue):
            add_code(session, author(company), company.now, spotted.id, "exploded")
        with pytest.raises(NoSuchCode):
            add_code(session, author(company), company.now, spotted.id + 1, "lost")
        with pytest.raises(Forbidden):
            add_code(session, company.agent, company.now, spotted.id, "lost")
