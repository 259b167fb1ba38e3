"""What a partner's people and a customer see of the rows of a file, on both databases."""

from datetime import datetime

import pytest
from sqlalchemy import select

from base.actors import Actor, Reach, Role, customer_actor, system_actor
from base.database import Database
from base.people import Partner, Person, Team
from base.scope import within
from cases import boards, finding, tasks
from cases.cases import Case, NoSuchCase, find_case, open_case
from cases.customers import Customer, Identifier
from cases.orders import Order
from cases.tasks import Task


def outsider(database: Database, brand_id: int, now: datetime, key: str, reach: Reach = "share") -> Actor:
    """An agent of an outsourcer, in the team of its key."""
    with database.unit() as session:
        partner = Partner(brand_id=brand_id, key=key, name=key.title(), kind="outsourcer", reach=reach)
        session.add(partner)
        session.flush()
        team = Team.create(session, brand_id, key, {"en": key}, partner_id=partner.id)
        person = Person.create(
            session, system_actor(brand_id), now, name=key, email=f"{key}@example.test",
            roles=frozenset({Role.AGENT}), teams=(team,), partner_id=partner.id,
        )  # fmt: skip
        return person.actor()


def give(database: Database, case: Case, team: str, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        tasks.create(session, system_actor(case.brand_id), now, mine, key=f"to {team}", team=team, title={"en": team})


def test_a_task_for_its_team_brings_a_case_into_a_partners_share(database: Database, case: Case, now: datetime) -> None:
    atlantic, north = (outsider(database, case.brand_id, now, key) for key in ("atlantic", "north"))
    give(database, case, "atlantic", now)
    with database.reading() as session:
        assert find_case(session, atlantic, case.public_id).id == case.id
        with pytest.raises(NoSuchCase):
            find_case(session, north, case.public_id)
        for row in (Case, Customer, Order, Identifier, Task):
            assert session.scalars(select(row).where(within(atlantic, row))).first() is not None, row
            assert session.scalars(select(row).where(within(north, row))).first() is None, row
        assert [found.by for found in finding.find(session, atlantic, "RC-1001")] == ["order"]
        assert finding.find(session, north, "RC-1001") == finding.find(session, north, "Clara Martin") == []
        assert [line.case.id for line in boards.open_cases(session, atlantic)] == [case.id]
        assert boards.open_cases(session, north) == []
        hour = now.replace(hour=now.hour - 1)
        assert boards.counts(session, atlantic, now, asleep_since=hour).open == 1
        assert boards.counts(session, north, now, asleep_since=hour).open == 0


def test_what_its_people_open_is_its_share(database: Database, case: Case, now: datetime) -> None:
    atlantic = outsider(database, case.brand_id, now, "atlantic")
    with database.unit() as session:
        own = open_case(session, atlantic, now, reason="delivery.late", language="fr")
    with database.reading() as session:
        assert [line.case.id for line in boards.open_cases(session, atlantic)] == [own.id]


def test_a_partner_that_reaches_the_whole_brand_sees_it(database: Database, case: Case, now: datetime) -> None:
    front = outsider(database, case.brand_id, now, "front", "brand")
    with database.reading() as session:
        assert find_case(session, front, case.public_id).id == case.id


def test_a_customer_sees_her_own(database: Database, case: Case, visitor: Actor, now: datetime) -> None:
    give(database, case, "delivery_team", now)
    other = customer_actor(case.brand_id, 10**6, "Somebody else", "mailbox")
    with database.reading() as session:
        assert find_case(session, visitor, case.reference).id == case.id
        with pytest.raises(NoSuchCase):
            find_case(session, other, case.reference)
        assert session.scalars(select(Task).where(within(visitor, Task))).all() == []
        assert session.scalars(select(Order).where(within(other, Order))).all() == []
