"""The next best thing for somebody to do: by urgency, among what his teams may do. The rule, and its use on rows.

A breach that is near presses more than one that has passed: what can still be saved comes first. What a colleague looks
at just now is left to him. Complex matters go to those who are on the experts' path, a customer to somebody who speaks
his language; of what presses alike, people get first what they know best.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from base.actors import Actor, Role
from base.people import Person, Skills
from base.scope import within
from cases.cases import Case
from cases.presence import looked_at
from cases.states import state_is
from cases.targets import target_for
from cases.tasks import Task

MOST = 200
"""Rows that are weighed."""
SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that might be done next."""

    id: int
    kind: str
    """"case" or "task"."""
    due_at: datetime | None
    since: datetime
    """How long it waits: the older first where nothing else decides."""
    taken: bool = False
    """A colleague has it, or looks at it."""
    complex: bool = False
    known: bool = True
    """Whether it is about what he knows best."""


def best(candidates: Iterable[Candidate], now: datetime, *, expert: bool) -> Candidate | None:
    """The most pressing of those he may do; None when there is nothing."""
    free = [each for each in candidates if not each.taken and (expert or not each.complex)]
    return min(free, key=lambda each: _rank(each, now), default=None)


def next_for(
    session: Session, actor: Actor, now: datetime, real_now: datetime, teams: Sequence[str], *, leave: int | None = None
) -> Case | Task | None:
    """The case or task that this member of staff had best take now; `leave` is the case he comes from."""
    skills = _skills(session, actor)
    cases = {case.id: case for case in _cases(session, actor, teams, skills) if case.id != leave}
    tasks = {task.id: task for task in _tasks(session, actor, teams, skills) if task.case_id != leave}
    busy = looked_at(session, actor, real_now, [*cases, *(task.case_id for task in tasks.values())])
    candidates = [
        Candidate(
            case.id, "case", case.answer_by or case.deadline_at, case.opened_at, taken=case.id in busy,
            complex=_is_complex(session, case), known=skills.knows(case.reason),
        )
        for case in cases.values()
    ]  # fmt: skip
    candidates += [
        Candidate(
            task.id, "task", task.due_at, task.created_at, taken=task.case_id in busy,
            known=skills.knows(task.case.reason),
        )
        for task in tasks.values()
    ]  # fmt: skip
    chosen = best(candidates, now, expert=not actor.roles.isdisjoint({Role.EXPERT, Role.SUPERVISOR}))
    return None if chosen is None else (cases if chosen.kind == "case" else tasks)[chosen.id]


def _rank(each: Candidate, now: datetime) -> tuple[int, bool, float]:
    """Due soon, late, due later, without a date; within each what he knows best first, then the nearest or oldest."""
    if each.due_at is None:
        return 3, not each.known, each.since.timestamp()
    if each.due_at < now:
        return 1, not each.known, -each.due_at.timestamp()
    return (0 if each.due_at - now <= SOON else 2), not each.known, each.due_at.timestamp()


def _skills(session: Session, actor: Actor) -> Skills:
    person = session.get(Person, actor.person_id) if actor.person_id is not None else None
    return person.skills if person is not None else Skills()


def _spoken(skills: Skills) -> ColumnElement[bool]:
    """Cases whose customer he can talk with."""
    return Case.language.in_(skills.speaks) if skills.speaks else true()


def _cases(session: Session, actor: Actor, teams: Sequence[str], skills: Skills) -> list[Case]:
    handed = state_is(Case.state, "with_people") & Case.team.in_(list(teams))
    wanted = select(Case).where(within(actor, Case), or_(handed, state_is(Case.state, "open")), _spoken(skills))
    return list(session.scalars(wanted.order_by(Case.deadline_at.is_(None), Case.deadline_at).limit(MOST)).unique())


def _tasks(session: Session, actor: Actor, teams: Sequence[str], skills: Skills) -> list[Task]:
    wanted = (
        select(Task)
        .join(Task.case)
        .where(within(actor, Task), state_is(Task.state, "open"), Task.team.in_(list(teams)))
        .where(Task.purpose != "hand_over", _spoken(skills))
        .options(contains_eager(Task.case))
    )
    return list(session.scalars(wanted.order_by(Task.due_at.is_(None), Task.due_at, Task.id).limit(MOST)).unique())


def _is_complex(session: Session, case: Case) -> bool:
    target = target_for(session, case.brand_id, case.reason, case.opened_at)
    return target is not None and target.complexity == "complex"
