"""Each kind of follow-up, from a document: its looks, its reminders, its end; all stop when a person closes the case.

The check of the next day and the one of every day are in `test_followups.py`, the watch over two parcels in
`tests/processes/test_story.py`, batches of proactive messages in `test_incidents.py`.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from base.clock import business_now
from base.database import Database
from cases import cases
from cases.cases import Case
from cases.follow_ups import FollowUp
from processes.walks import Shown
from tests.company import MONDAY, Company, open_company
from tests.walking import answer, begin, tiny

ENDS = """
- close: done
  text: {fr: "Fait.", en: "Done."}
"""
NEVER = "if_never: [{close: refused, id: never}]"
DOUBT = "unknown: [{close: nobody_knows, id: doubt}]"

LEGAL_DATE = f"""
- wait: claim_window
  until: order.status = "cancelled"
  by: order.promised_on + 5 business days
  remind: [{{before: 1 business day, to: carriers_desk, text: {{fr: "Il finit demain.", en: "It ends tomorrow."}}}}]
  {NEVER}
  {DOUBT}
{ENDS}"""
CUSTOMERS_ANSWER = f"""
- ask: still_wanted
  kind: yes_no
  text: {{fr: "La voulez-vous encore ?", en: "Do you still want it?"}}
  within: 5 days
  remind: [{{after: 2 days}}, {{after: 4 days}}]
  {NEVER}
  if_no: [{{close: refused, id: not_wanted}}]
  if_yes: go_on
{ENDS}"""
A_FILE = f"""
- ask: photo
  kind: file
  text: {{fr: "Envoyez une photo.", en: "Send a photo."}}
  within: 3 days
  remind: [{{after: 1 day}}]
  {NEVER}
{ENDS}"""
A_RETURN = f"""
- wait: back
  until: order.status = "returned"
  within: 10 days
  every: 1 day
  {NEVER}
  {DOUBT}
{ENDS}"""
SOON_AGAIN = f"""
- wait: minutes
  until: order.status = "delivered"
  within: 2 hours
  every: 15 minutes
  {NEVER}
  {DOUBT}
{ENDS}"""
A_TASK = f"""
- task: looking
  for: warehouse
  text: {{fr: "Chercher.", en: "Look for it."}}
  within: 3 business days
  remind: [{{after: 1 business day, to: warehouse}}]
  {NEVER}
{ENDS}"""
EVERY = {
    "legal date": LEGAL_DATE, "answer": CUSTOMERS_ANSWER, "file": A_FILE, "return": A_RETURN, "minutes": SOON_AGAIN,
    "task": A_TASK,
}  # fmt: skip


def started(database: Database, steps: str) -> tuple[Company, Case, Shown]:
    """A company with that process, and a walk of it that waits."""
    company = open_company(database, [tiny(steps)])
    company.parcel("6A1")
    case = company.case()
    return company, case, begin(company.walks, company.agent, case.id)


def outcome(company: Company, case: Case) -> str | None:
    with company.database.reading() as session:
        return session.get_one(Case, case.id).outcome


def status(company: Company, word: str) -> None:
    """What the shop says of the order from now on."""
    company.services.facts["shop.order", "RC-1001"]["status"] = word  # type: ignore[index]


def letters(company: Company) -> list[tuple[str, ...]]:
    """To whom mails went."""
    return [letter.to for letter in company.mailbox.letters]


def due(company: Company) -> timedelta:
    """When the robot comes next, from Monday ten o'clock."""
    with company.database.reading() as session:
        row = session.scalars(select(FollowUp).where(FollowUp.state == "waiting")).one()
    return row.due_at - MONDAY


def test_a_legal_date_warns_people_before_and_is_kept_when_it_has_passed(database: Database) -> None:
    company, case, _ = started(database, LEGAL_DATE)
    company.later(days=2)
    assert letters(company) == []
    company.later(days=2)
    assert letters(company) == [(company.anne.email,)], "the desk, a business day before"
    assert outcome(company, case) is None
    company.later(days=3)
    assert letters(company) == [(company.anne.email,)]
    assert outcome(company, case) == "refused"


@pytest.mark.parametrize(("steps", "ends"), [(CUSTOMERS_ANSWER, 5), (A_FILE, 3)])
def test_who_does_not_answer_is_reminded_and_then_the_walk_goes_on(database: Database, steps: str, ends: int) -> None:
    company, case, _ = started(database, steps)
    before = len(letters(company))
    for _day in range(ends - 1):
        company.later(days=1)
    assert len(letters(company)) - before == steps.count("after:")
    assert outcome(company, case) is None
    company.later(days=1, minutes=1)
    assert outcome(company, case) == "refused"


def test_who_answers_is_not_reminded_any_more(database: Database) -> None:
    company, case, shown = started(database, CUSTOMERS_ANSWER)
    answer(company.walks, company.agent, shown, True)
    company.later(days=6)
    assert letters(company) == []
    assert outcome(company, case) == "done"


def test_a_parcel_on_its_way_back_is_looked_at_daily_until_it_is_there(database: Database) -> None:
    company, case, _ = started(database, A_RETURN)
    assert company.later(days=1).woken == 1
    assert outcome(company, case) is None
    status(company, "returned")
    company.later(days=1)
    assert outcome(company, case) == "done"


def test_a_service_is_asked_again_in_minutes_and_not_for_ever(database: Database) -> None:
    company, case, _ = started(database, SOON_AGAIN)
    assert timedelta(minutes=14) < due(company) < timedelta(minutes=16)
    for _look in range(7):
        assert company.later(minutes=15, seconds=1).woken == 1
    assert outcome(company, case) is None
    company.later(minutes=20)
    assert outcome(company, case) == "refused"


def test_a_persons_task_is_reminded_of_and_ends(database: Database) -> None:
    company, case, _ = started(database, A_TASK)
    company.later(days=1, minutes=1)
    assert outcome(company, case) is None
    company.later(days=2, minutes=1)
    assert outcome(company, case) == "refused"


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_stops_when_a_person_closes_the_case(database: Database, kind: str) -> None:
    company, case, _ = started(database, EVERY[kind])
    before = len(letters(company))
    with company.database.unit() as session:
        closing = cases.close(
            session, company.agent, business_now(session), session.get_one(Case, case.id), outcome="withdrawn"
        )
    assert closing.follow_ups == 1
    assert company.later(days=30).woken == 0
    assert len(letters(company)) == before
    assert outcome(company, case) == "withdrawn"
