"""Contacts: each interaction with the customer, or among ourselves about him, on whatever channel."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, String, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId
from base.permissions import Permission, require
from cases import alerts
from cases.matters import touch
from cases.states import one_of
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

Direction = Literal["inbound", "outbound", "internal"]
IDLE = timedelta(minutes=30)
"""A visit to selfcare without a click for so long is over; the next click is another contact."""


class Contact(Base):
    """One interaction."""

    __tablename__ = "contact"
    __table_args__ = (
        one_of("direction", Direction),
        Index(None, "case_id", "started_at"),
        Index(None, "customer_id", "started_at"),
        Index(None, "brand_id", "started_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[str] = mapped_column(String(32))
    """phone, mail, chat, sms, selfcare … or any other word of the company's."""
    direction: Mapped[Direction] = mapped_column(String(16))
    reason: Mapped[str | None]
    """Why, where it is not the case's reason."""
    visit: Mapped[str | None] = mapped_column(String(64))
    """Of selfcare: which visit it is, as the door names it."""
    started_at: Mapped[Moment]
    active_at: Mapped[Moment]
    """When it last went on; the end of a contact that nobody ended."""
    ended_at: Mapped[Moment | None]
    actor: Mapped[Json]
    courtesy: Mapped[bool] = mapped_column(default=False)
    """A "thank you" and no more: kept, never counted."""
    planned: Mapped[bool] = mapped_column(default=False)
    """Asked for by us: it counts in the budget, and is no repeat contact."""
    case: Mapped["Case | None"] = relationship()


def begin_contact(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    channel: str,
    direction: Direction,
    case: "Case | None" = None,
    customer_id: int | None = None,
    reason: str | None = None,
    visit: str | None = None,
) -> Contact:
    """Note that somebody gets in touch; with a case, in its timeline."""
    require(actor, Permission.CASE_WRITE)
    contact = Contact(
        brand_id=actor.brand_id,
        case_id=case.id if case else None,
        customer_id=customer_id or (case.customer_id if case else None),
        channel=channel,
        direction=direction,
        reason=reason,
        visit=visit,
        started_at=now,
        active_at=now,
        actor=actor.to_json(),
    )
    session.add(contact)
    session.flush()
    if case is not None:
        _tell(session, actor, now, contact, case)
    return contact


def attach(session: Session, actor: Actor, now: datetime, contact: Contact, case: "Case") -> None:
    """Say which case the contact is about, once that is known."""
    require(actor, Permission.CASE_WRITE)
    contact.case_id = case.id
    contact.customer_id = contact.customer_id or case.customer_id
    session.flush()
    _tell(session, actor, now, contact, case)


def recount(session: Session, now: datetime, case: "Case") -> None:
    """Count the inbound contacts of the case anew, and raise an alert where its budget is about to be used up."""
    counted = (Contact.case_id == case.id, Contact.direction == "inbound", Contact.courtesy.is_(False))
    case.inbound = select(func.count()).where(*counted).scalar_subquery()
    session.flush()
    session.refresh(case, ["inbound"])
    alerts.watch_budget(session, now, case)


def contact_for_visit(
    session: Session, actor: Actor, now: datetime, case: "Case", *, visit: str, channel: str = "selfcare"
) -> Contact:
    """The contact that this click belongs to: the visit's to the case if idle for less than 30 minutes, else a new one.

    `visit` is whatever tells the door's visitors apart.
    """
    require(actor, Permission.CASE_WRITE)
    latest = (
        select(Contact)
        .where(Contact.case_id == case.id, Contact.channel == channel, Contact.visit == visit)
        .order_by(Contact.started_at.desc())
        .limit(1)
    )
    contact = session.scalars(latest).one_or_none()
    if contact is None or contact.ended_at is not None or now - contact.active_at >= IDLE:
        return begin_contact(session, actor, now, channel=channel, direction="inbound", case=case, visit=visit)
    contact.active_at = max(contact.active_at, now)
    return contact


def keep_up(session: Session, now: datetime, contact_id: int) -> None:
    """It went on at `now`."""
    session.execute(_KEPT_UP, {"of": contact_id, "at": now})


_KEPT_UP = (
    update(Contact)
    .where(Contact.id == bindparam("of"), Contact.active_at < bindparam("at"))
    .values(active_at=bindparam("at"))
    .execution_options(synchronize_session=False)
)


def end_contact(session: Session, actor: Actor, now: datetime, contact: Contact) -> None:
    """It is over; a second time changes nothing."""
    require(actor, Permission.CASE_WRITE)
    if contact.ended_at is None:
        contact.active_at = contact.ended_at = max(now, contact.started_at)
        session.flush()


def _tell(session: Session, actor: Actor, now: datetime, contact: Contact, case: "Case") -> None:
    params = {"channel": contact.channel}
    kind = f"contact.{contact.direction}"
    write(session, case.id, kind, actor=actor, now=now, params=params, contact_id=contact.id)
    if contact.direction == "inbound":
        recount(session, now, case)
    touch(session, now, case)
