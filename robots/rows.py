"""Rows of this room: the robots' heartbeat, by which everybody sees that they are alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

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


SILENT_AFTER = timedelta(minutes=1)
"""A round comes every second; a long one may last some."""


@dataclass(frozen=True)
class Pulse:
    """How the robots are, as far as anybody can tell."""

    state: Literal["at work", "stalled", "never seen"]
    silent: timedelta = timedelta()
    """Since when the part that is missing was not heard of."""
    missing: str = ""
    """robots, dispatcher or workers; empty when nothing is."""


def beat(session: Session, now: datetime, worked: int, name: str = "robots", slots: int = 0) -> None:
    """Say that the robots are alive."""
    values = {"at": now, "worked": worked, "slots": slots}
    if not insert_or_ignore(session, Heartbeat, {"name": name, **values}):
        session.execute(update(Heartbeat).where(Heartbeat.name == name).values(**values))


def last_beat(session: Session) -> datetime | None:
    """When any robots process was last seen, real time; None when never."""
    return session.scalars(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1)).one_or_none()


def pulse(session: Session, now: datetime) -> Pulse:
    """Whether the robots are at work: one robots process alone, or a dispatcher with at least one worker."""
    beats = session.execute(select(Heartbeat.name, Heartbeat.at)).all()
    if not beats:
        return Pulse("never seen")
    latest: dict[str, datetime] = {}
    for name, at in beats:
        role = name.partition(" ")[0]
        latest[role] = max(latest.get(role, at), at)
    alone = latest.get("robots")
    if alone is not None and now - alone <= SILENT_AFTER:
        return Pulse("at work", now - alone)
    together = [role for role in ("dispatcher", "worker") if role in latest]
    if not together:
        return Pulse("stalled", now - max(latest.values()), "robots")
    for role in ("dispatcher", "worker"):
        if role not in latest or now - latest[role] > SILENT_AFTER:
            return Pulse("stalled", now - latest.get(role, min(latest.values())), role)
    return Pulse("at work", now - min(latest[role] for role in together))
