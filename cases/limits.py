"""Limits: how much robots may do by themselves, and from which amount a second person looks.

A limit counts acts, or adds up their amounts, over some days: of one customer, of one process, or of all together; or
it looks at each act alone. What goes over it is not refused: the act is decided and *held*, shown to people, and done
once somebody else than who decided it lets it go. What failed, was taken back or is still held does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.brands import Brand
from base.database import Base, Id, Json, Moment, PublicId
from base.errors import Invalid, NotFound
from base.languages import N_
from base.money import Money
from base.permissions import Permission, require
from cases.states import one_of

if TYPE_CHECKING:
    from cases.cases import Case

Per = Literal["act", "customer", "all"]
Held = Literal["over_cap", "second_person"]
LONGEST = 366
_IN_FORCE = text("ended_at IS NULL")


class EmptyLimit(Invalid):
    """A limit says a number or an amount, and of each act alone only an amount makes sense."""

    sentence = N_("Say a number, an amount, or both; of each act alone an amount.")


class LimitNeedsReason(Invalid):
    """Whoever sets or ends a limit says why."""

    sentence = N_("Please say why: others will read it.")


class NoSuchLimit(NotFound):
    """It was ended already, or is another brand's."""

    sentence = N_("This limit is no longer in force.")


class Limit(Base):
    """How much is done without a person."""

    __tablename__ = "robot_limit"
    __table_args__ = (
        one_of("per", Per),
        Index(None, "brand_id", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    process: Mapped[str] = mapped_column(String(80), default="")
    """Of which process; empty: of all together."""
    operation: Mapped[str] = mapped_column(String(130), default="")
    """Which act; empty: any."""
    per: Mapped[Per] = mapped_column(String(16))
    days: Mapped[int] = mapped_column(default=1)
    """Over how many days, today being the first; in the brand's zone."""
    most: Mapped[int | None]
    """How many."""
    most_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    people_too: Mapped[bool] = mapped_column(default=False)
    """Whether what agents decide is held and counted as well."""
    reason: Mapped[str]
    set_at: Mapped[Moment]
    set_by: Mapped[Json]
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[Json | None]

    @property
    def amount(self) -> Money | None:
        """The most money."""
        return Money(self.most_minor, self.currency) if self.most_minor is not None and self.currency else None


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Why an act waits for a person."""

    why: Held
    limit_id: int


@dataclass(frozen=True, kw_only=True)
class Planned:
    """An act that is about to be decided."""

    actor: Actor
    case: "Case"
    process: str | None
    operation: str
    amount: Money | None

    @property
    def by_staff(self) -> bool:
        """Whether a person at work decides it."""
        return self.actor.kind == "agent"


@dataclass(frozen=True, kw_only=True)
class Use:
    """How much of a limit is used up now."""

    count: int
    minor: int


def set_limit(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    per: Per,
    reason: str,
    process: str = "",
    operation: str = "",
    days: int = 1,
    most: int | None = None,
    amount: Money | None = None,
    people_too: bool = False,
) -> Limit:
    """Put a limit in force from now on. Raises EmptyLimit, LimitNeedsReason."""
    require(actor, Permission.ROBOTS_STOP)
    if (most is None and amount is None) or (per == "act" and amount is None):
        raise EmptyLimit
    if not reason.strip():
        raise LimitNeedsReason
    limit = Limit(
        brand_id=actor.brand_id,
        process=process,
        operation=operation,
        per=per,
        days=min(max(days, 1), LONGEST),
        most=None if per == "act" else most,
        most_minor=amount.minor if amount else None,
        currency=amount.currency if amount else None,
        people_too=people_too,
        reason=reason.strip()[:2000],
        set_at=now,
        set_by=actor.to_json(),
    )
    session.add(limit)
    session.flush()
    return limit


def end_limit(session: Session, actor: Actor, now: datetime, public_id: str) -> None:
    """It no longer holds; what it held stays held until somebody lets it go. Raises NoSuchLimit."""
    require(actor, Permission.ROBOTS_STOP)
    wanted = select(Limit).where(Limit.brand_id == actor.brand_id, Limit.public_id == public_id)
    limit = session.scalars(wanted.where(Limit.ended_at.is_(None)).with_for_update()).one_or_none()
    if limit is None:
        raise NoSuchLimit
    limit.ended_at, limit.ended_by = now, actor.to_json()


def in_force(session: Session, brand_id: int) -> Sequence[Limit]:
    """The limits of a brand."""
    return session.scalars(_in_force(brand_id)).all()


def hold_for(session: Session, now: datetime, planned: Planned) -> Hold | None:
    """The limit that this act would go over, if any. Whoever asks at the same time waits for this transaction.

    A cap names itself before the threshold of a second person: it is the stronger reason.
    """
    case = planned.case
    if not in_force(session, case.brand_id):
        return None
    locked = session.scalars(_in_force(case.brand_id).with_for_update()).all()
    over = [limit for limit in locked if _concerns(limit, planned) and _goes_over(session, now, limit, planned)]
    over.sort(key=lambda limit: (limit.per == "act", limit.id))
    if not over:
        return None
    return Hold(why="second_person" if over[0].per == "act" else "over_cap", limit_id=over[0].id)


def used(session: Session, now: datetime, limit: Limit, customer_id: int | None = None) -> Use:
    """How much of it is used up, by `customer_id` where the limit is per customer."""
    from cases.cases import Case
    from cases.effects import Effect

    since = _since(session, now, limit)
    counted: list[ColumnElement[bool]] = [
        Effect.brand_id == limit.brand_id, Effect.kind == "act", Effect.created_at >= since,
        Effect.state.not_in(("failed", "cancelled")), Effect.held.is_(None),
    ]  # fmt: skip
    counted += [Effect.process == limit.process] if limit.process else []
    counted += [Effect.operation == limit.operation] if limit.operation else []
    counted += [] if limit.people_too else [Effect.by_staff.is_(False)]
    same = or_(Effect.currency == limit.currency, Effect.currency.is_(None))
    figures = select(func.count(), func.coalesce(func.sum(Effect.amount_minor).filter(same), 0)).where(*counted)
    if limit.per == "customer":
        figures = figures.join(Case, Case.id == Effect.case_id).where(Case.customer_id == customer_id)
    count, minor = session.execute(figures).one()
    return Use(count=count, minor=int(minor or 0))


def _in_force(brand_id: int) -> Select[Limit]:
    return select(Limit).where(Limit.brand_id == brand_id, Limit.ended_at.is_(None)).order_by(Limit.id)


def _concerns(limit: Limit, planned: Planned) -> bool:
    return (
        (limit.people_too or not planned.by_staff)
        and limit.process in ("", planned.process)
        and limit.operation in ("", planned.operation)
        and not (limit.per == "customer" and planned.case.customer_id is None)
    )


def _goes_over(session: Session, now: datetime, limit: Limit, planned: Planned) -> bool:
    amount = planned.amount.minor if planned.amount and planned.amount.currency == limit.currency else 0
    # Money in another currency is none that the limit can weigh: a person does.
    foreign = planned.amount is not None and limit.most_minor is not None and planned.amount.currency != limit.currency
    if limit.per == "act":
        return foreign or (limit.most_minor is not None and amount > limit.most_minor)
    use = used(session, now, limit, planned.case.customer_id)
    return (
        foreign
        or (limit.most is not None and use.count + 1 > limit.most)
        or (limit.most_minor is not None and amount > 0 and use.minor + amount > limit.most_minor)
    )


def _since(session: Session, now: datetime, limit: Limit) -> datetime:
    """Midnight of the first day that counts."""
    zone = ZoneInfo(session.get_one(Brand, limit.brand_id).zone)
    first = now.astimezone(zone).date() - timedelta(days=limit.days - 1)
    return datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
