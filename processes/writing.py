"""The one transaction of a turn: walk, journal, readings, timeline, effects and the next rendezvous, or nothing.

Everything it writes was told, rendered and read before. Lock order: case, walk, follow-up, effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from base.actors import Actor
from base.database import insert_for_good, table_of
from base.errors import Conflict
from base.languages import N_
from base.people import Team
from cases import boards, cases, follow_ups, links, tasks
from cases.cases import Case
from cases.clock_rules import Party
from cases.follow_ups import FollowUp
from cases.tasks import Task
from cases.timeline import TimelineEntry, write_together, written_here
from processes.chronicle import Answer, Step, journal_of, story_of
from processes.decisions import Prepared, apply
from processes.facts import Read, row_of
from processes.rows import WalkRow
from processes.versions import Library
from processes.walk.events import Answered
from processes.walk.state import Walk
from processes.walk.turn import Ended, TaskWaiting, Waiting, WithPeople
from processes.wording import Told
from processes.worlds import Standing

PATIENCE = timedelta(hours=6)
"""How long a robot puts up with a service that does not answer before the walk is told."""

Fence = Callable[[Session], None]
"""Called inside the transaction, before anything is written: raises when the caller has lost his claim."""


class WalkHasMoved(Conflict):
    """Somebody or something else advanced the walk; the page shows where it stands now."""

    sentence = N_("This step has been passed in the meantime. Here is where the case stands now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A turn, ready to be written."""

    actor: Actor
    standing: Standing
    """As it was loaded."""
    walk: Walk
    """As the turn leaves it."""
    waiting: Waiting
    steps: Sequence[Step]
    reads: Sequence[Read]
    told: tuple[Told, ...]
    answer: Answer | None
    prepared: Sequence[Prepared]
    lane: str
    """Connection that the robot's next look calls first."""
    contact_id: int | None = None
    fence: Fence | None = None
    abandoned: Sequence[str] = ()
    """Keys of what an abandoned branch still waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a written turn left behind."""

    standing: Standing
    """As the turn leaves it."""
    effect_ids: tuple[int, ...]
    """Effects just decided, to deliver right away."""
    entries: tuple[TimelineEntry, ...]
    """What it added to the case's timeline."""
    checks: tuple[FollowUp, ...]
    """Every rendezvous of a robot with the case that is left, next one first."""


def write_turn(session: Session, library: Library, secret: str, turn: Writing) -> Written:
    """Write it. Raises WalkHasMoved for whoever comes second, CaseIsClosed, and what the fence raises."""
    case = cases.locked(session, turn.standing.case.id)
    # First the revision: who comes second to the turn that closed the case is told that somebody was faster.
    moved = _moved(turn)
    standing = replace(turn.standing, row=_moved_on(session, case, turn, moved))
    if case.closed:
        raise cases.CaseIsClosed
    if turn.fence is not None:
        turn.fence(session)
    walk_id = standing.row.id
    readings = [row_of(read, walk_id) for read in turn.reads]
    journal = journal_of(turn.actor, standing, turn.steps, turn.told, turn.contact_id)
    insert_for_good(session, [*readings, *journal])
    write_together(session, story_of(turn.actor, standing, turn.steps, turn.told, turn.answer, turn.contact_id))
    event = turn.steps[0].event
    # Only a turn of this walk sends such links, and a turn moves the revision: what was loaded still holds.
    if isinstance(event, Answered) and standing.linked:
        links.answered(session, standing.now, walk_id, event.step)
    _drop(session, turn.actor, standing, turn.abandoned)
    checked = _plan(session, standing, case, turn)
    after = replace(
        standing, walk=turn.walk, events=standing.events + len(turn.steps), linked=True,
        readings={**standing.readings, **{reading.public_id: reading for reading in readings}},
    )  # fmt: skip
    applied = apply(session, library, secret, turn.actor, after, turn.prepared)
    # Rows from the loading belong to no session any more: they are told what their tables hold now.
    for name, value in moved.items():
        set_committed_value(standing.row, name, value)
    session.flush()
    for name in ("customer", "order"):
        set_committed_value(case, name, getattr(standing.case, name))
    return Written(
        standing=replace(after, case=case), effect_ids=tuple(applied.effect_ids),
        entries=tuple(written_here(session, case.id)),
        checks=tuple(boards.follow_ups_of_case(session, case.id)) if checked or turn.prepared else (),
    )  # fmt: skip


