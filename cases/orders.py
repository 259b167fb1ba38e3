"""Orders and their lines, as far as cases must point to them: numbers and ids, noted at first sight.

What an order holds and where its parcels are is read live from the services, never from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Moment, PublicId, insert_or_ignore, new_public_id
from base.folding import one_line
from base.permissions import Permission, require
from cases.customers import Customer, Folded


class Order(Base):
    """An order of the shop, by its number."""

    __tablename__ = "order"
    __table_args__ = (
        Index("uq_order_number", "brand_id", "source", "folded_number", unique=True),
        Index(None, "brand_id", "folded_number"),
        Index(None, "customer_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    source: Mapped[str] = mapped_column(default="shop")
    """The system that numbers it."""
    number: Mapped[str]
    """As the customer reads it."""
    folded_number: Mapped[str] = mapped_column(Folded)
    external_id: Mapped[str | None]
    """The id by which its system knows it, where that is not the number."""
    seen_at: Mapped[Moment]
    customer: Mapped[Customer | None] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.id", back_populates="order")


class OrderLine(Base):
    """One line of an order."""

    __tablename__ = "order_line"
    __table_args__ = (Index("uq_order_line_external_id", "order_id", "external_id", unique=True),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    external_id: Mapped[str]
    """The line's id in the shop, or its item's number where the shop gives lines none."""
    number: Mapped[str] = mapped_column(default="")
    """The item's number (SKU)."""
    order: Mapped[Order] = relationship(back_populates="lines")


@dataclass(frozen=True, kw_only=True)
class SeenLine:
    """A line as a service tells it."""

    external_id: str
    number: str = ""


def order_at_first_sight(
    session: Session,
    actor: Actor,
    now: datetime,
    number: str,
    *,
    customer: Customer | None = None,
    external_id: str | None = None,
    source: str = "shop",
    lines: Iterable[SeenLine] = (),
) -> Order:
    """The order numbered `number`, noted if it is seen for the first time; what was not known of it is added.

    A customer once known stays: an order does not change hands by what a service says today.
    """
    require(actor, Permission.CASE_WRITE)
    values = {
        "public_id": new_public_id(),
        "brand_id": actor.brand_id,
        "source": source,
        "number": one_line(number),
        "folded_number": fold_number(number),
        "seen_at": now,
    }
    insert_or_ignore(session, Order, values)
    order = session.scalars(_numbered(actor.brand_id, number).where(Order.source == source)).one()
    if order.customer_id is None and customer is not None:
        order.customer = customer
    order.external_id = order.external_id or external_id
    session.flush()
    for line in lines:
        insert_or_ignore(
            session, OrderLine, {"order_id": order.id, "external_id": line.external_id, "number": line.number}
        )
    return order


def order_numbered(session: Session, brand_id: int, number: str) -> Order | None:
    """The order of the brand with that number, however it was typed; the newest where two systems use it."""
    return session.scalars(_numbered(brand_id, number).order_by(Order.id.desc()).limit(1)).one_or_none()


def fold_number(number: str) -> str:
    """An order number as it is compared: "#rc-1001 " is "RC-1001"."""
    return one_line(number).replace(" ", "").lstrip("#").upper()


def _numbered(brand_id: int, number: str) -> Select[Order]:
    return select(Order).where(Order.brand_id == brand_id, Order.folded_number == fold_number(number))
