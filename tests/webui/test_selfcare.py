"""A customer helps herself: from the order number to the page that says what happens next, without JavaScript."""

import pytest
from flask import Flask

from base.database import Database
from tests.company import Company, open_company
from tests.webui.selfcare import Customer, documents
from webui.app import create_app
from webui.requests import Workings


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database, documents())
    company.parcel("6A1", last_event_days=3)
    return company


@pytest.fixture
def app(configuration, company: Company) -> Flask:
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)
    return create_app(configuration, company.database, workings)


@pytest.fixture
def claire(app: Flask) -> Customer:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Customer(client)


def test_a_customer_is_led_to_what_happens_next(claire: Customer, company: Company) -> None:
    claire.enter()
    print(claire.page.request.path, claire.status, claire.words)
    claire.press("not_come")
    print(claire.page.request.path, claire.status, claire.words)
    claire.press("reship")
    print(claire.page.request.path, claire.status, claire.words)
    assert "We keep watch" in claire.words
