"""Who may change which process, and whether a second person has to agree before it is published.

A process without a rule is open to everybody whose role may write or publish processes. A rule narrows that to the
people of some teams; administrators always may, so that nobody locks himself out.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor, Role
from base.database import Base, Id, Json, Moment
from base.errors import Forbidden
from base.languages import N_
from base.people import Person
from base.permissions import Permission, require


class ProcessRule(Base):
    """What is asked of whoever changes a process."""

    __tablename__ = "process_rule"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    """The process's key."""
    needs_approval: Mapped[bool] = mapped_column(default=False)
    """Whether a second person agrees before a publication."""
    teams: Mapped[list[str]]
    """Keys of the teams whose people may write and publish it; empty: every author."""
    changed_at: Mapped[Moment]
    changed_by: Mapped[Json]


class NotYourProcess(Forbidden):
    """The process belongs to other teams."""

    sentence = N_("Only %(teams)s may change “%(key)s”.")


def rule_of(session: Session, brand_id: int, key: str) -> ProcessRule | None:
    """The rule of a process, None while everything is open."""
    return session.scalars(
        select(ProcessRule).where(ProcessRule.brand_id == brand_id, ProcessRule.key == key)
    ).one_or_none()


def set_rule(
    session: Session, actor: Actor, now: datetime, key: str, *, needs_approval: bool, teams: Sequence[str]
) -> ProcessRule:
    """Say who may change a process. Raises NotPermitted: administrators decide this."""
    require(actor, Permission.ADMIN)
    rule = rule_of(session, actor.brand_id, key)
    if rule is None:
        rule = ProcessRule(brand_id=actor.brand_id, key=key)
        session.add(rule)
    rule.needs_approval, rule.teams = needs_approval, sorted(set(teams))
    rule.changed_at, rule.changed_by = now, actor.to_json()
    session.flush()
    return rule


def require_author(session: Session, actor: Actor, key: str, permission: Permission) -> None:
    """Go on only if the actor may do this to this process. Raises NotPermitted and NotYourProcess."""
    require(actor, permission)
    rule = rule_of(session, actor.brand_id, key)
    if rule is None or not rule.teams or Role.ADMINISTRATOR in actor.roles:
        return
    if actor.person_id is not None:
        person = session.get(Person, actor.person_id)
        if person is not None and any(team.key in rule.teams for team in person.teams):
            return
    raise NotYourProcess(teams=", ".join(rule.teams), key=key)


def needs_approval(session: Session, brand_id: int, key: str) -> bool:
    """Whether a second person has to agree before a publication."""
    rule = rule_of(session, brand_id, key)
    return rule is not None and rule.needs_approval
