"""Effects on their way: done once, put off, in doubt, settled, and never silently lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

import robots.effects
from base.clock import move
from base.database import Database, DatabaseBusy
from cases import cases, delivery
from cases.cases import Case
from cases.claims import MOST_ATTEMPTS, database_clock
from cases.effects import Effect, NotUnknown
from cases.tasks import Task
from processes.connectors.readings import ActAnswer
from processes.rows import WalkEventRow, WalkRow
from processes.walk.turn import Ended
from processes.walks import Shown
from tests.company import Company, open_company
from tests.walking import CANCEL, answer, begin, tiny

CUT = ActAnswer(state="unknown", safety="blind", reason="time")
CUT_KEYED = ActAnswer(state="retry", safety="keyed", reason="time")
DONE = ActAnswer(state="done", safety="keyed", result={})


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that cancels an order."""
    made = open_company(database, [tiny(CANCEL)])
    made.parcel("6A1")
    return made


def decided(company: Company, mail: str = "claire.martin@example.test") -> tuple[Shown, Case]:
    """A case whose act is decided, not delivered."""
    case = company.case(mail=mail)
    return answer(company.walks, company.agent, begin(company.walks, company.agent, case.id), "yes"), case


def the_effect(company: Company, kind: str = "act") -> Effect:
    with company.database.reading() as session:
        return session.scalars(select(Effect).where(Effect.kind == kind)).one()


def the_tasks(company: Company, purpose: str) -> list[Task]:
    with company.database.reading() as session:
        return list(session.scalars(select(Task).where(Task.purpose == purpose)))


def the_walk(company: Company) -> WalkRow:
    with company.database.reading() as session:
        return session.scalars(select(WalkRow)).one()


def test_lane_and_safety_are_known_when_the_act_is_decided(company: Company) -> None:
    company.services.safeties["shop.cancel_order"] = "queryable"
    decided(company)
    effect = the_effect(company)
    assert (effect.lane, effect.safety, effect.once_per_key) == ("shop.cancel_order", "queryable", "RC-1001")


def test_a_cut_blind_call_is_unknown_and_a_persons_task_and_never_sent_again(company: Company) -> None:
    company.services.results["shop.cancel_order"] = CUT
    decided(company)
    company.robots.settle()
    assert the_effect(company).state == "unknown"
    assert len(the_tasks(company, "unknown_effect")) == 1
    assert the_walk(company).state["waiting"]["uncertain"] is True
    for _ in range(3):
        company.later(hours=7)
    assert len(company.services.acts) == 1
    assert the_effect(company).attempts == 1


@pytest.mark.parametrize(("happened", "outcome"), [(True, "done"), (False, None)])
def test_a_person_settles_an_unknown_act_and_the_walk_goes_on(
    company: Company, happened: bool, outcome: str | None
) -> None:
    company.services.results["shop.cancel_order"] = CUT
    _, case = decided(company)
    company.robots.settle()
    effect = the_effect(company)
    shown = company.porter.settle(company.sofia.actor(), effect.id, happened=happened, now=company.now, note="seen")
    assert shown is not None
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).outcome == outcome
    assert [task.state for task in the_tasks(company, "unknown_effect")] == ["done"]
    assert the_effect(company).state == ("done" if happened else "failed")
    with pytest.raises(NotUnknown):
        company.porter.settle(company.sofia.actor(), effect.id, happened=happened, now=company.now)


def test_a_cut_keyed_call_is_repeated_under_the_same_key_until_it_is_done(company: Company) -> None:
    company.services.results["shop.cancel_order"] = CUT_KEYED
    decided(company)
    company.robots.settle()
    effect = the_effect(company)
    assert (effect.state, effect.safety, effect.attempts) == ("pending", "keyed", 1)
    company.services.results["shop.cancel_order"] = DONE
    company.later(hours=1)
    assert the_effect(company).state == "done"
    assert len({key for _, _, key in company.services.acts}) == 1


def test_attempts_are_spent_one_day_and_then_the_walk_is_told(company: Company) -> None:
    company.services.results["shop.cancel_order"] = CUT_KEYED
    _, case = decided(company)
    for _ in range(MOST_ATTEMPTS + 1):
        company.later(hours=7)
    effect = the_effect(company)
    assert (effect.state, effect.failure, effect.attempts) == ("failed", "unreachable", MOST_ATTEMPTS)
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "with_people"


def test_a_service_left_alone_costs_no_attempt(company: Company) -> None:
    resting = ActAnswer(state="retry", safety="keyed", reason="circuit_open", retry_after=timedelta(minutes=20))
    company.services.results["shop.cancel_order"] = resting
    decided(company)
    for _ in range(8):
        company.later(minutes=30)
    effect = the_effect(company)
    assert (effect.state, effect.attempts, effect.last_error) == ("pending", 0, "circuit_open")
    company.services.results["shop.cancel_order"] = DONE
    company.later(minutes=30)
    assert the_effect(company).state == "done"


