"""What tests of the robots' pages share: a company whose robots have something to do, and Sofia signed in."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from base.config import Configuration
from base.database import Database
from tests.company import Company, open_company
from tests.walking import CANCEL, WATCH, tiny
from tests.webui.conftest import EnglishClient, Enter
from webui.app import create_app
from webui.requests import Workings


@pytest.fixture
def company(database: Database) -> Company:
    """A process that looks every day, one that acts."""
    company = open_company(database, [tiny(WATCH), tiny(CANCEL, tiny="cancel-one")])
    company.parcel()
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    """The doors, with the company behind them."""
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def sofia(client: FlaskClient, enter: Enter, company: Company) -> FlaskClient:
    """A browser in which the supervisor is signed in."""
    return enter(client, company.sofia)


def read(client: FlaskClient, address: str) -> str:
    """A page's words."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return unescape(re.sub(r"\s+", " ", answer.text))


def send(client: FlaskClient, address: str, page: str, /, **form: object) -> str:
    """Send a form of `page` and read where it leads."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token
    answer = client.post(address, data={"csrf_token": token[1], **form}, follow_redirects=True)
    return unescape(re.sub(r"\s+", " ", answer.text))
