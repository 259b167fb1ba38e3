"""The world of a turn: everything a walk may know besides itself, read once before it is advanced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from base.actors import Actor
from base.brands import Brand
from base.business_time import Calendar
from base.clock import business_now
from base.database import Database
from base.errors import NotFound
from base.languages import N_
from base.scope import limit_of
from base.settings import values_of
from cases.cases import Case
from cases.contacts import Contact
from cases.effects import Effect
from cases.links import Link
from processes.facts import reading_of
from processes.language.settings import company_values
from processes.rows import FactReading, VersionRow, WalkEventRow, WalkRow
from processes.versions import Library
from processes.walk.program import Program, World
from processes.walk.state import Walk

Clock = Callable[[Session], datetime]
"""How the shell takes business time."""


class NoSuchWalk(NotFound):
    """No walk of the actor's brand is called so."""

    sentence = N_("There is no such guided path, or you may not see it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A walk loaded at a revision, with the world as it is now. Nothing in it needs the database any more."""

    row: WalkRow
    case: Case
    brand: Brand
    program: Program
    walk: Walk
    world: World
    readings: Mapping[str, FactReading] = field(default_factory=dict)
    """Rows of the readings that the walk rests on, by public id."""
    events: int = 0
    """How many events its journal holds."""
    linked: bool = True
    """Whether the customer has a link that asks one of its questions."""

    @property
    def now(self) -> datetime:
        """Business time of the loading."""
        return self.world.now

    @property
    def languages(self) -> tuple[str, ...]:
        """The customer's language, then the brand's."""
        return (self.case.language, self.brand.default_language, *self.brand.languages)

    @property
    def calendar(self) -> Calendar:
        """The process's calendar."""
        return self.world.calendar


def load(database: Database, library: Library, actor: Actor, public_id: str, clock: Clock = business_now) -> Standing:
    """Load a walk that the actor may see. Raises NoSuchWalk."""
    with database.reading() as session:
        return standing(session, library, walk_named(session, actor, public_id), clock)


def walk_named(session: Session, actor: Actor, public_id: str) -> WalkRow:
    """The walk that the actor may see of that public id, its case and version loaded. Raises NoSuchWalk."""
    limit = limit_of(actor, WalkRow)
    named = _NAMED if limit is None else _NAMED.where(limit)
    row = session.scalars(named, {"public_id": public_id, "brand_id": actor.brand_id}).one_or_none()
    if row is None:
        raise NoSuchWalk
    return row


def front_walk(session: Session, case: Case) -> WalkRow | None:
    """The walk that speaks in a case, its version loaded with it."""
    if case.front_walk_id is None:
        return None
    return session.scalars(_NUMBERED, {"id": case.front_walk_id}).one_or_none()


def standing(session: Session, library: Library, row: WalkRow, clock: Clock = business_now) -> Standing:
    """The walk and its world, from an open session."""
    case = session.get_one(Case, row.case_id)
    brand = session.get_one(Brand, row.brand_id)
    readings = {r.public_id: r for r in _readings(session, row)}
    walk = Walk.from_json(row.state, {id_: reading_of(reading) for id_, reading in readings.items()})
    program = library.program_of(row.version)
    past = session.execute(_PAST, {"case_id": case.id, "walk_id": row.id}).one()
    _ = case.customer, case.order
    world = World(
        now=clock(session), calendar=brand.calendar, settings=company_values(values_of(session, brand.id)),
        case=_case(case, past.last_message_at), customer=_customer(case), contact={"number": past.inbound},
        brand={"name": brand.name, "key": brand.key}, programs=_programs(session, library, row, program),
    )  # fmt: skip
    return Standing(
        row=row, case=case, brand=brand, program=program, walk=walk, world=world, readings=readings,
        events=past.events or 0, linked=past.linked,
    )  # fmt: skip


# A document is long; its program is what a walk needs, and that is kept (`Library`).
_VERSION = joinedload(WalkRow.version).defer(VersionRow.document)
_CASE, _BRAND = joinedload(WalkRow.case), joinedload(WalkRow.brand)
_NAMED = (
    select(WalkRow)
    .where(WalkRow.public_id == bindparam("public_id"), WalkRow.brand_id == bindparam("brand_id"))
    .options(_VERSION, _BRAND, _CASE.joinedload(Case.customer), _CASE.joinedload(Case.order))
)
_NUMBERED = select(WalkRow).where(WalkRow.id == bindparam("id")).options(_VERSION, _BRAND)
_PAST = select(
    select(func.max(Effect.done_at))
    .where(Effect.case_id == bindparam("case_id"), Effect.kind == "message", Effect.state == "done")
    .scalar_subquery()
    .label("last_message_at"),
    select(func.count(Contact.id))
    .where(Contact.case_id == bindparam("case_id"), Contact.direction == "inbound")
    .scalar_subquery()
    .label("inbound"),
    select(func.max(WalkEventRow.number))
    .where(WalkEventRow.walk_id == bindparam("walk_id"))
    .scalar_subquery()
    .label("events"),
    select(Link.id)
    .where(Link.walk_id == bindparam("walk_id"), Link.purpose == "answer", Link.used_at.is_(None))
    .exists()
    .label("linked"),
)
"""What a turn wants to know of the case's past, in one statement."""


def _programs(session: Session, library: Library, row: WalkRow, program: Program) -> dict[str, Program]:
    """The programs of its frames, and where one of them enters other processes, all those that are live."""
    names = {f"{frame['process']}@{frame['version']}": frame["version"] for frame in row.state["frames"]}
    pinned = {name: library.pinned(session, int(version)) for name, version in names.items()}
    if not any(each.calls for each in (program, *pinned.values())):
        return pinned
    return library.programs(session, row.brand_id) | pinned


def _readings(session: Session, row: WalkRow) -> list[FactReading]:
    ids = [
        id_
        for frame in row.state["frames"]
        for _, _, readings in frame["facts"].values()
        for id_ in readings.values()
        if id_
    ]
    if not ids:
        return []
    return list(session.scalars(select(FactReading).where(FactReading.public_id.in_(ids))))


def _case(case: Case, last_message_at: datetime | None) -> dict[str, Any]:
    known: dict[str, Any] = {
        "reference": case.spoken_reference,
        "reason": case.reason,
        "opened_at": case.opened_at,
        "language": case.language,
        "state": case.state,
        "last_message_at": last_message_at,
        "order_number": case.order.number if case.order else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _customer(case: Case) -> dict[str, Any]:
    customer = case.customer
    if customer is None:
        return {}
    known = {
        "name": customer.full_name,
        "first_name": customer.first_name,
        "last_name": customer.name,
        "mail": customer.mail,
        "phone": customer.phone,
        "language": customer.language,
    }
    return {name: value for name, value in known.items() if value}
