"""Tests of robots run on both engines: the embedded one on both databases, the distributed one on PostgreSQL."""

import pytest

from base.database import Database
from robots.carrier import bring_up
from tests import company
from tests.robots.carried import Carried

ENGINES = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgres),
    pytest.param("procrastinate", marks=pytest.mark.postgres),
)


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database, empty; for the distributed engine with its carrier, and companies whose robots use it."""
    if request.param != "procrastinate":
        made: Database = request.getfixturevalue(f"{request.param}_database")
        return made
    carried: Database = request.getfixturevalue("postgresql_database")
    with carried.engine.begin() as connection:
        bring_up(connection)
    monkeypatch.setattr(company, "Robots", Carried)
    return carried
