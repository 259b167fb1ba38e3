"""What pages show of a walk: facts with age and source, internal fields for staff alone, the answers so far."""

import pytest

from base.database import Database
from processes.views import answers_given, facts_shown, journal
from processes.walk.values import UNKNOWN
from processes.walks import reader_for
from tests.company import DOWN, Company, open_company
from tests.walking import CANCEL, answer, begin, tiny


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that cancels an order."""
    made = open_company(database, [tiny(CANCEL)])
    made.parcel("6A1")
    return made


def walked(company: Company) -> str:
    """A walk whose order was read."""
    first = begin(company.walks, company.agent, company.case().id)
    return answer(company.walks, company.agent, first, "yes").walk


def test_facts_are_shown_with_their_source_and_time(company: Company) -> None:
    standing = company.walks.standing(company.agent, walked(company))
    [order] = facts_shown(standing, "fr")
    assert (order.state, order.source, order.capability) == ("known", "memory.shop.order", "shop.order")
    assert abs((company.now - order.read_at).total_seconds()) < 60
    names = {field.name for field in order.fields}
    assert {"number", "customer.first_name", "address.postcode"} <= names
    assert not any(name.startswith("lines") for name in names), "lists have pages of their own"


def test_internal_fields_are_for_staff_alone(company: Company) -> None:
    standing = company.walks.standing(company.agent, walked(company))
    [staff] = facts_shown(standing, "fr")
    [customer] = facts_shown(standing, "fr", internal=False)
    assert {field.name for field in customer.fields} == {field.name for field in staff.fields if not field.internal}


def test_an_unknown_code_and_a_silent_service_are_shown_as_not_known(company: Company) -> None:
    order = company.services.facts["shop.order", "RC-1001"]
    assert isinstance(order, dict)
    order["status"] = UNKNOWN
    standing = company.walks.standing(company.agent, walked(company))
    [shown] = facts_shown(standing, "fr")
    assert shown.status == "unknown"
    assert next(field.state for field in shown.fields if field.name == "status") == "unknown"
    company.services.facts["shop.order", "RC-1001"] = DOWN
    first = begin(company.walks, company.agent, company.case("RC-1001").id)
    silent = answer(company.walks, company.agent, first, "yes").walk
    [shown] = facts_shown(company.walks.standing(company.agent, silent), "fr")
    assert (shown.state, shown.reason, shown.status) == ("unknown", "time", "unknown")


@pytest.mark.parametrize(("language", "told"), [("fr", ("Annuler ?", "oui")), ("en", ("Cancel?", "yes"))])
def test_answers_are_told_in_the_readers_language(company: Company, language: str, told: tuple[str, str]) -> None:
    standing = company.walks.standing(company.agent, walked(company))
    given = answers_given(standing, reader_for(standing, "agent", "phone", language))
    assert (given[-1].step, (given[-1].question, given[-1].answer)) == ("sure", told)
    assert given[-1].at is not None


def test_the_journal_is_the_proof_in_order(company: Company) -> None:
    standing = company.walks.standing(company.agent, walked(company))
    with company.database.reading() as session:
        rows = journal(session, standing.row.id)
    assert [row.kind for row in rows] == ["started", "answered", "facts_read"]
    assert any("sure" in line for row in rows for line in row.trace)
