"""What pages list, and that indexes serve it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from base.actors import Actor, system_actor
from base.database import Database, new_public_id
from cases import boards, cases, contacts, follow_ups, tasks
from cases.cases import Case
from cases.claims import fixed_clock
from cases.follow_ups import FollowUp
from tests.cases.test_follow_ups import planned

TITLE = {"fr": "Répondre", "en": "Answer"}


def test_the_queue_says_what_comes_next(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        second = cases.open_case(session, robot, now + timedelta(hours=1), reason="delivery.late", language="fr")
        planned(session, robot, now, mine, due_at=now + timedelta(days=2))
        planned(session, robot, now, mine, due_at=now + timedelta(days=1), visit=2)
        tasks.create(session, robot, now, mine, key="t", team="carriers_desk", title=TITLE)
        contacts.begin_contact(session, agent, now, channel="phone", direction="inbound", case=mine)
        first, other = boards.open_cases(session, system_actor(case.brand_id))
        assert (first.case.id, other.case.id) == (case.id, second.id)
        assert (first.next_check, first.open_tasks, first.last_contact) == (now + timedelta(days=1), 1, now)
        assert (other.next_check, other.open_tasks, other.last_contact) == (None, 0, None)
        assert [line.case.id for line in boards.open_cases(session, system_actor(case.brand_id), after=mine)] == [
            second.id
        ]
        assert [
            line.case.id for line in boards.open_cases(session, system_actor(case.brand_id), reason="delivery.late")
        ] == [second.id]
        assert boards.open_cases(session, system_actor(case.brand_id + 1)) == []


def test_a_closed_case_leaves_the_queue(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        cases.close(session, agent, now, session.get_one(Case, case.id), outcome="found")
        assert boards.open_cases(session, system_actor(case.brand_id)) == []


def test_a_team_sees_its_tasks_most_urgent_first(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        for key, team, days in (
            ("a", "carriers_desk", None),
            ("b", "carriers_desk", 3),
            ("c", "carriers_desk", 1),
            ("d", "x", 0),
        ):
            due = now + timedelta(days=days) if days is not None else None
            tasks.create(session, robot, now, mine, key=key, team=team, title=TITLE, due_at=due)
        found = boards.tasks_of_teams(session, system_actor(case.brand_id), ["carriers_desk"])
        assert [task.key for task in found] == ["c", "b", "a"]
        tasks.claim(session, agent, now, found[0])
        held = boards.tasks_of_teams(session, system_actor(case.brand_id), None, person_id=agent.person_id)
        assert [task.key for task in held] == ["c"]
        tasks.done(session, agent, now, found[1])
        assert [task.key for task in boards.tasks_of_case(session, case.id)] == ["d", "c", "a", "b"]


def test_the_figures_of_a_moment(database: Database, robot: Actor, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        planned(session, robot, now, mine, due_at=now - timedelta(hours=2))
        planned(session, robot, now, mine, visit=2, due_at=now - timedelta(minutes=1))
        planned(session, robot, now, mine, visit=3, due_at=now + timedelta(days=1))
        early = now - timedelta(days=1)
        cases.hand_over(session, robot, now, mine, team="x", because="doubt", key="h", title=TITLE, by=early)
        counts = boards.counts(session, system_actor(case.brand_id), now, asleep_since=now - timedelta(hours=1))
        assert counts == boards.Counts(
            open=0,
            waiting=0,
            with_people=1,
            late_answers=1,
            open_tasks=1,
            late_tasks=1,
            due_checks=2,
            late_checks=1,
            parked_checks=0,
            unknown_effects=0,
            broken_promises=0,
        )
        late = boards.late_robots(session, system_actor(case.brand_id), now - timedelta(hours=1))
        assert [row.visit for row in late] == [1]
        assert [line.case.id for line in boards.cases_with_team(session, system_actor(case.brand_id), "x")] == [case.id]
        assert boards.due_lanes(session, now) == {"laposte": 2}


def test_contacts_are_counted_by_reason(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        for reason in (None, None, "other"):
            contacts.begin_contact(session, agent, now, channel="phone", direction="inbound", case=mine, reason=reason)
        contacts.begin_contact(session, agent, now, channel="mail", direction="outbound", case=mine)
        found = boards.contacts_by_reason(session, system_actor(case.brand_id), now)
        assert found == [("delivery.not_received", 2), ("other", 1)]


def test_the_agenda_goes_on_where_it_stopped(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        for visit in range(7):
            planned(session, robot, now, mine, visit=visit, due_at=now + timedelta(days=visit // 2))
        seen: list[int] = []
        last = None
        while page := boards.agenda(session, system_actor(case.brand_id), after=last, limit=3):
            seen += [row.visit for row in page]
            last = page[-1]
        assert seen == list(range(7))


@pytest.fixture
def crowd(database: Database, case: Case, now: datetime) -> Case:
    """Five thousand checks, nearly all in the future."""
    rows: list[dict[str, Any]] = [
        {
            "public_id": new_public_id(),
            "brand_id": case.brand_id,
            "case_id": case.id,
            "walk_id": number,
            "version_id": 1,
            "process": "p1",
            "step": "s",
            "visit": 1,
            "state": "waiting" if number % 4 else "done",
            "lane": f"lane{number % 5}",
            "due_at": now + timedelta(minutes=number),
            "created_at": now,
        }
        for number in range(5000)
    ]
    with database.unit() as session:
        session.execute(insert(FollowUp), rows)
    with database.unit() as session:
        session.execute(text("ANALYZE"))
    return case


def plans(session: Session, ask: Callable[[], object]) -> str:
    """How the database would go about the statements that `ask` executes."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    connection = session.connection()
    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(
        str(line)
        for statement, parameters in seen
        for line in connection.exec_driver_sql(explain + statement, parameters)
    )


def test_an_idle_claim_looks_at_what_is_due_only(database: Database, crowd: Case, now: datetime) -> None:
    with database.unit() as session:
        clock = fixed_clock(now - timedelta(days=1), now)
        plan = plans(session, lambda: follow_ups.claim(session, "lane1", room=20, clock=clock))
    assert "ix_follow_up_due" in plan
    assert "Seq Scan on follow_up" not in plan and "SCAN follow_up" not in plan
    if "Index Cond" in plan:
        assert "lane" in plan.split("Index Cond")[1] and "due_at" in plan.split("Index Cond")[1]
    else:
        assert "lane=? AND due_at<?" in plan


def test_the_agenda_walks_its_index(database: Database, crowd: Case, now: datetime) -> None:
    with database.reading() as session:
        plan = plans(session, lambda: boards.agenda(session, system_actor(crowd.brand_id), limit=20))
    assert "ix_follow_up_agenda" in plan
    assert "Sort" not in plan or "Presorted Key" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_the_queue_of_open_cases_walks_its_index(database: Database, crowd: Case) -> None:
    with database.reading() as session:
        plan = plans(session, lambda: boards.open_cases(session, system_actor(crowd.brand_id), limit=20))
    assert "ix_case_queue" in plan or 'Seq Scan on "case"' in plan, "a handful of cases needs no index"
    if database.is_sqlite:
        assert "ix_case_queue" in plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan
