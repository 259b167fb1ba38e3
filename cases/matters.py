"""Matters whose figures must be counted again: a row each time something about them changed.

Rows are only ever added here. The dashboards' robot takes them, counts anew, and removes what it took.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Id, Moment

if TYPE_CHECKING:
    from cases.cases import Case


class DirtyMatter(Base):
    """Something changed about the contacts of this customer and case. Two rows of one matter are no fault."""

    __tablename__ = "dirty_matter"

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    at: Mapped[Moment]


def touch(session: Session, now: datetime, case: "Case") -> None:
    """Have the figures of the case's matter counted again."""
    session.add(DirtyMatter(brand_id=case.brand_id, customer_id=case.customer_id, case_id=case.id, at=now))
