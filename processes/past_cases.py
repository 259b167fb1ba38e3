"""The last real cases of a process, read from their journals a few hundred at a time, to be walked again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from base.actors import Actor
from base.brands import Brand
from base.calendars import calendars_of
from base.errors import Invalid, NotFound
from base.languages import N_
from base.settings import values_of
from cases.cases import find_case
from processes.drafts import draft_of
from processes.facts import reading_of
from processes.journal import event_from_json
from processes.language.compile import compile_document
from processes.language.declared import Scenario
from processes.language.document import Document
from processes.language.settings import company_values
from processes.past_scenarios import scenario_of
from processes.replaying import PastCase, Place, Summary, left_in, replay
from processes.rows import FactReading, VersionRow, WalkEventRow, WalkRow
from processes.versions import library_of
from processes.walk.events import Reading

BATCH = 500
MOST = 10_000
"""Cases replayed at once."""


class NothingToReplay(Invalid):
    """There is no draft that could be walked."""

    sentence = N_("There is no draft that can be walked: put its errors right first.")


class NoSuchPastCase(NotFound):
    """That case was never walked in this process."""

    sentence = N_("The case %(reference)s was not guided by this process.")


def replay_on(session: Session, brand_id: int, document: Document, most: int) -> Summary:
    """Walk the last `most` cases of the process again on a document. Raises NothingToReplay."""
    compiled = compile_document(document, "draft")
    if any(fault.level == "error" for fault in compiled.faults):
        raise NothingToReplay
    program = compiled.checked()
    brand = session.get_one(Brand, brand_id)
    programs = library_of(session).programs(session, brand_id)
    programs |= {document.process: program, f"{document.process}@draft": program}
    settings = company_values(values_of(session, brand_id))
    summary, calendars = Summary(), calendars_of(session)
    for past in past_cases(session, brand_id, document.process, most):
        summary.cases.append(replay(past, program, programs, settings, brand.calendar, calendars))
    return summary


def draft_document(session: Session, brand_id: int, key: str) -> Document:
    """The draft as a document. Raises NothingToReplay."""
    draft = draft_of(session, brand_id, key)
    if draft is None:
        raise NothingToReplay
    try:
        return Document.model_validate(draft.document)
    except ValidationError as error:
        raise NothingToReplay from error


def past_cases(session: Session, brand_id: int, key: str, most: int) -> Iterator[PastCase]:
    """The last cases of a process, newest first, finished or not."""
    wanted = (
        select(WalkRow.id)
        .where(WalkRow.brand_id == brand_id, WalkRow.process == key, WalkRow.waiting != "starting")
        .order_by(WalkRow.id.desc())
        .limit(min(most, MOST))
    )
    ids = list(session.scalars(wanted))
    for first in range(0, len(ids), BATCH):
        yield from _batch(session, ids[first : first + BATCH])


def past_case(session: Session, actor: Actor, key: str, named: str) -> PastCase:
    """The latest walk of the process in a case that the actor may see, by its reference or public id.

    Raises NoSuchCase and NoSuchPastCase.
    """
    case = find_case(session, actor, named)
    wanted = (
        select(WalkRow.id)
        .where(WalkRow.case_id == case.id, WalkRow.process == key, WalkRow.waiting != "starting")
        .order_by(WalkRow.id.desc())
        .limit(1)
    )
    found = session.scalar(wanted)
    if found is None:
        raise NoSuchPastCase(reference=case.spoken_reference)
    [past] = _batch(session, [found])
    return past


def scenario_on_draft(session: Session, brand_id: int, key: str, past: PastCase) -> Scenario:
    """A scenario of the case that the draft passes. Raises NothingToReplay."""
    document = draft_document(session, brand_id, key)
    compiled = compile_document(document, "draft")
    if any(fault.level == "error" for fault in compiled.faults):
        raise NothingToReplay
    programs = library_of(session).programs(session, brand_id)
    calendar = session.get_one(Brand, brand_id).calendar
    return scenario_of(past, document, compiled.checked(), programs, calendar, calendars_of(session))


def _batch(session: Session, ids: Sequence[int]) -> Iterator[PastCase]:
    walks = session.scalars(
        select(WalkRow)
        .where(WalkRow.id.in_(ids))
        .options(joinedload(WalkRow.case), joinedload(WalkRow.version).defer(VersionRow.document))
        .order_by(WalkRow.id.desc())
    ).all()
    readings: dict[int, dict[str, Reading]] = defaultdict(dict)
    for row in session.scalars(
        select(FactReading).where(FactReading.walk_id.in_(ids)).order_by(FactReading.read_at, FactReading.id)
    ):
        readings[row.walk_id][row.public_id] = reading_of(row)
    columns = select(
        WalkEventRow.walk_id, WalkEventRow.kind, WalkEventRow.payload, WalkEventRow.trace, WalkEventRow.at
    ).where(WalkEventRow.walk_id.in_(ids))
    events: dict[int, list[Any]] = defaultdict(list)
    for entry in session.execute(columns.order_by(WalkEventRow.walk_id, WalkEventRow.number)):
        events[entry.walk_id].append(entry)
    for walk in walks:
        yield _past(walk, events[walk.id], readings[walk.id])
    session.expunge_all()


def _past(walk: WalkRow, entries: Sequence[Any], readings: dict[str, Reading]) -> PastCase:
    return PastCase(
        public_id=walk.public_id, case=walk.case.public_id, reference=walk.case.reference, number=walk.version.number,
        events=tuple(
            (event_from_json(each.kind, each.payload, readings), each.at, _path(each.payload, each.trace))
            for each in entries
            if each.kind != "facts_read"
        ),
        left=frozenset(step for each in entries for step in left_in(each.trace)), readings=tuple(readings.values()),
        end=Place(kind=walk.waiting, step=walk.step),
    )  # fmt: skip


def _path(payload: Any, trace: Any) -> str:
    """The call path where an event was taken: that of the step it names."""
    return next((path for path, step, *_ in trace if step == payload.get("step")), "")
