"""Beginning a guided path: in a new case about an order, or in a case there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.brands import Brand
from base.errors import Conflict, Invalid
from base.languages import N_
from base.permissions import Permission
from base.scope import within
from cases.cases import Case, find_case, open_case
from cases.contacts import begin_contact
from cases.customers import Customer
from cases.orders import Order
from cases.returning import case_before, take_up
from processes.rows import ProcessRow
from processes.versions import NoSuchProcess, live_version
from processes.walks import AnswerRefused
from webui.beginning import all_matters
from webui.console.cases import back_to, overtaken
from webui.console.door import blueprint, channel_wished, contact_in_progress
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required, workings

TWICE = timedelta(seconds=20)
"""Two starts of one process for one order within so long are one click too many."""


class NobodyNamed(Invalid):
    """A case is about somebody or something."""

    sentence = N_("Find the customer or the order first.")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A case to walk in, or one that was there already."""

    case: Case
    contact_id: int
    fresh: bool
    needs: Mapping[str, Any]


@blueprint.post("/start")
@permission_required(Permission.WALK_START)
def start() -> Response:
    """A new case with its first guided path; the open one there is, unless another is asked for."""
    process, channel = request.form.get("process", ""), channel_wished()
    with database().unit() as session:
        opened = _opened(session, current_actor(), process, channel)
    address = url_for("console.case", public_id=opened.case.public_id, channel=channel)
    if not opened.fresh:
        flash(tell(N_("This case was open already: here it is.")), "info")
        return see(address)
    _begin(opened, process, channel)
    return see(address)


@blueprint.get("/cases/<public_id>/start")
@permission_required(Permission.WALK_START)
def paths(public_id: str) -> Response:
    """The guided paths that can be started in a case."""
    actor = current_actor()
    with database().reading() as session:
        case = find_case(session, actor, public_id)
        processes = all_matters(session, actor.brand_id, "agent")
    again = case.front_walk_id is not None
    return page("console/paths.html", case=case, processes=processes, channel=channel_wished(), again=again)


@blueprint.post("/cases/<public_id>/start")
@permission_required(Permission.WALK_START)
def start_here(public_id: str) -> Response:
    """Another guided path in a case."""
    actor, channel = current_actor(), channel_wished()
    process = request.form.get("process", "")
    try:
        with database().unit() as session:
            case = find_case(session, actor, public_id)
            contact = contact_in_progress(session, actor, now(), case, channel)
            needs = _needs(session, actor, process, case.order)
            opened = Opened(case=case, contact_id=contact.id, fresh=False, needs=needs)
        _begin(opened, process, channel)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    return back_to(public_id)


def _begin(opened: Opened, process: str, channel: str) -> None:
    works, actor = workings(), current_actor()
    try:
        shown = works.walks.start(
            actor,
            opened.case.id,
            process,
            channel=channel,
            language=opened.case.language,
            needs=opened.needs,
            contact_id=opened.contact_id,
        )
    except AnswerRefused as refused:
        flash(refused.tell(language()), "warn")
        return
    works.porter.deliver(shown.effect_ids, actor, channel)


def _opened(session: Session, actor: Actor, process: str, channel: str) -> Opened:
    """The case to start in. Its order or customer is locked, so that a double click opens one case."""
    order = _locked(session, actor, Order, request.form.get("order", ""))
    named = _locked(session, actor, Customer, request.form.get("customer", ""))
    customer = named or (order.customer if order else None)
    if order is None and customer is None:
        raise NobodyNamed
    row = _process(session, actor, process)
    at = now()
    there = _open_already(session, actor, row, order, customer)
    again = request.form.get("again") == "yes"
    if there is not None and (not again or at - there.opened_at < TWICE):
        contact = contact_in_progress(session, actor, at, there, channel)
        return Opened(case=there, contact_id=contact.id, fresh=False, needs={})
    way, before = case_before(session, actor, at, row.reason, customer=customer, order=order)
    if way == "reopen" and before is not None and not again:
        take_up(session, actor, at, before)
        contact = contact_in_progress(session, actor, at, before, channel)
        return Opened(case=before, contact_id=contact.id, fresh=False, needs={})
    spoken = (customer.language if customer else None) or session.get_one(Brand, actor.brand_id).default_language
    case = open_case(
        session,
        actor,
        at,
        reason=row.reason,
        language=spoken,
        customer=customer,
        order=order,
        title=row.title,
        linked_case=before if way == "linked" else None,
    )
    contact = begin_contact(
        session, actor, at, channel=channel, direction="inbound", case=case, visit=f"agent:{actor.person_id}"
    )
    return Opened(case=case, contact_id=contact.id, fresh=True, needs=_needs(session, actor, process, order))


def _locked(session: Session, actor: Actor, kind: Any, public_id: str) -> Any:
    wanted = select(kind).where(within(actor, kind), kind.public_id == public_id)
    return session.scalars(wanted.with_for_update(key_share=True, of=kind)).one_or_none()


def _process(session: Session, actor: Actor, key: str) -> ProcessRow:
    published = (ProcessRow.brand_id == actor.brand_id, ProcessRow.key == key, ProcessRow.live_number > 0)
    row = session.scalars(select(ProcessRow).where(*published)).one_or_none()
    if row is None or "agent" not in row.audience:
        raise NoSuchProcess(key=key)
    return row


def _open_already(
    session: Session, actor: Actor, process: ProcessRow, order: Order | None, customer: Customer | None
) -> Case | None:
    about = Case.order_id == order.id if order else Case.customer_id == (customer.id if customer else None)
    open_ones = select(Case).where(within(actor, Case), about, Case.reason == process.reason, Case.state != "closed")
    return session.scalars(open_ones.order_by(Case.opened_at.desc(), Case.id.desc()).limit(1)).one_or_none()


def _needs(session: Session, actor: Actor, process: str, order: Order | None) -> dict[str, Any]:
    """What the case knows of what the process wants to know first."""
    program = workings().walks.library.program_of(live_version(session, actor.brand_id, process))
    return {"order_number": order.number} if order is not None and "order_number" in program.needs else {}
