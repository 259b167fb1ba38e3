"""The breaker: an act or a kind of message that fails too often is stopped by itself, until a person has looked.

It looks at what was decided lately and has come to an end. Its figures are the business's own (setting
`robots_breaker`); what was stopped and let go again is judged anew from that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.brands import Brand
from base.languages import N_
from base.settings import Proposal, values_of, write
from cases import stops
from cases.effects import Effect
from cases.stops import Stop
from robots.standing_by import CHANGED

SETTING = "robots_breaker"
TOO_MANY = N_("Too many failures: it stopped by itself. Look at the failed ones before you let it go.")
HARMLESS = ("already_done", "did_not_happen", "refused_by_person", CHANGED)
"""Endings that say nothing against the service."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """When the breaker opens."""

    least: int = 10
    """So many must have ended before the share is judged."""
    percent: int = 50
    """Share of failed and unknown ones from which it opens."""
    minutes: int = 60
    """How far back it looks."""


def figures(session: Session, brand_id: int) -> Figures:
    """The brand's figures."""
    value: Any = values_of(session, brand_id).get(SETTING)
    given = value if isinstance(value, Mapping) else {}
    return Figures(**{name: int(given[name]) for name in ("least", "percent", "minutes") if name in given})


def set_figures(session: Session, actor: Actor, now: datetime, chosen: Figures) -> None:
    """Take over the company's own figures."""
    value = {"least": chosen.least, "percent": chosen.percent, "minutes": chosen.minutes}
    write(session, actor, now, SETTING, Proposal(value=value, source="house"))


def watch(session: Session, now: datetime) -> list[Stop]:
    """Stop what fails too often, in every brand. What was stopped just now."""
    opened = []
    for brand_id in session.scalars(select(Brand.id)).all():
        at_most = figures(session, brand_id)
        for operation in _failing(session, brand_id, now, at_most):
            stop = stops.trip(session, robot_actor(brand_id), now, "operation", operation, reason=TOO_MANY)
            opened += [stop] if stop is not None else []
    return opened


def _failing(session: Session, brand_id: int, now: datetime, at_most: Figures) -> list[str]:
    since = now - timedelta(minutes=at_most.minutes)
    lifted = (
        select(func.max(Stop.lifted_at))
        .where(Stop.brand_id == brand_id, Stop.scope == "operation", Stop.name == Effect.operation)
        .scalar_subquery()
    )
    failed = or_(Effect.state == "unknown", (Effect.state == "failed") & Effect.failure.not_in(HARMLESS))
    bad = func.sum(sql_case((failed, 1), else_=0))
    ended = (
        select(Effect.operation, func.count(), bad)
        .where(
            Effect.brand_id == brand_id, Effect.kind == "act", Effect.created_at >= since,
            Effect.state.in_(("done", "failed", "unknown")), or_(lifted.is_(None), Effect.created_at > lifted),
        )
        .group_by(Effect.operation)
    )  # fmt: skip
    return [
        operation
        for operation, count, worse in session.execute(ended)
        if count >= at_most.least and worse * 100 >= count * at_most.percent
    ]
