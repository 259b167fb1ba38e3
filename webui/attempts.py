"""Tries that may be guesses: counted in rows, so that several processes count together.

Each limit is a promise: so many tries of one purpose for one subject (an address, an order number) within a time.
A try beyond it is not evaluated, and is answered like a wrong one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Id, Moment


@dataclass(frozen=True, kw_only=True)
class Limit:
    purpose: str
    """What is tried, `sign_in.address`; at most 40 characters."""
    most: int
    within: timedelta


class Attempt(Base):
    """One try, in real time. The subject is kept as a hash: the row must not tell who was looked for."""

    __tablename__ = "attempt"

    id: Mapped[Id]
    purpose: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[Moment]


def spend(session: Session, limit: Limit, subject: str, now: datetime) -> bool:
    """Count a try; False when all are spent, and then it is not counted: waiting is always enough."""
    if used(session, limit, subject, now) >= limit.most:
        return False
    session.add(Attempt(purpose=limit.purpose, subject=_hidden(limit, subject), at=now))
    session.flush()
    return True


def used(session: Session, limit: Limit, subject: str, now: datetime) -> int:
    """Tries within the limit's time."""
    recent = select(func.count()).where(_of(limit, subject), Attempt.at > now - limit.within)
    return session.execute(recent).scalar_one()


def forgive(session: Session, limit: Limit, subject: str) -> None:
    """After a right answer the earlier wrong ones no longer count."""
    session.execute(delete(Attempt).where(_of(limit, subject)))


def take_back(session: Session, limit: Limit, subject: str) -> None:
    """The latest try was no guess: it no longer counts, the others do."""
    latest = select(func.max(Attempt.id)).where(_of(limit, subject)).scalar_subquery()
    session.execute(delete(Attempt).where(Attempt.id == latest))


def forget(session: Session, before: datetime) -> int:
    """Remove tries older than `before`, those that no limit looks at any more; how many there were."""
    gone = session.execute(delete(Attempt).where(Attempt.at < before).returning(Attempt.id))
    return len(gone.all())


def _of(limit: Limit, subject: str) -> ColumnElement[bool]:
    return Attempt.subject == _hidden(limit, subject)


def _hidden(limit: Limit, subject: str) -> str:
    return hashlib.sha256(f"{limit.purpose}:{subject.strip().lower()}".encode()).hexdigest()
