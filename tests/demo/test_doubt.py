"""The demo opens with an act of which nobody knows whether it was done."""

from sqlalchemy import select

from ariane.demo.doubt import ORDER, leave_in_doubt
from base.database import Database
from cases.effects import Effect
from cases.tasks import Task
from tests.company import open_company


def test_a_voucher_is_left_in_doubt_with_a_task_and_can_be_settled(database: Database) -> None:
    company = open_company(database, [])
    with database.unit() as session:
        leave_in_doubt(session, company.robot)
    with database.reading() as session:
        effect = session.scalars(select(Effect)).one()
        assert session.scalars(select(Task.purpose)).one() == "unknown_effect"
    assert (effect.state, effect.request["order"]) == ("unknown", ORDER)
    company.porter.settle(company.sofia.actor(), effect.id, happened=True, now=company.now)
    with database.reading() as session:
        assert session.get_one(Effect, effect.id).state == "done"
