"""The page of a customer, or of an order whose customer nobody knows: who, what, all cases, and what to start."""

from dataclasses import dataclass, field

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from base.errors import NotFound
from base.languages import N_
from base.scope import within
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer
from cases.follow_ups import OPEN, FollowUp
from cases.merging import Merge, merges_of, survivor_of
from cases.orders import Order
from cases.promises import Promise
from processes.rows import WalkRow
from webui.beginning import Matter, all_matters
from webui.console.door import blueprint, channel_wished, handlers_only
from webui.partials import page, see
from webui.requests import current_actor, database

MOST = 100
NEWEST = 12
"""Contacts and promises that the page shows."""


class NoSuchCustomer(NotFound):
    """No customer or order of the actor's brand is called so."""

    sentence = N_("There is no such customer or order, or you may not see it.")


@dataclass(frozen=True, kw_only=True)
class KnownCase:
    """A case of the customer, and where it stands."""

    case: Case
    walk: WalkRow | None
    check: FollowUp | None
    """The robot's next rendezvous."""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What is known of a customer."""

    customer: Customer | None
    order: Order | None
    """The one he speaks of."""
    orders: list[Order]
    cases: list[KnownCase]
    processes: list[Matter]
    merges: list[Merge] = field(default_factory=list)
    """Merges and splits that stand, newest first."""
    promises: list[Promise] = field(default_factory=list)
    """What he was promised and is still owed, and what was broken; soonest first."""
    contacts: list[Contact] = field(default_factory=list)
    """The newest contacts, whatever they were about."""

    @property
    def open_cases(self) -> list[KnownCase]:
        """Not closed; about the order in hand first."""
        wanted = self.order.id if self.order else None
        still = [known for known in self.cases if not known.case.closed]
        return sorted(still, key=lambda known: known.case.order_id != wanted)

    @property
    def closed_cases(self) -> list[KnownCase]:
        """Those that have ended."""
        return [known for known in self.cases if known.case.closed]


@blueprint.get("/customers/<public_id>")
@handlers_only
def customer(public_id: str) -> Response:
    with database().reading() as session:
        wanted = select(Customer).where(within(current_actor(), Customer), Customer.public_id == public_id)
        found = session.scalars(wanted).one_or_none()
        if found is None:
            raise NoSuchCustomer
        if found.merged_into_id is not None:
            return see(url_for("console.customer", public_id=survivor_of(session, found).public_id))
        dossier = _dossier(session, found, None)
    return _page(dossier)


@blueprint.get("/orders/<public_id>")
@handlers_only
def order(public_id: str) -> Response:
    with database().reading() as session:
        wanted = select(Order).where(within(current_actor(), Order), Order.public_id == public_id)
        found = session.scalars(wanted).one_or_none()
        if found is None:
            raise NoSuchCustomer
        dossier = _dossier(session, found.customer, found)
    return _page(dossier)


def _page(dossier: Dossier) -> Response:
    return page("console/customer.html", dossier=dossier, channel=channel_wished())


def _dossier(session: Session, customer: Customer | None, order: Order | None) -> Dossier:
    brand_id = current_actor().brand_id
    orders = [order] if order else []
    if customer is not None:
        his = (
            select(Order)
            .where(within(current_actor(), Order), Order.customer_id == customer.id)
            .order_by(Order.seen_at.desc(), Order.id.desc())
        )
        orders += [each for each in session.scalars(his.limit(MOST)) if order is None or each.id != order.id]
    return Dossier(
        customer=customer,
        order=order or (orders[0] if len(orders) == 1 else None),
        orders=orders,
        cases=_cases(session, customer, order),
        processes=all_matters(session, brand_id, "agent"),
        merges=_merges(session, customer) if customer else [],
        promises=_promises(session, customer) if customer else [],
        contacts=_contacts(session, customer) if customer else [],
    )


def _merges(session: Session, customer: Customer) -> list[Merge]:
    merges = merges_of(session, customer)
    for each in merges:
        _ = each.giver, each.taker
    return merges


def _promises(session: Session, customer: Customer) -> list[Promise]:
    his = (
        select(Promise)
        .join(Case, Case.id == Promise.case_id)
        .where(within(current_actor(), Promise), Case.customer_id == customer.id)
        .where(Promise.state.in_(("open", "broken")))
    )
    return list(session.scalars(his.options(joinedload(Promise.case)).order_by(Promise.by).limit(NEWEST)))


def _contacts(session: Session, customer: Customer) -> list[Contact]:
    his = select(Contact).where(
        within(current_actor(), Contact), Contact.customer_id == customer.id, Contact.direction != "internal"
    )
    return list(
        session.scalars(his.options(joinedload(Contact.case)).order_by(Contact.started_at.desc()).limit(NEWEST))
    )


def _cases(session: Session, customer: Customer | None, order: Order | None) -> list[KnownCase]:
    about = Case.customer_id == customer.id if customer else Case.order_id == (order.id if order else None)
    wanted = select(Case).where(within(current_actor(), Case), about).options(joinedload(Case.order))
    # What the customer came with before what came out of it: a robot's watch is not what he calls about.
    came_out = Case.linked_case_id.is_not(None)
    ranked = wanted.order_by(Case.closed_at.is_not(None), came_out, Case.opened_at.desc())
    cases = session.scalars(ranked.limit(MOST)).all()
    front = select(WalkRow).where(WalkRow.id.in_([case.front_walk_id for case in cases if case.front_walk_id]))
    walks = {row.id: row for row in session.scalars(front)}
    checks: dict[int, FollowUp] = {}
    open_ids = [case.id for case in cases if not case.closed]
    due = select(FollowUp).where(FollowUp.case_id.in_(open_ids), FollowUp.state.in_(OPEN))
    for check in session.scalars(due.order_by(FollowUp.due_at.desc())):
        checks[check.case_id] = check
    return [KnownCase(case=case, walk=walks.get(case.front_walk_id or 0), check=checks.get(case.id)) for case in cases]
