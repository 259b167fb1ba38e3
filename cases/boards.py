"""What pages list: plain named queries that never write.

Every board is one query over what the actor may see, in pages: `after` is the last row that was shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from base.actors import Actor
from base.scope import within
from cases.alerts import Alert
from cases.cases import Case, CaseState
from cases.contacts import Contact
from cases.effects import Effect, EffectState
from cases.follow_ups import HELD, OPEN, FollowUp, FollowUpState
from cases.promises import Promise
from cases.states import state_is
from cases.tasks import LIVE, Task

PAGE = 50
Figure = TypeVar("Figure")


@dataclass(frozen=True, kw_only=True)
class QueuedCase:
    """A line of the queue of cases."""

    case: Case
    """Its customer and order are loaded."""
    next_check: datetime | None
    """The robot's next rendezvous."""
    open_tasks: int
    last_contact: datetime | None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Figures of a brand at one moment."""

    open: int
    waiting: int
    with_people: int
    late_answers: int
    """Cases with people past the date that the customer was told."""
    open_tasks: int
    late_tasks: int
    due_checks: int
    """Robots' checks that are due and not taken."""
    late_checks: int
    """Of those, the ones due for so long that the robots must be asleep."""
    parked_checks: int
    unknown_effects: int
    broken_promises: int


def open_cases(
    session: Session,
    actor: Actor,
    *,
    states: Sequence[CaseState] = ("open", "waiting", "with_people"),
    team: str | None = None,
    reason: str | None = None,
    after: Case | None = None,
    limit: int = PAGE,
) -> list[QueuedCase]:
    """Cases that are not closed, oldest first, with what happens next in each."""
    wanted = select(Case).where(within(actor, Case), state_is(Case.state, *states))
    if len(states) > 1 and "closed" not in states:
        # Said as the partial index says it, so that the queue is read in its order and not sorted.
        wanted = wanted.where(Case.state != literal_column("'closed'"))
    if team is not None:
        wanted = wanted.where(Case.team == team)
    if reason is not None:
        wanted = wanted.where(Case.reason == reason)
    if after is not None:
        wanted = wanted.where(_later(Case.opened_at, after.opened_at, Case.id, after.id))
    wanted = wanted.order_by(Case.opened_at, Case.id).limit(limit)
    cases = session.scalars(wanted.options(joinedload(Case.customer), joinedload(Case.order))).all()
    return _with_next(session, cases)


def cases_with_team(session: Session, actor: Actor, team: str, *, limit: int = PAGE) -> list[QueuedCase]:
    """Cases handed over to a team, most urgent first."""
    wanted = select(Case).where(within(actor, Case), state_is(Case.state, "with_people"), Case.team == team)
    urgent = wanted.order_by(Case.answer_by.is_(None), Case.answer_by, Case.id).limit(limit)
    return _with_next(session, session.scalars(urgent.options(joinedload(Case.customer), joinedload(Case.order))).all())


@dataclass(frozen=True, kw_only=True)
class RiskyCase:
    """A case of which something is about to be missed, or has been."""

    case: Case
    """Its customer and order are loaded."""
    alerts: list[Alert]
    """Unsettled ones, newest first."""

    def lost(self, now: datetime) -> bool:
        """Whether its target can no longer be met."""
        missed = self.case.deadline_at is not None and self.case.deadline_at <= now
        return missed or any(alert.kind in ("budget_missed", "deadline_missed") for alert in self.alerts)


def cases_at_risk(session: Session, actor: Actor, now: datetime, *, limit: int = 200) -> list[RiskyCase]:
    """Cases with unsettled alerts: those that can still be saved first, the most pressing before; then the lost ones,
    the latest loss first."""
    wanted = select(Alert).where(within(actor, Alert), Alert.settled_at.is_(None))
    loaded = wanted.options(
        joinedload(Alert.case).joinedload(Case.customer), joinedload(Alert.case).joinedload(Case.order)
    )
    risky: dict[int, RiskyCase] = {}
    for alert in session.scalars(loaded.order_by(Alert.raised_at.desc(), Alert.id.desc()).limit(2000)).unique():
        risky.setdefault(alert.case_id, RiskyCase(case=alert.case, alerts=[])).alerts.append(alert)
    return sorted(risky.values(), key=lambda each: _pressing(each, now))[:limit]


def _pressing(risk: RiskyCase, now: datetime) -> tuple[bool, float]:
    """Saved first; by the time left, or by the time since it was lost."""
    moment = risk.case.deadline_at or risk.alerts[0].crossed_at
    left = (moment - now).total_seconds()
    return risk.lost(now), -left if risk.lost(now) else left


