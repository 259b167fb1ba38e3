"""The watch: every crossing raises one alert, is sent, escalated when nobody cares, and settled when it is over."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Request, Response

from base.clock import real_now
from base.database import Database
from base.people import Partner, Team
from base.settings import Proposal, write
from cases import tasks
from cases.alerts import Alert, acknowledge
from cases.cases import Case, change_reason
from cases.notices import ESCALATES_TO, MAIL_TO, WEBHOOK, Notice
from cases.targets import Allowed, set_target
from robots import notices, watch
from robots.notices import signature, webhook_key
from tests.company import Company, open_company

TITLE = {"fr": "Chercher le colis", "en": "Look for the parcel"}


@pytest.fixture
def company(database: Database) -> Company:
    """All processes; one business day for a parcel, two contacts."""
    company = open_company(database)
    company.parcel()
    with database.unit() as session:
        allowed = Allowed(contact_budget=2, goal="1 business day", deadline="2 business days")
        set_target(session, company.sofia.actor(), company.now, "delivery.not_received", allowed)
        owner = company.sofia.actor()
        write(session, owner, company.now, MAIL_TO, Proposal(value=["delivery_team"]))
        write(session, owner, company.now, ESCALATES_TO, Proposal(value=["customer_service"]))
    return company


def kinds(company: Company) -> list[str]:
    """Kinds of all alerts, as they were raised."""
    with company.database.reading() as session:
        return [alert.kind for alert in session.scalars(select(Alert).order_by(Alert.id)).unique()]


def test_a_case_is_at_risk_before_it_misses_its_deadline_and_each_crossing_is_told_once(company: Company) -> None:
    company.case()
    company.later(hours=1)
    assert kinds(company) == []
    company.later(days=1)
    assert kinds(company) == ["goal_missed"]
    company.later(hours=5)
    assert kinds(company) == ["goal_missed", "deadline_near"]
    company.later(hours=20)
    for _ in range(3):
        watch.watch(company.robots)
    assert kinds(company) == ["goal_missed", "deadline_near", "deadline_missed"]


def test_a_team_is_mailed_and_those_above_when_nobody_takes_care(company: Company) -> None:
    case = company.case()
    company.later(days=1)
    assert [letter.to for letter in company.mailbox.letters] == [("anne@example.test",)]
    letter = company.mailbox.letters[0]
    assert case.spoken_reference in letter.subject and f"/console/cases/{case.public_id}" in letter.text
    company.later(hours=3)
    assert len(company.mailbox.letters) == 2
    assert "Personne" in company.mailbox.letters[1].text


def test_an_alert_that_somebody_takes_care_of_is_not_escalated(company: Company) -> None:
    company.case()
    company.later(days=1)
    with company.database.unit() as session:
        alert = session.scalars(select(Alert)).unique().one()
        acknowledge(session, company.agent, company.now, alert)
    company.later(hours=3)
    assert len(company.mailbox.letters) == 1


def test_a_late_task_is_told_and_settled_when_it_is_done(company: Company) -> None:
    case = company.case()
    with company.database.unit() as session:
        due = company.now + timedelta(hours=5)
        mine = session.get_one(Case, case.id)
        task = tasks.create(
            session, company.agent, company.now, mine, key="t", team="warehouse", title=TITLE, due_at=due
        )
    company.later(hours=4, minutes=30)
    company.later(hours=1)
    assert kinds(company) == ["task_near", "task_late"]
    with company.database.unit() as session:
        tasks.done(session, company.agent, company.now, session.get_one(tasks.Task, task.id))
    company.later(minutes=1)
    with company.database.reading() as session:
        assert all(alert.settled_at is not None for alert in session.scalars(select(Alert)).unique())


def test_a_partner_who_is_late_is_another_alert(company: Company) -> None:
    case = company.case()
    with company.database.unit() as session:
        partner = Partner(brand_id=company.brand.id, key="dhl", name="DHL", kind="carrier")
        session.add(partner)
        session.flush()
        Team.create(session, company.brand.id, "dhl", {"fr": "DHL"}, partner_id=partner.id)
        mine = session.get_one(Case, case.id)
        due = company.now + timedelta(hours=1)
        tasks.create(session, company.agent, company.now, mine, key="t", team="dhl", title=TITLE, due_at=due)
    company.later(hours=2)
    assert kinds(company) == ["partner_late"]


def test_a_deadline_moves_with_its_calendar_and_its_alert_goes(company: Company) -> None:
    case = company.case()
    company.later(days=2, hours=1)
    assert "deadline_missed" in kinds(company)
    with company.database.unit() as session:
        brand = session.merge(company.brand)
        brand.calendar_row.closures = [["2031-03-04", "2031-03-04"]]
    assert watch.reckon_all(company.robots) == 1
    watch.watch(company.robots)
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).deadline_at == case.opened_at + timedelta(days=3)
        missed = select(Alert).where(Alert.kind == "deadline_missed")
        assert session.scalars(missed).unique().one().settled_at is not None


def test_a_deadline_that_moves_into_the_past_is_told_at_once(company: Company) -> None:
    case = company.case()
    company.later(hours=3)
    with company.database.unit() as session:
        allowed = Allowed(deadline="1 business hour")
        set_target(session, company.sofia.actor(), case.opened_at - timedelta(days=1), "delivery.late", allowed)
        change_reason(session, company.agent, company.now, session.get_one(Case, case.id), "delivery.late")
    company.later(minutes=1)
    company.later(minutes=1)
    assert kinds(company) == ["deadline_missed"]


def test_an_alert_is_posted_signed_and_again_when_the_other_side_is_down(
    company: Company, httpserver: HTTPServer
) -> None:
    posts: list[Request] = []

    def answer(request: Request) -> Response:
        posts.append(request)
        request.get_data()
        return Response(status=503 if len(posts) == 1 else 204)

    httpserver.expect_request("/hook").respond_with_handler(answer)
    company.robots.webhook_networks = ("127.0.0.0/8",)
    with company.database.unit() as session:
        write(session, company.sofia.actor(), company.now, WEBHOOK, Proposal(value=httpserver.url_for("/hook")))
    case = company.case()
    company.later(days=1)
    assert len(posts) == 1 and _states(company) == {"pending"}
    company.later(minutes=2)
    assert _states(company) == {"done"}
    first, second = posts
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    body = second.get_data()
    told = json.loads(body)
    assert (told["type"], told["data"]["kind"], told["data"]["case"]) == ("alert.raised", "goal_missed", case.public_id)
    sent_at, raised_at = (int(second.headers["webhook-timestamp"]), datetime.fromisoformat(told["timestamp"]))
    assert raised_at.year == company.now.year, "the payload tells business time"
    with company.database.reading() as session:
        assert abs(real_now(session).timestamp() - sent_at) < 3600, "what a receiver checks is the real clock"
    key = webhook_key("s" * 40, company.brand.id)
    signed = hmac.new(
        key, f"{second.headers['webhook-id']}.{second.headers['webhook-timestamp']}.".encode() + body, hashlib.sha256
    )
    assert second.headers["webhook-signature"] == f"v1,{base64.b64encode(signed.digest()).decode()}"
    assert signature(key, "a", 1, b"x").startswith("v1,")


def test_nothing_is_posted_inside_a_network_that_is_not_listed(company: Company, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    with company.database.unit() as session:
        write(session, company.sofia.actor(), company.now, WEBHOOK, Proposal(value=httpserver.url_for("/hook")))
    company.case()
    company.later(days=1)
    assert _states(company) == {"failed"} and not httpserver.log


def test_a_notice_whose_robot_died_is_sent_by_the_next_one(company: Company) -> None:
    company.case()
    company.mailbox.fate = "not_now"
    company.later(days=1)
    with company.database.unit() as session:
        notice = session.scalars(select(Notice)).one()
        notice.state, notice.lease_until = "sending", company.now - timedelta(days=3650)
    company.mailbox.fate = "sent"
    notices.deliver(company.robots)
    company.later(minutes=3)
    assert _states(company) == {"done"}


def _states(company: Company) -> set[str]:
    with company.database.reading() as session:
        return set(_notice_states(session))


def _notice_states(session: Session) -> list[str]:
    wanted = select(Notice.state).where(Notice.way == "webhook")
    found = list(session.scalars(wanted))
    return found or list(session.scalars(select(Notice.state)))
