"""Who works here: persons with roles, their teams, and the partners that some of them work for.

The sign-in itself is the doors' business (Flask-Security-Too). It keeps what it knows in the columns of `Person`; its
two mixins are here because it finds its user by the class of the row.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor, Reach, Role
from base.database import Base, Id, Json, Moment, PublicId
from base.errors import Conflict, NotFound
from base.languages import N_, pick
from base.permissions import Permission, require


class AddressTaken(Conflict):
    """Two persons cannot sign in with one address."""

    sentence = N_("Somebody already signs in with %(email)s.")


class LastAdministrator(Conflict):
    """Somebody has to be able to let others in again."""

    sentence = N_("%(name)s is the only administrator. Make somebody else one first.")


class NoSuchPerson(NotFound):
    """Nobody of the actor's brand is called so."""

    sentence = N_("There is no such person, or you may not see them.")


class KeyInUse(Conflict):
    """Keys of teams and partners are unique within a brand."""

    sentence = N_("“%(key)s” is already in use. Choose another short name.")


class UnknownTeam(NotFound):
    """No team of the brand has that key."""

    sentence = N_("There is no team named %(key)s.")


class Partner(Base):
    """An outsourcer, carrier or marketplace seller, whose people see their share only."""

    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    """outsourcer, carrier or seller."""
    reach: Mapped[Reach] = mapped_column(String(10), default="share", server_default="share")
    """What its people see: the cases that concern it (share), or every case of the brand (brand)."""


class Team(Base):
    """A group that tasks are given to; process documents name its key."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(60))
    names: Mapped[Json]
    """By language."""
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    """When it works, where that differs from the brand."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))

    @classmethod
    def create(cls, session: Session, brand_id: int, key: str, names: dict[str, str], **others: Any) -> Self:
        """Add a team."""
        team = cls(brand_id=brand_id, key=key, names=names, **others)
        session.add(team)
        session.flush()
        return team

    def name(self, language: str) -> str:
        """Its name for a reader."""
        return pick(self.names, language) or self.key


class TeamMember(Base):
    """A person in a team."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class PersonRole(Base, RoleMixin):
    """A role that a person has been given, when and by whom."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    granted_at: Mapped[Moment]
    granted_by: Mapped[Json]
    """The actor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What somebody is good at; what nothing is said of is no hindrance."""

    speaks: tuple[str, ...] = ()
    """Languages in which he serves customers."""
    masters: tuple[str, ...] = ()
    """Keys of the reasons that he knows best."""

    def knows(self, reason: str) -> bool:
        """Whether the reason is among those he knows best."""
        return not self.masters or reason in self.masters


