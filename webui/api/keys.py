"""Keys of the API: who may call, and as what. A key is shown once; the database keeps its hash."""

import hashlib
import secrets
from datetime import datetime
from typing import Literal, Self

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor, Role
from base.database import Base, Id, Moment, PublicId
from base.errors import Invalid
from base.languages import N_
from base.people import Person
from base.permissions import Permission, require

KeyKind = Literal["assistant", "agent"]
PREFIX = "ariane_"
"""Lets a key that leaked be recognised for what it is."""


class PersonNeeded(Invalid):
    """A key that acts as an agent acts as somebody."""

    sentence = N_("A key for an agent's tool belongs to a person; say whose it is.")


class ApiKey(Base):
    """A program's right to call: an assistant that speaks with customers, or the tool of one agent."""

    __tablename__ = "api_key"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(String(80))
    """What calls with it, for the timeline."""
    kind: Mapped[KeyKind] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    """Of an agent's tool: whose rights it has."""
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    person: Mapped[Person | None] = relationship(lazy="joined")

    @classmethod
    def issue(
        cls, session: Session, actor: Actor, now: datetime, *, name: str, kind: KeyKind, person: Person | None = None
    ) -> tuple[Self, str]:
        """A new key, and the text to call with: it is never to be seen again. Raises NotPermitted, PersonNeeded."""
        require(actor, Permission.ADMIN)
        if (kind == "agent") != (person is not None):
            raise PersonNeeded
        secret = PREFIX + secrets.token_urlsafe(32)
        key = cls(
            brand_id=actor.brand_id, name=name.strip()[:80], kind=kind, person=person, key_hash=_hash(secret),
            created_at=now, revoked_at=None,
        )  # fmt: skip
        session.add(key)
        session.flush()
        return key, secret

    def revoke(self, actor: Actor, now: datetime) -> None:
        """From the next call on it opens nothing."""
        require(actor, Permission.ADMIN)
        self.revoked_at = self.revoked_at or now

    def actor(self) -> Actor | None:
        """Who calls: the person, or an assistant that may do what a customer may. None: the person has left."""
        if self.kind == "agent":
            return self.person.actor() if self.person is not None and self.person.active else None
        return Actor(
            kind="assistant", name=self.name, roles=frozenset({Role.CUSTOMER}), brand_id=self.brand_id, proof="order"
        )


def key_of(session: Session, secret: str) -> ApiKey | None:
    """The living key with this text."""
    wanted = select(ApiKey).where(ApiKey.key_hash == _hash(secret), ApiKey.revoked_at.is_(None))
    return session.scalars(wanted).one_or_none()


def keys_of_brand(session: Session, brand_id: int) -> list[ApiKey]:
    """All keys, newest first."""
    return list(session.scalars(select(ApiKey).where(ApiKey.brand_id == brand_id).order_by(ApiKey.id.desc())))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
