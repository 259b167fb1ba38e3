"""The first figures, counted by hand on both databases."""

from datetime import timedelta

from base.database import Database
from cases import cases
from cases.contacts import begin_contact
from insight.figures import figures
from tests.company import open_company


def test_contacts_and_closed_cases_of_the_period_are_counted(database: Database) -> None:
    company = open_company(database, [])
    case, other = company.case("RC-1"), company.case("RC-2")
    now = company.now
    with database.unit() as session:
        case = cases.locked(session, case.id)
        for days, channel in ((1, "phone"), (2, "phone"), (3, "mail"), (40, "mail")):
            moment = now - timedelta(days=days)
            begin_contact(session, company.agent, moment, channel=channel, direction="inbound", case=case)
        begin_contact(session, company.agent, now, channel="phone", direction="outbound", case=case)
        cases.close(session, company.agent, now, cases.locked(session, other.id), outcome="refunded", solved=True)
    with database.reading() as session:
        found = figures(session, company.robot, now + timedelta(minutes=1))
    assert found.contacts == 3
    assert [(share.name, share.count, share.percent) for share in found.by_channel] == [
        ("phone", 2, 67),
        ("mail", 1, 33),
    ]
    assert [(share.name, share.count) for share in found.by_reason] == [("delivery.not_received", 3)]
    assert (found.closed, found.solved) == (1, 1)
    assert found.counts.open == 1


def test_an_empty_company_has_figures_too(database: Database) -> None:
    company = open_company(database, [])
    with database.reading() as session:
        found = figures(session, company.robot, company.now)
    assert (found.contacts, found.by_reason, found.closed) == (0, [], 0)
    assert len(found.weeks) == 12
