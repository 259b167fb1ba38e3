"""Two brands, two partners, one person of every role, and a thing of each kind that addresses name."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from base.actors import Role, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.config import Configuration
from base.database import Database
from base.people import Partner, Person, Team
from cases import tasks
from cases.cases import Case, open_case
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.orders import order_at_first_sight
from processes.rows import WalkRow
from tests.company import Company, open_company
from tests.webui.conftest import EnglishClient
from tests.webui.selfcare.customer import documents
from webui.api.keys import ApiKey
from webui.app import create_app
from webui.requests import Workings

STAFF = (Role.AGENT, Role.EXPERT, Role.AUTHOR, Role.SUPERVISOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Things:
    """What an address may name, by public id."""

    case: str
    customer: str
    order: str
    task: str
    walk: str


@dataclass(frozen=True)
class Cast:
    """Who tries, and what they try it on."""

    people: dict[str, Person]
    ours: Things
    """Of our brand, in partner X's share."""
    theirs: Things
    """Of our brand, in partner Y's share."""
    foreign: Things
    """Of another brand."""
    key: str
    """Of an agent's tool."""


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite serves: what a scope finds is proved on both beside the rows."""
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database, documents())
    company.parcel()
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Iterator[Flask]:
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    yield app


@pytest.fixture
def cast(company: Company) -> Cast:
    """Everybody and everything."""
    owner = system_actor(company.brand.id)
    with company.database.unit() as session:
        other = Brand.create(session, "other", "Other", CalendarRow.create(session, "other", "Other"))
        people = {role.value: _person(company, session, role.value, role) for role in STAFF}
        for name in ("x", "y"):
            partner = Partner(brand_id=company.brand.id, key=name, name=name.upper(), kind="outsourcer")
            session.add(partner)
            session.flush()
            team = Team.create(session, company.brand.id, f"team_{name}", {"en": name}, partner_id=partner.id)
            people[f"agent of {name}"] = _person(company, session, f"agent-{name}", Role.AGENT, partner, team)
            people[f"partner {name}"] = _person(company, session, f"partner-{name}", Role.PARTNER, partner, team)
            people[f"chief of {name}"] = _person(company, session, f"chief-{name}", Role.SUPERVISOR, partner, team)
        _, key = ApiKey.issue(session, owner, company.now, name="desk", kind="agent", person=people["agent"])
    ours = _things(company, company.brand.id, "RC-1001", "team_x")
    theirs = _things(company, company.brand.id, "RC-2002", "team_y")
    return Cast(people, ours, theirs, _things(company, other.id, "ZZ-3003", "nobody"), key)


def _person(
    company: Company, session: Session, name: str, role: Role, partner: Partner | None = None, team: Team | None = None
) -> Person:
    return Person.create(
        session, system_actor(company.brand.id), company.now, name=name, email=f"{name}@example.test",
        roles=frozenset({role}), teams=(team,) if team else (), partner_id=partner.id if partner else None,
    )  # fmt: skip


def _things(company: Company, brand_id: int, number: str, team: str) -> Things:
    owner = system_actor(brand_id)
    with company.database.unit() as session:
        name = f"Nom{number[:2]}{number[-1]}"
        identity = Identity(first_name="Zoé", name=name, mail=f"{name}@example.test", phone="06 12 34 56 78")
        customer = customer_at_first_sight(session, owner, company.now, identity)
        order = order_at_first_sight(session, owner, company.now, number, customer=customer)
        case = open_case(session, owner, company.now, reason="delivery.not_received", language="en", order=order)
        task = tasks.create(
            session, owner, company.now, case, key=f"t:{brand_id}:{number}", team=team, title={"en": f"For {number}"}
        )
    walk = "0" * 32
    if brand_id == company.brand.id:
        company.walks.start(
            company.agent, case.id, "parcel-not-received", channel="phone", language="en",
            needs={"order_number": "RC-1001"},
        )  # fmt: skip
        with company.database.reading() as session:
            walk = session.get_one(WalkRow, session.get_one(Case, case.id).front_walk_id).public_id
    return Things(case.public_id, _public(company, Customer, customer.id), order.public_id, task.public_id, walk)


def _public(company: Company, row: type[Customer], id: int) -> str:
    with company.database.reading() as session:
        return session.get_one(row, id).public_id
