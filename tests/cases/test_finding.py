"""An agent types whatever the customer says."""

from datetime import datetime

import pytest

from base.actors import Actor
from base.database import Database
from base.permissions import NotPermitted
from cases import finding
from cases.cases import Case, close
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.orders import Order


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("rc-1001", "order"),
        ("#RC-10", "order"),
        ("rc1001", "order"),
        ("RC 1001", "order"),
        ("rc–1001", "order"),
        ("n° 1001", "order"),
        ("1001", "order"),
        ("clara.MARTIN@example.org", "mail"),
        ("06 12 34 56 78", "phone"),
        ("+33612345678", "phone"),
        ("martin", "name"),
        ("MAR", "name"),
        ("clara", "name"),
        ("clara mar", "name"),
        ("Martin  Cla", "name"),
    ],
)
def test_clara_is_found_by(database: Database, agent: Actor, order: Order, typed: str, by: str) -> None:
    with database.reading() as session:
        (found,) = finding.find(session, agent, typed)
        assert found.by == by
        assert found.customer is not None
        assert found.customer.name == "Martin"


def test_a_reference_finds_its_case(database: Database, agent: Actor, case: Case) -> None:
    with database.reading() as session:
        first = finding.find(session, agent, case.spoken_reference.lower())[0]
        assert first.case is not None
        assert (first.by, first.case.id) == ("case", case.id)


@pytest.mark.parametrize(
    "typed", ["", "x", "75001", "%", "_ar", "mart%", "nobody", "clara dupont", "\x00\x00", "𝟙" * 300]
)
def test_nobody_is_found_by(database: Database, agent: Actor, order: Order, typed: str) -> None:
    with database.reading() as session:
        assert finding.find(session, agent, typed) == []


def test_accents_and_hyphens_do_not_matter(database: Database, robot: Actor, agent: Actor, now: datetime) -> None:
    with database.unit() as session:
        customer_at_first_sight(session, robot, now, Identity(first_name="Élodie", name="Lefèvre-Œuvrard"))
        for typed in ("lefevre", "LEFÈVRE-OEUV", "elodie lefevre-o"):
            assert len(finding.find(session, agent, typed)) == 1


def test_a_shared_telephone_finds_both(
    database: Database, robot: Actor, agent: Actor, clara: Customer, now: datetime
) -> None:
    with database.unit() as session:
        customer_at_first_sight(session, robot, now, Identity(first_name="Paul", name="Petit", phone="0612345678"))
        found = finding.find(session, agent, "0612345678")
        assert [one.customer and one.customer.first_name for one in found] == ["Clara", "Paul"]


def test_another_brands_people_do_not_exist(database: Database, agent: Actor, order: Order) -> None:
    from dataclasses import replace

    with database.reading() as session:
        assert finding.find(session, replace(agent, brand_id=agent.brand_id + 1), "martin") == []


def test_a_customer_finds_nobody(database: Database, visitor: Actor) -> None:
    with database.reading() as session, pytest.raises(NotPermitted):
        finding.find(session, visitor, "martin")


def test_open_cases_come_first(database: Database, robot: Actor, agent: Actor, case: Case, now: datetime) -> None:
    from cases.cases import open_case

    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        other = open_case(session, robot, now, reason="delivery.late", language="fr", order=mine.order)
        close(session, agent, now, mine, outcome="found")
        found = finding.cases_of(session, agent, customer=mine.customer, order=mine.order)
        assert [one.id for one in found] == [other.id, mine.id]
        assert finding.cases_of(session, agent) == []
