"""Who is looking at a case just now: colleagues are told, so that two do not do one thing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.database import Base, Moment, insert_or_ignore
from base.people import Person

LASTS = timedelta(seconds=60)
"""Real time without a sign of life after which somebody has gone."""


class Presence(Base):
    """A member of staff at a case."""

    __tablename__ = "case_presence"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[Moment]
    """Real time of the last sign of life."""


def be_there(session: Session, actor: Actor, real_now: datetime, case_id: int) -> None:
    """The actor looks at the case."""
    if actor.person_id is None:
        return
    row = {"case_id": case_id, "person_id": actor.person_id, "at": real_now}
    if not insert_or_ignore(session, Presence, row):
        here = (Presence.case_id == case_id, Presence.person_id == actor.person_id)
        session.execute(
            update(Presence).where(*here).values(at=real_now), execution_options={"synchronize_session": False}
        )


def others(session: Session, actor: Actor, real_now: datetime, case_id: int) -> list[str]:
    """Names of colleagues who look at the case just now."""
    there = (
        select(Person.name)
        .join(Presence, Presence.person_id == Person.id)
        .where(
            Presence.case_id == case_id, Presence.at > real_now - LASTS, Presence.person_id != (actor.person_id or 0)
        )
    )
    return list(session.scalars(there.order_by(Person.name)))


def looked_at(session: Session, actor: Actor, real_now: datetime, case_ids: Sequence[int]) -> set[int]:
    """Those of the cases that a colleague looks at just now."""
    there = select(Presence.case_id).where(
        Presence.case_id.in_(list(case_ids)), Presence.at > real_now - LASTS,
        Presence.person_id != (actor.person_id or 0),
    )  # fmt: skip
    return set(session.scalars(there))
