"""The ledger of gestures: every act of a process or a person that gives the customer money or goods, with who decided.

A gesture is an act with an amount: refund, voucher, parcel sent again. Its amount is the one it was decided for. What
failed or was taken back is not counted; what still waits is shown apart. Money of different currencies is never added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from base.actors import Actor
from base.money import Money, exponent
from base.scope import within
from cases.effects import Effect

SHOWN = 200
"""Lines of the ledger on a page; the file holds all of them."""
SIZES = (20, 50, 150)
"""Where one size of amount ends and the next begins, in whole units of its currency: small gestures that a rule may
give without a person, those of a usual basket, and those that a supervisor looks at."""
_TAKES_PLACE = Effect.state.in_(("pending", "sending", "unknown", "done"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Gestures of one kind, added up."""

    name: str
    """Of what they are counted by: an operation, a process, a size."""
    count: int
    amount: Money
    alone: int
    """How many of them no person decided: a robot or the customer took them, by the rules of the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The gestures decided since a moment."""

    since: datetime
    totals: list[Sum]
    """One line a currency, its code being the name."""
    by_operation: list[Sum]
    by_process: list[Sum]
    """The key of the process; empty for what a person did by hand."""
    by_size: list[Sum]
    """`0` up to the first of SIZES, and so on: the place of the size."""
    waiting: int
    """Decided, and not done yet or in doubt."""
    lines: Sequence[Effect]
    """The newest first, at most as many as were asked for."""


def ledger(session: Session, actor: Actor, since: datetime, *, lines: int | None = SHOWN) -> Ledger:
    """What the actor may see of them; `lines` None for all."""
    newest = (
        select(Effect)
        .where(*_counted(actor, since))
        .order_by(Effect.id.desc())
        .limit(lines)
        .options(joinedload(Effect.case))
    )
    totals = _sums(session, actor, since, Effect.currency)
    return Ledger(
        since=since, totals=totals,
        by_operation=_sums(session, actor, since, Effect.operation),
        by_process=_sums(session, actor, since, func.coalesce(Effect.process, "")),
        by_size=[line for total in totals for line in _by_size(session, actor, since, total.amount.currency)],
        waiting=session.scalar(
            select(func.count(Effect.id)).where(*_counted(actor, since), Effect.state != "done")
        ) or 0,
        lines=session.scalars(newest).all(),
    )  # fmt: skip


def _counted(actor: Actor, since: datetime) -> list[ColumnElement[bool]]:
    return [
        within(actor, Effect), Effect.kind == "act", Effect.created_at >= since, Effect.amount_minor.is_not(None),
        _TAKES_PLACE,
    ]  # fmt: skip


def _by_size(session: Session, actor: Actor, since: datetime, currency: str) -> list[Sum]:
    """Of one currency, the smallest first."""
    unit = 10 ** exponent(currency)
    sizes = [(Effect.amount_minor < limit * unit, str(place)) for place, limit in enumerate(SIZES)]
    found = _sums(session, actor, since, case(*sizes, else_=str(len(SIZES))), Effect.currency == currency)
    return sorted(found, key=lambda each: each.name)


def _sums(session: Session, actor: Actor, since: datetime, by: Any, *only: ColumnElement[bool]) -> list[Sum]:
    """Added up by a column, the most money first; one line for each currency in it."""
    name, total = by.label("name"), func.sum(Effect.amount_minor)
    rows = session.execute(
        select(name, Effect.currency, func.count(), total, func.sum(case((Effect.by_staff, 0), else_=1)))
        .where(*_counted(actor, since), *only)
        .group_by(name, Effect.currency)
        .order_by(total.desc())
    )
    return [
        Sum(name=name, count=count, amount=Money(int(minor), currency or ""), alone=int(alone))
        for name, currency, count, minor, alone in rows
    ]
