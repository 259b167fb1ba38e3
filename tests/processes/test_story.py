"""The story of the product, end to end through the shell and the robots: one version, three walkers."""

from datetime import timedelta

from sqlalchemy import select

from base.actors import customer_actor
from base.database import Database
from base.money import Money
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.tasks import Task
from processes.rows import WalkRow
from processes.walk.events import Answered
from processes.walk.turn import Asking, Timing
from tests.company import Company, open_company


def test_a_customer_a_robot_and_an_agent_walk_one_tree(database: Database) -> None:
    company = open_company(database)
    company.parcel("6A1", last_event_days=6)
    company.services.results["shop.reship"] = {"parcel_number": "6A2", "carrier": "dhl"}
    company.services.results["shop.return_label"] = {"label": "https://shop.test/label.pdf"}
    case = company.case()
    assert case.customer_id is not None
    claire = customer_actor(company.brand.id, case.customer_id, "Claire Martin", "order")

    shown = company.walks.start(
        claire, case.id, "parcel-not-received", channel="selfcare", language="fr", needs={"order_number": "RC-1001"}
    )
    for _ in range(6):
        if not isinstance(shown.waiting, Asking):
            break
        value = {"remedy": "reship", "still_missing": "not_come"}.get(shown.waiting.step, "yes")
        answer = Answered(
            walker="customer", channel="selfcare", language="fr", step=shown.waiting.step, visit=shown.waiting.visit,
            value=value,
        )  # fmt: skip
        shown = company.walks.carry_on(shown.walk, answer, actor=claire, revision=shown.revision)
        company.porter.deliver(shown.effect_ids)
    assert isinstance(shown.waiting, Timing)
    assert shown.waiting.wake_at is not None
    assert company.services.acts == []

    company.later(days=1, hours=9)
    assert [act[0] for act in company.services.acts] == ["shop.reship"]
    with database.reading() as session:
        tasks = session.scalars(select(Task).where(Task.step == "claim")).all()
        assert [task.team for task in tasks] == ["carriers_desk"]
        linked = session.scalars(select(Case).where(Case.linked_case_id == case.id)).all()
        assert len(linked) == 1
        open_checks = session.scalars(select(FollowUp).where(FollowUp.state == "waiting")).all()
        assert open_checks
    assert any("6A2" in letter.text for letter in company.mailbox.letters)

    # The new parcel comes, then the first one too.
    _deliver_both(company)
    for _ in range(8):
        company.later(days=1)
    with database.reading() as session:
        first = session.get_one(Case, case.id)
        assert (first.state, first.outcome) == ("closed", "reshipped")
        acts = [effect.operation for effect in session.scalars(select(Effect).where(Effect.kind == "act"))]
        assert acts == ["shop.reship", "shop.return_label"]
        walks = session.scalars(select(WalkRow)).all()
        assert len(walks) == 2


def _deliver_both(company: Company) -> None:
    now = company.now
    order = dict(company.services.facts["shop.order", "RC-1001"])  # type: ignore[arg-type]
    again = {
        "number": "6A2", "carrier": "dhl", "direction": "out", "lines": ["LAMPE"],
        "value": Money.parse("49.90 EUR"), "sent_at": now, "replaced": False,
    }  # fmt: skip
    order["parcels"] = [{**order["parcels"][0], "replaced": True}, again]
    order["delivered_twice"] = True
    company.services.facts["shop.order", "RC-1001"] = order
    company.track("6A2", status="delivered", delivered_at=now + timedelta(days=1), last_event_at=now)
    company.track("6A1", status="delivered", delivered_at=now + timedelta(days=2), last_event_at=now)
