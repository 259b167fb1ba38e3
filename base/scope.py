"""Which rows of a kind an actor may see: one function for every read.

`select(Case).where(within(actor, Case), …)`. A row outside answers like one that does not exist. The brand is the first
limit of every row that has one; a kind of row with a narrower limit (a partner's share, a customer's own) declares it
beside its class with `narrowed`. Which *verbs* an actor has is another question: `base.permissions`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_

from base.actors import Actor

Narrower = Callable[[Actor], ColumnElement[bool] | None]
Declared = TypeVar("Declared", bound=Narrower)

_narrower: dict[type[Any], list[Narrower]] = {}


def within(actor: Actor, row: type[Any]) -> ColumnElement[bool]:
    """The condition that a row of this kind exists for the actor. `row` has a `brand_id`, else AttributeError."""
    limit = limit_of(actor, row)
    own: ColumnElement[bool] = row.brand_id == actor.brand_id
    return own if limit is None else and_(own, limit)


def limit_of(actor: Actor, row: type[Any]) -> ColumnElement[bool] | None:
    """What limits the actor beyond his brand; None for most of the staff, so that a prepared statement serves them."""
    limits = [limit for rule in _narrower.get(row, ()) if (limit := rule(actor)) is not None]
    return and_(*limits) if limits else None


def narrowed(*rows: type[Any]) -> Callable[[Declared], Declared]:
    """Declare a narrower limit of these rows than the brand: what it gives for an actor, None for no limit."""

    def declare(rule: Declared) -> Declared:
        for row in rows:
            _narrower.setdefault(row, []).append(rule)
        return rule

    return declare
