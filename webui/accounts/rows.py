"""One row for each time that somebody signed in: it can be listed, and ended from elsewhere."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Id, Moment, PublicId

ABSOLUTE = timedelta(hours=12)
"""After this a sign-in ends, however busy."""
IDLE = timedelta(minutes=30)


class SignIn(Base):
    """A browser in which a person is signed in. Times are real time."""

    __tablename__ = "sign_in"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the random token in the signed cookie; the token itself is kept nowhere else."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    """Last act, to the minute; looking at pages writes nothing."""
    ended_at: Mapped[Moment | None]
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))

    @classmethod
    def begin(cls, session: Session, person_id: int, now: datetime, *, address: str, browser: str) -> str:
        """Open a sign-in; returns its token."""
        token = secrets.token_urlsafe(32)
        session.add(
            cls(
                token_hash=fingerprint(token),
                person_id=person_id,
                started_at=now,
                seen_at=now,
                address=address[:64],
                browser=browser[:200],
            )
        )
        session.flush()
        return token

    def holds(self, now: datetime) -> bool:
        """Whether it still counts, its browser's idle time aside."""
        return still_holds(self.started_at, self.ended_at, now)


def still_holds(started_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a sign-in of those times still counts, its browser's idle time aside."""
    return ended_at is None and now - started_at < ABSOLUTE


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def end(session: Session, token: str, now: datetime) -> None:
    """Sign out the browser that holds `token`."""
    ours = SignIn.token_hash == fingerprint(token)
    session.execute(update(SignIn).where(ours, SignIn.ended_at.is_(None)).values(ended_at=now))


def end_all(session: Session, person_id: int, now: datetime) -> None:
    """Sign a person out everywhere, effective at the next request."""
    theirs = SignIn.person_id == person_id
    session.execute(update(SignIn).where(theirs, SignIn.ended_at.is_(None)).values(ended_at=now))


def running(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """Where a person is signed in, latest first."""
    wanted = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None)).order_by(SignIn.id.desc())
    return [each for each in session.execute(wanted).scalars() if each.holds(now)]
