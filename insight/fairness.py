"""Is everybody treated alike? Closed cases by the segment of their customer, as the shop last told it.

Processes may treat customers differently by segment (VIP, business, seniority); this shows what comes of it. A share
of solved cases comes with its 95 % interval (Wilson), so that a small segment is not taken for an unfair one.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.money import Money
from base.scope import within
from cases.cases import Case
from cases.effects import Effect
from cases.timeline import TimelineEntry
from processes.rows import FactReading, WalkRow
from processes.versions import live_versions

FEWEST = 10
"""Cases below which a segment is shown but not compared."""
_Z = 1.96
_READS = re.compile(r"\.segment\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """How the closed cases of one segment went."""

    name: str
    """As the shop says it; empty where it says none."""
    cases: int
    solved: int
    low: int
    high: int
    """Bounds of the interval of the share of solved cases, in hundredths."""
    differs: bool
    """Whether that interval leaves out the share of all cases together, with enough cases to say so."""
    handed_over: int
    """Cases that people had to take over."""
    median_time: timedelta
    """From the case's beginning to its end."""
    gestures: int
    """Cases with a gesture: an act with an amount."""
    given: list[Money]
    """Their amounts, by currency."""

    @property
    def percent(self) -> int:
        """Solved, of a hundred."""
        return round(100 * self.solved / self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closed:
    id: int
    segment: str
    solved: bool
    handed_over: bool
    time: timedelta


def segments(session: Session, actor: Actor, since: datetime, reason: str = "") -> list[Segment]:
    """The cases closed since then that a process walked, by segment, the largest first; `reason`: of these only."""
    closed = _closed(session, actor, since, reason)
    gestures = _gestures(session, [case.id for case in closed])
    overall = sum(case.solved for case in closed) / len(closed) if closed else 0.0
    groups: dict[str, list[_Closed]] = defaultdict(list)
    for case in closed:
        groups[case.segment].append(case)
    made = [_segment(name, cases, gestures, overall) for name, cases in groups.items()]
    return sorted(made, key=lambda each: (-each.cases, each.name))


def interval(part: int, whole: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, between 0 and 1. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927)."""
    share, square = part / whole, _Z * _Z / whole
    middle = (share + square / 2) / (1 + square)
    reach = _Z * sqrt(share * (1 - share) / whole + square / (4 * whole)) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def decided_by_segment(session: Session, brand_id: int) -> list[str]:
    """Keys of the live processes that look at the segment."""
    return [
        version.process.key
        for version in live_versions(session, brand_id)
        if _READS.search(json.dumps({name: part for name, part in version.document.items() if name != "scenarios"}))
    ]


def _segment(name: str, cases: list[_Closed], gestures: dict[int, list[Money]], overall: float) -> Segment:
    solved = sum(case.solved for case in cases)
    low, high = interval(solved, len(cases))
    given = [amount for case in cases for amount in gestures.get(case.id, ())]
    return Segment(
        name=name, cases=len(cases), solved=solved, low=round(100 * low), high=round(100 * high),
        differs=len(cases) >= FEWEST and not low <= overall <= high,
        handed_over=sum(case.handed_over for case in cases),
        median_time=timedelta(seconds=median(case.time.total_seconds() for case in cases)),
        gestures=sum(case.id in gestures for case in cases), given=_added(given),
    )  # fmt: skip


def _added(amounts: Iterable[Money]) -> list[Money]:
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    return [sums[currency] for currency in sorted(sums)]


def _closed(session: Session, actor: Actor, since: datetime, reason: str) -> list[_Closed]:
    """The segment is the one of the last reading that told any."""
    told = FactReading.value["segment"].as_string()
    wanted = [within(actor, Case), Case.state == "closed", Case.closed_at >= since]
    wanted += [Case.reason == reason] if reason else []
    last = (
        select(WalkRow.case_id, func.max(FactReading.id).label("reading"))
        .join(FactReading, FactReading.walk_id == WalkRow.id)
        .where(WalkRow.case_id.in_(select(Case.id).where(*wanted)), told.is_not(None))
        .group_by(WalkRow.case_id)
        .subquery()
    )
    handed_over = (
        select(TimelineEntry.id)
        .where(TimelineEntry.case_id == Case.id, TimelineEntry.kind == "case.handed_over")
        .exists()
    )
    walked = select(WalkRow.id).where(WalkRow.case_id == Case.id).exists()
    rows = session.execute(
        select(Case.id, told, Case.solved, Case.opened_at, Case.closed_at, handed_over)
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(FactReading, FactReading.id == last.c.reading)
        .where(*wanted, walked)
    )
    return [
        _Closed(id=id_, segment=segment or "", solved=bool(solved), handed_over=bool(handed), time=ended - begun)
        for id_, segment, solved, begun, ended, handed in rows
        if ended is not None
    ]


def _gestures(session: Session, cases: list[int]) -> dict[int, list[Money]]:
    found: dict[int, list[Money]] = defaultdict(list)
    for start in range(0, len(cases), 1000):
        rows = session.execute(
            select(Effect.case_id, Effect.amount_minor, Effect.currency).where(
                Effect.case_id.in_(cases[start : start + 1000]), Effect.kind == "act", Effect.state == "done",
                Effect.amount_minor.is_not(None),
            )
        )  # fmt: skip
        for case_id, minor, currency in rows:
            if minor is not None and currency:
                found[case_id].append(Money(minor, currency))
    return dict(found)
