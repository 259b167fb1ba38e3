"""Tasks: something a person or a team has to do for a case.

open → claimed → done, or handed back, or cancelled. Of two people who claim one task one has it, and the other is told
who.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict
from base.languages import N_
from base.money import Money
from base.people import Person, team_names
from base.permissions import Permission, allowed, require
from cases.claims import guarded
from cases.shares import share_with_team
from cases.states import one_of, state_is
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

TaskState = Literal["open", "claimed", "done", "cancelled"]
TaskPurpose = Literal["task", "approval", "hand_over", "parked", "unknown_effect"]
LIVE: tuple[TaskState, ...] = ("open", "claimed")
_LIVE = text("state IN ('open', 'claimed')")


class TaskTaken(Conflict):
    """Somebody else was faster, or has it."""

    sentence = N_("%(name)s already has this task.")


class TaskIsOver(Conflict):
    """It is done, or no longer needed."""

    sentence = N_("This task is already done, or no longer needed.")


class NotYourTask(Conflict):
    """Only what one has can be handed back."""

    sentence = N_("You do not have this task.")


class Task(Base):
    """A to-do of a person or team, inside a case."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("state", TaskState),
        one_of("purpose", TaskPurpose),
        Index(None, "case_id"),
        Index(None, "walk_id"),
        Index("ix_task_queue", "brand_id", "team", "due_at", sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int | None]
    """The walk that gave it, opaque here; None when a person did."""
    step: Mapped[str | None]
    visit: Mapped[int | None]
    key: Mapped[str] = mapped_column(unique=True)
    """Given from above, the same however often the walk is replayed."""
    purpose: Mapped[TaskPurpose] = mapped_column(String(16), default="task")
    team: Mapped[str]
    """The key of the team, or of a role, whose it is."""
    state: Mapped[TaskState] = mapped_column(String(16), default="open")
    title: Mapped[Json]
    """By language."""
    text: Mapped[Json | None]
    """What is to be done, by language."""
    due_at: Mapped[Moment | None]
    blocking: Mapped[bool] = mapped_column(default=False)
    """Whether its walk waits for it; such a task ends with the walk."""
    form: Mapped[Json | None]
    """The fields asked for, as the process declares them."""
    answers: Mapped[Json | None]
    """What was answered, by field."""
    attach: Mapped[Json | None]
    """Evidence beside it: values and addresses of files."""
    call: Mapped[Json | None]
    """Of a task to ring somebody: the number, how many tries, the words mailed after the last one."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """Calls that nobody answered."""
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    effect_id: Mapped[int | None] = mapped_column(ForeignKey("effect.id"))
    """The act or message that it is about."""
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[Moment | None]
    created_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    done_by: Mapped[Json | None]
    """The actor."""
    claimer: Mapped[Person | None] = relationship(lazy="joined")
    case: Mapped["Case"] = relationship()

    @property
    def amount(self) -> Money | None:
        """What is at stake."""
        return Money(self.amount_minor, self.currency) if self.amount_minor is not None and self.currency else None

    @property
    def only_watched(self) -> bool:
        """Whether a robot in shadow mode left it to people."""
        return self.key.startswith("shadow:")

    def late(self, now: datetime) -> bool:
        """Whether it should have been done by `now`."""
        return self.state in LIVE and self.due_at is not None and self.due_at < now


def create(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    key: str,
    team: str,
    title: Mapping[str, str],
    text: Mapping[str, str] | None = None,
    purpose: TaskPurpose = "task",
    due_at: datetime | None = None,
    blocking: bool = False,
    form: Any = None,
    attach: Any = None,
    call: Mapping[str, Any] | None = None,
    amount: Money | None = None,
    effect_id: int | None = None,
    walk_id: int | None = None,
    step: str | None = None,
    visit: int | None = None,
) -> Task:
    """Give `team` something to do. The same `key` again gives the task there is."""
    require(actor, Permission.CASE_WRITE)
    share_with_team(session, now, case.brand_id, case.id, team)
    values = {
        "public_id": new_public_id(),
        "brand_id": case.brand_id,
        "case_id": case.id,
        "walk_id": walk_id,
        "step": step,
        "visit": visit,
        "key": key,
        "purpose": purpose,
        "team": team,
        "state": "open",
        "title": dict(title),
        "text": dict(text) if text else None,
        "due_at": due_at,
        "blocking": blocking,
        "form": form,
        "attach": attach,
        "call": dict(call) if call else None,
        "amount_minor": amount.minor if amount else None,
        "currency": amount.currency if amount else None,
        "effect_id": effect_id,
        "created_at": now,
    }
    fresh = insert_or_ignore(session, Task, values)
    task = session.scalars(select(Task).where(Task.key == key)).one()
    if fresh:
        named = team_names(session, case.brand_id, team)
        params = {"team": named or team, "title": task.title, "due": due_at}
        write(session, case.id, "task.created", actor=actor, now=now, params=params, walk_id=walk_id)
    return task


def claim(session: Session, actor: Actor, now: datetime, task: Task) -> None:
    """Take it. Raises `TaskTaken`, `TaskIsOver`."""
    require(actor, Permission.TASK_CLAIM)
    taken = {"state": "claimed", "claimed_by": actor.person_id, "claimed_at": now}
    if not _moved(session, task, _state_in("open"), **taken):
        if task.state == "claimed" and task.claimed_by == actor.person_id:
            return
        raise _why_not(task)
    _tell(session, actor, now, task, "task.claimed")


def hand_back(session: Session, actor: Actor, now: datetime, task: Task) -> None:
    """Give it back to its team; a supervisor may do so for somebody else. Raises `NotYourTask`, `TaskIsOver`."""
    require(actor, Permission.TASK_CLAIM)
    if not _moved(
        session, task, _state_in("claimed"), _may_free(actor), state="open", claimed_by=None, claimed_at=None
    ):
        raise NotYourTask if task.state in LIVE else TaskIsOver
    _tell(session, actor, now, task, "task.handed_back")


def done(
    session: Session, actor: Actor, now: datetime, task: Task, *, answers: Mapping[str, Any] | None = None
) -> None:
    """It is done, with `answers` to its form; one that nobody had claimed is claimed in passing.

    Raises `TaskTaken`, `TaskIsOver`.
    """
    require(actor, Permission.TASK_APPROVE if task.purpose == "approval" else Permission.TASK_DONE)
    ended = {"state": "done", "answers": dict(answers or {}), "done_at": now, "done_by": actor.to_json()}
    his = (Task.claimed_by == actor.person_id) & _state_in("claimed")
    if not _moved(session, task, or_(_state_in("open"), his), **ended):
        raise _why_not(task)
    _tell(session, actor, now, task, "task.done")


def cancel(session: Session, actor: Actor, now: datetime, task: Task) -> None:
    """It is no longer needed. Raises `TaskIsOver`."""
    require(actor, Permission.CASE_WRITE)
    if not _moved(session, task, _state_in(*LIVE), state="cancelled", done_at=now, done_by=actor.to_json()):
        raise TaskIsOver
    _tell(session, actor, now, task, "task.cancelled")


def due_at(session: Session, key: str, was: datetime, due: datetime) -> None:
    """Have a task that is still to be done by `was` done by another moment: the calendar it was counted on changed."""
    moving = update(Task).where(Task.key == key, Task.due_at == was, _state_in(*LIVE))
    session.execute(moving.values(due_at=due), execution_options={"synchronize_session": "fetch"})


def cancel_open(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    walk_id: int | None = None,
    blocking_only: bool = False,
) -> int:
    """Cancel what is still to be done for the case, or for one of its walks. How many."""
    of = [Task.case_id == case.id] if walk_id is None else [Task.walk_id == walk_id]
    blocking = [or_(Task.blocking, Task.purpose == "hand_over")] if blocking_only else []
    return len(_end(session, actor, now, "cancelled", *of, *blocking))


def end_hand_over(session: Session, actor: Actor, now: datetime, case: "Case") -> None:
    """The people to whom the case was handed over are done with it."""
    _end(session, actor, now, "done", Task.case_id == case.id, Task.purpose == "hand_over")


def end_for_effect(session: Session, actor: Actor, now: datetime, effect_id: int, answers: Mapping[str, Any]) -> None:
    """Somebody found out what became of the effect, or decided on it: its task is done."""
    asked = Task.purpose.in_(("unknown_effect", "approval"))
    _end(session, actor, now, "done", Task.effect_id == effect_id, asked, answers=answers)


def _end(
    session: Session,
    actor: Actor,
    now: datetime,
    state: Literal["done", "cancelled"],
    *which: ColumnElement[bool],
    answers: Mapping[str, Any] | None = None,
) -> Sequence[Task]:
    ended = {
        "state": state,
        "done_at": now,
        "done_by": actor.to_json(),
        **({"answers": dict(answers)} if answers else {}),
    }
    ending = update(Task).where(*which, _state_in(*LIVE)).values(**ended).returning(Task.id)
    ids = session.scalars(ending, execution_options={"synchronize_session": False}).all()
    tasks = session.scalars(_fresh(Task.id.in_(ids)).order_by(Task.id)).all() if ids else []
    for task in tasks:
        _tell(session, actor, now, task, f"task.{state}")
    return tasks


def _moved(session: Session, task: Task, *guard: ColumnElement[bool], **values: Any) -> bool:
    moved = guarded(session, Task, Task.id == task.id, *guard, **values)
    session.refresh(task)
    return moved


def _why_not(task: Task) -> Conflict:
    if task.state == "claimed":
        return TaskTaken(name=task.claimer.name if task.claimer else "?")
    return TaskIsOver()


def _may_free(actor: Actor) -> ColumnElement[bool]:
    if allowed(actor, Permission.TASK_APPROVE):
        return Task.claimed_by.is_not(None)
    return Task.claimed_by == actor.person_id


def _tell(session: Session, actor: Actor, now: datetime, task: Task, kind: str) -> None:
    params = {"title": task.title, "team": task.team}
    write(
        session,
        task.case_id,
        kind,
        actor=actor,
        now=now,
        params=params,
        words=task.answers or None,
        walk_id=task.walk_id,
    )


def _state_in(*states: TaskState) -> ColumnElement[bool]:
    return state_is(Task.state, *states)


def _fresh(*which: ColumnElement[bool]) -> Select[Task]:
    return select(Task).where(*which).execution_options(populate_existing=True)
