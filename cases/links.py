"""Links by which a customer comes back: to follow a case, or to answer the very question a message asked.

A link's token is 256 bits made from the installation's key and the link's public id, so that a message can be written
before it is sent; the database keeps only its hash. Links end by date, by use or by being revoked.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.database import Base, Id, Moment, PublicId, new_public_id, table_of
from base.errors import ArianeError
from base.languages import N_
from cases.states import one_of

if TYPE_CHECKING:
    from cases.cases import Case

LinkPurpose = Literal["follow", "answer", "sign_in"]
LASTS: dict[str, timedelta] = {
    "follow": timedelta(days=30),
    "answer": timedelta(days=14),
    "sign_in": timedelta(minutes=15),
}


class LinkIsDead(ArianeError):
    """The link is unknown, too old, used up or revoked: the answers are alike."""

    sentence = N_("This link is no longer valid. Give your order number to go on.")
    status = 410


class Link(Base):
    """A way back into a case."""

    __tablename__ = "link"
    __table_args__ = (one_of("purpose", LinkPurpose), Index(None, "case_id"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int | None]
    step: Mapped[str | None]
    """Of an answer: the step and visit it is bound to."""
    visit: Mapped[int | None]
    purpose: Mapped[LinkPurpose] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
    case: Mapped["Case"] = relationship()

    def alive(self, now: datetime) -> bool:
        """Whether it still opens the case."""
        return now < self.expires_at and self.revoked_at is None and self.used_at is None


def issue(
    session: Session,
    secret: str,
    now: datetime,
    case: "Case",
    purpose: LinkPurpose,
    *,
    walk_id: int | None = None,
    step: str | None = None,
    visit: int | None = None,
) -> Link:
    """A new link to the case."""
    public_id = new_public_id()
    link = Link(
        public_id=public_id,
        brand_id=case.brand_id,
        case_id=case.id,
        walk_id=walk_id,
        step=step,
        visit=visit,
        purpose=purpose,
        token_hash=_hash(token_of(secret, public_id)),
        created_at=now,
        expires_at=now + LASTS[purpose],
    )
    session.add(link)
    session.flush()
    return link


def token_of(secret: str, public_id: str) -> str:
    """The token that goes into the link's address: 43 characters."""
    digest = hmac.new(secret.encode(), f"ariane-link:{public_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def find_link(session: Session, now: datetime, token: str) -> Link:
    """The living link with this token. Raises LinkIsDead."""
    link = link_of(session, token)
    if link is None or not link.alive(now):
        raise LinkIsDead
    return link


def link_of(session: Session, token: str) -> Link | None:
    """The link with this token, dead or alive; None when there never was one."""
    return session.scalars(select(Link).where(Link.token_hash == _hash(token))).one_or_none()


def use_up(session: Session, now: datetime, link: Link) -> None:
    """A link that works once has worked. Raises LinkIsDead for whoever comes second."""
    used = update(Link).where(Link.id == link.id, Link.used_at.is_(None)).values(used_at=now).returning(Link.id)
    if session.execute(used, execution_options={"synchronize_session": False}).first() is None:
        raise LinkIsDead
    session.refresh(link)


def answered(session: Session, now: datetime, walk_id: int, step: str) -> None:
    """The question has its answer: links that asked it are used up."""
    session.execute(_USED_UP, {"of_walk": walk_id, "of_step": step, "at": now})


_LINK = table_of(Link)
_USED_UP = (
    update(_LINK)
    .where(
        _LINK.c.walk_id == bindparam("of_walk"), _LINK.c.step == bindparam("of_step"), _LINK.c.purpose == "answer",
        _LINK.c.used_at.is_(None),
    )
    .values(used_at=bindparam("at"))
)  # fmt: skip


def revoke_all(session: Session, now: datetime, case: "Case") -> None:
    """The customer's address changed, or the case must no longer be reached by old mails."""
    session.execute(
        update(Link).where(Link.case_id == case.id, Link.revoked_at.is_(None)).values(revoked_at=now),
        execution_options={"synchronize_session": False},
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
