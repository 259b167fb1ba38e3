"""Targets: what is allowed for each reason. How many inbound contacts, how soon, how long at the most.

A change adds a row, valid from then on; a case is measured by what was in force when it was opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.business_time import Calendar, Delay, InvalidDelay
from base.calendars import CalendarRow
from base.database import Base, Id, Json, Moment
from base.errors import Invalid
from base.languages import N_
from base.permissions import Permission, require
from cases.clock_rules import PAUSABLE, USUAL_PAUSES, Party

Complexity = Literal["simple", "complex"]
EVERY_REASON = ""
WARN_AT = 80
"""Hundredths of a delay after which a case is at risk, unless a target says otherwise."""


class UnusableTarget(Invalid):
    """A delay that is none, a budget below one, a party that is none."""

    sentence = N_("This target cannot be used: %(because)s.")


class Target(Base):
    """What is allowed for a reason, from a moment on."""

    __tablename__ = "target"
    __table_args__ = (Index(None, "brand_id", "reason", "valid_from"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    reason: Mapped[str]
    """Key of a reason, or of a family of them; empty: of every reason that has none of its own."""
    contact_budget: Mapped[int | None]
    """Inbound contacts allowed, planned ones included."""
    goal: Mapped[str | None] = mapped_column(String(40))
    """A delay that one wishes to keep, "1 business day"."""
    deadline: Mapped[str | None] = mapped_column(String(40))
    """A delay that must be kept."""
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    """Whose time it is; the brand's where it is empty."""
    pauses: Mapped[Json]
    """Parties during whose turn the clock stands still."""
    warn_at: Mapped[int] = mapped_column(default=WARN_AT)
    """Hundredths of the deadline after which a case is at risk."""
    complexity: Mapped[str] = mapped_column(String(16), default="simple")
    """simple: selfcare and every agent; complex: the experts' path."""
    grace: Mapped[str | None] = mapped_column(String(40))
    """A delay after the closing in which a new contact reopens the case; later one opens a linked case."""
    valid_from: Mapped[Moment]
    written_by: Mapped[Json]
    """The actor."""
    calendar_row: Mapped[CalendarRow | None] = relationship(lazy="joined")

    def calendar(self, of_brand: Calendar) -> Calendar:
        """Whose time it is."""
        return self.calendar_row.calendar() if self.calendar_row is not None else of_brand


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What is allowed, as people fill it in."""

    contact_budget: int | None = None
    goal: str | None = None
    deadline: str | None = None
    calendar_id: int | None = None
    pauses: Sequence[Party] = USUAL_PAUSES
    warn_at: int = WARN_AT
    complexity: Complexity = "simple"
    grace: str | None = None


def set_target(session: Session, actor: Actor, now: datetime, reason: str, allowed: Allowed) -> Target:
    """From now on this is allowed for the reason. Raises `UnusableTarget`."""
    require(actor, Permission.TARGET_WRITE)
    _check(allowed)
    target = Target(
        brand_id=actor.brand_id, reason=reason, contact_budget=allowed.contact_budget, goal=allowed.goal or None,
        deadline=allowed.deadline or None, calendar_id=allowed.calendar_id, pauses=list(allowed.pauses),
        warn_at=allowed.warn_at, complexity=allowed.complexity, grace=allowed.grace or None,
        valid_from=now, written_by=actor.to_json(),
    )  # fmt: skip
    session.add(target)
    session.flush()
    return target


def target_for(session: Session, brand_id: int, reason: str, at: datetime) -> Target | None:
    """What was allowed for the reason at that moment: its own, its family's, or everybody's."""
    named = tuple(dict.fromkeys((reason, reason.partition(".")[0], EVERY_REASON)))
    wanted = select(Target).where(Target.brand_id == brand_id, Target.reason.in_(named), Target.valid_from <= at)
    newest: dict[str, Target] = {}
    for target in session.scalars(wanted.order_by(Target.valid_from, Target.id)):
        newest[target.reason] = target
    return next((newest[name] for name in named if name in newest), None)


def targets_in_force(session: Session, brand_id: int, at: datetime) -> list[Target]:
    """The newest target of each reason, by reason."""
    wanted = select(Target).where(Target.brand_id == brand_id, Target.valid_from <= at)
    newest = {target.reason: target for target in session.scalars(wanted.order_by(Target.valid_from, Target.id))}
    return [newest[reason] for reason in sorted(newest)]


def targets_of(session: Session, brand_id: int, reason: str) -> list[Target]:
    """All that was ever allowed for a reason, newest first."""
    wanted = select(Target).where(Target.brand_id == brand_id, Target.reason == reason)
    return list(session.scalars(wanted.order_by(Target.valid_from.desc(), Target.id.desc())))


def _check(allowed: Allowed) -> None:
    for delay in (allowed.goal, allowed.deadline, allowed.grace):
        try:
            if delay:
                Delay.parse(delay)
        except InvalidDelay as error:
            raise UnusableTarget(because=str(error)) from error
    if allowed.contact_budget is not None and not 1 <= allowed.contact_budget <= 99:
        raise UnusableTarget(because=str(allowed.contact_budget))
    if not 1 <= allowed.warn_at <= 100:
        raise UnusableTarget(because=f"{allowed.warn_at} %")
    strangers = [party for party in allowed.pauses if party not in PAUSABLE]
    if strangers:
        raise UnusableTarget(because=", ".join(strangers))
