"""Links in mails: fetched by anybody without effect, pressed by the customer, kind when their question is over."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from base.actors import Proof
from base.clock import move
from cases.cases import Case
from cases.contacts import Contact
from cases.links import Link, LinkPurpose, issue, revoke_all, token_of
from processes.rows import WalkRow
from tests.company import Company
from tests.webui.selfcare.customer import Customer


@pytest.fixture
def case(claire: Customer) -> str:
    """Claire's case, which stands at its first question."""
    return claire.enter().case


@pytest.fixture
def reader(app: Flask) -> Customer:
    """Claire with another browser: that of her mails."""
    return Customer(app.test_client())


def address(company: Company, case: str, purpose: LinkPurpose, step: str = "still_missing") -> str:
    """Where a mail's link leads."""
    with company.database.unit() as session:
        row = session.scalars(select(Case).where(Case.public_id == case)).one()
        at = {"walk_id": row.front_walk_id, "step": step, "visit": 1} if purpose == "answer" else {}
        link = issue(session, company.walks.secret, company.now, row, purpose, **at)  # type: ignore[arg-type]
        return f"/selfcare/l/{token_of(company.walks.secret, link.public_id)}"


def proof_of(reader: Customer, case: str) -> Proof:
    with reader.client.session_transaction() as session:
        proof: Proof = session["visitor"]["cases"][case][0]
        return proof


@pytest.mark.parametrize("purpose", ["follow", "answer", "sign_in"])
def test_fetching_a_link_consumes_nothing(reader: Customer, company: Company, case: str, purpose: LinkPurpose) -> None:
    link = address(company, case, purpose)
    contacts = _count(company)
    for _ in range(3):
        assert reader.get(link).status == 200
        assert reader.client.head(link).status_code == 200
    assert reader.get(f"/selfcare/case/{case}").status == 404
    assert _count(company) == contacts
    reader.get(link).post(link)
    assert reader.path == f"/selfcare/case/{case}/still_missing"
    assert "It has not come yet?" in reader.words


def test_each_link_proves_what_it_can(reader: Customer, company: Company, case: str) -> None:
    for purpose, proof in (("follow", "order"), ("answer", "mailbox"), ("follow", "mailbox")):
        link = address(company, case, purpose)  # type: ignore[arg-type]
        reader.get(link).post(link)
        assert proof_of(reader, case) == proof


def test_a_link_answers_its_question_on_another_device(reader: Customer, company: Company, case: str) -> None:
    link = address(company, case, "answer")
    reader.get(link).post(link)
    assert "which do you prefer?" in reader.press("not_come").words


def test_a_question_already_answered_shows_where_things_stand(
    claire: Customer, reader: Customer, company: Company, case: str
) -> None:
    link = address(company, case, "answer")
    claire.press("not_come")
    reader.get(link)
    assert reader.status == 200
    reader.post(link)
    assert "You have already answered this question." in reader.html
    assert "which do you prefer?" in reader.words
    assert proof_of(reader, case) == "order"


def test_a_link_whose_question_has_passed_shows_where_things_stand(
    reader: Customer, company: Company, case: str
) -> None:
    link = address(company, case, "answer", step="long_ago")
    reader.get(link).post(link)
    assert "You have already answered this question." in reader.html
    assert "It has not come yet?" in reader.words


def test_a_sign_in_link_works_once(reader: Customer, app: Flask, company: Company, case: str) -> None:
    link = address(company, case, "sign_in")
    assert reader.get(link).post(link).status == 200
    second = Customer(app.test_client())
    assert second.get("/selfcare").post(link).status == 410
    assert second.get(link).status == 410


@pytest.mark.parametrize("purpose", ["follow", "answer", "sign_in"])
def test_dead_links_are_all_alike_and_lead_on(
    reader: Customer, company: Company, case: str, purpose: LinkPurpose
) -> None:
    gone, revoked = address(company, case, purpose), address(company, case, purpose)
    with company.database.unit() as session:
        revoke_all(session, company.now, session.scalars(select(Case).where(Case.public_id == case)).one())
    late = address(company, case, purpose)
    with company.database.unit() as session:
        move(session, timedelta(days=31))
    pages = set()
    for link in (gone, revoked, late, late[:-1] + "_", "/selfcare/l/x", f"/selfcare/l/{'A' * 43}"):
        for page in (reader.get(link), reader.get("/selfcare").post(link)):
            assert page.status == 410
            pages.add(page.words)
    assert len(pages) == 1
    assert "Give my order number" in reader.words
    assert reader.get(f"/selfcare/case/{case}").status == 404


def test_the_link_of_a_real_mail_leads_back(claire: Customer, reader: Customer, company: Company, case: str) -> None:
    claire.press("not_come").press("reship")
    company.later(days=1, hours=9)
    with company.database.reading() as session:
        link = session.scalars(select(Link).where(Link.purpose == "follow").order_by(Link.id.desc())).first()
        assert link is not None
        token = token_of(company.walks.secret, link.public_id)
        assert session.get_one(WalkRow, link.walk_id).case_id == link.case_id
    reader.get(f"/selfcare/l/{token}").post(f"/selfcare/l/{token}")
    assert "What happens next" in reader.words
    assert reader.page is not None
    assert reader.page.headers["Referrer-Policy"] == "no-referrer"


def _count(company: Company) -> int:
    with company.database.reading() as session:
        return len(session.scalars(select(Contact)).all())
