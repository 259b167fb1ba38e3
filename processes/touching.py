"""What a publication touches, in numbers, before it is made: cases, robots, languages, scenarios and callers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.follow_ups import FollowUp
from processes.comparing import Comparison, compare
from processes.language import document as d
from processes.rows import WalkRow
from processes.scenarios import Outcome
from processes.versions import document_of, live_versions

SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A process that calls or starts this one."""

    key: str
    title: dict[str, str]
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A step whose words changed in one language and stayed in another."""

    step: str
    changed: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What is touched."""

    comparison: Comparison
    waiting: int
    """Cases under way on any version of the process."""
    on_changed: dict[str, int]
    """Of those, how many stand at a step that does something else, or is gone."""
    robots_due: int
    """Rendezvous of robots with this process in the next two days."""
    stale: tuple[Stale, ...]
    scenarios: tuple[str, ...]
    """Scenarios that come by a changed step."""
    callers: tuple[Caller, ...]


def touched(
    session: Session, brand_id: int, now: datetime, before: d.Document, after: d.Document, outcomes: Iterable[Outcome]
) -> Touched:
    """What publishing `after` over `before` touches; `outcomes` are the scenarios of `after`, played."""
    comparison = compare(before, after)
    key, steps = after.process, comparison.steps_touched
    at = _where_cases_stand(session, brand_id, key)
    return Touched(
        comparison=comparison, waiting=sum(at.values()),
        on_changed={step: number for step, number in sorted(at.items()) if step in steps},
        robots_due=_robots_due(session, brand_id, key, now), stale=tuple(stale(comparison)),
        scenarios=tuple(outcome.name for outcome in outcomes if steps & visited(outcome)),
        callers=tuple(callers(session, brand_id, key)),
    )  # fmt: skip


def callers(session: Session, brand_id: int, key: str) -> list[Caller]:
    """Live processes that call or start this one, with the step that does."""
    found = []
    for version in live_versions(session, brand_id):
        document = document_of(version)
        for step in document.all_steps():
            if isinstance(step, d.Call | d.Start) and step.head == key:
                found.append(Caller(key=document.process, title=dict(document.title), step=step.step_id))
    return found


def stale(comparison: Comparison) -> list[Stale]:
    """Words changed in one language only, by step."""
    changed: dict[str, set[tuple[str, str]]] = {}
    for change in comparison.changes:
        if change.part == "step" and change.kind == "reworded":
            place, _, language = str(change.params["place"]).rpartition(" · ")
            changed.setdefault(f"{change.name} {place}", set()).add((change.name, language))
    languages = {language for each in changed.values() for _, language in each} | {"fr", "en"}
    found = []
    for names in changed.values():
        done = {language for _, language in names}
        if done < languages:
            (step, *_) = {name for name, _ in names}
            found.append(Stale(step=step, changed=tuple(sorted(done)), left=tuple(sorted(languages - done))))
    return found


def visited(outcome: Outcome) -> set[str]:
    """Ids of the steps that a scenario came by."""
    return {step for turn in outcome.turns for path, step, *_ in turn.trace if not path}


def _where_cases_stand(session: Session, brand_id: int, key: str) -> dict[str, int]:
    rows = session.execute(
        select(WalkRow.step, func.count(WalkRow.id).label("walks"))
        .where(WalkRow.brand_id == brand_id, WalkRow.process == key, WalkRow.waiting != "ended")
        .group_by(WalkRow.step)
    )
    return {row.step: row.walks for row in rows}


def _robots_due(session: Session, brand_id: int, key: str, now: datetime) -> int:
    wanted = select(func.count(FollowUp.id)).where(
        FollowUp.brand_id == brand_id, FollowUp.process == key, FollowUp.due_at <= now + SOON,
        FollowUp.state.in_(("waiting", "queued", "running")),
    )  # fmt: skip
    return session.scalars(wanted).one()
