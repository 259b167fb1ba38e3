"""Who sees which rows of a customer's file: a customer his own, a partner's people their share.

Declared for `base.scope.within`, which every read goes through. The package imports this page, so that no row of this
room can be read before its limits are known.
"""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from base.actors import Actor
from base.people import Team, TeamMember
from base.scope import narrowed
from cases.alerts import Alert
from cases.attachments import Attachment
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer, Identifier
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.links import Link
from cases.orders import Order
from cases.promises import Promise
from cases.shares import shared_cases
from cases.tasks import Task

OF_A_CASE: tuple[type[Any], ...] = (Alert, Attachment, Contact, Effect, FollowUp, Link, Promise)
"""Rows that are seen by whoever sees their case."""


@narrowed(Case)
def cases_seen(actor: Actor) -> ColumnElement[bool] | None:
    """A customer's own cases; a partner's share."""
    if actor.customer_id is not None:
        return Case.customer_id == actor.customer_id
    return Case.id.in_(shared_cases(actor)) if actor.sees_share_only else None


@narrowed(Customer)
def customers_seen(actor: Actor) -> ColumnElement[bool] | None:
    """Himself; the customers of a partner's share."""
    return _of_cases(actor, Customer.id, Case.customer_id, own=Customer.id)


@narrowed(Identifier)
def identifiers_seen(actor: Actor) -> ColumnElement[bool] | None:
    """Those of the customers seen."""
    return _of_cases(actor, Identifier.customer_id, Case.customer_id, own=Identifier.customer_id)


@narrowed(Order)
def orders_seen(actor: Actor) -> ColumnElement[bool] | None:
    """A customer's own; those that the cases of a partner's share are about."""
    return _of_cases(actor, Order.id, Case.order_id, own=Order.customer_id)


@narrowed(Task)
def tasks_seen(actor: Actor) -> ColumnElement[bool] | None:
    """None of a customer's; those of a partner's teams, of the teams one is in, and what one has in hand."""
    if actor.customer_id is not None:
        return Task.id.in_(())
    if not actor.sees_share_only:
        return None
    his = select(TeamMember.team_id).where(TeamMember.person_id == actor.person_id)
    company = or_(Team.partner_id == actor.partner_id, Team.id.in_(his))
    teams = select(Team.key).where(Team.brand_id == actor.brand_id, company)
    return or_(Task.team.in_(teams), Task.claimed_by == actor.person_id)


def _of_cases(actor: Actor, column: Any, of_case: Any, *, own: Any) -> ColumnElement[bool] | None:
    if actor.customer_id is not None:
        limit: ColumnElement[bool] = own == actor.customer_id
        return limit
    if not actor.sees_share_only:
        return None
    shared: ColumnElement[bool] = column.in_(select(of_case).where(Case.id.in_(shared_cases(actor))))
    return shared


def _seen_with_case(row: type[Any]) -> None:
    @narrowed(row)
    def seen(actor: Actor) -> ColumnElement[bool] | None:
        if actor.customer_id is not None:
            limit: ColumnElement[bool] = row.case_id.in_(select(Case.id).where(Case.customer_id == actor.customer_id))
            return limit
        return row.case_id.in_(shared_cases(actor)) if actor.sees_share_only else None


for _row in OF_A_CASE:
    _seen_with_case(_row)
