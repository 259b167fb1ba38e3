"""The second proof of who one is: codes of an app on one's phone, and codes on paper for the day the phone is lost.

The secret of the app is kept sealed with the installation's keys; codes on paper are kept as hashes. A code counts
once: whoever read it over a shoulder comes too late.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography.fernet import Fernet, MultiFernet
from passlib.exc import TokenError
from passlib.totp import TOTP
from pydantic import SecretStr
from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base import audit
from base.actors import Actor, Role
from base.database import Base, Id, Moment
from base.errors import Conflict
from base.languages import N_
from base.people import Person
from base.permissions import Permission, require

ISSUER = "Ariane"
PAPER_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that can be taken for another sign when it is written down."""
SLACK = 30
"""Seconds by which the phone's clock may be wrong."""


class FactorNeeded(Conflict):
    """A role of theirs asks for a second proof, so that it cannot be taken off."""

    sentence = N_("Your role asks for a second step: it can be set up anew, not taken off.")


class CodeApp(Base):
    """The app that makes a person's codes. Times are real time."""

    __tablename__ = "code_app"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str] = mapped_column(String(500))
    set_up_at: Mapped[Moment]
    counter: Mapped[int]
    """Half minute of the last code that counted; earlier ones and itself count no more."""


class PaperCode(Base):
    """A code on paper, good once."""

    __tablename__ = "paper_code"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[Moment | None]


class FactorRule(Base):
    """A role of a brand whose people need a second proof to sign in."""

    __tablename__ = "factor_rule"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


# --- the app on the phone -------------------------------------------------------------------------------------------


def new_secret() -> str:
    """What the app and we are to know, in base 32."""
    return str(TOTP.new().base32_key)


def address_of(secret: str, person: Person) -> str:
    """What the square picture says to the app."""
    return str(TOTP(key=secret).to_uri(label=person.email.replace(":", "_"), issuer=ISSUER))


def counted(secret: str, code: str, now: datetime, after: int = -1) -> int | None:
    """The half minute whose code this is; None when it is no code of now, or one not later than `after`."""
    try:
        match = TOTP(key=secret).match(code, time=int(now.timestamp()), window=SLACK, last_counter=after)
    except (TokenError, ValueError):
        return None
    return int(match.counter)


def seal(keys: Sequence[SecretStr], secret: str) -> str:
    """What a row or a cookie may keep of a secret."""
    return _box(keys).encrypt(secret.encode()).decode()


def unseal(keys: Sequence[SecretStr], sealed: str) -> str:
    """The secret again. Raises `cryptography.fernet.InvalidToken` for what we never sealed."""
    return _box(keys).decrypt(sealed.encode()).decode()


def _box(keys: Sequence[SecretStr]) -> MultiFernet:
    return MultiFernet([Fernet(key.get_secret_value()) for key in keys])


# --- a person's proofs ----------------------------------------------------------------------------------------------


def app_of(session: Session, person_id: int) -> CodeApp | None:
    """The app of that person, if one was set up."""
    return session.get(CodeApp, person_id)


def paper_left(session: Session, person_id: int) -> int:
    """How many codes on paper are still good."""
    left = select(func.count()).where(PaperCode.person_id == person_id, PaperCode.used_at.is_(None))
    return session.execute(left).scalar_one()


def set_up(session: Session, person: Person, sealed: str, counter: int, now: datetime) -> list[str]:
    """Keep the app whose first code was right; the codes on paper, told this once."""
    session.execute(delete(CodeApp).where(CodeApp.person_id == person.id))
    session.add(CodeApp(person_id=person.id, sealed=sealed, set_up_at=now, counter=counter))
    audit.write(session, person.actor(), "second_step.set_up", person.name)
    return new_paper(session, person)


def new_paper(session: Session, person: Person) -> list[str]:
    """New codes on paper, told this once; the earlier ones are good no more."""
    codes = [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(PAPER_CODES)
    ]
    session.execute(delete(PaperCode).where(PaperCode.person_id == person.id))
    session.add_all(PaperCode(person_id=person.id, code_hash=_hash(code)) for code in codes)
    session.flush()
    return codes


def proves(session: Session, keys: Sequence[SecretStr], person_id: int, code: str, now: datetime) -> bool:
    """Whether `code`, of the app or on paper, proves that person now. It counts no second time."""
    app = app_of(session, person_id)
    if app is None:
        return False
    plain = "".join(code.split())
    counter = counted(unseal(keys, app.sealed), plain, now, app.counter) if plain.isdigit() else None
    if counter is not None:
        # Two requests with one code: the row is the referee.
        newer = update(CodeApp).where(CodeApp.person_id == person_id, CodeApp.counter < counter)
        return session.execute(newer.values(counter=counter).returning(CodeApp.person_id)).first() is not None
    theirs = update(PaperCode).where(PaperCode.person_id == person_id, PaperCode.used_at.is_(None))
    paper = theirs.where(PaperCode.code_hash == _hash(plain)).values(used_at=now).returning(PaperCode.id)
    return session.execute(paper).first() is not None


def take_off(session: Session, actor: Actor, person: Person) -> None:
    """From now on a password is enough, or a new app is asked for. For oneself, or by whoever manages people.

    Raises `NotPermitted`, `FactorNeeded`.
    """
    if actor.person_id != person.id:
        require(actor, Permission.ADMIN)
    elif needed(session, person):
        raise FactorNeeded
    session.execute(delete(CodeApp).where(CodeApp.person_id == person.id))
    session.execute(delete(PaperCode).where(PaperCode.person_id == person.id))
    audit.write(session, actor, "second_step.taken_off", person.name)


def _hash(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").lower().encode()).hexdigest()


# --- who needs one --------------------------------------------------------------------------------------------------


def roles_needing(session: Session, brand_id: int) -> frozenset[Role]:
    """The roles whose people need a second proof."""
    return frozenset(
        Role(role) for role in session.scalars(select(FactorRule.role).where(FactorRule.brand_id == brand_id))
    )


def needed(session: Session, person: Person) -> bool:
    """Whether one of a person's roles asks for a second proof."""
    return bool(roles_needing(session, person.brand_id) & person.role_names)


def need(session: Session, actor: Actor, roles: Iterable[Role]) -> None:
    """Say whose people need a second proof, from their next sign-in on. Raises `NotPermitted`."""
    require(actor, Permission.ADMIN)
    before, wanted = roles_needing(session, actor.brand_id), frozenset(roles)
    session.execute(delete(FactorRule).where(FactorRule.brand_id == actor.brand_id))
    session.add_all(FactorRule(brand_id=actor.brand_id, role=role.value) for role in wanted)
    if before != wanted:
        audit.write(session, actor, "second_step.rule", "", {"roles": [sorted(before), sorted(wanted)]})
