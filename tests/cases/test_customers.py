"""Who it is: sure with a strong identifier or two weak ones, never with one weak one."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import Database
from cases.customers import (
    Customer,
    Identity,
    InvalidIdentifier,
    add_identifier,
    customer_at_first_sight,
    normal,
    recognise,
)
from tests.cases.together import together


def test_mail_and_name_together_recognise(database: Database, clara: Customer) -> None:
    with database.reading() as session:
        known = Identity(first_name="CLARA", name="Martin", mail="clara.martin@EXAMPLE.org")
        found = recognise(session, clara.brand_id, known)
        assert found is not None
        assert found.id == clara.id


def test_mail_and_phone_together_recognise(database: Database, clara: Customer) -> None:
    with database.reading() as session:
        known = Identity(name="Dupont", mail="clara.martin@example.org", phone="+33 6 12 34 56 78")
        assert recognise(session, clara.brand_id, known) is not None


@pytest.mark.parametrize(
    "weak",
    [
        Identity(mail="clara.martin@example.org"),
        Identity(phone="0612345678"),
        Identity(first_name="Clara", name="Martin"),
        Identity(first_name="Paul", name="Martin", mail="clara.martin@example.org"),
    ],
)
def test_one_weak_key_never_does(
    database: Database, robot: Actor, clara: Customer, now: datetime, weak: Identity
) -> None:
    with database.unit() as session:
        assert recognise(session, clara.brand_id, weak) is None
        assert customer_at_first_sight(session, robot, now, weak).id != clara.id


def test_an_id_of_another_system_is_enough(database: Database, robot: Actor, now: datetime) -> None:
    with database.unit() as session:
        one = customer_at_first_sight(session, robot, now, Identity(name="A", external={"shop": "812"}))
        two = customer_at_first_sight(session, robot, now, Identity(name="B", external={"shop": "812"}, mail="b@b.fr"))
        other = customer_at_first_sight(session, robot, now, Identity(name="A", external={"crm": "812"}))
        assert one.id == two.id != other.id
        assert two.mail == "b@b.fr"


def test_two_strong_ids_of_two_people_recognise_neither(database: Database, robot: Actor, now: datetime) -> None:
    with database.unit() as session:
        customer_at_first_sight(session, robot, now, Identity(external={"shop": "1"}))
        customer_at_first_sight(session, robot, now, Identity(external={"crm": "2"}))
        assert recognise(session, robot.brand_id, Identity(external={"shop": "1", "crm": "2"})) is None


def test_two_who_fit_alike_recognise_neither(database: Database, robot: Actor, now: datetime) -> None:
    twin = Identity(first_name="Lou", name="Petit", mail="family@example.org", external={"shop": "1"})
    with database.unit() as session:
        customer_at_first_sight(session, robot, now, twin)
        customer_at_first_sight(
            session,
            robot,
            now,
            Identity(first_name="Lou", name="Petit", mail="family@example.org", external={"shop": "2"}),
        )
        assert (
            recognise(session, robot.brand_id, Identity(first_name="Lou", name="Petit", mail="family@example.org"))
            is None
        )


def test_another_brand_knows_nobody(database: Database, clara: Customer) -> None:
    with database.reading() as session:
        known = Identity(mail="clara.martin@example.org", phone="0612345678")
        assert recognise(session, clara.brand_id + 1, known) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("Tél. : 06-12-34-56-78", "+33612345678"),
        ("01 42 68 53 00 poste 12", "+33142685300"),
        ("+32 2 555 12 12", "+3225551212"),
        ("RC-1001", None),
        ("1001", None),
        ("", None),
        ("١٢٣", None),
    ],
)
def test_telephones_have_one_notation(typed: str, stored: str | None) -> None:
    assert normal("phone", typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Clara.Martin@Example.ORG ", "clara.martin@example.org"),
        ("clara@localhost", None),
        ("clara@@example.org", None),
        ("a@b.fr, c@d.fr", None),
        ("clara", None),
        ("x" * 250 + "@e.fr", None),
    ],
)
def test_mail_addresses_have_one_notation(typed: str, stored: str | None) -> None:
    assert normal("mail", typed) == stored


def test_what_is_none_is_refused_in_a_sentence(
    database: Database, agent: Actor, clara: Customer, now: datetime
) -> None:
    with database.unit() as session, pytest.raises(InvalidIdentifier) as refused:
        add_identifier(session, agent, now, session.get_one(Customer, clara.id), "mail", "clara at home")
    assert "clara at home" in refused.value.tell("fr")


def test_seen_twice_at_the_same_moment_it_is_one_customer(database: Database, robot: Actor, now: datetime) -> None:
    for number in range(5):
        identity = Identity(first_name="Zoé", name="Blanc", external={"shop": str(number)})

        def see(session: Session, identity: Identity = identity) -> int:
            return customer_at_first_sight(session, robot, now, identity).id

        assert len(set(together(database, see, see, see))) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 5
