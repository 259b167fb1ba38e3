"""The rows of incidents, and which cases one holds. What is asked of them is in `incidents`."""

from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, Select, String, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from base.database import Base, Id, Json, Moment, PublicId
from cases.states import one_of

if TYPE_CHECKING:
    from cases.cases import Case

IncidentState = Literal["planned", "on", "over"]
_ON = text("state = 'on'")
_NOT_TOLD = text("told_at IS NULL")


class Incident(Base):
    """One thing that went wrong for many."""

    __tablename__ = "incident"
    __table_args__ = (
        one_of("state", IncidentState),
        Index("ix_incident_on", "brand_id", "id", sqlite_where=_ON, postgresql_where=_ON),
        Index(None, "brand_id", "created_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str]
    """For staff."""
    state: Mapped[IncidentState] = mapped_column(String(16), default="planned")
    reasons: Mapped[list[str]]
    """Open cases of these reasons belong to it; the first is that of cases opened for the list."""
    lane: Mapped[str] = mapped_column(default="")
    """Of them only those whose robot looks at this connection next; empty: all."""
    since: Mapped[Moment | None]
    """Of them only those opened since."""
    orders: Mapped[list[str]]
    """Numbers of orders that belong to it, as they are compared."""
    banner: Mapped[Json]
    """What pages of its cases say while it is on, by language; empty: nothing."""
    opening: Mapped[Json]
    """The message to its customers, by language: `{"fr": {"subject": …, "text": …}}`; empty: none."""
    closing: Mapped[Json]
    """The message when it is over, to those who were told of it."""
    holds_robots: Mapped[bool] = mapped_column(default=False)
    """Whether robots leave its cases alone while it is on."""
    closes_cases: Mapped[bool] = mapped_column(default=False)
    """Whether its cases are closed when it is over; those opened for its list are in any case."""
    per_hour: Mapped[int]
    """Messages an hour at most."""
    created_at: Mapped[Moment]
    created_by: Mapped[Json]
    began_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[Json | None]


class IncidentCase(Base):
    """A case that an incident concerns."""

    __tablename__ = "incident_case"
    __table_args__ = (
        Index("uq_incident_case", "incident_id", "case_id", unique=True),
        Index(None, "case_id"),
        Index("ix_incident_case_to_tell", "incident_id", "id", sqlite_where=_NOT_TOLD, postgresql_where=_NOT_TOLD),
    )

    id: Mapped[Id]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    joined_at: Mapped[Moment]
    made: Mapped[bool] = mapped_column(default=False)
    """Whether the case was opened for an order of the list."""
    told_at: Mapped[Moment | None]
    """When its message was decided, or found to be nobody's or said already."""
    ended_at: Mapped[Moment | None]
    """When the end of the incident was worked off for it."""
    case: Mapped["Case"] = relationship()


def cases_held_by(public_id: str) -> Select[int]:
    """The cases of an incident, by its public id: what a stop of it holds."""
    return (
        select(IncidentCase.case_id)
        .join(Incident, Incident.id == IncidentCase.incident_id)
        .where(Incident.public_id == public_id)
    )
