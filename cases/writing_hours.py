"""When robots write to customers, and how often: one policy for every case of a brand.

What a robot decides at night is delivered at the next open moment, its conditions read again before; the same words are
not sent twice for one event. What answers a customer or a person at work goes out at once: they are awake.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import Invalid
from base.languages import N_
from base.settings import Proposal, values_of, write
from cases.effects import Effect

if TYPE_CHECKING:
    from cases.cases import Case

SETTING = "robots_writing_hours"
SUNDAY = 6


class NeverOpen(Invalid):
    """No hour would be left to write in."""

    sentence = N_("Robots must be allowed to write for at least an hour a day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingHours:
    """The brand's policy; as it stands here, robots write at any hour."""

    opens: time = time(0)
    closes: time = time(0)
    """Midnight: the end of the day."""
    sundays: bool = True
    apart: int = 60
    """Minutes within which the same words are not sent again; 0: always."""

    def next_open(self, now: datetime, zone: str) -> datetime:
        """`now` where it is open, else the next moment that is, on the wall clock of the zone."""
        local = now.astimezone(ZoneInfo(zone))
        closes = self.closes if self.closes > time(0) else time.max
        if self._open_on(local) and self.opens <= local.time() < closes:
            return now
        day = local.date() if local.time() < self.opens else local.date() + timedelta(days=1)
        if day.weekday() == SUNDAY and not self.sundays:
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, ZoneInfo(zone)).astimezone(now.tzinfo)

    def _open_on(self, local: datetime) -> bool:
        return self.sundays or local.weekday() != SUNDAY


def hours_of(session: Session, brand_id: int) -> WritingHours:
    """The brand's policy."""
    value: Any = values_of(session, brand_id).get(SETTING)
    if not isinstance(value, Mapping):
        return WritingHours()
    return WritingHours(
        opens=time.fromisoformat(value["opens"]), closes=time.fromisoformat(value["closes"]),
        sundays=bool(value["sundays"]), apart=int(value["apart"]),
    )  # fmt: skip


def set_hours(session: Session, actor: Actor, now: datetime, chosen: WritingHours) -> None:
    """Take over the company's own policy, for what is decided from now on. Raises NeverOpen."""
    closes = chosen.closes.hour * 60 + chosen.closes.minute or 24 * 60
    if closes - (chosen.opens.hour * 60 + chosen.opens.minute) < 60:
        raise NeverOpen
    value = {
        "opens": f"{chosen.opens:%H:%M}", "closes": f"{chosen.closes:%H:%M}", "sundays": chosen.sundays,
        "apart": max(0, chosen.apart),
    }  # fmt: skip
    write(session, actor, now, SETTING, Proposal(value=value, source="house"))


def said_before(session: Session, now: datetime, case: "Case", hours: WritingHours, request: Mapping[str, Any]) -> bool:
    """Whether the same words were sent to this customer in this case just now, or are on their way."""
    since = now - timedelta(minutes=hours.apart)
    lately = select(Effect.request).where(
        Effect.case_id == case.id, Effect.kind == "message", Effect.created_at > since,
        Effect.state.in_(("pending", "sending", "done", "unknown")),
    )  # fmt: skip
    same = ("address", "subject", "text")
    return any(all(one.get(key) == request.get(key) for key in same) for one in session.scalars(lately))