def alert_inbox(session: Session, actor: Actor, *, limit: int = PAGE * 2) -> list[Alert]:
    """Unsettled alerts: those nobody takes care of first, newest first."""
    wanted = select(Alert).where(within(actor, Alert), Alert.settled_at.is_(None))
    loaded = wanted.options(joinedload(Alert.case).joinedload(Case.customer))
    ordered = loaded.order_by(Alert.acknowledged_at.is_not(None), Alert.raised_at.desc(), Alert.id.desc())
    return list(session.scalars(ordered.limit(limit)).unique())


def open_alerts(session: Session, actor: Actor) -> int:
    """How many alerts nobody takes care of."""
    free = (within(actor, Alert), Alert.settled_at.is_(None), Alert.acknowledged_at.is_(None))
    return session.scalar(select(func.count()).where(*free)) or 0


def tasks_of_teams(
    session: Session,
    actor: Actor,
    teams: Sequence[str] | None,
    *,
    person_id: int | None = None,
    limit: int = PAGE,
) -> list[Task]:
    """What is to be done by the teams (None: all of them), most urgent first; of `person_id`, only what he has."""
    wanted = _tasks(within(actor, Task), state_is(Task.state, *LIVE))
    if teams is not None:
        wanted = wanted.where(Task.team.in_(teams))
    if person_id is not None:
        wanted = wanted.where(Task.claimed_by == person_id)
    return list(session.scalars(wanted.order_by(Task.due_at.is_(None), Task.due_at, Task.id).limit(limit)))


def tasks_of_case(session: Session, case_id: int) -> list[Task]:
    """All tasks of a case, those still to be done first."""
    return list(session.scalars(_TASKS_OF_CASE, {"case_id": case_id}))


def follow_ups_of_case(session: Session, case_id: int, *, open_only: bool = True) -> list[FollowUp]:
    """The robot's checks of a case, next one first."""
    wanted = _OPEN_CHECKS_OF_CASE if open_only else _CHECKS_OF_CASE
    return list(session.scalars(wanted, {"case_id": case_id}))


def agenda(
    session: Session,
    actor: Actor,
    *,
    states: Sequence[FollowUpState] = OPEN,
    process: str | None = None,
    lane: str | None = None,
    before: datetime | None = None,
    after: FollowUp | None = None,
    limit: int = PAGE,
) -> list[FollowUp]:
    """What the robots have to look at, soonest first."""
    # Said as the index says it, so that PostgreSQL sees that the partial index serves.
    wanted = select(FollowUp).where(within(actor, FollowUp), state_is(FollowUp.state, *OPEN))
    if set(states) != set(OPEN):
        wanted = wanted.where(FollowUp.state.in_(states))
    if process is not None:
        wanted = wanted.where(FollowUp.process == process)
    if lane is not None:
        wanted = wanted.where(FollowUp.lane == lane)
    if before is not None:
        wanted = wanted.where(FollowUp.due_at <= before)
    if after is not None:
        wanted = wanted.where(_later(FollowUp.due_at, after.due_at, FollowUp.id, after.id))
    return list(session.scalars(wanted.order_by(FollowUp.due_at, FollowUp.id).limit(limit)))


def late_robots(session: Session, actor: Actor, since: datetime, *, limit: int = PAGE) -> list[FollowUp]:
    """Checks that were due before `since` and that no robot has taken; parked ones are another board's."""
    return agenda(session, actor, states=("waiting", *HELD), before=since, limit=limit)


def due_lanes(session: Session, now: datetime) -> dict[str, int]:
    """How many checks are due in each lane, over all brands."""
    due = select(FollowUp.lane, func.count()).where(state_is(FollowUp.state, "waiting"), FollowUp.due_at <= now)
    return dict(session.execute(due.group_by(FollowUp.lane)).all())


def due_effect_lanes(session: Session, now: datetime) -> dict[str, int]:
    """How many acts and messages are due in each lane, over all brands."""
    due = select(Effect.lane, func.count()).where(state_is(Effect.state, "pending"), Effect.due_at <= now)
    return dict(session.execute(due.group_by(Effect.lane)).all())


def effects_of_case(session: Session, case_id: int) -> list[Effect]:
    """What was done, or is to be done, to the world for a case, in order of decision."""
    return list(session.scalars(_EFFECTS_OF_CASE, {"case_id": case_id}))


def effects_in(
    session: Session, actor: Actor, state: EffectState, *, after: Effect | None = None, limit: int = PAGE
) -> list[Effect]:
    """Acts and messages of a brand in one state, oldest first: the unknown ones are to be settled."""
    wanted = select(Effect).where(within(actor, Effect), state_is(Effect.state, state))
    if after is not None:
        wanted = wanted.where(Effect.id > after.id)
    return list(session.scalars(wanted.order_by(Effect.id).limit(limit)))


def contacts_of_case(session: Session, case_id: int) -> list[Contact]:
    """The contacts of a case, oldest first."""
    return list(session.scalars(_CONTACTS_OF_CASE, {"case_id": case_id}))