def test_a_service_that_says_no_sends_the_walk_to_people(company: Company) -> None:
    company.services.results["shop.cancel_order"] = ActAnswer(state="failed", safety="keyed", reason="status")
    _, case = decided(company)
    company.robots.settle()
    assert the_effect(company).state == "failed"
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).team == "delivery_team"


def test_the_same_business_is_not_done_twice_by_two_cases(company: Company) -> None:
    decided(company)
    company.robots.settle()
    second, case = decided(company)
    assert second.effect_ids == ()
    company.robots.settle()
    assert len(company.services.acts) == 1
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "with_people"
        walk = session.scalars(select(WalkRow).where(WalkRow.case_id == case.id)).one()
        events = session.scalars(
            select(WalkEventRow).where(WalkEventRow.walk_id == walk.id).order_by(WalkEventRow.number)
        ).all()
    assert (events[-1].kind, events[-1].payload["reason"]) == ("effect_failed", "already_done")
    assert walk.revision == second.revision, "the refusal is part of the turn that asked"


def kill_while_sending(company: Company, kind: str = "act") -> Effect:
    """A robot claims the effect, says that it sends, and is never heard of again."""
    effect = the_effect(company, kind)
    with company.database.unit() as session:
        taken = delivery.claim_one(session, effect.id, clock=database_clock(session))
        assert taken is not None
        delivery.begin(session, effect.id, taken.token, clock=database_clock(session))
        session.execute(update(Effect).values(lease_until=company.now - timedelta(days=4000)))
    return effect


def test_a_robot_killed_while_sending_a_keyed_act_sends_it_again_under_the_same_key(company: Company) -> None:
    decided(company)
    effect = kill_while_sending(company)
    company.robots.settle()
    company.later(hours=1)
    assert [key for _, _, key in company.services.acts] == [effect.key]
    assert the_effect(company).state == "done"


def test_a_robot_killed_while_sending_a_blind_act_leaves_a_task_and_a_walk_that_knows(company: Company) -> None:
    company.services.safeties["shop.cancel_order"] = "blind"
    decided(company)
    kill_while_sending(company)
    company.robots.settle()
    company.later(hours=7)
    assert company.services.acts == []
    assert the_effect(company).state == "unknown"
    assert len(the_tasks(company, "unknown_effect")) == 1
    assert the_walk(company).state["waiting"]["uncertain"] is True
    revision = the_walk(company).revision
    company.later(hours=7)
    assert the_walk(company).revision == revision, "told once"


def test_what_a_late_robot_found_out_is_dropped_when_the_row_was_taken_over(company: Company) -> None:
    decided(company)
    effect = the_effect(company)
    with company.database.unit() as session:
        taken = delivery.claim_one(session, effect.id, clock=database_clock(session))
        session.execute(update(Effect).values(token=Effect.token + 1))
    assert taken is not None
    assert company.porter.run(taken) is None
    assert company.services.acts == []


def test_an_act_is_recorded_though_the_process_cannot_go_on(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, _ = decided(company)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(company.walks, "carry_on", broken)
    company.porter.deliver(shown.effect_ids)
    assert the_effect(company).state == "done"
    assert len(company.services.acts) == 1
    task = next(task for task in the_tasks(company, "task") if task.key.startswith("broken:"))
    assert "KeyError" in (task.text or {})["fr"]


@pytest.mark.parametrize("trouble", [DatabaseBusy(), OperationalError("COMMIT", {}, Exception("server closed"))])
def test_what_was_done_is_written_down_when_the_database_is_back(
    company: Company, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    decided(company)
    carry_on, away = company.walks.carry_on, [trouble] * 2

    def with_trouble(*given: Any, **more: Any) -> Shown:
        if away:
            raise away.pop()
        return carry_on(*given, **more)

    monkeypatch.setattr(company.walks, "carry_on", with_trouble)
    monkeypatch.setattr(robots.effects, "PAUSES", (0.0, 0.0))
    company.robots.settle()
    assert away == [], "it was away twice"
    assert the_effect(company).state == "done"
    assert len(company.services.acts) == 1
    assert the_walk(company).waiting == "ended", "the walk went on by itself"
    assert the_tasks(company, "unknown_effect") == []


def test_a_person_closes_the_case_before_the_act_is_sent(company: Company) -> None:
    _, case = decided(company)
    with company.database.unit() as session:
        closing = cases.close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="withdrawn")
    assert closing.effects == 1
    company.robots.settle()
    assert company.services.acts == []
    assert the_effect(company).state == "cancelled"


def test_an_act_already_under_way_is_recorded_after_a_person_closed_the_case(company: Company) -> None:
    _, case = decided(company)
    effect = the_effect(company)
    with company.database.unit() as session:
        taken = delivery.claim_one(session, effect.id, clock=database_clock(session))
    assert taken is not None

    def closes(*_: object, **__: object) -> ActAnswer:
        with company.database.unit() as session:
            cases.close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="withdrawn")
        return DONE

    company.services.act = closes  # type: ignore[method-assign]
    company.porter.run(taken)
    assert the_effect(company).state == "done"
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).outcome == "withdrawn"


