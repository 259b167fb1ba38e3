"""Doubtful pairs: two customers of whom something weak agrees. A person looks; `cases.merging` does what he says."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id

if TYPE_CHECKING:
    from cases.customers import Customer


class Doubt(Base):
    """Two customers who may be one: something weak agrees."""

    __tablename__ = "customer_doubt"
    __table_args__ = (
        Index("uq_customer_doubt", "first_id", "second_id", unique=True),
        Index(None, "brand_id", "settled_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    """The one known longer."""
    second_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    score: Mapped[int]
    agrees: Mapped[Json]
    """What they have in common: kinds of identifiers, name."""
    found_at: Mapped[Moment]
    settled_at: Mapped[Moment | None]
    same: Mapped[bool | None]
    """What a person decided."""
    settled_by: Mapped[Json | None]
    first: Mapped["Customer"] = relationship(foreign_keys=[first_id])
    second: Mapped["Customer"] = relationship(foreign_keys=[second_id])


def doubt(
    session: Session, now: datetime, known: "Customer", other: "Customer", agrees: Sequence[str], score: int
) -> None:
    """Put two customers who may be one into the queue, once."""
    first, second = sorted((known, other), key=lambda each: each.id)
    values = {
        "public_id": new_public_id(), "brand_id": known.brand_id, "first_id": first.id, "second_id": second.id,
        "score": score, "agrees": list(agrees), "found_at": now,
    }  # fmt: skip
    insert_or_ignore(session, Doubt, values)
