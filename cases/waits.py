"""Whose turn it is in a case: who was waited for, from when to when. Clocks pause by these rows."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.database import Base, Id, Json, Moment
from cases.clock_rules import Party
from cases.states import one_of

if TYPE_CHECKING:
    from cases.cases import Case

_LASTS = text("ended_at IS NULL")


class CaseWait(Base):
    """A stretch in which somebody else than us had the word."""

    __tablename__ = "case_wait"
    __table_args__ = (
        one_of("party", Party),
        Index(None, "case_id", "began_at"),
        Index("uq_case_wait_lasts", "case_id", unique=True, sqlite_where=_LASTS, postgresql_where=_LASTS),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    party: Mapped[Party] = mapped_column(String(16))
    because: Mapped[str] = mapped_column(default="")
    """Why, where a person said it."""
    began_at: Mapped[Moment]
    until: Mapped[Moment | None]
    """When we come back whatever happens."""
    ended_at: Mapped[Moment | None]
    actor: Mapped[Json]


def turn_of(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    party: Party | None,
    *,
    because: str = "",
    until: datetime | None = None,
) -> bool:
    """From now on `party` has the word; None: it is our turn. Whether that is a change. The case is locked."""
    lasts = waiting_for(session, case.id)
    if lasts is not None and lasts.party == party:
        lasts.until = until
        return False
    if lasts is not None:
        lasts.ended_at = max(now, lasts.began_at)
        session.flush()
    if party is not None:
        wait = CaseWait(case_id=case.id, party=party, because=because, began_at=now, until=until, actor=actor.to_json())
        session.add(wait)
    session.flush()
    return lasts is not None or party is not None


def come_back_at(session: Session, case_id: int, was: datetime, until: datetime) -> None:
    """What is waited for until `was` is waited for until another moment."""
    lasts = waiting_for(session, case_id)
    if lasts is not None and lasts.until == was:
        lasts.until = until


def waiting_for(session: Session, case_id: int) -> CaseWait | None:
    """Who has the word; None: we do."""
    lasts = select(CaseWait).where(CaseWait.case_id == case_id, CaseWait.ended_at.is_(None))
    return session.scalars(lasts).one_or_none()


def waits_of(session: Session, case_id: int) -> list[CaseWait]:
    """Who had the word, in order."""
    wanted = select(CaseWait).where(CaseWait.case_id == case_id)
    return list(session.scalars(wanted.order_by(CaseWait.began_at, CaseWait.id)))
