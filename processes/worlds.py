"""The world of a turn: everything a walk may know besides itself, read once before it is advanced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.business_time import Calendar
from base.clock import business_now
from base.database import Database
from base.errors import NotFound
from base.languages import N_
from base.settings import values_of
from cases.cases import Case
from cases.contacts import Contact
from cases.effects import Effect
from processes.facts import reading_of
from processes.language.settings import company_values
from processes.rows import FactReading, WalkRow
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


def load(database: Database, library: Library, brand_id: int, public_id: str, clock: Clock = business_now) -> Standing:
    """Load a walk of the brand. Raises NoSuchWalk."""
    with database.reading() as session:
        row = session.scalars(
            select(WalkRow).where(WalkRow.public_id == public_id, WalkRow.brand_id == brand_id)
        ).one_or_none()
        if row is None:
            raise NoSuchWalk
        return standing(session, library, row, clock)


def standing(session: Session, library: Library, row: WalkRow, clock: Clock = business_now) -> Standing:
    """The walk and its world, from an open session."""
    case = session.get_one(Case, row.case_id)
    brand = session.get_one(Brand, row.brand_id)
    pinned = {frame["version"] for frame in row.state["frames"]}
    programs = library.programs(session, row.brand_id, pinned)
    readings = {r.public_id: reading_of(r) for r in _readings(session, row)}
    walk = Walk.from_json(row.state, readings)
    program = library.program_of(row.version)
    _ = case.customer, case.order
    world = World(
        now=clock(session), calendar=brand.calendar, settings=company_values(values_of(session, brand.id)),
        case=_case(session, case), customer=_customer(case), brand={"name": brand.name, "key": brand.key},
        contact=_contact(session, case), programs=programs,
    )  # fmt: skip
    return Standing(row=row, case=case, brand=brand, program=program, walk=walk, world=world)


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


def _case(session: Session, case: Case) -> dict[str, Any]:
    last = session.scalar(
        select(func.max(Effect.done_at)).where(
            Effect.case_id == case.id, Effect.kind == "message", Effect.state == "done"
        )
    )
    known: dict[str, Any] = {
        "reference": case.spoken_reference,
        "reason": case.reason,
        "opened_at": case.opened_at,
        "language": case.language,
        "state": case.state,
        "last_message_at": last,
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


def _contact(session: Session, case: Case) -> dict[str, Any]:
    inbound = session.scalar(
        select(func.count(Contact.id)).where(Contact.case_id == case.id, Contact.direction == "inbound")
    )
    return {"number": inbound or 0}
