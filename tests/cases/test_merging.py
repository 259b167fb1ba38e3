"""Two files of one customer: doubted, merged, split, and put back exactly."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from base.actors import Actor
from base.database import Database
from base.permissions import NotPermitted
from cases import merging
from cases.cases import Case, open_case
from cases.contacts import Contact, begin_contact
from cases.customers import Customer, Identifier, Identity, customer_at_first_sight, recognise
from cases.finding import find
from cases.merging import Merge, NotMergeable, NotUndoable, Part
from cases.orders import Order, order_at_first_sight
from cases.timeline import TimelineEntry

ROWS = (Case, Contact, Order, Identifier)


@pytest.fixture
def family(database: Database, robot: Actor, now: datetime) -> list[int]:
    """Three files: Clara by mail, Clara by telephone, and her father on the same telephone."""
    people = [
        Identity(first_name="Clara", name="Martin", mail="clara@example.org"),
        Identity(first_name="Clara", name="Martin", phone="06 12 34 56 78"),
        Identity(first_name="Paul", name="Martin", phone="+33 6 12 34 56 78", external={"shop": "C-9"}),
    ]
    ids = []
    for number, identity in enumerate(people):
        with database.unit() as session:
            customer = customer_at_first_sight(session, robot, now, identity)
            order = order_at_first_sight(session, robot, now, f"RC-{number}", customer=customer)
            case = open_case(session, robot, now, reason="delivery.late", language="fr", order=order)
            begin_contact(session, robot, now, channel="mail", direction="inbound", case=case)
            ids.append(customer.id)
    return ids


def state(database: Database) -> dict[str, Any]:
    """Whose every row is, and what every timeline says."""
    with database.reading() as session:
        owners = {row.__name__: list(session.execute(select(row.id, row.customer_id).order_by(row.id))) for row in ROWS}
        told = list(session.execute(select(TimelineEntry.id, TimelineEntry.case_id, TimelineEntry.kind)))
        merged = list(session.execute(select(Customer.id, Customer.merged_into_id).order_by(Customer.id)))
    return {**owners, "told": told, "merged": merged}


def test_nobody_is_merged_on_one_weak_key_but_the_pair_is_looked_at(
    database: Database, family: list[int], supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        [pair] = merging.doubts_of(session, supervisor.brand_id)
        assert (pair.first_id, pair.second_id, pair.agrees) == (family[1], family[2], ["phone"])
        merging.keep_apart(session, supervisor, now, pair)
        assert merging.doubts_of(session, supervisor.brand_id) == []


def test_after_a_merge_everything_is_the_survivors(
    database: Database, family: list[int], supervisor: Actor, now: datetime
) -> None:
    clara, other, _father = family
    with database.unit() as session:
        merging.merge(session, supervisor, now, session.get_one(Customer, clara), session.get_one(Customer, other))
    with database.unit() as session:
        survivor = session.get_one(Customer, clara)
        assert {each.kind for each in survivor.identifiers} == {"mail", "phone"}
        assert session.scalars(select(Case.customer_id)).all().count(clara) == 2
        gone = session.get_one(Customer, other)
        assert merging.survivor_of(session, gone) is survivor and gone.identifiers == []
        named = find(session, supervisor, "clara martin")
        assert [one.customer.id for one in named if one.customer] == [clara]
        known = Identity(first_name="Clara", name="Martin", mail="clara@example.org", phone="0612345678")
        assert recognise(session, supervisor.brand_id, known) is survivor


def test_a_merge_taken_back_leaves_every_row_and_timeline_as_it_was(
    database: Database, family: list[int], supervisor: Actor, now: datetime
) -> None:
    before = state(database)
    with database.unit() as session:
        made = merging.merge(
            session, supervisor, now, session.get_one(Customer, family[0]), session.get_one(Customer, family[1])
        )
    assert state(database) != before
    with database.unit() as session:
        merging.undo(session, supervisor, now, session.get_one(Merge, made.id))
    assert state(database) == before
    with database.unit() as session, pytest.raises(NotUndoable):
        merging.undo(session, supervisor, now, session.get_one(Merge, made.id))


def test_merges_in_a_circle_are_refused(
    database: Database, family: list[int], supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        a, b = session.get_one(Customer, family[0]), session.get_one(Customer, family[1])
        merging.merge(session, supervisor, now, a, b)
    for one, other in ((family[1], family[0]), (family[0], family[0]), (family[2], family[1])):
        with database.unit() as session, pytest.raises(NotMergeable):
            merging.merge(session, supervisor, now, session.get_one(Customer, one), session.get_one(Customer, other))


def test_of_two_merges_the_later_is_taken_back_first(
    database: Database, family: list[int], supervisor: Actor, now: datetime
) -> None:
    before = state(database)
    with database.unit() as session:
        a, b, c = (session.get_one(Customer, id_) for id_ in family)
        first = merging.merge(session, supervisor, now, b, a).id
        second = merging.merge(session, supervisor, now, c, b).id
    with database.unit() as session, pytest.raises(NotUndoable):
        merging.undo(session, supervisor, now, session.get_one(Merge, first))
    for made in (second, first):
        with database.unit() as session:
            merging.undo(session, supervisor, now, session.get_one(Merge, made))
    assert state(database) == before


def test_a_split_gives_a_new_customer_his_part_and_can_be_taken_back(
    database: Database, family: list[int], supervisor: Actor, now: datetime
) -> None:
    before = state(database)
    with database.unit() as session:
        father = session.get_one(Customer, family[2])
        part = Part(
            cases=list(session.scalars(select(Case.id).where(Case.customer_id == father.id))),
            identifiers=[each.id for each in father.identifiers if each.kind == "phone"],
        )
        made = merging.split(session, supervisor, now, father, part, "Luc Martin")
    with database.reading() as session:
        other = session.get_one(Merge, made.id).taker
        assert (other.full_name, [each.kind for each in other.identifiers]) == ("Luc Martin", ["phone"])
        assert session.scalars(select(Contact.customer_id).where(Contact.customer_id == other.id)).all() == [other.id]
    with database.unit() as session:
        merging.undo(session, supervisor, now, session.get_one(Merge, made.id))
    after = state(database)
    after["merged"] = after["merged"][:-1]
    assert after == before


def test_an_agent_merges_nobody(database: Database, family: list[int], agent: Actor, now: datetime) -> None:
    with database.unit() as session, pytest.raises(NotPermitted):
        merging.merge(session, agent, now, session.get_one(Customer, family[0]), session.get_one(Customer, family[1]))


@pytest.mark.parametrize("written", ["06 12 34 56 78", "+33612345678", "0033 6 12 34 56 78", "06.12.34.56.78"])
def test_a_telephone_is_one_in_every_notation(
    database: Database, family: list[int], supervisor: Actor, written: str
) -> None:
    with database.reading() as session:
        found = find(session, supervisor, written)
    assert {one.customer.id for one in found if one.customer} == set(family[1:])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=5))
def test_any_series_of_merges_taken_back_in_reverse_leaves_no_trace(
    sqlite_database: Database, pairs: list[tuple[int, int]]
) -> None:
    from base.actors import robot_actor, system_actor
    from base.brands import Brand
    from base.calendars import CalendarRow
    from tests.conftest import NOW

    with sqlite_database.unit() as session:
        brand = session.scalars(select(Brand)).first()
        if brand is None:
            brand = Brand.create(session, "b", "B", CalendarRow.create(session, "c", "C"))
        actor, robot = system_actor(brand.id), robot_actor(brand.id)
        people = [customer_at_first_sight(session, robot, NOW, Identity(name="A", phone="0612345678")) for _ in "abc"]
        ids = [each.id for each in people]
    before = state(sqlite_database)
    made: list[int] = []
    for one, other in pairs:
        try:
            with sqlite_database.unit() as session:
                two = (session.get_one(Customer, ids[one]), session.get_one(Customer, ids[other]))
                made.append(merging.merge(session, actor, NOW, *two).id)
        except NotMergeable:
            continue
    for number in reversed(made):
        with sqlite_database.unit() as session:
            merging.undo(session, actor, NOW, session.get_one(Merge, number))
    assert state(sqlite_database) == before
