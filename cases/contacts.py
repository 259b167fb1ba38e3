"""Contacts: each interaction with the customer, or among ourselves about him, on whatever channel."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, String, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, table_of
from base.errors import Conflict
from base.folding import fold
from base.languages import N_
from base.permissions import Permission, require
from cases import alerts
from cases.incidents import incidents_now
from cases.matters import touch
from cases.states import one_of
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

Direction = Literal["inbound", "outbound", "internal"]
INTERNAL = ("accounting", "logistics", "store", "carrier", "other")
"""With whom an internal contact may be."""
IDLE = timedelta(minutes=30)
"""A visit to selfcare without a click for so long is over; the next click is another contact."""


class NotThisCase(Conflict):
    """A contact is moved to another case of the same brand."""

    sentence = N_("The contact already belongs to this case, or the case is not yours.")


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
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    """The incident that was on and concerned its case: such contacts are counted on a line of their own."""
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
    with_whom: Mapped[str | None]
    """Of an internal contact: accounting, logistics, a store, …"""
    cost_minor: Mapped[int | None]
    """Of an internal contact: what its minutes cost, in the smallest unit of the brand's money."""
    case: Mapped["Case | None"] = relationship()

    @property
    def handled(self) -> timedelta:
        """How long it was worked on, measured by what was done in it."""
        return max((self.ended_at or self.active_at) - self.started_at, timedelta())


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
    courtesy: bool = False,
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
        courtesy=courtesy,
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


def move(session: Session, actor: Actor, now: datetime, contact: Contact, case: "Case") -> None:
    """It was about another case after all: both count anew. Raises `NotThisCase` for another brand's or the same."""
    require(actor, Permission.CASE_WRITE)
    before = contact.case
    if case.brand_id != contact.brand_id or (before is not None and before.id == case.id):
        raise NotThisCase
    contact.case_id, contact.case = case.id, case
    session.flush()
    params = {"channel": contact.channel, "reference": case.spoken_reference}
    if before is not None:
        write(session, before.id, "contact.moved_away", actor=actor, now=now, params=params)
        recount(session, now, before)
        touch(session, now, before)
    came = {"channel": contact.channel, "reference": before.spoken_reference if before is not None else None}
    write(session, case.id, "contact.moved_here", actor=actor, now=now, params=came, contact_id=contact.id)
    recount(session, now, case)
    touch(session, now, case)


def say_courtesy(session: Session, actor: Actor, now: datetime, contact: Contact, courtesy: bool) -> None:
    """A "thank you" and no more, or more than that after all: the case counts anew."""
    require(actor, Permission.CASE_WRITE)
    if contact.courtesy == courtesy:
        return
    contact.courtesy = courtesy
    session.flush()
    if contact.case is not None:
        kind = "contact.courtesy" if courtesy else "contact.counts"
        write(session, contact.case.id, kind, actor=actor, now=now, params={"channel": contact.channel})
        recount(session, now, contact.case)
        touch(session, now, contact.case)


def note_internal(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    with_whom: str,
    minutes: int,
    cost_minor: int | None = None,
) -> Contact:
    """Somebody of ours was asked about the case, for so many minutes that have just passed."""
    contact = begin_contact(session, actor, now, channel="internal", direction="internal", case=case)
    contact.with_whom, contact.cost_minor = with_whom, cost_minor
    contact.started_at, contact.ended_at = now - timedelta(minutes=minutes), now
    session.flush()
    return contact


def is_courtesy(words: str) -> bool:
    """Whether a message says thank you and nothing else: no question, no number, nothing but words of thanks."""
    lines = [line for line in words.splitlines() if line.strip() and not line.lstrip().startswith(">")]
    said = fold(" ".join(lines))
    if not said or len(said) > 160 or any(sign in said for sign in "?0123456789"):
        return False
    left = [word for word in re.findall(r"[a-z]+", said) if word not in _SMALL_TALK]
    return any(word in _THANKS for word in re.findall(r"[a-z]+", said)) and len(left) <= _NAMES


_THANKS = frozenset("merci remercie remercions thanks thank thx parfait super perfect great".split())
_SMALL_TALK = _THANKS | frozenset(
    "a an and all beaucoup bien bientot bon bonjour bonne bonsoir c ca cordialement de dear day en encore est et for "
    "hello hi infiniment it je journee kind l la le les m madame mademoiselle monsieur much my nice nous ok pour "
    "problem reception regards reponse retour received recu s soiree si so that the to tout tres very vous votre vos "
    "week well will your you aide help quick rapide rapidite reply answer efficacite bientôt".split()
)
_NAMES = 2
"""Words that may be the writer's name."""


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


_CONTACT = table_of(Contact)
_KEPT_UP = (
    update(_CONTACT)
    .where(_CONTACT.c.id == bindparam("of"), _CONTACT.c.active_at < bindparam("at"))
    .values(active_at=bindparam("at"))
)


def end_contact(session: Session, actor: Actor, now: datetime, contact: Contact) -> None:
    """It is over; a second time changes nothing."""
    require(actor, Permission.CASE_WRITE)
    if contact.ended_at is None:
        contact.active_at = contact.ended_at = max(now, contact.started_at)
        session.flush()


def _incident(session: Session, case: "Case") -> int | None:
    """The incident that the contact is for: the latest that is on and concerns the case."""
    found = incidents_now(session, case)
    return found[-1].id if found else None


def _tell(session: Session, actor: Actor, now: datetime, contact: Contact, case: "Case") -> None:
    params = {"channel": contact.channel}
    kind = f"contact.{contact.direction}"
    write(session, case.id, kind, actor=actor, now=now, params=params, contact_id=contact.id)
    if contact.direction == "inbound":
        contact.incident_id = contact.incident_id or _incident(session, case)
        recount(session, now, case)
    touch(session, now, case)
