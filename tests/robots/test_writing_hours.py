"""One policy for what robots write: not at night, not twice, no longer true not at all, and never lost."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from base.clock import move
from base.database import Database
from cases.effects import Effect
from cases.mails import remember
from cases.tasks import Task
from cases.writing_hours import NeverOpen, WritingHours, set_hours
from tests.company import Company, open_company
from tests.walking import begin, tiny

DAY = WritingHours(opens=time(8), closes=time(20), sundays=False)
NEWS = """
- wait: tonight
  for: 1 day
  at: "23:00"
- decide: there
  cases:
  - when: order.status = "delivered"
    steps: [{close: done, id: arrived}]
  otherwise:
  - send: news
    subject: {fr: "Toujours en route", en: "Still on its way"}
    text: {fr: "Votre colis est en route.", en: "Your parcel is on its way."}
  - wait: later
    for: 5 days
  - close: done
"""


@pytest.fixture
def company(database: Database) -> Company:
    made = open_company(database, [tiny(NEWS)])
    made.parcel("6A1")
    with database.unit() as session:
        set_hours(session, made.sofia.actor(), made.now, DAY)
    return made


def until(company: Company, hour: int) -> None:
    """Until the next time it is that hour in Paris."""
    local = company.now.astimezone(ZoneInfo("Europe/Paris"))
    wanted = local.replace(hour=hour, minute=1)
    if wanted <= local:
        wanted += timedelta(days=1)
    company.later(seconds=(wanted.astimezone(UTC) - company.now).total_seconds())


def the_mail(company: Company) -> Effect | None:
    with company.database.reading() as session:
        return session.scalars(select(Effect).where(Effect.kind == "message", Effect.step == "news")).one_or_none()


def decided_at_night(company: Company) -> Effect:
    begin(company.walks, company.agent, company.case().id)
    for _ in range(3):
        until(company, 23)
        mail = the_mail(company)
        if mail is not None:
            return mail
    raise AssertionError("nothing was decided")


@pytest.mark.parametrize(
    ("moment", "open_at"),
    [
        (datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 3, 3, 12, tzinfo=UTC)),
        (datetime(2026, 3, 3, 22, tzinfo=UTC), datetime(2026, 3, 4, 7, tzinfo=UTC)),
        (datetime(2026, 3, 4, 2, tzinfo=UTC), datetime(2026, 3, 4, 7, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC)),  # summer time, and a Sunday
    ],
)
def test_the_next_open_moment_on_the_wall_clock(moment: datetime, open_at: datetime) -> None:
    assert DAY.next_open(moment, "Europe/Paris") == open_at
    assert WritingHours().next_open(moment, "Europe/Paris") == moment


def test_a_policy_that_is_never_open_is_refused(company: Company) -> None:
    with company.database.unit() as session, pytest.raises(NeverOpen):
        set_hours(session, company.sofia.actor(), company.now, WritingHours(opens=time(9), closes=time(9, 30)))


def test_what_is_decided_at_night_leaves_in_the_morning(company: Company) -> None:
    mail = decided_at_night(company)
    assert mail.state == "pending"
    assert mail.due_at.astimezone(ZoneInfo("Europe/Paris")).time() == time(8)
    until(company, 9)
    sent = the_mail(company)
    assert sent is not None
    assert sent.state == "done"
    assert len([each for each in company.mailbox.letters if each.subject == "Toujours en route"]) == 1


def test_what_is_no_longer_true_in_the_morning_is_not_sent(company: Company) -> None:
    decided_at_night(company)
    company.services.facts["shop.order", "RC-1001"]["status"] = "delivered"  # type: ignore[index]
    until(company, 9)
    mail = the_mail(company)
    assert mail is not None
    assert (mail.state, mail.failure) == ("cancelled", "changed_meanwhile")
    with company.database.reading() as session:
        assert not session.scalars(select(Task)).all(), "the robot looks again by itself"
    assert not [each for each in company.mailbox.letters if each.subject == "Toujours en route"]


def test_a_last_word_that_is_no_longer_true_becomes_a_task(database: Database) -> None:
    company = open_company(database, [tiny(NEWS.replace("  - wait: later\n    for: 5 days\n", ""))])
    company.parcel("6A1")
    with database.unit() as session:
        set_hours(session, company.sofia.actor(), company.now, DAY)
    decided_at_night(company)
    company.services.facts["shop.order", "RC-1001"]["status"] = "delivered"  # type: ignore[index]
    until(company, 9)
    mail = the_mail(company)
    assert mail is not None and (mail.state, mail.failure) == ("cancelled", "changed_meanwhile")
    with database.reading() as session:
        [task] = session.scalars(select(Task).where(Task.state == "open"))
    assert task.title["en"].startswith("Write to the customer") and task.case_id == mail.case_id


def test_while_nobody_can_tell_whether_it_is_true_it_waits(company: Company) -> None:
    decided_at_night(company)
    company.services.facts["shop.order", "RC-1001"] = "down"
    until(company, 9)
    mail = the_mail(company)
    assert mail is not None
    assert (mail.state, mail.attempts) == ("pending", 0)


def test_two_walks_that_say_the_same_at_once_send_one_mail(company: Company) -> None:
    case = company.case()
    begin(company.walks, company.agent, case.id)
    with company.database.unit() as session:
        move(session, timedelta(minutes=1))
    begin(company.walks, company.agent, case.id)
    for _ in range(3):
        until(company, 23)
    with company.database.reading() as session:
        assert len(session.scalars(select(Effect).where(Effect.step == "news")).all()) == 1


def test_a_mail_server_that_is_away_uses_up_no_attempt(company: Company) -> None:
    company.mailbox.fate, company.mailbox.nobody = "not_now", True
    decided_at_night(company)
    until(company, 9)
    for _ in range(8):
        company.later(hours=1)
    mail = the_mail(company)
    assert mail is not None
    assert (mail.state, mail.attempts, mail.last_error) == ("pending", 0, "not_now")
    company.mailbox.away = True
    company.later(hours=1)
    company.mailbox.fate, company.mailbox.nobody, company.mailbox.away = "sent", False, False
    company.later(hours=1)
    sent = the_mail(company)
    assert sent is not None
    assert (sent.state, sent.attempts) == ("done", 1)


def test_mails_of_a_case_are_one_thread(company: Company) -> None:
    case = company.case()
    with company.database.unit() as session:
        for number, kind in enumerate(("message", "sent", "automatic"), 1):
            remember(session, company.now, company.brand.id, f"<{number}@example.test>", kind, case_id=case.id)  # type: ignore[arg-type]
    begin(company.walks, company.agent, case.id)
    for hour in (23, 23, 23, 9):
        until(company, hour)
    [letter] = [each for each in company.mailbox.letters if each.subject == "Toujours en route"]
    assert letter.in_reply_to == "<2@example.test>"
    assert letter.references == ("<1@example.test>", "<2@example.test>")
