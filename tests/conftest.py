"""What all tests share: both databases, a fixed time, and a cast of named people.

`database` runs a test on SQLite and on PostgreSQL, each with all tables, empty. `sqlite_database` and
`postgresql_database` are there for what only one of them can do.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from base.actors import Actor, Role, customer_actor, robot_actor, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.clock import move_to
from base.database import Database
from base.people import Person, Team
from tests import postgres, schema
from tests.browser import CURE, find_chromium, must_have_one

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday, 10:00 in Paris."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """Either database, with all tables, empty."""
    made: Database = request.getfixturevalue(f"{request.param}_database")
    return made


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite file of its own."""
    file = tmp_path / "ariane.db"
    shutil.copyfile(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture
def postgresql_database(postgresql_scratch: postgres.Scratch) -> Iterator[Database]:
    """A PostgreSQL database to itself."""
    database = Database(postgresql_scratch.url)
    yield database
    database.dispose()
    postgresql_scratch.empty()


@pytest.fixture
def bare_postgresql_database(postgresql_server: postgres.Server, worker: str) -> Iterator[Database]:
    """A PostgreSQL database without any table."""
    name = f"ariane_test_{worker}_bare"
    database = Database(postgresql_server.create(name))
    yield database
    database.dispose()
    postgresql_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that every test gets a copy of."""
    file = tmp_path_factory.mktemp("template") / "ariane.db"
    database = Database(f"sqlite:///{file}")
    schema.build(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_scratch(postgresql_server: postgres.Server, worker: str) -> Iterator[postgres.Scratch]:
    """The database that the tests of this process use one after the other."""
    template = f"ariane_test_{worker}_template"
    database = Database(postgresql_server.create(template))
    schema.build(database)
    database.dispose()
    scratch = postgres.Scratch(postgresql_server, f"ariane_test_{worker}", template)
    yield scratch
    scratch.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgres.Server]:
    """One server for the whole run."""
    with postgres.server() as running:
        yield running


@pytest.fixture(scope="session")
def worker() -> str:
    """Which of several test processes this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a real browser."""
    path = find_chromium()
    if path is None and must_have_one():
        pytest.fail(CURE)
    if path is None:
        pytest.skip(CURE)
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """How Playwright starts it: `page` of a test marked `browser` is a page of this browser."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return {"executable_path": chromium, "args": [*sandbox, "--disable-dev-shm-usage"]}


@dataclass
class Clock:
    """Time that stands still until a test moves it."""

    now: datetime

    def advance(self, **by: float) -> datetime:
        """Move on by `days=1, hours=2`; the new time."""
        self.now += timedelta(**by)
        return self.now

    def show(self, database: Database) -> None:
        """Have the business clock of `database` say about this time."""
        with database.unit() as session:
            move_to(session, self.now)


@pytest.fixture(autouse=True)
def log_as_by_default() -> Iterator[None]:
    """A test that sets the log up, as a command does, sets it up for itself alone."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def now() -> datetime:
    """Monday 2 March 2026, 10:00 in Paris."""
    return NOW


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A clock that a test may advance."""
    return Clock(now)


@pytest.fixture
def brand(database: Database) -> Brand:
    """Rue Colibri, the shop of most tests, with teams `delivery_team` and `carriers_desk`."""
    with database.unit() as session:
        calendar = CalendarRow.create(session, "house", "Bureau")
        brand = Brand.create(session, "rue-colibri", "Rue Colibri", calendar)
        Team.create(session, brand.id, "delivery_team", {"fr": "Livraisons", "en": "Deliveries"})
        Team.create(session, brand.id, "carriers_desk", {"fr": "Transporteurs", "en": "Carriers"})
    return brand


@pytest.fixture
def anne(database: Database, brand: Brand, now: datetime) -> Person:
    """Anne, an agent."""
    return _person(database, brand, now, "Anne", Role.AGENT)


@pytest.fixture
def sofia(database: Database, brand: Brand, now: datetime) -> Person:
    """Sofia, a supervisor."""
    return _person(database, brand, now, "Sofia", Role.SUPERVISOR)


@pytest.fixture
def agent(anne: Person) -> Actor:
    """Anne, acting."""
    return anne.actor()


@pytest.fixture
def supervisor(sofia: Person) -> Actor:
    """Sofia, acting."""
    return sofia.actor()


@pytest.fixture
def administrator(brand: Brand) -> Actor:
    """Whoever set the installation up."""
    return system_actor(brand.id)


@pytest.fixture
def robot(brand: Brand) -> Actor:
    """The robots of the brand."""
    return robot_actor(brand.id)


@pytest.fixture
def stranger(brand: Brand) -> Actor:
    """A customer who has not said yet who she is."""
    return customer_actor(brand.id, None, "")


def _person(database: Database, brand: Brand, now: datetime, name: str, role: Role) -> Person:
    with database.unit() as session:
        return Person.create(
            session,
            system_actor(brand.id),
            now,
            name=name,
            email=f"{name.lower()}@rue-colibri.example",
            roles=frozenset({role}),
        )
