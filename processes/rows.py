"""Rows of this room: processes and their versions, walks with their journals, readings of facts."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId
from base.scope import limit_of, narrowed
from cases.cases import Case

if TYPE_CHECKING:
    from base.brands import Brand


class ProcessRow(Base):
    """A treatment process of a brand, behind a key that never changes."""

    __tablename__ = "process"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[dict[str, str]]
    reason: Mapped[str] = mapped_column(String(80))
    audience: Mapped[list[str]]
    live_number: Mapped[int] = mapped_column(default=0)
    """Number of the version that new walks take; 0 while none is published."""
    created_at: Mapped[Moment]


class VersionRow(Base):
    """A published state of a process; never changed."""

    __tablename__ = "process_version"
    __table_args__ = (UniqueConstraint("process_id", "number"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    process_id: Mapped[int] = mapped_column(ForeignKey("process.id"))
    number: Mapped[int]
    document: Mapped[Json]
    """The document, canonical JSON."""
    logic_hash: Mapped[str] = mapped_column(String(64))
    """Of everything that steers the walk: no texts, labels, scenarios."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """Of all of it."""
    note: Mapped[str]
    override: Mapped[str | None]
    """Why it was published although a scenario failed."""
    published_at: Mapped[Moment]
    published_by: Mapped[Json]
    """The actor."""
    process: Mapped[ProcessRow] = relationship(lazy="joined")


class WalkRow(Base):
    """One run of a process version inside a case: the state after its last turn."""

    __tablename__ = "walk"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    process: Mapped[str] = mapped_column(String(80))
    """The process's key."""
    state: Mapped[Json]
    """As `processes.walk.state` writes it."""
    revision: Mapped[int] = mapped_column(default=0)
    """Moved on by every turn: who comes with an older one has lost."""
    step: Mapped[str] = mapped_column(default="")
    """Where it stands, for lists."""
    waiting: Mapped[Literal["asking", "confirming", "acting", "timing", "task", "with_people", "ended", "starting"]] = (
        mapped_column(String(20), default="starting")
    )
    needs: Mapped[Json | None]
    """Of a walk that a robot has still to start: what its starter knows, encoded."""
    started_at: Mapped[Moment]
    moved_at: Mapped[Moment]
    version: Mapped[VersionRow] = relationship(lazy="joined")
    case: Mapped[Case] = relationship()
    brand: Mapped["Brand"] = relationship()


@narrowed(WalkRow)
def _walks_seen(actor: Actor) -> ColumnElement[bool] | None:
    """Those in a case that the actor sees."""
    limit = limit_of(actor, Case)
    return None if limit is None else WalkRow.case_id.in_(select(Case.id).where(limit))


class WalkEventRow(Base):
    """One event of a walk, with what it led to; never changed."""

    __tablename__ = "walk_event"
    __table_args__ = (UniqueConstraint("walk_id", "number"),)

    id: Mapped[Id]
    walk_id: Mapped[int] = mapped_column(ForeignKey("walk.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    payload: Mapped[Json]
    """The event, as `processes.journal` writes it; readings by id."""
    trace: Mapped[Json]
    """The proof of the answer: steps, rows and branches taken, values they rested on."""
    words: Mapped[Json | None]
    """Words shown after the event, as they were."""
    actor: Mapped[Json]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    at: Mapped[Moment]


class FactReading(Base):
    """What a service said of a fact at a moment; never changed."""

    __tablename__ = "fact_reading"
    __table_args__ = (Index(None, "walk_id"), Index(None, "about", "walk_id"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    walk_id: Mapped[int] = mapped_column(ForeignKey("walk.id"))
    fact: Mapped[str] = mapped_column(String(60))
    item: Mapped[str | None]
    operation: Mapped[str]
    """The capability asked."""
    source: Mapped[str | None]
    """`definition.operation` that answered."""
    inputs: Mapped[Json]
    about: Mapped[str | None] = mapped_column(String(120))
    """Number of the order or parcel that was asked for: by it a service's news find the walk."""
    state: Mapped[Literal["known", "missing", "unknown"]] = mapped_column(String(10))
    value: Mapped[Json]
    """Mapped fields, encoded."""
    raw_codes: Mapped[Json | None]
    reason: Mapped[str | None]
    definition_hash: Mapped[str | None] = mapped_column(String(64))
    read_at: Mapped[Moment]


def age_in_seconds(reading: FactReading, now: datetime) -> float:
    """How old a reading is."""
    return (now - reading.read_at).total_seconds()
