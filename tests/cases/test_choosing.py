"""What to do next: what can still be saved first, what a colleague is at left to him."""

from datetime import datetime, timedelta

import pytest

from base.actors import Actor
from base.database import Database
from base.people import Person, Skills
from cases import choosing, presence, tasks
from cases.cases import Case, open_case
from cases.choosing import Candidate, best, next_for
from cases.targets import Allowed, set_target
from cases.tasks import Task

TITLE = {"fr": "Chercher", "en": "Look"}


def candidate(now: datetime, number: int, hours: float | None, **more: bool) -> Candidate:
    """Due so many hours from now."""
    due = None if hours is None else now + timedelta(hours=hours)
    return Candidate(number, "case", due, now - timedelta(days=number), **more)


def test_what_is_due_soon_comes_before_what_is_late_already_and_both_before_the_rest(now: datetime) -> None:
    late, soon, later, dateless = (candidate(now, n, h) for n, h in ((1, -5), (2, 3), (3, 50), (4, None)))
    order = []
    left = [dateless, later, late, soon]
    while chosen := best(left, now, expert=False):
        order.append(chosen.id)
        left.remove(chosen)
    assert order == [2, 1, 3, 4]


def test_what_a_colleague_has_and_what_is_for_experts_is_left(now: datetime) -> None:
    taken, hard = candidate(now, 1, 1, taken=True), candidate(now, 2, 1, complex=True)
    assert best([taken, hard], now, expert=False) is None
    assert best([taken, hard], now, expert=True) == hard


def test_the_next_one_is_a_case_or_a_task_of_ones_teams_that_nobody_looks_at(
    database: Database, case: Case, agent: Actor, bruno: Person, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        due = now + timedelta(hours=1)
        for team in ("warehouse", "delivery_team"):
            tasks.create(session, agent, now, mine, key=team, team=team, title=TITLE, due_at=due)
        chosen = next_for(session, agent, now, now, ["delivery_team"])
        assert isinstance(chosen, Task) and chosen.team == "delivery_team"
        presence.be_there(session, bruno.actor(), now, case.id)
        assert presence.others(session, agent, now, case.id) == ["Bruno"]
        assert next_for(session, agent, now, now, ["delivery_team"]) is None
        assert next_for(session, agent, now, now + timedelta(minutes=5), ["delivery_team"]) is not None
        assert next_for(session, agent, now, now + timedelta(minutes=5), ["delivery_team"], leave=case.id) is None


def test_a_complex_reason_goes_to_experts(
    database: Database, robot: Actor, agent: Actor, supervisor: Actor, now: datetime
) -> None:
    with database.unit() as session:
        set_target(session, supervisor, now, "delivery.damaged", Allowed(complexity="complex"))
        hard = open_case(session, robot, now, reason="delivery.damaged", language="fr")
        assert next_for(session, agent, now, now, []) is None
        assert next_for(session, supervisor, now, now, []) == hard


def test_of_what_presses_alike_what_one_knows_best_comes_first(now: datetime) -> None:
    other, known = candidate(now, 1, 2, known=False), candidate(now, 2, 3)
    pressing = candidate(now, 4, -1, known=False)
    assert best([other, known], now, expert=False) == known
    assert best([pressing, candidate(now, 5, 60)], now, expert=False) == pressing, "urgency comes before"


def test_who_speaks_english_alone_gets_english_cases(
    database: Database, robot: Actor, anne: Person, agent: Actor, now: datetime
) -> None:
    with database.unit() as session:
        french = open_case(session, robot, now, reason="delivery.late", language="fr")
        english = open_case(session, robot, now + timedelta(hours=1), reason="delivery.damaged", language="en")
        late = open_case(session, robot, now + timedelta(hours=2), reason="delivery.late", language="en")
        person = session.get_one(Person, anne.id)
        assert next_for(session, agent, now, now, []) == french
        person.skills = Skills(speaks=("en",))
        assert next_for(session, agent, now, now, []) == english
        person.skills = Skills(speaks=("en",), masters=("delivery.late",))
        assert next_for(session, agent, now, now, []) == late


def test_those_whom_one_cannot_talk_with_hide_nobody(
    database: Database, robot: Actor, agent: Actor, anne: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST", 2)
    with database.unit() as session:
        french = [
            open_case(session, robot, now + timedelta(minutes=number), reason="delivery.late", language="fr")
            for number in range(3)
        ]
        english = open_case(session, robot, now + timedelta(hours=1), reason="delivery.late", language="en")
        for case in (*french, english):
            tasks.create(session, agent, now, case, key=f"look:{case.id}", team="desk", title=TITLE, due_at=now)
        session.get_one(Person, anne.id).skills = Skills(speaks=("en",))
        assert next_for(session, agent, now, now, []) == english
        chosen = next_for(session, agent, now, now, ["desk"])
        assert isinstance(chosen, Task) and chosen.case_id == english.id
