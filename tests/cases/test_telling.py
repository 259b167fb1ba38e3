"""One entry, told to each reader in his language."""

from datetime import date, datetime
from typing import Any

import pytest

from base.actors import Actor
from base.database import Database
from base.languages import translate
from base.money import Money
from cases.cases import Case
from cases.telling import KINDS, tell
from cases.timeline import TimelineEntry, entries, write, written


def told(
    actor: Actor, now: datetime, kind: str, language: str = "en", reader: Any = "agent", **params: Any
) -> str | None:
    entry = TimelineEntry(kind=kind, params=written(params), actor=actor.to_json(), at=now)
    return tell(entry, language, "Europe/Paris", reader)


def test_times_are_the_readers(robot: Actor, now: datetime) -> None:
    due = now.replace(hour=17)
    assert told(robot, now, "follow_up.planned", due=due) == "The robot looks again on Monday 2 March 2026 at 18:00."
    french = told(robot, now, "follow_up.planned", "fr", "customer", due=due)
    assert french == "Nous regardons à nouveau le lundi 2 mars 2026 à 18:00."


def test_why_something_was_not_done_is_told_in_words(robot: Actor, now: datetime) -> None:
    label = {"fr": "renvoyer", "en": "send it again"}
    failed = told(robot, now, "act.failed", label=label, because="changed_meanwhile")
    assert failed == "Not done: send it again (what it rested on has changed since)."
    french = told(robot, now, "act.failed", "fr", label=label, because="refused_by_person")
    assert french == "Pas fait\u00a0: renvoyer (une seconde personne a refusé)."
    assert "E-4711" in str(told(robot, now, "act.failed", label=label, because="E-4711"))


def test_money_texts_dates_and_lists_are_the_readers(agent: Actor, now: datetime) -> None:
    label = {"fr": "rembourser", "en": "refund"}
    assert told(agent, now, "act.done", label=label, amount=Money(8490, "EUR")) == "Done: refund (€84.90)."
    french = told(agent, now, "act.done", "fr", label=label, amount=Money(8490, "EUR"))
    assert french == "C’est fait\u00a0: rembourser (84,90\u00a0€)."
    answer = ["A1", date(2026, 3, 3), True, {"$unknown": "X9"}]
    said = told(agent, now, "walk.answered", question="Which?", answer=answer)
    assert said == "Anne answered “Which?”: A1, 3 March 2026, yes, unknown."


def test_a_sentence_with_less_to_say_is_shorter(agent: Actor, now: datetime) -> None:
    assert told(agent, now, "case.closed", outcome="found") == "Anne closed the case: found."
    assert told(agent, now, "case.closed") == "Anne closed the case."
    assert told(agent, now, "follow_up.cancelled") is not None


def test_a_customer_sees_her_own_and_no_names(agent: Actor, visitor: Actor, now: datetime) -> None:
    assert told(agent, now, "note", reader="customer") is None
    assert told(agent, now, "task.created", reader="customer", team="x", title="y") is None
    for kind in KINDS:
        assert "Anne" not in (told(agent, now, kind, reader="customer") or "")
    assert (
        told(visitor, now, "contact.inbound", "fr", channel="selfcare") == "Le client nous a contactés (espace client)."
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_sentence_is_told_in_french(kind: str) -> None:
    for msgid in (*KINDS[kind].agent, *KINDS[kind].customer):
        assert translate("fr", msgid) != msgid


def test_hostile_words_stay_words(agent: Actor, now: datetime) -> None:
    said = told(agent, now, "walk.answered", question="%(x)s 100 %", answer="%(actor)s {0} <b>")
    assert said == "Anne answered “%(x)s 100 %”: %(actor)s {0} <b>."
    odd = TimelineEntry(kind="of.another.version", params={}, actor=agent.to_json(), at=now)
    assert tell(odd, "fr", "Europe/Paris") == "of.another.version"
    assert tell(odd, "fr", "Europe/Paris", "customer") is None


def test_an_unknown_kind_is_not_written(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        with pytest.raises(KeyError):
            write(session, case.id, "nothing.like.it", actor=agent, now=now)
        before = len(entries(session, case.id))
        last = write(session, case.id, "note", actor=agent, now=now, words="Elle rappelle demain.")
        session.flush()
        assert [entry.id for entry in entries(session, case.id, since=last.id - 1)] == [last.id]
        assert len(entries(session, case.id)) == before + 1


def test_what_ends_its_own_sentence_is_not_ended_twice(robot: Actor, now: datetime) -> None:
    label = {"fr": "Où est mon colis\u00a0?", "en": "Where is my parcel?"}
    assert told(robot, now, "follow_up.done", label=label) == "The robot looked, as planned: Where is my parcel?"
    french = told(robot, now, "follow_up.done", "fr", label=label)
    assert french == "Le robot a regardé, comme prévu\u00a0: Où est mon colis\u00a0?"
