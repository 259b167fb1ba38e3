"""Stops: what robots leave alone until a person lifts it. The kill switch, whole or for one thing.

A stop is a row with its reason, its author and its hour, never a flag. Robots read the rows twice: when they claim, and
again in the very transaction that writes what they did or that begins to send. So a stop holds for every robot on every
machine from the moment it is committed; what is already on the wire cannot be called back, and is not repeated.

A stop of everything or of a process holds robots, one of an incident the looks at its cases. A stop of a connection or
of an operation holds acts of people too: whoever decides them, they stay pending and are shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, ForeignKey, Index, String, literal_column, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.brands import Brand
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict, Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, require
from cases.incident_rows import IncidentCase, cases_held_by
from cases.states import one_of

Scope = Literal["all", "process", "connection", "operation", "incident"]
FOR_PEOPLE_TOO: tuple[Scope, ...] = ("connection", "operation")
_NEVER = literal_column("1") == literal_column("0")
_IN_FORCE = text("lifted_at IS NULL")


class Stopped(Conflict):
    """The robots are to leave this alone."""

    sentence = N_("The robots are stopped: %(reason)s")


class ReasonWanted(Invalid):
    """Whoever stops the robots, or lets them go, says why."""

    sentence = N_("Please say why: others will read it.")


class NoSuchStop(NotFound):
    """It was lifted already, or is another brand's."""

    sentence = N_("This stop is no longer in force.")


class Stop(Base):
    """One thing that robots leave alone, and why."""

    __tablename__ = "robot_stop"
    __table_args__ = (
        one_of("scope", Scope),
        Index(
            "uq_robot_stop_in_force",
            *("brand_id", "scope", "name"),
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    scope: Mapped[Scope] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(130), default="")
    """The process's key, the connection's lane, the operation or the incident's public id; empty for everything."""
    reason: Mapped[str]
    stopped_at: Mapped[Moment]
    stopped_by: Mapped[Json]
    """The actor."""
    lifted_at: Mapped[Moment | None]
    lifted_by: Mapped[Json | None]
    lifted_because: Mapped[str | None]

    @property
    def by_itself(self) -> bool:
        """Whether no person stopped it: the breaker did, or a long absence."""
        return bool(self.stopped_by.get("kind") != "agent")


def stop(session: Session, actor: Actor, now: datetime, scope: Scope, name: str = "", *, reason: str) -> Stop:
    """Have the robots leave it alone, once committed; the same again gives the stop there is. Raises ReasonWanted."""
    require(actor, Permission.ROBOTS_STOP)
    if not reason.strip():
        raise ReasonWanted
    return _put(session, actor, now, scope, name, reason.strip())


def trip(session: Session, robot: Actor, now: datetime, scope: Scope, name: str = "", *, reason: str) -> Stop | None:
    """A stop that no person asked for: too many faults, or too long an absence. None when it is in force already."""
    before = _find(session, robot.brand_id, scope, name)
    return None if before is not None else _put(session, robot, now, scope, name, reason)


def lift(session: Session, actor: Actor, now: datetime, stopped: Stop, *, reason: str) -> None:
    """Let the robots at it again. Only a person does. Raises ReasonWanted, NoSuchStop."""
    require(actor, Permission.ROBOTS_STOP)
    if not reason.strip():
        raise ReasonWanted
    session.refresh(stopped, with_for_update=True)
    if stopped.lifted_at is not None:
        raise NoSuchStop
    stopped.lifted_at, stopped.lifted_by, stopped.lifted_because = now, actor.to_json(), reason.strip()


def in_force(session: Session, brand_id: int | None = None) -> Sequence[Stop]:
    """What is stopped, latest first: of a brand, or of all."""
    found = select(Stop).where(Stop.lifted_at.is_(None)).order_by(Stop.stopped_at.desc(), Stop.id.desc())
    return session.scalars(found if brand_id is None else found.where(Stop.brand_id == brand_id)).all()


def lately(session: Session, brand_id: int, *, limit: int = 20) -> Sequence[Stop]:
    """Stops that were lifted, latest first."""
    over = select(Stop).where(Stop.brand_id == brand_id, Stop.lifted_at.is_not(None))
    return session.scalars(over.order_by(Stop.lifted_at.desc()).limit(limit)).all()


def stop_named(session: Session, brand_id: int, public_id: str) -> Stop:
    """A stop that is in force. Raises NoSuchStop."""
    wanted = select(Stop).where(Stop.brand_id == brand_id, Stop.public_id == public_id, Stop.lifted_at.is_(None))
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NoSuchStop
    return found


def leave(session: Session, row: Any, lane: str) -> list[ColumnElement[bool]]:
    """Conditions of a claim of one lane of follow-ups or effects: what is stopped stays as it is, attempts and all."""
    stops = in_force(session)
    if not stops:
        return []
    shut = {one.brand_id for one in stops if one.scope == "all" or (one.scope == "connection" and one.name == lane)}
    if shut and shut >= set(session.scalars(select(Brand.id))):
        return [_NEVER]  # nothing to look for: the overdue of a long stop are not read every second
    left: list[ColumnElement[bool]] = [row.brand_id.not_in(shut)] if shut else []
    for one in stops:
        if one.scope == "incident" and not hasattr(row, "operation"):
            left.append(row.case_id.not_in(cases_held_by(one.name)))
        column = _column(row, one.scope)
        if column is not None:
            left.append(or_(row.brand_id != one.brand_id, column.is_distinct_from(one.name)))
    return left


def holding(session: Session, work: Any, *, people: bool = False) -> Stop | None:
    """The stop that holds this row, if any; `people`: whether a person asked for it just now."""
    for one in in_force(session, work.brand_id):
        if people and one.scope not in FOR_PEOPLE_TOO:
            continue
        if one.scope == "incident":
            if not hasattr(work, "operation") and _concerns(session, one, work.case_id):
                return one
            continue
        named = {"all": "", "process": work.process, "connection": work.lane}
        if named.get(one.scope, getattr(work, "operation", None)) == one.name:
            return one
    return None


def _concerns(session: Session, one: Stop, case_id: int) -> bool:
    held = cases_held_by(one.name).where(IncidentCase.case_id == case_id)
    return session.scalar(held.limit(1)) is not None


def refuse(session: Session, work: Any) -> None:
    """For the fence of a robot's transaction: raises `Stopped` when the row is stopped by now."""
    stopped = holding(session, work)
    if stopped is not None:
        raise Stopped(reason=stopped.reason)


def _put(session: Session, actor: Actor, now: datetime, scope: Scope, name: str, reason: str) -> Stop:
    values = {
        "public_id": new_public_id(),
        "brand_id": actor.brand_id,
        "scope": scope,
        "name": "" if scope == "all" else name,
        "reason": reason[:2000],
        "stopped_at": now,
        "stopped_by": actor.to_json(),
    }
    insert_or_ignore(session, Stop, values)
    found = _find(session, actor.brand_id, scope, name)
    assert found is not None
    return found


def _find(session: Session, brand_id: int, scope: Scope, name: str) -> Stop | None:
    wanted = select(Stop).where(Stop.brand_id == brand_id, Stop.scope == scope, Stop.lifted_at.is_(None))
    return session.scalars(wanted.where(Stop.name == ("" if scope == "all" else name))).one_or_none()


def _column(row: Any, scope: Scope) -> Any:
    """Where a stop of one thing looks; a connection is the lane, which the claim knows already."""
    if scope == "process":
        return row.process
    return getattr(row, "operation", None) if scope == "operation" else None
