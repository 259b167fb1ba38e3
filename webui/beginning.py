"""How a customer, or an assistant for her, comes to a matter: the open case about it is resumed, else one is opened.

Nothing is asked twice: whoever comes back about the same order and process stands where the case stands.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.languages import pick
from cases.cases import Case, open_case
from cases.contacts import contact_for_visit
from cases.customers import Customer, customer_at_first_sight
from cases.orders import Order, order_at_first_sight
from processes.rows import ProcessRow, WalkRow
from processes.versions import NoSuchProcess, live_versions
from processes.walk.program import Program
from processes.walks import WalkHasMoved
from webui.identification import Sight
from webui.requests import database, workings

KNOWN_NEEDS = frozenset({"order_number"})
"""What a customer's first page finds out; a process that needs more is only called by others."""
RECENT = 200
"""Latest walks that are counted to tell what is asked most."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A process that somebody may begin."""

    key: str
    title: Mapping[str, str]
    reason: str

    def name(self, *languages: str) -> str:
        """Its title for a reader."""
        return pick(self.title, *languages) or self.key


def matters(session: Session, brand_id: int, walker: str) -> list[Matter]:
    """What `walker` may begin with an order number alone: what is asked most first, then what covers most."""
    programs = (program for program in _published(session, brand_id) if may_begin(program, walker))
    return [_matter(program) for program in programs]


def all_matters(session: Session, brand_id: int, walker: str) -> list[Matter]:
    """What `walker` may begin, in the same order; what it needs besides is asked first."""
    return [_matter(program) for program in _published(session, brand_id) if walker in program.audience]


def may_begin(program: Program, walker: str) -> bool:
    """Whether `walker` may begin the process with an order number alone."""
    return walker in program.audience and KNOWN_NEEDS.issuperset(program.needs)


def _published(session: Session, brand_id: int) -> list[Program]:
    library = workings().walks.library
    asked = Counter(session.scalars(_recent(brand_id)))
    programs = [library.program_of(version) for version in live_versions(session, brand_id)]
    return sorted(programs, key=lambda program: (-asked[program.process], -len(program.nodes)))


def _matter(program: Program) -> Matter:
    return Matter(key=program.process, title=program.title, reason=program.reason)


def matter_named(session: Session, brand_id: int, key: str, walker: str) -> Matter:
    """The one with that key. Raises NoSuchProcess."""
    found = next((matter for matter in matters(session, brand_id, walker) if matter.key == key), None)
    if found is None:
        raise NoSuchProcess(key=key)
    return found


def _recent(brand_id: int) -> Select[str]:
    return select(WalkRow.process).where(WalkRow.brand_id == brand_id).order_by(WalkRow.id.desc()).limit(RECENT)


# --- resume or open --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """The case somebody arrived at."""

    case_id: int
    case: str
    """Public id."""
    customer_id: int | None
    contact_id: int
    fresh: bool


def arrive_at(
    actor: Actor, matter: Matter, sight: Sight, now: datetime, *, language: str, channel: str, visit: str
) -> Arrival:
    """Note customer and order, find the open case about the matter or open one, and count the contact."""
    with database().unit() as session:
        customer = _customer(session, actor, now, sight)
        order = order_at_first_sight(session, actor, now, sight.number, customer=customer, lines=sight.lines)
        # Two clicks at once, on any number of processes, come one after the other here.
        session.scalars(select(Order.id).where(Order.id == order.id).with_for_update()).one()
        case = session.scalars(_open_about(order, matter)).first()
        fresh = case is None
        if case is None:
            case = open_case(
                session, actor, now, reason=matter.reason, language=language, order=order, title=matter.title,
            )  # fmt: skip
        contact = contact_for_visit(session, actor, now, case, visit=visit, channel=channel)
        return Arrival(
            case_id=case.id, case=case.public_id, customer_id=case.customer_id, contact_id=contact.id, fresh=fresh
        )


def _customer(session: Session, actor: Actor, now: datetime, sight: Sight) -> Customer | None:
    return None if sight.identity is None else customer_at_first_sight(session, actor, now, sight.identity)


def _open_about(order: Order, matter: Matter) -> Select[Case]:
    """The open case of the order with a walk of this process, or just opened for it; the newest of several."""
    walked = select(WalkRow.id).where(WalkRow.case_id == Case.id, WalkRow.process == matter.key).exists()
    just_opened = Case.front_walk_id.is_(None) & (Case.reason == matter.reason)
    return (
        select(Case)
        .where(Case.order_id == order.id, Case.state != "closed", walked | just_opened)
        .order_by(Case.id.desc())
    )


# --- the walk --------------------------------------------------------------------------------------------------------


def set_going(
    actor: Actor, case_id: int, process: str, *, number: str, language: str, channel: str, contact_id: int | None
) -> None:
    """Start the process in a case that has no walk yet. Of two clicks at once one starts it; both find it started."""
    if front_walk(case_id) is not None:
        return
    needs: dict[str, Any] = {"order_number": number}
    try:
        shown = workings().walks.start(
            actor, case_id, process, channel=channel, language=language, needs=needs, contact_id=contact_id
        )
    except WalkHasMoved:
        return
    workings().porter.deliver(shown.effect_ids, actor, channel)


def front_walk(case_id: int) -> WalkRow | None:
    """The walk that speaks for the case."""
    with database().reading() as session:
        case = session.get_one(Case, case_id)
        return session.get(WalkRow, case.front_walk_id) if case.front_walk_id else None


def process_of(session: Session, case: Case) -> str | None:
    """Key of a live process for the case's reason: for a case that was opened and never got its walk."""
    wanted = select(ProcessRow.key).where(
        ProcessRow.brand_id == case.brand_id, ProcessRow.reason == case.reason, ProcessRow.live_number > 0
    )
    return session.scalars(wanted.order_by(ProcessRow.id)).first()
