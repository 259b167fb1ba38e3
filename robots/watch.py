"""The watch: alerts for what is about to be missed or has been. Every crossing once, whichever robot sees it first.

Clocks of cases carry the moment of their next alert (`Case.alert_at`); the rest is found by queries over what is due.
A case at a time, in a transaction of its own: a bad row steps aside.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from base.actors import robot_actor
from base.clock import business_now
from base.people import Team
from cases import alerts, clocks
from cases.alerts import Alert, AlertKind, raise_alert
from cases.cases import Case, locked, resume
from cases.follow_ups import FollowUp
from cases.states import state_is
from cases.tasks import LIVE, Task
from cases.timeline import write
from cases.waits import CaseWait

if TYPE_CHECKING:
    from robots.rounds import Robots

log = structlog.get_logger()

MOST = 200
"""Rows of a kind that one round looks at."""
ROBOT_LATE = timedelta(minutes=15)
"""A check that nobody took for so long after its time is late."""
TASK_HORIZON = timedelta(days=2)
"""How far ahead tasks are looked at; one is near when a fifth of its time is left."""


def watch(robots: "Robots") -> int:
    """One round: raise, escalate, settle. How many alerts were raised or escalated."""
    raised = 0
    now = _now(robots)
    for work in (_parked, _clocks, _answers, _checks, _tasks, _escalations):
        with robots.database.reading() as session:
            found = work(session, now)
        for case_id, deed in found:
            raised += _one(robots, case_id, deed, now)
    with robots.database.unit() as session:
        _settle(session, now)
    return raised


def reckon_all(robots: "Robots") -> int:
    """Reckon the deadlines of all open cases anew; how many moved."""
    now, last, moved = _now(robots), 0, 0
    while True:
        with robots.database.reading() as session:
            page = select(Case.id).where(Case.state != "closed", Case.id > last).order_by(Case.id).limit(MOST)
            ids = list(session.scalars(page))
        if not ids:
            return moved
        last = ids[-1]
        for case_id in ids:
            with robots.database.unit() as session:
                moved += clocks.reckon(session, locked(session, case_id), now)


Deed = Callable[[Session, Case, datetime], object]


def _one(robots: "Robots", case_id: int, deed: Deed, now: datetime) -> int:
    try:
        with robots.database.unit() as session:
            return int(bool(deed(session, locked(session, case_id), now)))
    except Exception:  # a bad row steps aside; the round goes on
        log.exception("watch.stumbled", case=case_id)
        return 0


def _now(robots: "Robots") -> datetime:
    if robots.now is not None:
        return robots.now
    with robots.database.reading() as session:
        return business_now(session)


def _parked(session: Session, now: datetime) -> list[tuple[int, Deed]]:
    over = select(CaseWait.case_id).where(CaseWait.ended_at.is_(None), CaseWait.party == "hand", CaseWait.until <= now)
    return [(case_id, _back) for case_id in session.scalars(over.limit(MOST))]


def _back(session: Session, case: Case, now: datetime) -> None:
    """Its time has come: it goes on, and stands among the cases in progress again."""
    resume(session, robot_actor(case.brand_id), now, case)
    write(session, case.id, "clock.back", actor=robot_actor(case.brand_id), now=now)


def _clocks(session: Session, now: datetime) -> list[tuple[int, Deed]]:
    due = select(Case.id).where(Case.state != "closed", Case.alert_at <= now).order_by(Case.alert_at).limit(MOST)
    return [(case_id, _cross) for case_id in session.scalars(due)]


def _cross(session: Session, case: Case, now: datetime) -> int:
    crossed: dict[str, datetime] = dict(clocks.crossed(session, case, now))
    if crossed.get("deadline_missed", now) < now:
        crossed.pop("deadline_near", None)  # told too late to warn
    raised = [raise_alert(session, now, case, kind, at) for kind, at in crossed.items()]  # type: ignore[arg-type]
    clocks.reckon(session, case, now)
    return sum(alert is not None for alert in raised)


def _answers(session: Session, now: datetime) -> list[tuple[int, Deed]]:
    late = select(Case.id, Case.answer_by).where(state_is(Case.state, "with_people"), Case.answer_by < now)
    rows = session.execute(late.where(_untold("answer_late", Case.id, Case.answer_by)).limit(MOST)).all()
    return [(row.id, _raise("answer_late", row.answer_by)) for row in rows if row.answer_by is not None]


def _checks(session: Session, now: datetime) -> list[tuple[int, Deed]]:
    late = select(FollowUp).where(state_is(FollowUp.state, "waiting"), FollowUp.due_at < now - ROBOT_LATE)
    rows = session.scalars(late.where(_untold("robot_late", FollowUp.id, FollowUp.due_at)).limit(MOST))
    return [
        (row.case_id, _raise("robot_late", row.due_at, subject="follow_up", subject_id=row.id, detail=row.label))
        for row in rows
    ]


def _tasks(session: Session, now: datetime) -> list[tuple[int, Deed]]:
    live = [state_is(Task.state, *LIVE), Task.due_at < now + TASK_HORIZON]
    team = and_(Team.brand_id == Task.brand_id, Team.key == Task.team)
    told = or_(
        and_(
            Task.due_at < now, _untold("task_late", Task.id, Task.due_at), _untold("partner_late", Task.id, Task.due_at)
        ),
        and_(Task.due_at >= now, _untold("task_near", Task.id, Task.due_at)),
    )
    wanted = select(Task, Team.partner_id).outerjoin(Team, team).where(*live, told, Task.purpose != "hand_over")
    found: list[tuple[int, Deed]] = []
    for task, partner_id in session.execute(wanted.order_by(Task.due_at).limit(MOST)).unique():
        kind = _state_of_task(task, partner_id, now)
        if kind is not None and task.due_at is not None:
            deed = _raise(kind, task.due_at, subject="task", subject_id=task.id, detail=task.title)
            found.append((task.case_id, deed))
    return found


def _state_of_task(task: Task, partner_id: int | None, now: datetime) -> AlertKind | None:
    assert task.due_at is not None
    if task.due_at < now:
        return "partner_late" if partner_id is not None else "task_late"
    near = task.due_at - (task.due_at - task.created_at) / 5
    return "task_near" if near <= now else None


def _escalations(session: Session, now: datetime) -> list[tuple[int, Deed]]:
    forgotten = select(Alert.id, Alert.case_id).where(
        Alert.settled_at.is_(None), Alert.acknowledged_at.is_(None), Alert.escalated_at.is_(None),
        Alert.escalates_at <= now,
    )  # fmt: skip
    return [(row.case_id, _escalate(row.id)) for row in session.execute(forgotten.limit(MOST))]


def _escalate(alert_id: int) -> Deed:
    def deed(session: Session, case: Case, now: datetime) -> bool:
        alerts.escalate(session, now, session.get_one(Alert, alert_id))
        return True

    return deed


def _raise(kind: AlertKind, at: datetime, **about: Any) -> Deed:
    return lambda session, case, now: raise_alert(session, now, case, kind, at, **about)


def _untold(kind: AlertKind, subject_id: Any, moment: Any) -> ColumnElement[bool]:
    return ~exists().where(Alert.kind == kind, Alert.subject_id == subject_id, Alert.crossed_at == moment)


def _settle(session: Session, now: datetime) -> None:
    """What is no longer true: the task is done, the robot came, the deadline moved."""
    over: Sequence[ColumnElement[bool]] = (
        and_(Alert.subject == "task", ~exists().where(Task.id == Alert.subject_id, state_is(Task.state, *LIVE))),
        and_(
            Alert.subject == "follow_up",
            ~exists().where(
                FollowUp.id == Alert.subject_id, FollowUp.state != "done", FollowUp.state != "cancelled",
                FollowUp.due_at == Alert.crossed_at,
            ),
        ),
        and_(
            Alert.kind == "answer_late",
            ~exists().where(Case.id == Alert.subject_id, Case.answer_by == Alert.crossed_at),
        ),
        and_(Alert.kind == "deadline_missed", ~exists().where(Case.id == Alert.subject_id, Case.deadline_at <= now)),
        and_(Alert.kind == "goal_missed", ~exists().where(Case.id == Alert.subject_id, Case.goal_at <= now)),
        and_(
            Alert.kind == "deadline_near",
            ~exists().where(Case.id == Alert.subject_id, Case.deadline_at > now),
        ),
    )  # fmt: skip
    done = update(Alert).where(Alert.settled_at.is_(None), or_(*over)).values(settled_at=now)
    session.execute(done, execution_options={"synchronize_session": False})