@pytest.mark.parametrize("fate", ["refused", "unknown"])
def test_a_mail_that_surely_or_perhaps_did_not_arrive_is_a_task(company: Company, fate: str) -> None:
    company.mailbox.fate = fate
    shown, _ = decided(company)
    later = company.porter.deliver(shown.effect_ids, company.agent, "phone")
    assert later is not None
    assert isinstance(later.waiting, Ended)
    assert the_effect(company, "message").state == {"refused": "failed", "unknown": "unknown"}[fate]
    found = the_tasks(company, {"refused": "task", "unknown": "unknown_effect"}[fate])
    assert len(found) == 1
    assert found[0].team == "customer_service"
    company.later(days=1)
    assert company.mailbox.letters == []


def test_a_mail_that_went_out_while_the_database_was_away_is_not_sent_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(company)
    note_fate, away = robots.effects.note_fate, [DatabaseBusy()]

    def with_trouble(*given: Any) -> None:
        if away:
            raise away.pop()
        note_fate(*given)

    monkeypatch.setattr(robots.effects, "note_fate", with_trouble)
    monkeypatch.setattr(robots.effects, "PAUSES", (0.0,))
    company.robots.settle()
    assert the_effect(company, "message").state == "done"
    assert len(company.mailbox.letters) == 1


def test_a_mail_refused_for_now_is_sent_later_once(company: Company) -> None:
    company.mailbox.fate = "not_now"
    decided(company)
    company.robots.settle()
    assert the_effect(company, "message").state == "pending"
    company.mailbox.fate = "sent"
    company.later(hours=1)
    assert the_effect(company, "message").state == "done"
    assert len(company.mailbox.letters) == 1


def test_a_mail_that_never_gets_through_becomes_a_task_in_the_end(company: Company) -> None:
    company.mailbox.fate = "not_now"
    decided(company)
    for _ in range(MOST_ATTEMPTS + 1):
        company.later(hours=7)
    assert the_effect(company, "message").state == "failed"
    assert len(the_tasks(company, "task")) == 1


def test_a_customer_without_a_mail_address_is_reached_by_a_person(company: Company) -> None:
    from cases.customers import Identifier

    shown, _ = decided(company)
    with company.database.unit() as session:
        for identifier in session.scalars(select(Identifier).where(Identifier.kind == "mail")):
            session.delete(identifier)
    company.porter.deliver(shown.effect_ids)
    message = the_effect(company, "message")
    assert (message.state, message.failure) == ("failed", "no_address")
    task = the_tasks(company, "task")[0]
    assert task.title == {"fr": "Joindre le client autrement", "en": "Reach the customer another way"}
    assert "Votre commande RC-1001 est annulée." in (task.text or {})["fr"]
    assert "ariane-link" not in (task.text or {})["fr"]


def test_a_fault_with_one_row_leaves_the_others_alone(company: Company) -> None:
    decided(company)
    with company.database.unit() as session:
        session.execute(update(Effect).values(request={"$at": "no time"}))
    company.robots.tick()
    effect = the_effect(company)
    assert effect.state == "sending", "its lease ends, then it is taken up again"
    with company.database.unit() as session:
        move(session, timedelta(minutes=1))


CUT_QUERYABLE = ActAnswer(state="unknown", safety="queryable", reason="time")
SETTLING = ActAnswer(state="retry", safety="queryable", reason="settling", retry_after=timedelta(minutes=4))


def test_a_queryable_act_is_looked_up_and_waits_until_its_service_has_settled(company: Company) -> None:
    company.services.safeties["shop.cancel_order"] = "queryable"
    company.services.results["shop.cancel_order"] = CUT_QUERYABLE
    decided(company)
    company.robots.settle()
    doubtful = the_effect(company)
    assert (doubtful.state, doubtful.look_first) == ("pending", True)
    company.services.results["shop.cancel_order"] = SETTLING
    company.later(minutes=2)
    waiting = the_effect(company)
    assert (waiting.state, waiting.attempts, waiting.last_error) == ("pending", 1, "settling")
    assert waiting.due_at - company.now >= timedelta(minutes=3)
    company.services.results["shop.cancel_order"] = DONE
    company.later(minutes=5)
    assert the_effect(company).state == "done"
    first, second = company.services.looks
    assert first is not None and second is not None and first < second  # looking is no sending: the clock runs on
    assert len(company.services.acts) == 1
