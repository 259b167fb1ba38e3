"""Tasks: one of two people gets it, the other is told who."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import Database
from base.people import Person
from base.permissions import NotPermitted
from cases import tasks
from cases.cases import Case
from cases.tasks import NotYourTask, Task, TaskIsOver, TaskTaken
from cases.timeline import entries
from tests.cases.together import together

TITLE = {"fr": "Demander l'indemnité", "en": "Claim compensation"}


@pytest.fixture
def task(database: Database, robot: Actor, case: Case, now: datetime) -> Task:
    """Claim compensation from the carrier, within two days."""
    due = now + timedelta(days=2)
    with database.unit() as session:
        return tasks.create(session, robot, now, case, key="b7:claim:1:", team="carriers_desk", title=TITLE, due_at=due)


def test_it_is_taken_and_done_with_answers(
    database: Database, agent: Actor, case: Case, task: Task, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Task, task.id)
        tasks.claim(session, agent, now, mine)
        tasks.claim(session, agent, now, mine)
        assert (mine.state, mine.claimer and mine.claimer.name) == ("claimed", "Anne")
        tasks.done(session, agent, now, mine, answers={"file_number": "LP-7"})
        assert (mine.state, mine.answers) == ("done", {"file_number": "LP-7"})
        told = [entry.kind for entry in entries(session, case.id)]
        assert told[-3:] == ["task.created", "task.claimed", "task.done"]


def test_two_claimers_have_one_winner_and_one_clear_conflict(
    database: Database, anne: Person, bruno: Person, task: Task, now: datetime
) -> None:
    def claim(person: Person) -> object:
        def attempt(session: Session) -> str:
            tasks.claim(session, person.actor(), now, session.get_one(Task, task.id))
            return person.name

        return attempt

    got = together(database, claim(anne), claim(bruno))  # type: ignore[arg-type]
    (winner,) = [name for name in got if isinstance(name, str)]
    (conflict,) = [error for error in got if isinstance(error, TaskTaken)]
    assert conflict.tell("en") == f"{winner} already has this task."


def test_the_same_key_is_the_same_task(database: Database, robot: Actor, case: Case, task: Task, now: datetime) -> None:
    with database.unit() as session:
        again = tasks.create(session, robot, now, case, key=task.key, team="carriers_desk", title=TITLE)
        assert again.id == task.id
        assert [entry.kind for entry in entries(session, case.id)].count("task.created") == 1


def test_only_who_has_it_or_a_supervisor_hands_it_back(
    database: Database, agent: Actor, supervisor: Actor, bruno: Person, task: Task, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Task, task.id)
        tasks.claim(session, agent, now, mine)
        with pytest.raises(NotYourTask):
            tasks.hand_back(session, bruno.actor(), now, mine)
        with pytest.raises(TaskTaken):
            tasks.done(session, bruno.actor(), now, mine)
        tasks.hand_back(session, supervisor, now, mine)
        tasks.claim(session, bruno.actor(), now, mine)
        assert mine.claimed_by == bruno.id


def test_what_is_over_stays_over(database: Database, agent: Actor, task: Task, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Task, task.id)
        tasks.done(session, agent, now, mine)
        for again in (tasks.claim, tasks.done, tasks.cancel, tasks.hand_back):
            with pytest.raises(TaskIsOver):
                again(session, agent, now, mine)


def test_an_approval_needs_who_may_approve(
    database: Database, robot: Actor, agent: Actor, supervisor: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        ask = tasks.create(
            session, robot, now, case, key="b7:reship:1:approval", team="supervisor", title=TITLE, purpose="approval"
        )
        with pytest.raises(NotPermitted):
            tasks.done(session, agent, now, ask, answers={"approved": True})
        tasks.done(session, supervisor, now, ask, answers={"approved": True})


def test_it_is_late_after_its_date_only(task: Task, now: datetime) -> None:
    assert not task.late(now)
    assert task.late(now + timedelta(days=3))
