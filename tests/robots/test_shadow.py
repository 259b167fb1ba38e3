"""Shadow mode: robots say what they would do and do nothing; people do it, and the two are compared."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from base.database import Database
from cases import cases
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.tasks import Task
from processes.walk.events import Woken
from processes.walks import Shown
from robots import shadow
from robots.shadow import ShadowTurn
from tests.company import Company, open_company
from tests.walking import begin, tiny

SEND_AGAIN = """
- wait: tomorrow
  within: 3 business days
  every: 1 business day
  at: "18:00"
  until: order.status = "delivered"
  if_never:
  - act: cancelling
    using: shop.cancel_order
    with: {order: order.number}
    open_to: [agent, robot]
    if_fails: [{close: refused, id: failed}]
  - close: done
    id: cancelled
    text: {fr: "Annulée.", en: "Cancelled."}
  unknown: [{close: nobody_knows, id: doubt}]
- close: done
  text: {fr: "Livré.", en: "Delivered."}
"""


@pytest.fixture
def company(database: Database) -> Company:
    """A process in shadow mode that looks every evening, cancels on the third, ends when the parcel is there."""
    made = open_company(database, [tiny(SEND_AGAIN)])
    made.parcel("6A1")
    with database.unit() as session:
        shadow.begin(session, made.sofia.actor(), made.now, "tiny", reason="First week")
    return made


def watched(company: Company) -> Shown:
    return begin(company.walks, company.agent, company.case().id)


def written(company: Company) -> list[ShadowTurn]:
    with company.database.reading() as session:
        return list(session.scalars(select(ShadowTurn).order_by(ShadowTurn.id)))


def by_hand(company: Company, shown: Shown) -> Shown:
    """The agent looks herself, and what she decides is done."""
    looked = company.walks.carry_on(shown.walk, Woken(walker="agent", channel="phone"), actor=company.agent)
    return company.porter.deliver(looked.effect_ids, company.agent, "phone") or looked


def test_looks_that_decide_nothing_go_on_by_themselves(company: Company) -> None:
    watched(company)
    company.later(days=1, hours=9)
    assert written(company) == []
    with company.database.reading() as session:
        assert session.scalars(select(FollowUp.state).order_by(FollowUp.id.desc())).first() == "waiting"


def test_what_would_be_done_is_said_and_nothing_is_done(company: Company) -> None:
    shown = watched(company)
    company.later(days=5)
    (said,) = written(company)
    assert said.would == [{"kind": "act", "what": "shop.cancel_order"}]
    assert company.services.acts == []
    with company.database.reading() as session:
        assert session.scalars(select(Effect).where(Effect.kind == "act")).all() == []
        task = session.scalars(select(Task)).one()
    assert task.only_watched
    revision = company.walks.standing(company.agent, shown.walk).row.revision
    assert revision == said.revision, "the walk stands where it stood"
    assert company.later(days=2).woken == 0, "people have it now"


def test_people_who_do_the_same_agree_and_their_task_ends(company: Company) -> None:
    shown = watched(company)
    company.later(days=5)
    by_hand(company, shown)
    company.robots.sweep()
    (said,) = written(company)
    assert (said.verdict, said.did) == ("same", said.would)
    with company.database.reading() as session:
        (agreed,) = shadow.agreements(session, company.brand.id)
        assert session.scalars(select(Task.state)).one() == "cancelled"
    assert (agreed.percent, agreed.same, agreed.other, agreed.open) == (100, 1, 0, 0)


def test_people_who_do_something_else_disagree(company: Company) -> None:
    shown = watched(company)
    company.later(days=5)
    company.services.facts["shop.order", "RC-1001"] = {
        **company.services.facts["shop.order", "RC-1001"], "status": "delivered",  # type: ignore[dict-item]
    }  # fmt: skip
    by_hand(company, shown)
    company.robots.sweep()
    (said,) = written(company)
    assert said.verdict == "other"
    assert said.did_end == "ended:done"


def test_an_end_without_acts_is_compared_by_the_end(company: Company) -> None:
    shown = watched(company)
    company.services.facts["shop.order", "RC-1001"] = {
        **company.services.facts["shop.order", "RC-1001"], "status": "delivered",  # type: ignore[dict-item]
    }  # fmt: skip
    company.later(days=1, hours=9)
    (said,) = written(company)
    assert said.would_end == "ended:done"
    by_hand(company, shown)
    company.robots.sweep()
    assert written(company)[0].verdict == "same"


def test_once_let_act_they_do(company: Company) -> None:
    watched(company)
    with company.database.unit() as session:
        shadow.end(session, company.sofia.actor(), company.now, "tiny")
    company.later(days=5)
    assert [act for act, _, _ in company.services.acts] == ["shop.cancel_order"]
    assert written(company) == []


def test_a_case_closed_meanwhile_is_left_alone(company: Company) -> None:
    shown = watched(company)
    with company.database.unit() as session:
        case = cases.find_case(session, company.agent, shown.case)
        cases.close(session, company.agent, company.now, case, outcome="done", solved=True)
    assert company.later(days=5).woken == 0
    assert written(company) == []


def test_a_reason_is_wanted(company: Company) -> None:
    with pytest.raises(shadow.ShadowNeedsReason), company.database.unit() as session:
        shadow.begin(session, company.sofia.actor(), company.now + timedelta(hours=1), "tiny", reason="")
