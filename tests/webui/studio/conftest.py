"""The studio's company: every shipped process is published, and Sofia writes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from base.config import Configuration
from base.database import Database
from base.people import Person
from processes.drafts import draft_of
from tests.company import Company, open_company
from tests.webui.conftest import EnglishClient, Look
from tests.webui.eyes import Eyes
from webui.app import create_app
from webui.requests import Workings

Edit = Callable[..., Eyes]
READY = "html[data-editor=ready]"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite serves: drafts are proved on both elsewhere."""
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database)
    company.parcel()
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def sofia(company: Company) -> Person:
    """Writes processes."""
    return company.sofia


@pytest.fixture
def edit(look: Look, sofia: Person) -> Edit:
    """`edit("cancel-order", width=390)`: the editor, ready."""

    def open_editor(key: str, **how: Any) -> Eyes:
        eyes = look(sofia, **how)
        eyes.go(f"/studio/{key}/edit")
        eyes.page.locator(READY).wait_for()
        return eyes

    return open_editor


def saved(page: Page) -> None:
    """Wait until the server has the draft."""
    page.locator('#ed-saved[data-state="saved"]').wait_for()


def stored(company: Company, key: str) -> dict[str, Any]:
    """The draft in the database."""
    with company.database.reading() as session:
        draft = draft_of(session, company.brand.id, key)
        assert draft is not None
        return dict(draft.document)