def contacts_by_reason(session: Session, actor: Actor, since: datetime) -> list[tuple[str, int]]:
    """How many times customers contacted us since then, by reason, most frequent first; without those of incidents."""
    reason = func.coalesce(Contact.reason, Case.reason, "").label("reason")
    counted = (
        select(reason, func.count().label("contacts"))
        .outerjoin(Case, Case.id == Contact.case_id)
        .where(within(actor, Contact), Contact.direction == "inbound", Contact.started_at >= since)
        .where(Contact.incident_id.is_(None))
        .group_by(reason)
        .order_by(func.count().desc(), reason)
    )
    return [(name, count) for name, count in session.execute(counted)]


def promises_of_case(session: Session, case_id: int) -> list[Promise]:
    """What the customer was promised, soonest first."""
    return list(session.scalars(select(Promise).where(Promise.case_id == case_id).order_by(Promise.by, Promise.id)))


def promises_due(session: Session, actor: Actor, now: datetime, *, limit: int = PAGE) -> list[Promise]:
    """Promises whose date has come and of which nobody knows what became."""
    due = select(Promise).where(within(actor, Promise), state_is(Promise.state, "open"), Promise.by <= now)
    return list(session.scalars(due.order_by(Promise.by, Promise.id).limit(limit)))


def counts(session: Session, actor: Actor, now: datetime, *, asleep_since: datetime) -> Counts:
    """The figures of a brand. A check that was due before `asleep_since` counts as late."""

    cases = [within(actor, Case)]
    tasks = [within(actor, Task), state_is(Task.state, *LIVE)]
    checks = [within(actor, FollowUp), state_is(FollowUp.state, *OPEN)]
    waiting = [*checks, FollowUp.state == "waiting"]
    figures = {
        "open": _count(*cases, state_is(Case.state, "open")),
        "waiting": _count(*cases, state_is(Case.state, "waiting")),
        "with_people": _count(*cases, state_is(Case.state, "with_people")),
        "late_answers": _count(*cases, state_is(Case.state, "with_people"), Case.answer_by < now),
        "open_tasks": _count(*tasks),
        "late_tasks": _count(*tasks, Task.due_at < now),
        "due_checks": _count(*waiting, FollowUp.due_at <= now),
        "late_checks": _count(*waiting, FollowUp.due_at < asleep_since),
        "parked_checks": _count(*checks, FollowUp.state == "parked"),
        "unknown_effects": _count(within(actor, Effect), state_is(Effect.state, "unknown")),
        "broken_promises": _count(within(actor, Promise), state_is(Promise.state, "broken")),
    }
    found = session.execute(select(*(figure.label(name) for name, figure in figures.items()))).one()
    return Counts(**found._asdict())


def _count(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*which).scalar_subquery()


def _tasks(*which: ColumnElement[bool]) -> Select[Task]:
    return select(Task).where(*which).options(joinedload(Task.case))


# What every page of a case asks: the statements are put together once.
_CHECKS_OF_CASE = (
    select(FollowUp).where(FollowUp.case_id == bindparam("case_id")).order_by(FollowUp.due_at, FollowUp.id)
)
_OPEN_CHECKS_OF_CASE = _CHECKS_OF_CASE.where(state_is(FollowUp.state, *OPEN))
_EFFECTS_OF_CASE = select(Effect).where(Effect.case_id == bindparam("case_id")).order_by(Effect.id)
_CONTACTS_OF_CASE = select(Contact).where(Contact.case_id == bindparam("case_id")).order_by(Contact.started_at)
_TASKS_OF_CASE = _tasks(Task.case_id == bindparam("case_id")).order_by(
    Task.state.not_in(LIVE), Task.due_at.is_(None), Task.due_at, Task.id
)


def _later(
    at: InstrumentedAttribute[datetime], moment: datetime, id: InstrumentedAttribute[int], row_id: int
) -> ColumnElement[bool]:
    # A row comparison would be shorter; this form lets both databases use the index on `at`.
    return (at >= moment) & or_(at > moment, id > row_id)


def _with_next(session: Session, cases: Sequence[Case]) -> list[QueuedCase]:
    ids = [case.id for case in cases]
    checks = _by_case(session, FollowUp.case_id, func.min(FollowUp.due_at), ids, state_is(FollowUp.state, *OPEN))
    tasks = _by_case(session, Task.case_id, func.count(), ids, state_is(Task.state, *LIVE))
    contacts = _by_case(session, Contact.case_id, func.max(Contact.started_at), ids)
    return [
        QueuedCase(
            case=case,
            next_check=checks.get(case.id),
            open_tasks=tasks.get(case.id, 0),
            last_contact=contacts.get(case.id),
        )
        for case in cases
    ]


def _by_case(
    session: Session,
    case_id: Any,
    figure: ColumnElement[Figure],
    ids: Sequence[int],
    *which: ColumnElement[bool],
) -> dict[int, Figure]:
    found = select(case_id, figure).where(case_id.in_(ids), *which).group_by(case_id)
    return dict(session.execute(found).all()) if ids else {}
