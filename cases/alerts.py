"""Alerts: something is about to be missed, or has been. Raised once per crossing, acknowledged by somebody, settled.

A crossing is a kind of alert, the row it is about and the moment that was crossed: the same crossing again raises
nothing, a deadline that moved and is missed again does. What nobody acknowledges is escalated; what is no longer true
is settled by the robots' watch.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor, robot_actor
from base.brands import Brand
from base.business_time import Delay, InvalidDelay, add
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict
from base.languages import LANGUAGES, N_, translate
from base.people import Person
from base.permissions import Permission, require
from base.settings import values_of
from cases import notices
from cases.claims import guarded
from cases.states import one_of
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

AlertKind = Literal[
    "deadline_near",
    "goal_missed",
    "deadline_missed",
    "budget_near",
    "budget_missed",
    "answer_late",
    "robot_late",
    "task_near",
    "task_late",
    "partner_late",
    "promise_broken",
]
Subject = Literal["case", "task", "follow_up", "promise"]
SERIOUS: frozenset[str] = frozenset(
    {"deadline_missed", "budget_missed", "promise_broken", "partner_late", "answer_late"}
)
"""Kinds that cannot be undone any more: the others can still be saved."""

ESCALATES_AFTER = "2 business hours"
"""Where the company has not said otherwise."""

_UNSETTLED = text("settled_at IS NULL")

SENTENCES: Mapping[AlertKind, str] = {
    "deadline_near": N_("The deadline is near"),
    "goal_missed": N_("The goal is missed"),
    "deadline_missed": N_("The deadline is missed"),
    "budget_near": N_("One contact is left"),
    "budget_missed": N_("More contacts than allowed"),
    "answer_late": N_("The customer waits for an answer"),
    "robot_late": N_("The robot’s check is late"),
    "task_near": N_("A task is due soon"),
    "task_late": N_("A task is late"),
    "partner_late": N_("A partner is late"),
    "promise_broken": N_("A promise is broken"),
}


class AlreadyAcknowledged(Conflict):
    """Somebody else has taken care of it."""

    sentence = N_("%(name)s already takes care of this alert.")


class Alert(Base):
    """One crossing."""

    __tablename__ = "alert"
    __table_args__ = (
        one_of("kind", AlertKind),
        one_of("subject", Subject),
        Index("uq_alert_crossing", "kind", "subject_id", "crossed_at", unique=True),
        Index("ix_alert_inbox", "brand_id", "raised_at", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
        Index("ix_alert_escalates", "escalates_at", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
        Index(None, "case_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[AlertKind] = mapped_column(String(16))
    subject: Mapped[Subject] = mapped_column(String(16))
    subject_id: Mapped[int]
    """The row it is about."""
    crossed_at: Mapped[Moment]
    """The moment that was crossed; of a contact budget when the contact began."""
    detail: Mapped[Json]
    """What it is about, by language; may be empty."""
    raised_at: Mapped[Moment]
    acknowledged_at: Mapped[Moment | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    escalates_at: Mapped[Moment]
    """When it goes to those above, unless somebody takes care of it."""
    escalated_at: Mapped[Moment | None]
    settled_at: Mapped[Moment | None]
    """When it was no longer true."""
    case: Mapped["Case"] = relationship()
    acknowledger: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def serious(self) -> bool:
        """Whether it is a breach, not a warning."""
        return self.kind in SERIOUS


def raise_alert(
    session: Session,
    now: datetime,
    case: "Case",
    kind: AlertKind,
    crossed_at: datetime,
    *,
    subject: Subject = "case",
    subject_id: int | None = None,
    detail: Mapping[str, str] | None = None,
) -> Alert | None:
    """Raise it, tell the thread and have it sent; None when this crossing was raised before."""
    values = {
        "public_id": new_public_id(),
        "brand_id": case.brand_id,
        "case_id": case.id,
        "kind": kind,
        "subject": subject,
        "subject_id": subject_id or case.id,
        "crossed_at": crossed_at,
        "detail": dict(detail or {}),
        "raised_at": now,
        "escalates_at": _escalates_at(session, now, case.brand_id),
    }
    if not insert_or_ignore(session, Alert, values):
        return None
    alert = session.scalars(select(Alert).where(Alert.public_id == values["public_id"])).one()
    robot = robot_actor(case.brand_id)
    params = {"what": in_words(kind), "detail": alert.detail or None}
    write(session, case.id, "alert.raised", actor=robot, now=now, params=params)
    notices.announce(session, now, alert, case)
    return alert


def watch_budget(session: Session, now: datetime, case: "Case") -> None:
    """Raise an alert when one contact is left, and when one too many has come.

    Nobody has come back yet at the first contact: a budget of two leaves one to every case, and warns of nothing.
    """
    budget, used = case.contact_budget, case.inbound
    if budget is None or case.state == "closed":
        return
    if used > budget:
        raise_alert(session, now, case, "budget_missed", now)
    elif used > 1 and used == budget - 1:
        raise_alert(session, now, case, "budget_near", now)


def acknowledge(session: Session, actor: Actor, now: datetime, alert: Alert) -> None:
    """Somebody takes care of it. Raises `AlreadyAcknowledged` when somebody else does."""
    require(actor, Permission.ALERT_ACKNOWLEDGE)
    free = (Alert.id == alert.id, Alert.acknowledged_at.is_(None))
    if not guarded(session, Alert, *free, acknowledged_at=now, acknowledged_by=actor.person_id):
        session.refresh(alert)
        if alert.acknowledged_by == actor.person_id:
            return
        raise AlreadyAcknowledged(name=alert.acknowledger.name if alert.acknowledger else "?")
    session.refresh(alert)
    params = {"what": in_words(alert.kind)}
    write(session, alert.case_id, "alert.acknowledged", actor=actor, now=now, params=params)


def escalate(session: Session, now: datetime, alert: Alert) -> None:
    """Nobody took care of it: those above are told."""
    open_still = (Alert.id == alert.id, Alert.escalated_at.is_(None), Alert.acknowledged_at.is_(None))
    if not guarded(session, Alert, *open_still, escalated_at=now):
        return
    session.refresh(alert)
    params = {"what": in_words(alert.kind)}
    write(session, alert.case_id, "alert.escalated", actor=robot_actor(alert.brand_id), now=now, params=params)
    notices.announce(session, now, alert, alert.case, escalated=True)


def settle_case(session: Session, now: datetime, case: "Case") -> None:
    """The case is over: what was said about it no longer matters."""
    done = update(Alert).where(Alert.case_id == case.id, Alert.settled_at.is_(None), Alert.subject != "promise")
    session.execute(done.values(settled_at=now), execution_options={"synchronize_session": False})


def alerts_of_case(session: Session, case_id: int) -> list[Alert]:
    """What is unsettled about a case, newest first."""
    wanted = select(Alert).where(Alert.case_id == case_id, Alert.settled_at.is_(None))
    return list(session.scalars(wanted.order_by(Alert.raised_at.desc(), Alert.id.desc())))


def in_words(kind: str) -> dict[str, str]:
    """What an alert says, by language."""
    return {language: translate(language, SENTENCES[kind]) for language in LANGUAGES}  # type: ignore[index]


def _escalates_at(session: Session, now: datetime, brand_id: int) -> datetime:
    written = str(values_of(session, brand_id).get(notices.ESCALATES_AFTER) or ESCALATES_AFTER)
    try:
        delay = Delay.parse(written)
    except InvalidDelay:
        delay = Delay.parse(ESCALATES_AFTER)
    return add(session.get_one(Brand, brand_id).calendar, now, delay)
