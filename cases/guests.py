"""Guest links: by which somebody without an account answers one task, and sees nothing else.

Like other links the token is 256 bits made from the installation's key and the link's public id; only its hash is kept.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor, Role
from base.database import Base, Id, Json, Moment, PublicId, new_public_id
from base.folding import one_line
from base.permissions import Permission, require
from cases.links import LinkIsDead, token_of
from cases.tasks import LIVE, Task, TaskIsOver
from cases.timeline import write

LASTS = timedelta(days=14)


class GuestLink(Base):
    """A way into one task."""

    __tablename__ = "guest_link"
    __table_args__ = (Index(None, "task_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    guest: Mapped[str] = mapped_column(String(120))
    """For whom it was made, as the timeline names him."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    created_by: Mapped[Json]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    task: Mapped[Task] = relationship()

    def alive(self, now: datetime) -> bool:
        """Whether it still opens its task."""
        return now < self.expires_at and self.revoked_at is None

    def actor(self) -> Actor:
        """Whoever holds it, acting: he may do this task, and nothing else is shown to him."""
        return Actor(kind="agent", name=self.guest, roles=frozenset({Role.PARTNER}), brand_id=self.brand_id)


def invite(session: Session, actor: Actor, now: datetime, secret: str, task: Task, guest: str) -> str:
    """A link for `guest` to this task; its token. Raises `TaskIsOver`."""
    require(actor, Permission.CASE_WRITE)
    if task.state not in LIVE:
        raise TaskIsOver
    public_id = new_public_id()
    token = token_of(secret, public_id)
    name = one_line(guest)[:120] or "?"
    link = GuestLink(
        public_id=public_id, brand_id=task.brand_id, task_id=task.id, guest=name, token_hash=_hash(token),
        created_at=now, created_by=actor.to_json(), expires_at=now + LASTS,
    )  # fmt: skip
    session.add(link)
    session.flush()
    write(session, task.case_id, "task.guest", actor=actor, now=now, params={"guest": name, "title": task.title})
    return token


def guest_link(session: Session, now: datetime, token: str) -> GuestLink:
    """The living link with this token. Raises `LinkIsDead`."""
    link = session.scalars(select(GuestLink).where(GuestLink.token_hash == _hash(token))).one_or_none()
    if link is None or not link.alive(now):
        raise LinkIsDead
    return link


def revoke(session: Session, now: datetime, task: Task) -> int:
    """No guest answers this task any more. How many links ended."""
    ending = update(GuestLink).where(GuestLink.task_id == task.id, GuestLink.revoked_at.is_(None))
    ended = ending.values(revoked_at=now).returning(GuestLink.id)
    return len(session.scalars(ended, execution_options={"synchronize_session": False}).all())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
