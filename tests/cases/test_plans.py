"""Indexes serve what robots and their pages ask: a million rows that wait, or were done, cost nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from base.actors import system_actor
from base.database import Database, new_public_id
from cases import boards, delivery, follow_ups, past_follow_ups, robot_boards
from cases.cases import Case
from cases.claims import Clock, fixed_clock
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.robot_boards import Cursor, Filter

ROWS = 6000
LONG_AGO = timedelta(days=20)
Question = Callable[[Session, int, datetime, Clock], object]
EVERY = Filter()

ROBOTS: dict[str, Question] = {
    "lanes with checks due": lambda s, brand, now, clock: follow_ups.due_lanes(s, clock),
    "lanes with acts due": lambda s, brand, now, clock: delivery.due_lanes(s, clock),
    "checks in flight": lambda s, brand, now, clock: follow_ups.in_flight(s, clock),
    "acts in flight": lambda s, brand, now, clock: delivery.in_flight(s, clock),
    "claim checks": lambda s, brand, now, clock: follow_ups.claim(s, "lane1", room=20, clock=clock),
    "claim acts": lambda s, brand, now, clock: delivery.claim(s, "lane1", room=20, clock=clock),
    "claim impatient checks": lambda s, brand, now, clock: follow_ups.claim_overdue_patience(
        s, "lane1", room=20, clock=clock
    ),
    "sweep checks": lambda s, brand, now, clock: follow_ups.sweep(s, now, clock=clock, random=Random(1)),
    "sweep acts": lambda s, brand, now, clock: delivery.sweep(s, now, clock=clock, random=Random(1), team="x"),
    "move out what is old": lambda s, brand, now, clock: past_follow_ups.move_out(s, now - LONG_AGO),
}
PAGES: dict[str, Question] = {
    "checks due": lambda s, brand, now, clock: robot_boards.checks(s, brand, "due", now, EVERY),
    "checks planned": lambda s, brand, now, clock: robot_boards.checks(
        s, brand, "planned", now, EVERY, after=Cursor(at=now + timedelta(hours=1), id=50)
    ),
    "checks running": lambda s, brand, now, clock: robot_boards.checks(s, brand, "running", now, EVERY),
    "checks parked": lambda s, brand, now, clock: robot_boards.checks(s, brand, "parked", now, EVERY),
    "checks done": lambda s, brand, now, clock: robot_boards.checks(
        s, brand, "done", now, EVERY, after=Cursor(at=now - LONG_AGO, id=50)
    ),
    "acts pending": lambda s, brand, now, clock: robot_boards.acts(s, brand, "pending", EVERY),
    "acts unknown": lambda s, brand, now, clock: robot_boards.acts(s, brand, "unknown", EVERY),
    "acts done": lambda s, brand, now, clock: robot_boards.acts(s, brand, "done", EVERY, after_id=4000),
    "tally": lambda s, brand, now, clock: robot_boards.tally(s, brand, now),
    "how many lie ahead": lambda s, brand, now, clock: robot_boards.planned(s, brand, now),
    "acts by state": lambda s, brand, now, clock: robot_boards.acts_by_state(s, brand),
    "pace": lambda s, brand, now, clock: robot_boards.pace(s, brand, now, now - timedelta(hours=1)),
    "checks of a case": lambda s, brand, now, clock: boards.follow_ups_of_case(s, 1),
    "acts of a case": lambda s, brand, now, clock: boards.effects_of_case(s, 1),
    "counts": lambda s, brand, now, clock: boards.counts(s, system_actor(brand), now, asleep_since=now),
    "late robots": lambda s, brand, now, clock: boards.late_robots(s, system_actor(brand), now),
}


@pytest.fixture
def crowd(database: Database, case: Case, now: datetime) -> Case:
    """Six thousand checks and acts: most done, some far ahead, a few due."""
    with database.unit() as session:
        session.execute(insert(FollowUp), [_check(case, now, number) for number in range(ROWS)])
        session.execute(insert(Effect), [_act(case, now, number) for number in range(ROWS)])
    with database.unit() as session:
        session.execute(text("ANALYZE"))
    return case


def _check(case: Case, now: datetime, number: int) -> dict[str, Any]:
    ahead = number % 5 == 0
    due = now + timedelta(minutes=number - 10) if ahead else now - LONG_AGO - timedelta(minutes=number)
    return {
        "public_id": new_public_id(), "brand_id": case.brand_id, "case_id": case.id, "walk_id": number,
        "version_id": 1, "process": "p1", "step": "s", "visit": 1, "state": "waiting" if ahead else "done",
        "lane": f"lane{number % 7}", "due_at": due, "created_at": now, "done_at": None if ahead else due,
    }  # fmt: skip


def _act(case: Case, now: datetime, number: int) -> dict[str, Any]:
    over = number % 50 > 0
    return {
        "public_id": new_public_id(), "brand_id": case.brand_id, "case_id": case.id, "kind": "message",
        "key": f"k{number}", "operation": "mail", "request": {}, "decided_by": {}, "created_at": now,
        "lane": f"lane{number % 7}", "due_at": now, "state": "done" if over else "pending",
        "done_at": now - LONG_AGO if over else None,
    }  # fmt: skip


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


def scans(plan: str) -> list[str]:
    """Lines that read a whole table of robots' rows."""
    whole = ("Seq Scan on follow_up", "Seq Scan on effect", "SCAN follow_up", "SCAN effect")
    return [line for line in plan.splitlines() if any(each in line for each in whole) and "USING" not in line]


@pytest.mark.parametrize("name", [*ROBOTS, *PAGES])
def test_no_question_of_robots_or_their_pages_reads_a_whole_table(
    database: Database, crowd: Case, now: datetime, name: str
) -> None:
    ask = (ROBOTS | PAGES)[name]
    with database.unit() as session:
        plan = plans(session, lambda: ask(session, crowd.brand_id, now, fixed_clock(now, now)))
    assert plan
    assert scans(plan) == [], plan


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
