"""Effort: questions that a customer or agent had to answer twice in one case.

"Never ask twice" (N18): answers are carried across processes, channels and days. A question of a process that is
answered again in the same case is effort, whatever the reason, unless somebody went back to change the answer. What the
customer types on an entry page to be found is not a question of a process.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.scope import within
from cases.cases import Case
from processes.rows import WalkEventRow, WalkRow

EXAMPLES = 5
"""Cases named beside a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAgain:
    """A question that was answered more than once in a case."""

    process: str
    step: str
    times: int
    """Answers beyond the first of each case."""
    cases: int
    examples: tuple[Case, ...]
    """The newest cases, at most EXAMPLES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The answers given since a moment."""

    since: datetime
    answers: int
    again: int
    """Of these, answers to a question that the case had answered before."""
    cases: int
    """Cases with an answer since then."""
    touched: int
    """Of these, cases in which something was asked again."""
    questions: list[AskedAgain]
    """The most frequent first."""

    @property
    def percent(self) -> float | None:
        """Asked again, of a hundred answers; None of nothing."""
        return round(100 * self.again / self.answers, 1) if self.answers else None


def effort(session: Session, actor: Actor, since: datetime) -> Effort:
    """What the actor may see of it. A case counts by its answers since then; those before count as known."""
    here = [within(actor, WalkRow), WalkEventRow.kind == "answered", WalkEventRow.at >= since]
    answers, cases = session.execute(
        select(func.count(), func.count(WalkRow.case_id.distinct()))
        .select_from(WalkEventRow)
        .join(WalkRow, WalkRow.id == WalkEventRow.walk_id)
        .where(*here)
    ).one()
    again = _asked_again(session, actor, since)
    found = [_question(session, *named, numbers) for named, numbers in again.items()]
    return Effort(
        since=since, answers=answers, cases=cases, again=sum(each.times for each in found),
        touched=len({case for numbers in again.values() for case in numbers}),
        questions=sorted(found, key=lambda each: (-each.times, each.process, each.step)),
    )  # fmt: skip


Question = tuple[str, str]
"""Process and step."""


def _asked_again(session: Session, actor: Actor, since: datetime) -> dict[Question, list[int]]:
    """By question the case of each answer too many: first which were answered twice at all, then how it went."""
    step = WalkEventRow.payload["step"].as_string()
    twice = (
        select(WalkRow.case_id)
        .join(WalkEventRow, WalkEventRow.walk_id == WalkRow.id)
        .where(within(actor, WalkRow), WalkEventRow.kind == "answered")
        .group_by(WalkRow.case_id, WalkRow.process, step)
        .having(func.count() > 1, func.max(WalkEventRow.at) >= since)
    )
    story = session.execute(
        select(WalkRow.case_id, WalkRow.process, step, WalkEventRow.kind, WalkEventRow.at)
        .join(WalkEventRow, WalkEventRow.walk_id == WalkRow.id)
        .where(WalkRow.case_id.in_(twice), WalkEventRow.kind.in_(("answered", "went_back")))
        .order_by(WalkEventRow.id)
    )
    return _too_many(story, since)


def _too_many(story: Iterable[Row[int, str, str, str, datetime]], since: datetime) -> dict[Question, list[int]]:
    answered: set[tuple[int, str, str]] = set()
    changing: set[tuple[int, str, str]] = set()
    """Questions that stand after the one somebody went back to: what is said there is a change, once."""
    found: dict[Question, list[int]] = defaultdict(list)
    for case, process, step, kind, at in story:
        if kind == "went_back":
            changing |= {known for known in answered if known[:2] == (case, process)}
            continue
        key = (case, process, step)
        if key in answered and key not in changing and at >= since:
            found[process, step].append(case)
        changing.discard(key)
        answered.add(key)
    return dict(found)


def _question(session: Session, process: str, step: str, numbers: list[int]) -> AskedAgain:
    newest = sorted(set(numbers), reverse=True)[:EXAMPLES]
    examples = session.scalars(select(Case).where(Case.id.in_(newest)).order_by(Case.id.desc())).all()
    return AskedAgain(process=process, step=step, times=len(numbers), cases=len(set(numbers)), examples=tuple(examples))
