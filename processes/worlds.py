"""The world of a turn: everything a walk may know besides itself, read once before it is advanced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, defer, joinedload, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from base.actors import Actor
from base.brands import Brand
from base.business_time import Calendar
from base.calendars import CalendarRow, calendars_of
from base.clock import business_now
from base.database import Database, Kept, as_stored, loose, table_of
from base.errors import NotFound
from base.languages import N_
from base.scope import limit_of
from base.settings import values_of
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer, Identifier
from cases.effects import Effect
from cases.links import Link
from cases.orders import Order
from processes.facts import reading_of
from processes.language.settings import company_values
from processes.rows import FactReading, ProcessRow, VersionRow, WalkEventRow, WalkRow
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
    """The walk that the actor may see of that public id, with what stands around it. Raises NoSuchWalk."""
    limit = limit_of(actor, WalkRow)
    named = _NAMED if limit is None else _NAMED.where(limit)
    row = _found(session, named, {"public_id": public_id, "brand_id": actor.brand_id})
    if row is None:
        raise NoSuchWalk
    return row


def front_walk(session: Session, case: Case) -> WalkRow | None:
    """The walk that speaks in a case, with what stands around it."""
    return None if case.front_walk_id is None else _found(session, _NUMBERED, {"id": case.front_walk_id})


def standing(session: Session, library: Library, row: WalkRow, clock: Clock = business_now) -> Standing:
    """The walk of a row, and its world; `row` has its case, brand and version."""
    case, brand = row.case, row.brand
    readings = {r.public_id: r for r in _readings(session, row)}
    walk = Walk.from_json(row.state, {id_: reading_of(reading) for id_, reading in readings.items()})
    program = library.pinned(session, row.version_id)  # the kept version has no document
    programs = _programs(session, library, row, program)
    past = session.execute(_PAST, {"case_id": case.id, "walk_id": row.id}).one()
    world = World(
        now=clock(session), calendar=brand.calendar, calendars=_calendars(session, program, programs),
        settings=company_values(values_of(session, brand.id)),
        case=_case(case, past.last_message_at), customer=_customer(case), contact={"number": past.inbound},
        brand={"name": brand.name, "key": brand.key}, programs=programs,
    )  # fmt: skip
    return Standing(
        row=row, case=case, brand=brand, program=program, walk=walk, world=world, readings=readings,
        events=past.events or 0, linked=past.linked,
    )  # fmt: skip


# --- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What stands around a walk and seldom changes."""

    case: Case
    """Its customer, with his identifiers, and its order are loaded."""
    brand: Brand
    version: VersionRow


_AROUND: Kept[_Around] = Kept(1000)

_W, _R = table_of(WalkRow), table_of(FactReading)
_C, _B, _V, _U, _O, _I, _K, _P = map(
    table_of, (Case, Brand, VersionRow, Customer, Order, Identifier, CalendarRow, ProcessRow)
)
# A document is long; its program is what a walk needs, and that is kept (`Library`).
_WALKS = select(
    *_W.c, *as_stored(Case, Customer, Identifier, Order, Brand, CalendarRow, ProcessRow), _V.c.id, _V.c.content_hash
).select_from(
    _W.join(_C, _C.c.id == _W.c.case_id)
    .join(_B, _B.c.id == _W.c.brand_id)
    .join(_K, _K.c.id == _B.c.calendar_id)
    .join(_V, _V.c.id == _W.c.version_id)
    .join(_P, _P.c.id == _V.c.process_id)
    .outerjoin(_U, _U.c.id == _C.c.customer_id)
    .outerjoin(_I, _I.c.customer_id == _U.c.id)
    .outerjoin(_O, _O.c.id == _C.c.order_id)
)
_NAMED = _WALKS.where(_W.c.public_id == bindparam("public_id"), _W.c.brand_id == bindparam("brand_id"))
_NUMBERED = _WALKS.where(_W.c.id == bindparam("id"))


def _found(session: Session, wanted: Select[Any], which: Mapping[str, Any]) -> WalkRow | None:
    """A walk's row as it is now; what stands around it is made anew only where it has changed."""
    rows = [tuple(row) for row in session.execute(wanted, which)]
    if not rows:
        return None
    width = len(_W.c)
    row = loose(WalkRow, **dict(zip(_W.c.keys(), rows[0], strict=False)))
    make_transient_to_detached(row)
    around = _AROUND.get(row.public_id, [each[width:] for each in rows], lambda: _load_around(session, row))
    for name in ("case", "brand", "version"):
        set_committed_value(row, name, getattr(around, name))
    return row


def _load_around(session: Session, row: WalkRow) -> _Around:
    # In a session of its own on the same transaction: what is kept belongs to none.
    with Session(session.connection()) as own:
        return _Around(
            case=own.get_one(Case, row.case_id, options=[joinedload(Case.customer), joinedload(Case.order)]),
            brand=own.get_one(Brand, row.brand_id),
            version=own.get_one(VersionRow, row.version_id, options=[defer(VersionRow.document)]),
        )


def _readings(session: Session, row: WalkRow) -> list[FactReading]:
    """Those that the walk rests on."""
    ids = [
        id_
        for frame in row.state["frames"]
        for _, _, readings in frame["facts"].values()
        for id_ in readings.values()
        if id_
    ]
    if not ids:
        return []
    return [loose(FactReading, **found._asdict()) for found in session.execute(_RESTED_ON, {"ids": ids})]


_RESTED_ON = select(_R).where(_R.c.public_id.in_(bindparam("ids", expanding=True)))
_E, _T, _J, _L = map(table_of, (Effect, Contact, WalkEventRow, Link))
_PAST = select(
    select(func.max(_E.c.done_at))
    .where(_E.c.case_id == bindparam("case_id"), _E.c.kind == "message", _E.c.state == "done")
    .scalar_subquery()
    .label("last_message_at"),
    select(func.count(_T.c.id))
    .where(_T.c.case_id == bindparam("case_id"), _T.c.direction == "inbound")
    .scalar_subquery()
    .label("inbound"),
    select(func.max(_J.c.number)).where(_J.c.walk_id == bindparam("walk_id")).scalar_subquery().label("events"),
    select(_L.c.id)
    .where(_L.c.walk_id == bindparam("walk_id"), _L.c.purpose == "answer", _L.c.used_at.is_(None))
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


def _calendars(session: Session, program: Program, programs: Mapping[str, Program]) -> dict[str, Calendar]:
    """Those that the programs name besides the brand's: mostly none, and then nothing is asked."""
    named = program.calendars.union(*(each.calendars for each in programs.values()))
    return calendars_of(session, named) if named else {}


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