class Person(Base, UserMixin):
    """A member of staff, ours or a partner's."""

    __tablename__ = "person"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str]
    """Time zone of the pages he reads."""
    speaks: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Languages in which he serves customers; none: any."""
    masters: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Reasons for contact that he knows best; none: all alike."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    created_at: Mapped[Moment]

    # Kept by Flask-Security-Too, under its names.
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    """A hash, never the password."""
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_hex(32))
    """Changing it signs the person out everywhere."""
    # (They are empty before the first sign-in, whatever its mixin declares.)
    last_login_at: Mapped[Moment | None]  # type: ignore[assignment]
    current_login_at: Mapped[Moment | None]  # type: ignore[assignment]
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int] = mapped_column(default=0)

    roles: Mapped[list[PersonRole]] = relationship(  # type: ignore[assignment]
        lazy="selectin", cascade="all, delete-orphan", order_by="PersonRole.name"
    )
    partner: Mapped[Partner | None] = relationship(lazy="joined")
    teams: Mapped[list[Team]] = relationship(lazy="selectin", secondary="team_member", order_by="Team.key")

    @property
    def skills(self) -> Skills:
        """What he is good at."""
        return Skills(speaks=tuple(self.speaks), masters=tuple(self.masters))

    @skills.setter
    def skills(self, skills: Skills) -> None:
        self.speaks, self.masters = list(skills.speaks), list(skills.masters)

    @classmethod
    def create(
        cls,
        session: Session,
        actor: Actor,
        now: datetime,
        *,
        name: str,
        email: str,
        roles: frozenset[Role],
        password_hash: str | None = None,
        language: str = "fr",
        zone: str = "Europe/Paris",
        teams: tuple[Team, ...] = (),
        partner_id: int | None = None,
        skills: Skills | None = None,
    ) -> Self:
        """Add a person to the actor's brand. Raises `AddressTaken`, `NotPermitted`."""
        require(actor, Permission.ADMIN)
        address = email.strip().lower()
        if session.execute(select(Person.id).where(Person.email == address)).first():
            raise AddressTaken(email=address)
        person = cls(
            brand_id=actor.brand_id,
            name=name,
            email=address,
            password=password_hash,
            language=language,
            zone=zone,
            partner=session.get_one(Partner, partner_id) if partner_id else None,
            partner_id=partner_id,
            created_at=now,
            teams=list(teams),
        )
        person.skills = skills or Skills()
        session.add(person)
        for role in sorted(roles):
            person.grant(actor, now, role)
        session.flush()
        return person

    def grant(self, actor: Actor, now: datetime, role: Role) -> None:
        """Give a role, effective at the person's next request. Raises `NotPermitted`."""
        require(actor, Permission.ADMIN)
        if role not in self.role_names:
            self.roles.append(PersonRole(name=role.value, granted_at=now, granted_by=actor.to_json()))

    def revoke(self, actor: Actor, role: Role) -> None:
        """Take a role away, effective at the person's next request. Raises `NotPermitted`."""
        require(actor, Permission.ADMIN)
        self.roles = [held for held in self.roles if held.name != role.value]

    def change(
        self,
        session: Session,
        actor: Actor,
        now: datetime,
        *,
        name: str,
        language: str,
        zone: str,
        roles: frozenset[Role],
        teams: tuple[Team, ...],
        partner: Partner | None,
        skills: Skills | None = None,
    ) -> None:
        """Say anew who this is and what for, effective at the next request. Raises `LastAdministrator`."""
        require(actor, Permission.ADMIN)
        if Role.ADMINISTRATOR not in roles or partner is not None:
            self._let_go(session)
        self.name, self.language, self.zone = name, language, zone
        self.skills = self.skills if skills is None else skills
        self.partner, self.teams = partner, list(teams)
        for role in self.role_names - roles:
            self.revoke(actor, role)
        for role in sorted(roles - self.role_names):
            self.grant(actor, now, role)

    def suspend(self, session: Session, actor: Actor) -> None:
        """From the next request on they may not enter. Raises `LastAdministrator`."""
        require(actor, Permission.ADMIN)
        self._let_go(session)
        self.active = False

    def reinstate(self, actor: Actor) -> None:
        """They may enter again."""
        require(actor, Permission.ADMIN)
        self.active = True

    def _let_go(self, session: Session) -> None:
        """Refuse to lose the last one who can let others in."""
        if Role.ADMINISTRATOR not in self.role_names or not self.active:
            return
        others = select(PersonRole.person_id).join(Person, Person.id == PersonRole.person_id)
        others = others.where(PersonRole.name == Role.ADMINISTRATOR.value, Person.brand_id == self.brand_id)
        if session.execute(others.where(Person.active, Person.id != self.id).limit(1)).first() is None:
            raise LastAdministrator(name=self.name)

    @property
    def role_names(self) -> frozenset[Role]:
        """The roles held."""
        return frozenset(Role(role.name) for role in self.roles)

    @property
    def team_keys(self) -> frozenset[str]:
        """The teams whose tasks are his."""
        return frozenset(team.key for team in self.teams)

    def actor(self) -> Actor:
        """This person, acting."""
        return Actor(
            kind="agent",
            name=self.name,
            roles=self.role_names,
            brand_id=self.brand_id,
            person_id=self.id,
            partner_id=self.partner_id,
            reach=self.partner.reach if self.partner_id and self.partner else "share",
        )


def person_by_email(session: Session, email: str) -> Person | None:
    """Whoever signs in with that address."""
    return session.execute(select(Person).where(Person.email == email.strip().lower())).scalar_one_or_none()


def person_called(session: Session, actor: Actor, public_id: str) -> Person:
    """The person of the actor's brand with that public id. Raises `NoSuchPerson`."""
    wanted = select(Person).where(Person.brand_id == actor.brand_id, Person.public_id == public_id)
    person = session.execute(wanted).scalar_one_or_none()
    if person is None:
        raise NoSuchPerson
    return person


def people_of(session: Session, brand_id: int) -> list[Person]:
    """Everybody of a brand: those who may enter first, by name."""
    wanted = select(Person).where(Person.brand_id == brand_id)
    return list(session.execute(wanted.order_by(Person.active.desc(), Person.name, Person.id)).scalars())


def partners_of(session: Session, brand_id: int) -> list[Partner]:
    """All partners of a brand, by name."""
    return list(session.execute(select(Partner).where(Partner.brand_id == brand_id).order_by(Partner.name)).scalars())


def team_named(session: Session, brand_id: int, key: str) -> Team:
    """The team with that key. Raises `UnknownTeam`."""
    team = session.execute(select(Team).where(Team.brand_id == brand_id, Team.key == key)).scalar_one_or_none()
    if team is None:
        raise UnknownTeam(key=key)
    return team


def team_names(session: Session, brand_id: int, key: str) -> dict[str, str] | None:
    """What the team with that key is called, by language; None for a key that is no team's, a role's for instance."""
    names = session.scalars(select(Team.names).where(Team.brand_id == brand_id, Team.key == key)).one_or_none()
    return dict(names) if names else None


def teams_of(session: Session, brand_id: int) -> list[Team]:
    """All teams of a brand, by key."""
    return list(session.execute(select(Team).where(Team.brand_id == brand_id).order_by(Team.key)).scalars())
