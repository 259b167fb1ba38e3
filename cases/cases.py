"""A case: the customer's file for one matter, from its opening to its closing.

It is open while somebody or a walk is at it, waiting while a robot has a rendezvous, with people after a hand-over, and
closed. Whoever changes it locks its row first (`locked`); walk, follow-up and effect come after, in that order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId
from base.errors import Conflict, NotFound
from base.languages import N_
from base.people import team_names
from base.permissions import Permission, require
from base.scope import limit_of
from cases import alerts, clocks, effects, follow_ups, promises, tasks
from cases.clock_rules import Party
from cases.customers import Customer
from cases.effects import Effect
from cases.matters import touch
from cases.orders import Order, OrderLine
from cases.references import new_reference, read_reference, spell
from cases.shares import share_with
from cases.states import one_of
from cases.tasks import Task
from cases.timeline import write
from cases.waits import turn_of

_NOT_CLOSED = text("state != 'closed'")

CaseState = Literal["open", "waiting", "with_people", "closed"]


class CaseIsClosed(Conflict):
    """What was asked needs a case that is not closed."""

    sentence = N_("This case is closed. Reopen it first.")


class CaseIsNotClosed(Conflict):
    """Only a closed case can be reopened."""

    sentence = N_("This case is not closed.")


class NoSuchCase(NotFound):
    """No case of the actor's brand is called so."""

    sentence = N_("There is no such case, or you may not see it.")


