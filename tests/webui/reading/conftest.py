"""Doors that only read, studio and insight: a company with all its processes and a case under way."""

import pytest
from flask import Flask

from base.config import Configuration
from base.database import Database
from base.people import Person
from tests.company import Company, open_company
from tests.webui.conftest import EnglishClient
from webui.app import create_app
from webui.requests import Workings


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite serves: the figures themselves are proved on both."""
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    """All shipped processes, and one case of Claire's that waits for an answer."""
    company = open_company(database)
    company.parcel()
    company.walks.start(
        company.agent, company.case().id, "parcel-not-received", channel="phone", language="fr",
        needs={"order_number": "RC-1001"},
    )  # fmt: skip
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    """The doors, with the company behind them."""
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def sofia(company: Company) -> Person:
    """A supervisor, administrator too."""
    return company.sofia


@pytest.fixture
def anne(company: Company) -> Person:
    """An agent."""
    return company.anne
