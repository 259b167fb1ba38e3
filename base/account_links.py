"""Links by which a member of staff comes into his account without a password: an invitation, or a lost password.

The token is 256 bits made from the installation's key and the link's public id, so that the robot that mails it can
write it; the database keeps its hash. A link is used once, ends by date, and a newer one ends the older ones.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, new_public_id
from base.errors import ArianeError
from base.languages import N_
from base.people import Person

AccountPurpose = Literal["invitation", "reset"]
LASTS = {"invitation": timedelta(days=7), "reset": timedelta(hours=1)}


class AccountLinkIsDead(ArianeError):
    """Unknown, too old or used: the answers are alike."""

    sentence = N_("This link is no longer valid. Ask for a new one.")
    status = 410


class AccountLink(Base):
    """A way into an account. Times are real time."""

    __tablename__ = "account_link"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[AccountPurpose] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    created_by: Mapped[Json | None]
    """The actor; None when the person asked for it."""
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    mailed_at: Mapped[Moment | None]
    mail_attempts: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship(lazy="joined")

    @classmethod
    def issue(
        cls, session: Session, secret: str, now: datetime, person: Person, purpose: AccountPurpose, by: Actor | None
    ) -> "AccountLink":
        """A new link to the person's account; earlier ones open nothing any more."""
        theirs = update(cls).where(cls.person_id == person.id, cls.used_at.is_(None)).values(used_at=now)
        session.execute(theirs, execution_options={"synchronize_session": False})
        public_id = new_public_id()
        link = cls(
            public_id=public_id,
            person=person,
            purpose=purpose,
            token_hash=_hash(token_of(secret, public_id)),
            created_at=now,
            created_by=by.to_json() if by else None,
            expires_at=now + LASTS[purpose],
        )
        session.add(link)
        session.flush()
        return link

    def alive(self, now: datetime) -> bool:
        """Whether it still opens the account."""
        return self.used_at is None and now < self.expires_at and self.person.active


def token_of(secret: str, public_id: str) -> str:
    """The token that goes into the link's address."""
    digest = hmac.new(secret.encode(), f"ariane-account:{public_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def living_link(session: Session, now: datetime, token: str) -> AccountLink:
    """The link with this token. Raises `AccountLinkIsDead`."""
    link = session.scalars(select(AccountLink).where(AccountLink.token_hash == _hash(token))).one_or_none()
    if link is None or not link.alive(now):
        raise AccountLinkIsDead
    return link


def waiting_link(session: Session, now: datetime, person_id: int) -> AccountLink | None:
    """The link that somebody has been given and not used yet."""
    wanted = select(AccountLink).where(AccountLink.person_id == person_id, AccountLink.used_at.is_(None))
    link = session.scalars(wanted.order_by(AccountLink.id.desc()).limit(1)).one_or_none()
    return link if link is not None and link.alive(now) else None


def to_mail(session: Session, now: datetime, *, limit: int = 20, most: int = 8) -> list[AccountLink]:
    """Links that nobody has mailed yet, oldest first; after `most` attempts only a person can hand them over."""
    wanted = select(AccountLink).where(
        AccountLink.mailed_at.is_(None), AccountLink.used_at.is_(None), AccountLink.expires_at > now,
        AccountLink.mail_attempts < most,
    )  # fmt: skip
    return list(session.scalars(wanted.order_by(AccountLink.id).limit(limit)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
