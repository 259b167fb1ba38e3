"""The console's company: Claire's parcel is late, Anne answers, Sofia supervises."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from base.config import Configuration
from base.database import Database
from base.people import Person
from cases.cases import Case
from processes.walks import Shown
from tests.company import Company, open_company
from tests.webui.conftest import EnglishClient, Enter
from webui.app import create_app
from webui.requests import Workings

Answer = Callable[..., str]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite serves: what a turn writes is proved on both elsewhere."""
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    """All processes; Claire's parcel was last seen six days ago."""
    company = open_company(database)
    company.parcel()
    company.services.results["shop.reship"] = {"parcel_number": "6A2", "carrier": "dhl"}
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    """The doors, with the company behind them."""
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def anne(company: Company) -> Person:
    """An agent."""
    return company.anne


@pytest.fixture
def sofia(company: Company) -> Person:
    """A supervisor."""
    return company.sofia


@pytest.fixture
def agent(client: FlaskClient, enter: Enter, anne: Person) -> FlaskClient:
    """A browser without JavaScript in which Anne is signed in."""
    return enter(client, anne)


@pytest.fixture
def case(company: Company) -> Case:
    """Claire's case, its flagship walk begun by Anne on the phone."""
    case = company.case()
    begin(company, case)
    return case


def begin(company: Company, case: Case, number: str = "RC-1001") -> Shown:
    """Start the flagship in a case, as an agent on the phone."""
    return company.walks.start(
        company.agent, case.id, "parcel-not-received", channel="phone", language="fr",
        needs={"order_number": number},
    )  # fmt: skip


def hidden(page: str, verb: str) -> dict[str, str]:
    """The hidden fields of the form that posts to `verb`."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'/{verb}"' in each[:400])
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}
