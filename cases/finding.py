"""Finding a customer's file by whatever he says: a case's reference, an order number, a mail, a telephone, a name."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from base.actors import Actor
from base.folding import end_of_prefix, fold, one_line
from base.permissions import Permission, require
from base.scope import within
from cases.cases import Case
from cases.customers import Customer, Identifier, normal
from cases.order_numbers import as_the_shop_writes
from cases.orders import Order, fold_number
from cases.references import read_reference

FoundBy = Literal["case", "order", "mail", "phone", "account", "name"]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing that fits what was typed."""

    by: FoundBy
    customer: Customer | None = None
    """None for an order or a case whose customer nobody knows."""
    order: Order | None = None
    case: Case | None = None


def find(session: Session, actor: Actor, typed: str, *, region: str = "FR", limit: int = 20) -> list[Found]:
    """What `typed` may mean within the actor's brand, surest first, each customer once.

    `region` tells how a telephone number without a country code is read.
    """
    require(actor, Permission.CUSTOMER_FIND)
    typed = one_line(typed[:200])
    if len(typed) < 2:
        return []
    found = _cases(session, actor, typed) + _orders(session, actor, typed, limit)
    found += _identified(session, actor, "mail", typed, region, limit)
    found += _identified(session, actor, "phone", typed, region, limit)
    found += _identified(session, actor, "account", typed, region, limit)
    found += _named(session, actor, typed, limit)
    return _each_once(found)[:limit]


def cases_of(
    session: Session, actor: Actor, *, customer: Customer | None = None, order: Order | None = None
) -> list[Case]:
    """Cases of the customer or about the order, those that are not closed first, newest first."""
    require(actor, Permission.CASE_READ)
    about: list[ColumnElement[bool]] = []
    if customer is not None:
        about.append(Case.customer_id == customer.id)
    if order is not None:
        about.append(Case.order_id == order.id)
    if not about:
        return []
    found = select(Case).where(within(actor, Case), or_(*about))
    return list(session.scalars(found.order_by(Case.closed_at.is_not(None), Case.opened_at.desc()).limit(200)))


def _cases(session: Session, actor: Actor, typed: str) -> list[Found]:
    reference = read_reference(typed)
    if reference is None:
        return []
    cases = session.scalars(select(Case).where(within(actor, Case), Case.reference == reference))
    return [Found(by="case", customer=case.customer, order=case.order, case=case) for case in cases]


def _orders(session: Session, actor: Actor, typed: str, limit: int) -> list[Found]:
    number = fold_number(typed)
    if not any(c.isdigit() for c in number):
        return []
    meant = as_the_shop_writes(session, actor.brand_id, typed)
    fits = [and_(*_begins(Order.folded_number, each)) for each in dict.fromkeys((number, meant))]
    begins = select(Order).where(within(actor, Order), or_(*fits))
    orders = session.scalars(begins.order_by(Order.folded_number).limit(limit))
    return [Found(by="order", customer=order.customer, order=order) for order in orders]


def _identified(
    session: Session, actor: Actor, kind: Literal["mail", "phone", "account"], typed: str, region: str, limit: int
) -> list[Found]:
    value = normal(kind, typed, region)
    if value is None:
        return []
    kinds = ("account", "external") if kind == "account" else (kind,)
    held = select(Identifier.customer_id).where(
        within(actor, Identifier), Identifier.kind.in_(kinds), Identifier.value == value
    )
    customers = session.scalars(select(Customer).where(Customer.id.in_(held)).order_by(Customer.id).limit(limit))
    return [Found(by=kind, customer=customer) for customer in customers]


def _named(session: Session, actor: Actor, typed: str, limit: int) -> list[Found]:
    """By name, first name, or both in either order, as far as it was typed."""
    folded = fold(typed)
    fits = [_begins(Customer.folded_name, folded), _begins(Customer.folded_first_name, folded)]
    for space in (place for place, c in enumerate(folded) if c == " "):
        one, other = folded[:space], folded[space + 1 :]
        fits.append([Customer.folded_name == one, *_begins(Customer.folded_first_name, other)])
        fits.append([Customer.folded_first_name == one, *_begins(Customer.folded_name, other)])
    customers: list[Customer] = []
    for fit in fits[:10]:
        found = select(Customer).where(within(actor, Customer), Customer.merged_into_id.is_(None), *fit)
        customers += session.scalars(found.order_by(Customer.folded_name, Customer.id).limit(limit))
    return [Found(by="name", customer=customer) for customer in customers]


def _begins(column: InstrumentedAttribute[str], prefix: str) -> list[ColumnElement[bool]]:
    return [column >= prefix, column < end_of_prefix(prefix)]


def _each_once(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    known: set[int] = set()
    for one in found:
        if one.customer is None or one.case or one.order or one.customer.id not in known:
            kept.append(one)
        if one.customer is not None:
            known.add(one.customer.id)
    return kept
