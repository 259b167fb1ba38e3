"""Mails taken from a real mailbox: into the thread of their case, once, with somebody to answer by a date."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.database import Database
from base.settings import Proposal
from base.settings import write as write_setting
from cases import cases
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer
from cases.mails import Mail
from cases.tasks import Task
from cases.timeline import TimelineEntry, entries
from robots import inbox
from robots.inbox import Inbox
from robots.inbox.addressing import ADDRESSES
from tests.company import Company, open_company
from tests.robots.inbox.server import Folder, serving

MAIL = """From: Claire Martin <claire.martin@example.test>
To: bonjour@shop.example
Subject: {subject}
Message-ID: <{id}@example.test>
{headers}Content-Type: text/plain; charset=utf-8

{words}
"""


@pytest.fixture
def company(database: Database) -> Company:
    """All processes, a mailbox beside."""
    company = open_company(database)
    company.parcel()
    return company


@pytest.fixture
def mailbox(company: Company) -> Iterator[Folder]:
    """The mailbox; the robots know where it is."""
    with serving(Folder()) as folder:
        company.robots.inbox = Inbox(folder.url)
        yield folder


def write(mailbox: Folder, words: str, *, id: str = "1", subject: str = "Mon colis", headers: str = "") -> None:
    """Claire writes."""
    mailbox.put(MAIL.format(subject=subject, id=id, headers=headers, words=words))


def kinds(company: Company, case_id: int) -> list[str]:
    """What the thread of the case holds."""
    with company.database.reading() as session:
        return [entry.kind for entry in entries(session, case_id)]


def open_tasks(session: Session) -> list[Task]:
    """What people have to do."""
    return list(session.scalars(select(Task).where(Task.state == "open")).unique())


def test_a_mail_comes_into_the_thread_of_the_open_case_and_somebody_answers_by_a_date(
    company: Company, mailbox: Folder
) -> None:
    case = company.case()
    write(mailbox, "Où en êtes-vous ?")
    assert inbox.read(company.robots) == 1
    assert kinds(company, case.id)[-3:] == ["contact.inbound", "message.received", "task.created"]
    with company.database.reading() as session:
        [task] = open_tasks(session)
        assert task.due_at == task.created_at + timedelta(days=1)
        assert session.get_one(Case, case.id).inbound == 1
        said = session.scalars(select(TimelineEntry.words).where(TimelineEntry.kind == "message.received")).one()
    assert said == "Où en êtes-vous ?"
    assert mailbox.seen == {1} and inbox.read(company.robots) == 0


def test_the_same_mail_twice_is_taken_once(company: Company, mailbox: Folder) -> None:
    company.case()
    for _ in range(2):
        write(mailbox, "Où en êtes-vous ?")
    mailbox_seen = inbox.read(company.robots)
    mailbox.seen.clear()
    assert (mailbox_seen, inbox.read(company.robots)) == (1, 0)


def test_an_answer_finds_its_case_by_what_it_refers_to_though_it_comes_from_another_address(
    company: Company, mailbox: Folder
) -> None:
    case = company.case()
    company.walks.start(
        company.robot, case.id, "parcel-not-received", channel="robot", language="fr",
        needs={"order_number": "RC-1001"},
    )  # fmt: skip
    company.robots.settle()
    with company.database.reading() as session:
        ours = session.scalars(select(Mail.message_id).where(Mail.kind == "sent")).first()
    assert ours is not None
    raw = MAIL.format(subject="Re", id="9", headers=f"In-Reply-To: {ours}\n", words="Je préfère un remboursement.")
    mailbox.put(raw.replace("claire.martin@example.test", "c.perso@other.example"))
    inbox.read(company.robots)
    assert "message.received" in kinds(company, case.id)


def test_a_reference_in_the_subject_counts_only_for_the_customers_own_address(
    company: Company, mailbox: Folder
) -> None:
    case = company.case()
    with company.database.unit() as session:
        cases.close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="informed")
    raw = MAIL.format(subject=f"Dossier {case.spoken_reference}", id="8", headers="", words="Donnez-moi tout ?")
    mailbox.put(raw.replace("claire.martin@example.test", "thief@other.example"))
    inbox.read(company.robots)
    assert "message.received" not in kinds(company, case.id)
    with company.database.reading() as session:
        assert session.scalar(select(func.count(Case.id))) == 2


def test_thanks_neither_reopen_nor_count_nor_ask_for_an_answer(company: Company, mailbox: Folder) -> None:
    case = company.case()
    with company.database.unit() as session:
        mine = session.get_one(Case, case.id)
        cases.close(session, company.agent, company.now, mine, outcome="informed")
    write(mailbox, "Merci beaucoup !", subject=f"Re: {case.spoken_reference}")
    inbox.read(company.robots)
    with company.database.reading() as session:
        mine = session.get_one(Case, case.id)
        assert (mine.state, mine.inbound, open_tasks(session)) == ("closed", 0, [])
        assert session.scalars(select(Contact.courtesy)).all() == [True]


def test_a_mail_within_the_grace_window_reopens_and_a_later_one_opens_a_linked_case(
    company: Company, mailbox: Folder
) -> None:
    case = company.case()
    with company.database.unit() as session:
        cases.close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="informed")
    write(mailbox, "Toujours rien ?", id="2", subject=case.spoken_reference)
    inbox.read(company.robots)
    with company.database.unit() as session:
        mine = session.get_one(Case, case.id)
        assert mine.state == "open"
        cases.close(session, company.agent, company.now, mine, outcome="informed")
    company.later(days=10)
    write(mailbox, "Encore rien ?", id="3", subject=case.spoken_reference)
    inbox.read(company.robots)
    with company.database.reading() as session:
        newest = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert newest is not None and newest.linked_case_id == case.id


def test_somebody_unknown_gets_a_case_of_his_own(company: Company, mailbox: Folder) -> None:
    mailbox.put(MAIL.format(subject="Bonjour", id="5", headers="", words="Une question ?").replace("claire.", "luc."))
    inbox.read(company.robots)
    with company.database.reading() as session:
        [case] = session.scalars(select(Case)).unique().all()
        assert case.title == {"en": "Bonjour", "fr": "Bonjour"}
        assert session.scalars(select(Customer)).unique().one().mail == "luc.martin@example.test"


def test_one_mailbox_serves_several_brands_by_the_address_written_to(company: Company, mailbox: Folder) -> None:
    with company.database.unit() as session:
        other = Brand.create(session, "colibri", "Colibri", CalendarRow.create(session, "colibri", "Colibri"))
        write_setting(session, system_actor(other.id), company.now, ADDRESSES, Proposal(value=["@colibri.example"]))
    mailbox.put(MAIL.format(subject="Où ?", id="x1", headers="", words="Alors ?").replace("@shop.", "@colibri."))
    mailbox.put(MAIL.format(subject="Où ?", id="x2", headers="", words="Alors ?"))
    delivered = "Delivered-To: service@colibri.example\n"
    mailbox.put(MAIL.format(subject="Où ?", id="x3", headers=delivered, words="Alors ?"))
    mailbox.put(MAIL.format(subject="Re", id="x4", headers="In-Reply-To: <x1@example.test>\n", words="Toujours rien ?"))
    assert inbox.read(company.robots) == 4
    with company.database.reading() as session:
        taken = dict(session.execute(select(Mail.message_id, Mail.brand_id)).all())
        cases_of_other = session.scalars(select(Case.brand_id).where(Case.brand_id == other.id)).all()
    assert {key.strip("<>")[:2] for key, brand in taken.items() if brand == other.id} == {"x1", "x3", "x4"}
    assert len(cases_of_other) == 1, "one customer, one open case"


def test_a_storm_of_automatic_answers_is_never_answered(company: Company, mailbox: Folder) -> None:
    case = company.case()
    for number in range(40):
        write(
            mailbox, "Je suis absente.", id=f"a{number}", subject=case.spoken_reference,
            headers="Auto-Submitted: auto-replied\n",
        )  # fmt: skip
    while inbox.read(company.robots):
        pass
    company.robots.settle()
    with company.database.reading() as session:
        assert (open_tasks(session), session.get_one(Case, case.id).inbound) == ([], 0)
    assert company.mailbox.letters == [] and kinds(company, case.id).count("message.automatic") == 40


def test_bounces_that_come_again_and_again_make_one_task(company: Company, mailbox: Folder) -> None:
    case = company.case()
    for number in range(3):
        raw = MAIL.format(
            subject=f"Undeliverable: {case.spoken_reference}", id=f"b{number}", headers="Return-Path: <>\n",
            words="550 no such user",
        )  # fmt: skip
        mailbox.put(raw)
    with company.database.unit() as session:
        session.add(
            Mail(
                brand_id=company.brand.id,
                message_id="<ours@shop.example>",
                case_id=case.id,
                kind="sent",
                address="",
                subject="",
                at=company.now,
            )
        )
    for number in range(3):
        raw = MAIL.format(subject="Failure", id=f"c{number}", headers="", words="550 no user <ours@shop.example>")
        mailbox.put(raw.replace("Claire Martin <claire.martin@example.test>", "MAILER-DAEMON@mx.example"))
    inbox.read(company.robots)
    company.robots.settle()
    with company.database.reading() as session:
        assert len(open_tasks(session)) == 1
    assert kinds(company, case.id).count("message.bounced") == 3 and company.mailbox.letters == []


def test_ten_mails_in_a_row_ask_for_one_answer(company: Company, mailbox: Folder) -> None:
    company.case()
    for number in range(10):
        write(mailbox, f"Alors, mail {number} ?", id=f"m{number}")
    assert inbox.read(company.robots) == 10
    with company.database.reading() as session:
        assert len(open_tasks(session)) == 1


def test_a_mailbox_that_hangs_up_or_refuses_waits_for_the_next_round(company: Company, mailbox: Folder) -> None:
    company.case()
    write(mailbox, "Où en êtes-vous ?")
    mailbox.deaf = True
    assert inbox.read(company.robots) == 0
    mailbox.deaf = False
    company.robots.inbox = Inbox(mailbox.url.replace("s%40fe", "wrong"))
    assert inbox.read(company.robots) == 0 and mailbox.seen == set()
    company.robots.inbox = Inbox(mailbox.url)
    assert inbox.read(company.robots) == 1