def _moved(turn: Writing) -> dict[str, Any]:
    """What the turn changes in the walk's row."""
    return {
        "revision": turn.standing.row.revision + 1, "state": turn.walk.to_json(), "step": turn.waiting.step,
        "waiting": turn.waiting.kind, "moved_at": turn.standing.now,
    }  # fmt: skip


def _moved_on(session: Session, case: Case, turn: Writing, moved: Mapping[str, Any]) -> WalkRow:
    """The walk's row, one revision on; a new walk comes to the front of its case."""
    row = turn.standing.row
    if not inspect(row).transient:
        found = session.execute(_MOVED_ON, {"of": row.id, "seen": row.revision, **moved})
        if cast(CursorResult[Any], found).rowcount != 1:
            raise WalkHasMoved
        return row
    if case.front_walk_id != turn.standing.case.front_walk_id:
        raise WalkHasMoved
    new = WalkRow(
        public_id=row.public_id, brand_id=row.brand_id, case_id=row.case_id, version_id=row.version_id,
        process=row.process, started_at=row.started_at, **moved,
    )  # fmt: skip
    session.add(new)
    session.flush()
    case.front_walk_id = new.id
    return new


_WALK = table_of(WalkRow)
_MOVED_ON = (
    update(_WALK)
    .where(_WALK.c.id == bindparam("of"), _WALK.c.revision == bindparam("seen"))
    .values({name: bindparam(name) for name in ("revision", "state", "step", "waiting", "moved_at")})
)


def _plan(session: Session, standing: Standing, case: Case, turn: Writing) -> bool:
    """The robot's next rendezvous, and the state of the case. Whether it may have any rendezvous."""
    actor, now, waiting, row = turn.actor, standing.now, turn.waiting, standing.row
    checked = follow_ups.walks_awaited(session, case.id)
    if row.id in checked:
        follow_ups.cancel_all(session, actor, now, case, walk_id=row.id, told=False)
    if waiting.wake_at is not None:
        program = standing.program
        follow_ups.plan(
            session, actor, now, case, walk_id=row.id, version_id=row.version_id, process=row.process,
            step=f"{waiting.path}{waiting.step}", visit=waiting.visit, due_at=waiting.wake_at,
            label=dict(program.labels.get(waiting.step) or program.title), lane=turn.lane,
            patience_until=waiting.wake_at + PATIENCE, calendar=_calendar(standing, turn),
        )  # fmt: skip
    _take_turns(session, standing, case, turn)
    return bool(checked) or waiting.wake_at is not None


def _calendar(standing: Standing, turn: Writing) -> str | None:
    """Key of the calendar that the dates of the wait were counted on."""
    rule = (turn.walk.waiting or {}).get("rule")
    return None if rule is None else rule["calendar"] or standing.brand.calendar_row.key


def _take_turns(session: Session, standing: Standing, case: Case, turn: Writing) -> None:
    """Whose word it is in the case now."""
    actor, now, waiting = turn.actor, standing.now, turn.waiting
    if isinstance(waiting, Ended | WithPeople) or case.state == "with_people":
        return
    if waiting.kind in ("timing", "task") or actor.kind == "robot":
        cases.wait(session, actor, now, case, until=waiting.wake_at, party=_party(session, case, waiting))
    else:
        cases.resume(session, actor, now, case)


def _party(session: Session, case: Case, waiting: Waiting) -> Party:
    """Who has the word now."""
    if isinstance(waiting, TaskWaiting):
        of_partner = select(Team.partner_id).where(Team.brand_id == case.brand_id, Team.key == waiting.team)
        return "partner" if session.scalar(of_partner) is not None else "team"
    return "customer" if waiting.kind in ("asking", "confirming") else "robot"


def _drop(session: Session, actor: Actor, standing: Standing, keys: Sequence[str]) -> None:
    """Take back what the abandoned branch still waited for: its open tasks."""
    if not keys:
        return
    for task in session.scalars(select(Task).where(Task.key.in_(list(keys)), Task.state.in_(tasks.LIVE))):
        tasks.cancel(session, actor, standing.now, task)
