"""A small company with one late parcel, its doors, and Claire in front of them."""

import pytest
from flask import Flask

from base.config import Configuration
from base.database import Database
from tests.company import Company, open_company
from tests.webui.conftest import EnglishClient
from tests.webui.selfcare.customer import Customer, documents
from webui.app import create_app
from webui.requests import Workings


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite serves; what depends on the database asks for the company on both."""
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    """Order RC-1001: one parcel, in transit, promised three days ago."""
    company = open_company(database, documents())
    company.parcel("6A1", last_event_days=3)
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    """The doors with the company's walks, messengers and services behind them."""
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def claire(app: Flask) -> Customer:
    """Claire, who ordered RC-1001."""
    return Customer(app.test_client())
