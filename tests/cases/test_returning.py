"""A customer comes back: which case takes his contact, what counts, and what is moved."""

from datetime import datetime, timedelta

import pytest

from base.actors import Actor
from base.business_time import ALWAYS_OPEN, Delay
from base.database import Database
from cases import cases, contacts
from cases.cases import Case, open_case
from cases.contacts import Contact, NotThisCase, is_courtesy
from cases.orders import Order
from cases.returning import Known, case_before, decide, take_up
from cases.targets import Allowed, set_target
from cases.timeline import entries

WEEK = Delay(7, "days")


def test_the_newest_open_case_takes_it(now: datetime) -> None:
    known = [Known(1, None), Known(2, None), Known(3, now)]
    assert (decide(known, ALWAYS_OPEN, now).way, decide(known, ALWAYS_OPEN, now).case_id) == ("open", 2)


def test_within_the_grace_window_the_case_is_reopened_and_after_it_another_is_linked(now: datetime) -> None:
    known = [Known(1, now - timedelta(days=30), WEEK), Known(2, now - timedelta(days=6), WEEK)]
    assert decide(known, ALWAYS_OPEN, now).way == "reopen"
    later = decide(known, ALWAYS_OPEN, now + timedelta(days=1))
    assert (later.way, later.case_id) == ("linked", 2)


def test_nothing_known_is_a_new_case(now: datetime) -> None:
    assert decide([], ALWAYS_OPEN, now).way == "new"


def test_the_grace_window_is_the_reasons_own(
    database: Database, case: Case, order: Order, agent: Actor, supervisor: Actor, now: datetime
) -> None:
    def way(at: datetime) -> str:
        with database.unit() as session:
            mine = session.get_one(Order, order.id)
            return case_before(session, agent, at, case.reason, customer=None, order=mine)[0]

    with database.unit() as session:
        set_target(session, supervisor, now - timedelta(days=1), case.reason, Allowed(grace="2 days"))
        assert case_before(
            session, agent, now, "return.how", customer=None, order=session.get_one(Order, order.id)
        ) == (
            "new",
            None,
        )
    assert way(now) == "open"
    with database.unit() as session:
        cases.close(session, agent, now, session.get_one(Case, case.id), outcome="received", solved=True)
    assert way(now + timedelta(days=1)) == "reopen"
    assert way(now + timedelta(days=2)) == "linked"
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        take_up(session, agent, now + timedelta(days=1), mine)
        assert mine.state == "open"


@pytest.mark.parametrize(
    "words",
    ["Merci !", "Merci beaucoup, bonne journée", "Thank you very much!\n\n> When does it come?", "Super merci Claire"],
)
def test_thank_you_and_no_more_is_courtesy(words: str) -> None:
    assert is_courtesy(words)


@pytest.mark.parametrize(
    "words",
    [
        "Merci, mais où est mon colis ?",
        "Merci de me rappeler au 06 12 34 56 78",
        "Thanks, the lamp arrived broken",
        "Merci de rembourser ma commande immédiatement",
        "",
        "Où en est mon dossier",
    ],
)
def test_thank_you_and_a_request_is_none(words: str) -> None:
    assert not is_courtesy(words)


def test_courtesy_does_not_count_and_an_agent_can_correct_it(
    database: Database, case: Case, agent: Actor, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        first = contacts.begin_contact(session, agent, now, channel="mail", direction="inbound", case=mine)
        second = contacts.begin_contact(session, agent, now, channel="mail", direction="inbound", case=mine)
        assert mine.inbound == 2
        contacts.say_courtesy(session, agent, now, second, True)
        assert mine.inbound == 1
        contacts.say_courtesy(session, agent, now, second, False)
        assert mine.inbound == 2
        assert [entry.kind for entry in entries(session, mine.id)][-2:] == ["contact.courtesy", "contact.counts"]
        assert first.handled == timedelta()


def test_a_contact_is_moved_and_both_cases_count_anew(
    database: Database, case: Case, agent: Actor, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        other = open_case(session, agent, now, reason="return.how", language="fr")
        contact = contacts.begin_contact(session, agent, now, channel="phone", direction="inbound", case=mine)
        contacts.move(session, agent, now, contact, other)
        assert (mine.inbound, other.inbound) == (0, 1)
        with pytest.raises(NotThisCase):
            contacts.move(session, agent, now, contact, other)
    with database.reading() as session:
        assert session.get_one(Contact, contact.id).case_id == other.id


def test_an_internal_contact_is_typed_timed_and_costed_and_never_the_customers(
    database: Database, case: Case, agent: Actor, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        noted = contacts.note_internal(session, agent, now, mine, with_whom="logistics", minutes=12, cost_minor=840)
        assert (mine.inbound, noted.handled, noted.cost_minor) == (0, timedelta(minutes=12), 840)
