"""Rows of this room: the robots' heartbeat, by which everybody sees that they are alive."""

from datetime import datetime

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Moment, insert_or_ignore


class Heartbeat(Base):
    """When a robots process last went round."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[Moment]
    """Real time."""
    worked: Mapped[int] = mapped_column(default=0)
    """Rows worked on in that round."""
    slots: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows that a worker of the distributed engine works on at once."""


def beat(session: Session, now: datetime, worked: int, name: str = "robots") -> None:
    """Say that the robots are alive."""
    if not insert_or_ignore(session, Heartbeat, {"name": name, "at": now, "worked": worked}):
        session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=now, worked=worked))


def last_beat(session: Session) -> datetime | None:
    """When any robots process was last seen, real time; None when never."""
    return session.scalars(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1)).one_or_none()
