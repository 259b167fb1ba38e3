"""The life of a case, and what its closing takes back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import Actor, system_actor
from base.database import Database
from base.permissions import NotPermitted
from cases import cases, contacts, delivery, effects, follow_ups, promises, tasks
from cases.cases import Case, CaseIsClosed, CaseIsNotClosed, NoSuchCase
from cases.claims import fixed_clock
from cases.customers import Customer
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.matters import DirtyMatter
from cases.orders import Order, SeenLine, order_at_first_sight, order_numbered
from cases.promises import Promise
from cases.tasks import Task
from cases.timeline import TimelineEntry, TimelineIsFinal, entries
from tests.cases.together import together

TITLE = {"fr": "Répondre à la cliente", "en": "Answer the customer"}


@pytest.fixture
def busy(database: Database, robot: Actor, case: Case, now: datetime) -> Case:
    """Clara's case with a robot's check, two acts (one being sent), tasks and a promise, all of walk 71."""
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        due = now + timedelta(days=1)
        follow_ups.plan(
            session, robot, now, mine, walk_id=71, version_id=1, process="p1", step="next_day", visit=1, due_at=due
        )
        for key in ("reship", "refund"):
            effects.decide(
                session, robot, now, mine, kind="act", key=key, operation=f"shop.{key}", request={}, walk_id=71
            )
        taken = delivery.claim(session, "", room=1, clock=fixed_clock(now, now))
        delivery.begin(session, taken[0].id, taken[0].token, clock=fixed_clock(now, now))
        tasks.create(session, robot, now, mine, key="claim", team="carriers_desk", title=TITLE, walk_id=71)
        tasks.create(session, robot, now, mine, key="ask", team="warehouse", title=TITLE, walk_id=71, blocking=True)
        promises.make(session, robot, now, mine, key="we_look", words="Demain 18 h", by=due, walk_id=71)
    return case


def test_it_opens_with_the_orders_customer_and_a_reference(
    database: Database, case: Case, clara: Customer, order: Order
) -> None:
    with database.unit() as session:
        found = cases.find_case(session, system_actor(case.brand_id), case.spoken_reference.lower())
        assert (found.id, found.state, found.customer_id, found.order_id) == (case.id, "open", clara.id, order.id)
        assert cases.find_case(session, system_actor(case.brand_id), case.public_id).id == case.id
        assert [entry.kind for entry in entries(session, case.id)] == ["case.opened"]
        for stranger in (case.brand_id + 1, 0):
            with pytest.raises(NoSuchCase):
                cases.find_case(session, system_actor(stranger), case.reference)


def test_a_persons_closing_takes_everything_back(database: Database, agent: Actor, busy: Case, now: datetime) -> None:
    with database.unit() as session:
        closing = cases.close(session, agent, now, session.get_one(Case, busy.id), outcome="found", solved=True)
        assert (closing.follow_ups, closing.effects) == (1, 1)
        assert [effect.key for effect in closing.under_way] == ["reship"]
        assert _states(session, FollowUp) == ["cancelled"]
        assert _states(session, Effect) == ["sending", "cancelled"]
        assert _states(session, Task) == ["cancelled", "cancelled"]
        assert _states(session, Promise) == ["withdrawn"]
        closed = session.get_one(Case, busy.id)
        assert (closed.state, closed.closed_at, closed.outcome, closed.solved) == ("closed", now, "found", True)


def test_a_walks_own_closing_takes_only_its_waits_back(
    database: Database, robot: Actor, busy: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, busy.id)
        cases.close_by_walk(session, robot, now, mine, walk_id=71, outcome="reshipped", solved=True)
        assert _states(session, FollowUp) == ["cancelled"]
        assert _states(session, Effect) == ["sending", "pending"]
        assert _states(session, Task) == ["open", "cancelled"]
        assert _states(session, Promise) == ["open"]
        told = [entry.kind for entry in entries(session, busy.id)]
        assert "follow_up.cancelled" not in told
        assert told[-1] == "case.closed"


def test_a_closed_case_is_reopened_before_anything_else(
    database: Database, agent: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        with pytest.raises(CaseIsNotClosed):
            cases.reopen(session, agent, now, mine)
        cases.close(session, agent, now, mine, outcome="found")
        with pytest.raises(CaseIsClosed):
            cases.close(session, agent, now, mine, outcome="found")
        with pytest.raises(CaseIsClosed):
            cases.wait(session, agent, now, mine)
        cases.reopen(session, agent, now, mine)
        assert (mine.state, mine.closed_at, mine.outcome) == ("open", None, None)


def test_two_who_close_have_one_winner(
    database: Database, agent: Actor, supervisor: Actor, case: Case, now: datetime
) -> None:
    def close(session: Session) -> str:
        cases.close(session, agent, now, session.get_one(Case, case.id), outcome="found")
        return "closed"

    got = together(database, close, close, close)
    assert sorted(str(type(one).__name__) for one in got) == ["CaseIsClosed", "CaseIsClosed", "str"]


def test_people_take_over_and_bring_it_back(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    by = now + timedelta(days=1)
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        task = cases.hand_over(
            session, robot, now, mine, team="delivery_team", because="in_doubt", key="b7:doubt:1:", title=TITLE, by=by
        )
        assert (mine.state, mine.team, mine.answer_by) == ("with_people", "delivery_team", by)
        assert (task.purpose, task.team, task.due_at) == ("hand_over", "delivery_team", by)
        cases.bring_back(session, agent, now, mine)
        assert (mine.state, mine.team) == ("open", None)
        assert session.get_one(Task, task.id).state == "done"


def test_waiting_is_told_once(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        cases.wait(session, robot, now, mine, until=now)
        cases.wait(session, robot, now, mine, until=now)
        assert [entry.kind for entry in entries(session, case.id)].count("case.waiting") == 1
        cases.resume(session, robot, now, mine)
        assert mine.state == "open"


def test_a_customer_cannot_close_by_herself(database: Database, visitor: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session, pytest.raises(NotPermitted):
        cases.close(session, visitor, now, session.get_one(Case, case.id), outcome="found")


def test_a_linked_case_is_told_in_the_first(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        first = session.get_one(Case, case.id)
        second = cases.open_case(
            session, robot, now, reason="delivery.twice", language="fr", order=first.order, linked_case=first
        )
        entry = entries(session, case.id)[-1]
        assert (entry.kind, entry.params) == ("case.linked", {"reference": second.spoken_reference})


def test_what_is_written_is_final(database: Database, case: Case) -> None:
    with pytest.raises(TimelineIsFinal), database.unit() as session:
        session.scalars(select(TimelineEntry)).one().kind = "note"
    with pytest.raises(TimelineIsFinal), database.unit() as session:
        session.delete(session.scalars(select(TimelineEntry)).one())


def test_what_the_figures_depend_on_is_marked(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        before = session.scalar(select(func.count()).select_from(DirtyMatter))
        cases.change_reason(session, agent, now, session.get_one(Case, case.id), "delivery.late")
        assert session.scalar(select(func.count()).select_from(DirtyMatter)) == (before or 0) + 1


def test_a_selfcare_visit_is_one_contact_until_it_idles(
    database: Database, visitor: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)

        def click(minutes: int, visit: str = "v1") -> int:
            at = now + timedelta(minutes=minutes)
            return contacts.contact_for_visit(session, visitor, at, mine, visit=visit).id

        first = click(0)
        assert click(29) == first
        assert click(58) == first
        assert click(58, "v2") != first
        assert click(88) != first
        assert [entry.kind for entry in entries(session, case.id)].count("contact.inbound") == 3


def test_a_contact_finds_its_case_later(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        call = contacts.begin_contact(session, agent, now, channel="phone", direction="inbound")
        contacts.attach(session, agent, now, call, session.get_one(Case, case.id))
        contacts.end_contact(session, agent, now + timedelta(minutes=4), call)
        assert (call.case_id, call.customer_id) == (case.id, case.customer_id)
        assert call.ended_at == now + timedelta(minutes=4)


def test_an_order_is_noted_once_however_it_is_typed(
    database: Database, robot: Actor, order: Order, now: datetime
) -> None:
    with database.unit() as session:
        lines = [SeenLine(external_id="1", number="SKU-1"), SeenLine(external_id="2")]
        again = order_at_first_sight(session, robot, now, " #rc-1001", external_id="gid/77", lines=lines)
        order_at_first_sight(session, robot, now, "RC-1001", lines=lines)
        assert (again.id, again.number, again.external_id) == (order.id, "RC-1001", "gid/77")
        session.refresh(again)
        assert [line.external_id for line in again.lines] == ["1", "2"]
        found = order_numbered(session, order.brand_id, "rc-1001")
        assert found is not None and found.id == order.id


def test_a_broken_promise_can_be_excused_and_a_kept_one_not(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        one = promises.make(session, robot, now, mine, key="a", words="Demain", by=now)
        assert promises.make(session, robot, now, mine, key="a", words="Plus tard", by=now).words == "Demain"
        promises.broken(session, robot, now, one)
        promises.excuse(session, agent, now, one, "strike")
        two = promises.make(session, robot, now, mine, key="b", words="Demain", by=now)
        promises.kept(session, robot, now, two)
        with pytest.raises(promises.PromiseIsSettled):
            promises.excuse(session, agent, now, two, "strike")


def _states(session: Session, row: type[FollowUp] | type[Effect] | type[Task] | type[Promise]) -> list[str]:
    return list(session.scalars(select(row.state).order_by(row.id)))
