"""News that services send by themselves: signed, kept once, and they only bring the robots' look forward."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from base.config import Configuration
from cases.follow_ups import FollowUp
from processes.connectors import inbox, installing
from processes.connectors.inbox import News
from processes.connectors.service import Connectors
from tests.company import Company
from tests.walking import begin
from tests.webui.conftest import EnglishClient
from tests.webui.robots.conftest import read
from webui.app import create_app
from webui.requests import Workings

SECRET = "whsec"
DEFINITION = """
ariane_connector: 1
definition: parcels
title: {fr: "Colis", en: "Parcels"}
sign_in: {kind: none}
operations:
  tracking: {path: /parcels, fields: {number: "parcel.id", status: "parcel.status"}}
webhook: {header: X-Signature, encoding: base64, operation: tracking, event_id: "event"}
"""


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    """The doors, with the real connectors behind them."""
    connectors = Connectors(company.database, configuration)
    workings = Workings(walks=company.walks, porter=company.porter, connectors=connectors)
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def address(company: Company, configuration: Configuration) -> str:
    """Where the service sends its news."""
    with company.database.unit() as session:
        installing.install_definition(session, company.sofia.actor(), company.now, DEFINITION)
        installing.install_connection(
            session, company.sofia.actor(), company.now, definition="parcels", base_url="https://parcels.example",
            secret={"webhook": SECRET}, networks=(), keys=configuration.encryption_keys, routes=[],
        )  # fmt: skip
        from processes.connectors.rows import Connection

        return f"/api/hooks/{session.scalars(select(Connection.public_id)).one()}"


def send(client: FlaskClient, address: str, event: str, number: str = "RC-1001", secret: str = SECRET) -> int:
    body = json.dumps({"event": event, "parcel": {"id": number, "status": "delivered"}}).encode()
    signed = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return client.post(address, data=body, headers={"X-Signature": signed}).status_code


def news(company: Company) -> list[News]:
    with company.database.reading() as session:
        return list(session.scalars(select(News).order_by(News.id)))


def due_in(company: Company) -> timedelta:
    with company.database.reading() as session:
        due = session.scalars(select(FollowUp.due_at).where(FollowUp.state == "waiting")).one()
    return due - company.now


def test_news_of_an_order_bring_the_robots_look_forward(company: Company, client: FlaskClient, address: str) -> None:
    begin(company.walks, company.agent, company.case().id)
    assert due_in(company) > timedelta(hours=20)
    assert send(client, address, "e1") == 200
    assert due_in(company) > timedelta(hours=20), "the door works on nothing"
    company.robots.sweep()
    assert due_in(company) <= timedelta()
    (one,) = news(company)
    assert (one.state, one.walks, one.number) == ("used", 1, "RC-1001")


def test_the_same_delivery_is_kept_once_and_answered_the_same(
    company: Company, client: FlaskClient, address: str
) -> None:
    assert [send(client, address, "e1") for _ in range(5)] == [200] * 5
    assert len(news(company)) == 1


def test_what_is_not_theirs_is_refused_and_nothing_is_kept(company: Company, client: FlaskClient, address: str) -> None:
    assert send(client, address, "e1", secret="guessed") == 401
    assert client.post(address, data=b"{}").status_code == 401
    assert send(client, "/api/hooks/" + "0" * 32, "e1") == 404
    assert news(company) == []


def test_what_concerns_nobody_or_comes_too_late_is_kept_and_shown(
    company: Company, client: FlaskClient, address: str, sofia: FlaskClient
) -> None:
    begin(company.walks, company.agent, company.case().id)
    company.later(days=10)
    send(client, address, "late")
    send(client, address, "stranger", number="ZZ-1")
    company.robots.sweep()
    assert [one.state for one in news(company)] == ["late", "nobody"]
    page = read(sofia, "/insight/robots/news")
    assert "too late: nobody waits" in page
    assert "concerns nobody" in page
    assert address in page


def test_two_sweeps_work_on_news_once(company: Company, client: FlaskClient, address: str) -> None:
    send(client, address, "e1")
    with company.database.unit() as session:
        assert inbox.work(session, company.now) == 1
    with company.database.unit() as session:
        assert inbox.work(session, company.now) == 0
