"""Answering by hand: a mail in the same conversation, or what was told by phone; the task of answering is done."""

from flask.testing import FlaskClient
from sqlalchemy import select

from base.brands import Brand
from cases.cases import Case
from cases.contacts import Contact
from cases.effects import Effect
from cases.tasks import Task
from robots.inbox.parsing import Received
from robots.inbox.taking import take
from tests.company import Company
from tests.webui.console.conftest import hidden
from tests.webui.console.test_console import answer


def wrote(company: Company, case: Case) -> None:
    """Claire wrote."""
    mail = Received(
        message_id="<hers@example.test>", refers_to=(), address="claire.martin@example.test", name="Claire Martin",
        subject="Mon colis", words="Où en êtes-vous ?", nature="message",
    )  # fmt: skip
    with company.database.unit() as session:
        take(session, company.robot, company.now, session.merge(company.brand, load=True), mail)
        assert session.get(Brand, company.brand.id)


def reply(agent: FlaskClient, case: Case, **given: str) -> int:
    """Send the form; the status."""
    page = agent.get(f"/console/cases/{case.public_id}").text
    return agent.post(f"/console/cases/{case.public_id}/reply", data=hidden(page, "reply") | given).status_code


def test_a_mail_goes_out_at_once_in_the_customers_conversation(
    agent: FlaskClient, case: Case, company: Company
) -> None:
    wrote(company, case)
    assert "Où en êtes-vous ?" in agent.get(f"/console/cases/{case.public_id}").text
    assert reply(agent, case, by="mail", words="Il arrive demain.\n\nÀ bientôt") == 303
    letter = company.mailbox.letters[-1]
    assert letter.to == ("claire.martin@example.test",) and letter.in_reply_to == "<hers@example.test>"
    assert letter.subject == f"Re: Mon colis · {case.spoken_reference}"
    assert "Il arrive demain." in letter.text and "/selfcare/l/" in letter.text
    assert "ariane-link:" not in agent.get(f"/console/cases/{case.public_id}").text
    with company.database.reading() as session:
        assert session.scalars(select(Task.state).where(Task.key.startswith("mail:"))).all() == ["done"]
        assert session.scalars(select(Contact.direction).order_by(Contact.id.desc())).first() == "outbound"


def test_what_was_told_by_phone_is_in_the_thread(agent: FlaskClient, case: Case, company: Company) -> None:
    before = len(company.mailbox.letters)
    assert reply(agent, case, by="phone", words="Rappelée : il arrive demain.") == 303
    assert "Rappelée : il arrive demain." in agent.get(f"/console/cases/{case.public_id}").text
    assert len(company.mailbox.letters) == before


def test_nothing_said_is_refused(agent: FlaskClient, case: Case) -> None:
    assert reply(agent, case, by="mail", words=" ") == 422
    assert reply(agent, case, by="pigeon", words="Bonjour") == 422


def test_what_is_being_said_goes_out_by_mail_during_the_call_once(
    agent: FlaskClient, case: Case, company: Company
) -> None:
    answer(agent, case, "not_come")
    answer(agent, case, "reship")
    page = agent.get(f"/console/cases/{case.public_id}").text
    assert "Send it now by mail" in page
    form = hidden(page, "look")
    address, before = f"/console/cases/{case.public_id}/send-said", len(company.mailbox.letters)
    assert agent.post(address, data=form).status_code == 303
    assert "was sent already" in agent.post(address, data=form, follow_redirects=True).text
    assert len(company.mailbox.letters) == before + 1
    assert "Nous regardons de nouveau" in company.mailbox.letters[-1].text
    with company.database.reading() as session:
        assert session.scalars(select(Effect.state).where(Effect.key.startswith("said:"))).all() == ["done"]
    assert agent.post(address, data=form | {"visit": "7"}).status_code == 409
