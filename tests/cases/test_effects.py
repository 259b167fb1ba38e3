"""An effect: one row, one key, whatever happens on the way."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import Database
from base.money import Money
from base.permissions import NotPermitted
from cases import delivery, effects
from cases.cases import Case, open_case
from cases.claims import Claimed, Lost, fixed_clock
from cases.effects import AlreadyDone, Effect, KeyReused, NotUnknown, UnderWay
from cases.tasks import Task
from cases.timeline import entries
from tests.cases.together import together

KEY = "b7f0:reship:1:"
RESHIP = {"fr": "renvoyer le colis", "en": "send the parcel again"}


def decided(session: Session, robot: Actor, now: datetime, case: Case, **others: Any) -> effects.Decision:
    known: dict[str, Any] = {"kind": "act", "key": KEY, "operation": "shop.reship", "lane": "shop", "label": RESHIP}
    known |= {"request": {"order": "RC-1001"}, "safety": "keyed", "amount": Money(8490, "EUR"), "walk_id": 71}
    return effects.decide(session, robot, now, case, **(known | others))


def sent(database: Database, robot: Actor, case: Case, now: datetime, **others: Any) -> Claimed:
    """An effect that is just being sent."""
    with database.unit() as session:
        effect = decided(session, robot, now, case, **others).effect
        taken = delivery.claim_one(session, effect.id, clock=clock_at(now))
        assert taken is not None
    with database.unit() as session:
        delivery.begin(session, taken.id, taken.token, clock=clock_at(now))
    return taken


def clock_at(now: datetime, **real: float) -> Any:
    return fixed_clock(now, now + timedelta(**real))


def kinds(session: Session, case: Case) -> list[str]:
    return [entry.kind for entry in entries(session, case.id)]


def state(database: Database, id: int) -> str:
    with database.reading() as session:
        return session.get_one(Effect, id).state


def test_it_is_decided_sent_and_done(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    taken = sent(database, robot, case, now)
    with database.unit() as session:
        answer = {"parcel_number": "6A2"}
        effect = delivery.done(session, robot, now, taken.id, taken.token, answer=answer)
        assert (effect.state, effect.answer, effect.amount, effect.attempts) == ("done", answer, Money(8490, "EUR"), 1)
        assert kinds(session, case)[-2:] == ["act.decided", "act.done"]


def test_the_same_key_decided_twice_is_one_effect(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        one = decided(session, robot, now, case)
        two = decided(session, robot, now, case)
        assert one.fresh and not two.fresh
        assert one.effect.id == two.effect.id
        assert kinds(session, case).count("act.decided") == 1
        with pytest.raises(KeyReused):
            decided(session, robot, now, case, request={"order": "RC-1002"})


def test_decided_at_the_same_moment_it_is_still_one(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    def decide(session: Session) -> bool:
        return decided(session, robot, now, case).fresh

    assert sorted(together(database, decide, decide, decide)) == [False, False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Effect)) == 1


def test_two_walks_of_one_order_do_its_business_once(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        other = open_case(session, robot, now, reason="delivery.late", language="fr")
        first = decided(session, robot, now, case, once_per_key="RC-1001/1").effect
        with pytest.raises(AlreadyDone) as refused:
            decided(session, robot, now, other, key="c8:reship:1:", once_per_key="RC-1001/1")
        assert refused.value.case_id == case.id
        assert decided(session, robot, now, other, key="c8:reship:2:", once_per_key="RC-1001/2").fresh
        effects.cancel(session, robot, now, first)
        assert decided(session, robot, now, other, key="c8:reship:3:", once_per_key="RC-1001/1").fresh


def test_one_robot_takes_it(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        for number in range(12):
            decided(session, robot, now, case, key=f"k{number}")

    def take(session: Session) -> list[int]:
        return [claim.id for claim in delivery.claim(session, "shop", room=5, clock=clock_at(now))]

    taken = [id for got in together(database, take, take, take) for id in got]
    assert len(taken) == len(set(taken)) == 12


def test_taken_and_not_sent_it_is_free_again_after_the_lease(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        effect = decided(session, robot, now, case, safety="blind").effect
        (first,) = delivery.claim(session, "shop", room=1, clock=clock_at(now))
        assert delivery.claim(session, "shop", room=1, clock=clock_at(now, seconds=59)) == []
        (second,) = delivery.claim(session, "shop", room=1, clock=clock_at(now, seconds=61))
        with pytest.raises(Lost):
            delivery.begin(session, first.id, first.token, clock=clock_at(now))
        delivery.begin(session, second.id, second.token, clock=clock_at(now))
        assert session.get_one(Effect, effect.id).attempts == 1


def test_a_claim_given_back_is_free_at_once(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        decided(session, robot, now, case)
        (taken,) = delivery.claim(session, "shop", room=1, clock=clock_at(now))
        delivery.give_back(session, taken.id, taken.token)
        assert len(delivery.claim(session, "shop", room=1, clock=clock_at(now))) == 1


@pytest.mark.parametrize(
    ("safety", "ambiguous", "after", "look_first"),
    [
        ("keyed", True, "pending", True),
        ("keyed", False, "pending", False),
        ("queryable", True, "pending", True),
        ("blind", False, "pending", False),
        ("blind", True, "unknown", False),
    ],
)
def test_a_cut_call_is_taken_as_its_operation_declares(
    database: Database,
    robot: Actor,
    case: Case,
    now: datetime,
    random: Random,
    safety: str,
    ambiguous: bool,
    after: str,
    look_first: bool,
) -> None:
    taken = sent(database, robot, case, now, safety=safety)
    cut: Any = {"error": "cut", "ambiguous": ambiguous, "random": random, "team": "delivery_team"}
    with database.unit() as session:
        effect = delivery.retry(session, robot, now, taken.id, taken.token, **cut)
        assert (effect.state, effect.look_first) == (after, look_first)


@pytest.mark.parametrize(("ambiguous", "after"), [(True, "unknown"), (False, "failed")])
def test_spent_attempts_end_as_unknown_or_as_failed(
    database: Database, robot: Actor, case: Case, now: datetime, random: Random, ambiguous: bool, after: str
) -> None:
    cut: Any = {"error": "refused", "ambiguous": ambiguous, "random": random, "team": "delivery_team"}
    for _ in range(5):
        taken = sent(database, robot, case, now)
        with database.unit() as session:
            delivery.retry(session, robot, now, taken.id, taken.token, **cut)
        now += timedelta(hours=7)
    assert state(database, taken.id) == after


@pytest.mark.parametrize(("safety", "after"), [("keyed", "pending"), ("queryable", "pending"), ("blind", "unknown")])
def test_a_robot_that_died_while_sending_never_makes_a_blind_act_twice(
    database: Database, robot: Actor, case: Case, now: datetime, random: Random, safety: str, after: str
) -> None:
    taken = sent(database, robot, case, now, safety=safety)
    swept: Any = {"clock": clock_at(now, seconds=61), "random": random, "team": "delivery_team"}
    with database.unit() as session:
        assert delivery.sweep(session, now, **swept) == 1
        assert delivery.sweep(session, now, **swept) == 0
    assert state(database, taken.id) == after
    with pytest.raises(Lost), database.unit() as session:
        delivery.done(session, robot, now, taken.id, taken.token)


def test_a_person_settles_what_nobody_knows(
    database: Database, robot: Actor, agent: Actor, visitor: Actor, case: Case, now: datetime
) -> None:
    taken = sent(database, robot, case, now, safety="blind")
    with database.unit() as session:
        effect = delivery.unknown(session, robot, now, taken.id, taken.token, error="cut", team="delivery_team")
        task = session.scalars(select(Task)).one()
        assert (task.purpose, task.effect_id, task.state) == ("unknown_effect", effect.id, "open")
        with pytest.raises(NotPermitted):
            effects.settle(session, visitor, now, effect, happened=True)
        effects.settle(session, agent, now, effect, happened=True, note="seen in the shop")
        assert (effect.state, session.get_one(Task, task.id).state) == ("done", "done")
        with pytest.raises(NotUnknown):
            effects.settle(session, agent, now, effect, happened=False)
        assert {"act.unknown", "act.happened"} <= set(kinds(session, case))


def test_it_can_be_taken_back_until_it_is_being_sent(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    taken = sent(database, robot, case, now)
    with pytest.raises(UnderWay), database.unit() as session:
        effects.cancel(session, agent, now, session.get_one(Effect, taken.id))
    with database.unit() as session:
        other = decided(session, robot, now, case, key="other").effect
        claim = delivery.claim_one(session, other.id, clock=clock_at(now))
        assert claim is not None
        effects.cancel(session, agent, now, other)
        with pytest.raises(Lost):
            delivery.begin(session, claim.id, claim.token, clock=clock_at(now))


def test_cancel_against_sending_has_one_winner(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    for number in range(15):
        with database.unit() as session:
            effect = decided(session, robot, now, case, key=f"k{number}").effect
            claim = delivery.claim_one(session, effect.id, clock=clock_at(now))
            assert claim is not None

        def send(session: Session, claim: Claimed = claim) -> str:
            delivery.begin(session, claim.id, claim.token, clock=clock_at(now))
            return "sent"

        def stop(session: Session, id: int = effect.id) -> str:
            effects.cancel(session, agent, now, session.get_one(Effect, id))
            return "stopped"

        outcome = together(database, send, stop)
        if outcome[1] == "stopped":
            assert isinstance(outcome[0], Lost)
            assert state(database, effect.id) == "cancelled"
        else:
            assert outcome[0] == "sent" and isinstance(outcome[1], UnderWay)
            assert state(database, effect.id) == "sending"


def test_the_words_of_a_message_are_kept_as_they_were_sent(
    database: Database, robot: Actor, case: Case, now: datetime
) -> None:
    words = {"to": "clara@example.org", "subject": "Il repart", "text": "Suivi : 6A2."}
    label = {"fr": "Il repart"}
    taken = sent(database, robot, case, now, kind="message", operation="mail", request=words, label=label, amount=None)
    with database.unit() as session:
        delivery.done(session, robot, now, taken.id, taken.token)
        entry = entries(session, case.id)[-1]
        assert (entry.kind, entry.words) == ("message.done", words)
