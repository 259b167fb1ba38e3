"""A company whose flagship is published, an article about picking up, an author and an agent."""

import pytest
from flask import Flask

from base.actors import Role, system_actor
from base.config import Configuration
from base.database import Database
from base.people import Person
from kb import articles
from kb.markdown import render
from kb.search import Audience
from processes.library import shipped_document
from tests.company import MONDAY, Company, open_company
from tests.webui.conftest import EnglishClient
from webui.app import create_app
from webui.requests import Workings

TABLE = "\n\n| Délai | Jours |\n|---|--:|\n| Garde | 10 |"
PICKUP = {
    "fr": ("Retirer un colis", "## Papiers {#papers}\n\nUne **pièce d’identité** au nom du destinataire." + TABLE),
    "en": ("Picking up a parcel", "## Papers {#papers}\n\nAn **identity card** in the name of the receiver."),
}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite serves: the search itself is proved on both."""
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    """The flagship, `pickup` for everybody in two languages, `claims` for staff in French."""
    company = open_company(database, [shipped_document("parcel-not-received")])
    for language, (title, body) in PICKUP.items():
        publish(company, "pickup", language, title, body, "customer")
    publish(company, "claims", "fr", "Réclamer au transporteur", "Joindre la facture.", "agent")
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
def ada(company: Company) -> Person:
    """An author."""
    with company.database.unit() as session:
        return Person.create(
            session, system_actor(company.brand.id), MONDAY, name="Ada", email="ada@example.test",
            roles=frozenset({Role.AUTHOR}),
        )  # fmt: skip


def publish(company: Company, key: str, language: str, title: str, body: str, audience: Audience) -> None:
    """Have an article read from now on."""
    owner, rendered = system_actor(company.brand.id), render(body)
    with company.database.unit() as session:
        articles.save_draft(
            session, owner, MONDAY, key, language, title=title, body=body, rendered=rendered, audience=audience
        )
        articles.publish(session, owner, MONDAY, key, language, rendered=rendered)
