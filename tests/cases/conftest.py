"""Clara, her order and her case."""

from datetime import datetime
from random import Random

import pytest

from base.actors import Actor, Role, customer_actor, system_actor
from base.database import Database
from base.people import Person
from cases.cases import Case, open_case
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.orders import Order, order_at_first_sight


@pytest.fixture
def bruno(database: Database, anne: Person, now: datetime) -> Person:
    """Bruno, another agent."""
    with database.unit() as session:
        setter_up = system_actor(anne.brand_id)
        mail = "bruno@rue-colibri.example"
        return Person.create(session, setter_up, now, name="Bruno", email=mail, roles=frozenset({Role.AGENT}))


@pytest.fixture
def clara(database: Database, robot: Actor, now: datetime) -> Customer:
    """Clara Martin, a customer."""
    identity = Identity(first_name="Clara", name="Martin", mail="Clara.Martin@example.org", phone="06 12 34 56 78")
    with database.unit() as session:
        return customer_at_first_sight(session, robot, now, identity)


@pytest.fixture
def order(database: Database, robot: Actor, clara: Customer, now: datetime) -> Order:
    """Her order RC-1001."""
    with database.unit() as session:
        return order_at_first_sight(session, robot, now, "RC-1001", customer=session.merge(clara))


@pytest.fixture
def case(database: Database, robot: Actor, order: Order, now: datetime) -> Case:
    """Her case: where is my parcel?"""
    with database.unit() as session:
        mine = session.get_one(Order, order.id)
        return open_case(session, robot, now, reason="delivery.not_received", language="fr", order=mine)


@pytest.fixture
def visitor(clara: Customer) -> Actor:
    """Clara, at the selfcare door."""
    return customer_actor(clara.brand_id, clara.id, clara.full_name, "order")


@pytest.fixture
def random() -> Random:
    """Chance that a test can repeat."""
    return Random(7)