class Case(Base):
    """The customer's file for one matter."""

    __tablename__ = "case"
    __table_args__ = (
        one_of("state", CaseState),
        Index(None, "brand_id", "state", "opened_at"),
        Index(None, "customer_id", "opened_at"),
        Index(None, "order_id"),
        Index(None, "front_walk_id"),
        Index("ix_case_queue", "brand_id", "opened_at", "id", sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED),
        Index("ix_case_alert", "alert_at", sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED),
        Index("ix_case_deadline", "brand_id", "deadline_at", sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    """What people say and type; `cases.references.spell` shows it."""
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    parcel_number: Mapped[str | None]
    seller: Mapped[str | None]
    reason: Mapped[str]
    """Key in the tree of reasons."""
    title: Mapped[Json | None]
    """What it is about, by language; None where the reason says enough."""
    language: Mapped[str]
    """The customer's."""
    state: Mapped[CaseState] = mapped_column(String(16), default="open")
    team: Mapped[str | None]
    """Who has it while it is with people: a team's key."""
    team_because: Mapped[str | None]
    answer_by: Mapped[Moment | None]
    """While it is with people: when the customer was told to have an answer."""
    front_walk_id: Mapped[int | None]
    """The walk that speaks; opaque here."""
    linked_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """The case out of which this one was started."""
    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
    outcome: Mapped[str | None]
    solved: Mapped[bool | None]
    cause: Mapped[str | None]
    """The root cause, apart from the reason."""
    contact_budget: Mapped[int | None]
    """Inbound contacts allowed by the target that was in force when it was opened."""
    inbound: Mapped[int] = mapped_column(default=0)
    """Inbound contacts there were, courtesy left out."""
    goal_at: Mapped[Moment | None]
    deadline_at: Mapped[Moment | None]
    """Until when it has to be over; None without a target, and while its clock stands still."""
    alert_at: Mapped[Moment | None]
    """When the next alert of its clocks is due."""

    customer: Mapped[Customer | None] = relationship()
    order: Mapped[Order | None] = relationship()
    order_line: Mapped[OrderLine | None] = relationship()
    linked_case: Mapped["Case | None"] = relationship(remote_side="Case.id")

    @property
    def closed(self) -> bool:
        """Whether it has ended."""
        return self.state == "closed"

    def is_named(self, name: str) -> bool:
        """Whether `name` is its public id or its reference, however typed."""
        return self.public_id == name.strip().lower() or self.reference == read_reference(name)

    @property
    def spoken_reference(self) -> str:
        """The reference as it is shown: K7M4-92QX-P."""
        return spell(self.reference)


@dataclass(frozen=True)
class Closing:
    """What a closing took back, and what it came too late for."""

    follow_ups: int
    """Robots' checks that were cancelled."""
    effects: int
    """Acts and messages that were cancelled."""
    under_way: tuple[Effect, ...]
    """Acts and messages that were already being sent."""


def open_case(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    reason: str,
    language: str,
    customer: Customer | None = None,
    order: Order | None = None,
    order_line: OrderLine | None = None,
    parcel_number: str | None = None,
    seller: str | None = None,
    title: Mapping[str, str] | None = None,
    linked_case: Case | None = None,
) -> Case:
    """Begin a customer's file within the actor's brand; the order tells the customer where none is given."""
    require(actor, Permission.CASE_WRITE)
    case = Case(
        brand_id=actor.brand_id,
        reference=new_reference(),
        reason=reason,
        language=language,
        customer=customer or (order.customer if order else None),
        order=order,
        order_line=order_line,
        parcel_number=parcel_number,
        seller=seller,
        title=dict(title) if title else None,
        linked_case=linked_case,
        state="open",
        opened_at=now,
    )
    session.add(case)
    session.flush()
    share_with(session, now, case.id, actor.partner_id)
    clocks.reckon(session, case, now)
    write(session, case.id, "case.opened", actor=actor, now=now, params={"reason": reason})
    if linked_case is not None:
        write(session, linked_case.id, "case.linked", actor=actor, now=now, params={"reference": case.spoken_reference})
    touch(session, now, case)
    return case


def locked(session: Session, case_id: int) -> Case:
    """The case as it is now, kept from others until the transaction ends. The first lock that a transaction takes.

    Asked again in the same transaction it costs nothing: nobody else can have changed it. Raises `NoSuchCase`.
    """
    held: set[int] = session.info.setdefault("locked_cases", set())
    if case_id in held:
        return session.get_one(Case, case_id)
    case = session.scalars(_LOCKED, {"id": case_id}).one_or_none()
    if case is None:
        raise NoSuchCase
    held.add(case_id)
    return case


# Not FOR UPDATE: timeline entries of others refer to the case, and must not have to wait for it.
_LOCKED = (
    select(Case)
    .where(Case.id == bindparam("id"))
    .with_for_update(key_share=True, of=Case)
    .execution_options(populate_existing=True)
)


def find_case(session: Session, actor: Actor, name: str) -> Case:
    """The case that the actor may see with that public id or reference, however typed. Raises `NoSuchCase`."""
    reference = read_reference(name)
    wanted = _BY_REFERENCE if reference else _BY_PUBLIC_ID
    name = reference or name.strip().lower()
    limit = limit_of(actor, Case)
    wanted = wanted if limit is None else wanted.where(limit)
    case = session.scalars(wanted, {"brand_id": actor.brand_id, "name": name}).one_or_none()
    if case is None:
        raise NoSuchCase
    return case


_OF_BRAND = (
    select(Case)
    .where(Case.brand_id == bindparam("brand_id"))
    .options(joinedload(Case.customer), joinedload(Case.order))
)
_BY_REFERENCE = _OF_BRAND.where(Case.reference == bindparam("name"))
_BY_PUBLIC_ID = _OF_BRAND.where(Case.public_id == bindparam("name"))


def wait(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    *,
    until: datetime | None = None,
    party: Party = "robot",
) -> None:
    """Nothing to do before `until`: a robot, the customer or a service has the next word."""
    _change(session, actor, case, Permission.WALK_ADVANCE)
    _turn(session, actor, now, case, party, until=until)
    if case.state != "waiting":
        case.state = "waiting"
        write(session, case.id, "case.waiting", actor=actor, now=now, params={"until": until})


def resume(session: Session, actor: Actor, now: datetime, case: Case) -> None:
    """Somebody is at it again: the waiting is over."""
    _change(session, actor, case, Permission.WALK_ADVANCE)
    if case.state == "waiting":
        case.state = "open"
        _turn(session, actor, now, case, None)


def pause(
    session: Session, actor: Actor, now: datetime, case: Case, *, because: str, until: datetime | None = None
) -> None:
    """Stop the clock by hand, and say why; it goes on with the next turn, or by `resume`."""
    _change(session, actor, case, Permission.CASE_WRITE)
    _turn(session, actor, now, case, "hand", because=because, until=until)
    case.state = "waiting"
    write(session, case.id, "clock.paused", actor=actor, now=now, params={"because": because, "until": until})


def hand_over(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    *,
    team: str,
    because: str,
    key: str,
    title: Mapping[str, str],
    text: Mapping[str, str] | None = None,
    by: datetime | None = None,
    walk_id: int | None = None,
    step: str | None = None,
    visit: int | None = None,
) -> Task:
    """Give the case to people: the team has a task, under `key`, until the case is brought back or closed."""
    _change(session, actor, case, Permission.WALK_ADVANCE)
    case.state, case.team, case.team_because, case.answer_by = "with_people", team, because, by
    _turn(session, actor, now, case, "team", until=by)
    params = {"team": team_names(session, case.brand_id, team) or team, "because": because, "by": by}
    write(session, case.id, "case.handed_over", actor=actor, now=now, params=params, walk_id=walk_id)
    return tasks.create(
        session,
        actor,
        now,
        case,
        key=key,
        team=team,
        title=title,
        text=text,
        purpose="hand_over",
        due_at=by,
        walk_id=walk_id,
        step=step,
        visit=visit,
    )


def bring_back(session: Session, actor: Actor, now: datetime, case: Case, *, section: str | None = None) -> None:
    """The people are done: the case goes back to its walk, the hand-over's task is done."""
    _change(session, actor, case, Permission.CASE_WRITE)
    write(session, case.id, "case.brought_back", actor=actor, now=now, params={"section": section})
    tasks.end_hand_over(session, actor, now, case)
    case.state, case.team, case.team_because, case.answer_by = "open", None, None, None
    _turn(session, actor, now, case, None)


def close(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    *,
    outcome: str,
    solved: bool | None = None,
    cause: str | None = None,
    outcome_name: Mapping[str, str] | None = None,
) -> Closing:
    """End the case by a person's or an incident's decision: everything not yet done for it is taken back."""
    _change(session, actor, case, Permission.CASE_CLOSE)
    closing = Closing(
        follow_ups=follow_ups.cancel_all(session, actor, now, case),
        effects=effects.cancel_pending(session, actor, now, case),
        under_way=effects.under_way(session, case),
    )
    tasks.cancel_open(session, actor, now, case)
    promises.withdraw_open(session, actor, now, case)
    _end(session, actor, now, case, outcome, solved, cause, outcome_name)
    return closing


def close_by_walk(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    *,
    walk_id: int,
    outcome: str,
    solved: bool | None,
    cause: str | None = None,
    outcome_name: Mapping[str, str] | None = None,
) -> None:
    """End the case as its walk decided: only what the walk itself still waits for is taken back.

    Effects, tasks with a due date, promises and started walks that it decided before live on.
    """
    _change(session, actor, case, Permission.WALK_ADVANCE)
    follow_ups.cancel_all(session, actor, now, case, walk_id=walk_id, told=False)
    tasks.cancel_open(session, actor, now, case, walk_id=walk_id, blocking_only=True)
    _end(session, actor, now, case, outcome, solved, cause, outcome_name, walk_id)


def reopen(session: Session, actor: Actor, now: datetime, case: Case) -> None:
    """The matter was not over. Raises `CaseIsNotClosed`."""
    require(actor, Permission.CASE_WRITE)
    if not locked(session, case.id).closed:
        raise CaseIsNotClosed
    case.state, case.closed_at, case.outcome, case.solved, case.cause = "open", None, None, None, None
    _turn(session, actor, now, case, None)
    write(session, case.id, "case.reopened", actor=actor, now=now)
    touch(session, now, case)


def know_customer(session: Session, actor: Actor, now: datetime, case: Case, customer: Customer) -> None:
    """Say whose case it is, once that is known."""
    _change(session, actor, case, Permission.CASE_WRITE)
    touch(session, now, case)
    case.customer = customer
    session.flush()
    write(session, case.id, "case.customer_known", actor=actor, now=now, params={"customer": customer.full_name})
    touch(session, now, case)


def change_reason(session: Session, actor: Actor, now: datetime, case: Case, reason: str) -> None:
    """Correct why the customer contacted us, after the closing too."""
    require(actor, Permission.CASE_WRITE)
    locked(session, case.id).reason = reason
    if not case.closed:
        clocks.reckon(session, case, now)
    write(session, case.id, "case.reason_changed", actor=actor, now=now, params={"reason": reason})
    touch(session, now, case)


def say_cause(
    session: Session, actor: Actor, now: datetime, case: Case, cause: str, name: Mapping[str, str] | None = None
) -> None:
    """Say what the root of the matter was, apart from its reason; during the case or after its closing."""
    require(actor, Permission.CASE_WRITE)
    if locked(session, case.id).cause == cause:
        return
    case.cause = cause
    session.flush()
    write(session, case.id, "case.cause", actor=actor, now=now, params={"cause": name or cause})


def sum_up(
    session: Session, actor: Actor, now: datetime, case: Case, words: str, *, contact_id: int | None = None
) -> None:
    """Keep what a contact came to, in the words of whoever handled it."""
    require(actor, Permission.CASE_WRITE)
    write(session, case.id, "contact.summed_up", actor=actor, now=now, words=words, contact_id=contact_id)


def note(session: Session, actor: Actor, now: datetime, case: Case, words: str) -> None:
    """Keep something a member of staff wishes to remember; a customer does not see it."""
    require(actor, Permission.CASE_WRITE)
    write(session, case.id, "note", actor=actor, now=now, words=words)


def _turn(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    party: Party | None,
    *,
    because: str = "",
    until: datetime | None = None,
) -> None:
    if turn_of(session, actor, now, case, party, because=because, until=until):
        clocks.reckon(session, case, now)


def _change(session: Session, actor: Actor, case: Case, permission: Permission) -> None:
    require(actor, permission)
    if locked(session, case.id).closed:
        raise CaseIsClosed


def _end(
    session: Session,
    actor: Actor,
    now: datetime,
    case: Case,
    outcome: str,
    solved: bool | None,
    cause: str | None,
    outcome_name: Mapping[str, str] | None,
    walk_id: int | None = None,
) -> None:
    case.state, case.closed_at = "closed", now
    case.outcome, case.solved, case.cause = outcome, solved, cause
    case.team = case.team_because = case.answer_by = None
    _turn(session, actor, now, case, "closed")
    alerts.settle_case(session, now, case)
    params: dict[str, Any] = {"outcome": outcome_name or outcome, "solved": solved, "cause": cause}
    write(session, case.id, "case.closed", actor=actor, now=now, params=params, walk_id=walk_id)
    touch(session, now, case)
