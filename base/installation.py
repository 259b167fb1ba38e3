"""Which installation this is: one row, by which a copy is told from its original.

A backup that is restored beside the running company must not do everybody's follow-ups a second time: it gets an id of
its own, and says what it was restored from.
"""

from datetime import datetime

from sqlalchemy.orm import Mapped, Session

from base.clock import real_now
from base.database import Base, Id, Moment, PublicId, insert_or_ignore, new_public_id


class Installation(Base):
    """The single row."""

    __tablename__ = "installation"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    since: Mapped[Moment]
    """When it was set up, or restored; real time."""
    restored_from: Mapped[str | None]
    """The id of the installation that a backup was taken from."""


def installation(session: Session) -> Installation:
    """This one; it gets its id when first asked. Needs a write unit."""
    insert_or_ignore(session, Installation, {"id": 1, "public_id": new_public_id(), "since": real_now(session)})
    return session.get_one(Installation, 1)


def become_a_copy(session: Session, now: datetime) -> Installation:
    """Be another installation than the one this data was taken from."""
    here = installation(session)
    here.restored_from, here.public_id, here.since = here.public_id, new_public_id(), now
    session.flush()
    return here
