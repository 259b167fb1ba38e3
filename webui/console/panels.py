"""Panels of live data: a fact of a walk read anew, an order and its parcels as the services tell them now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request
from sqlalchemy import select

from base.errors import NotFound
from base.scope import within
from cases.cases import find_case
from cases.orders import Order
from processes.rows import FactReading, WalkRow
from processes.views import ShownFact, fact_shown
from processes.walk.events import Reading
from processes.walk.values import decode
from webui.console.customers import NoSuchCustomer
from webui.console.door import blueprint, handlers_only
from webui.console.first_sight import ORDERS
from webui.i18n import language
from webui.partials import page
from webui.requests import current_actor, database, now, workings

RECENT = timedelta(minutes=10)
TRACKING = "carrier.tracking"
MOST_PARCELS = 6


class NoSuchFact(NotFound):
    """The walk rests on no such fact."""


@dataclass(frozen=True, kw_only=True)
class LiveOrder:
    """An order as the shop tells it now, with its parcels as their carriers do."""

    order: ShownFact
    lines: tuple[Mapping[str, Any], ...]
    parcels: tuple[ShownFact, ...]


@blueprint.get("/cases/<public_id>/facts/<reading>")
@handlers_only
def fact(public_id: str, reading: str) -> Response:
    """One fact read anew. The walk rests on it only when it reads it itself, as its process says."""
    with database().reading() as session:
        case = find_case(session, current_actor(), public_id)
        wanted = (
            select(FactReading)
            .join(WalkRow, WalkRow.id == FactReading.walk_id)
            .where(WalkRow.case_id == case.id, FactReading.public_id == reading)
        )
        row = session.scalars(wanted).one_or_none()
    if row is None:
        raise NoSuchFact
    shown = _read(row.operation, decode(row.inputs), name=row.fact, item=row.item)
    return page("console/fact.html", live=shown, public_id=public_id, reading=reading)


@blueprint.get("/orders/<public_id>/live")
@handlers_only
def live_order(public_id: str) -> Response:
    """What the shop and the carriers say of an order now."""
    with database().reading() as session:
        wanted = select(Order).where(within(current_actor(), Order), Order.public_id == public_id)
        order = session.scalars(wanted).one_or_none()
    if order is None:
        raise NoSuchCustomer
    age = None if request.args.get("anew") else RECENT
    return page("console/live_order.html", live=_live(order.number, age), order=order)


def _live(number: str, age: timedelta | None) -> LiveOrder:
    reading = workings().connectors.read(ORDERS, {"number": number}, brand_id=current_actor().brand_id, max_age=age)
    parcels = [each for each in reading.value.get("parcels") or () if isinstance(each, Mapping)]
    lines = [each for each in reading.value.get("lines") or () if isinstance(each, Mapping)]
    return LiveOrder(
        order=_shown(ORDERS, reading, "order", None, {"number": number}),
        lines=tuple(lines),
        parcels=tuple(_parcel(parcel, age) for parcel in parcels[:MOST_PARCELS]),
    )


def _parcel(parcel: Mapping[str, Any], age: timedelta | None) -> ShownFact:
    inputs = {name: parcel[name] for name in ("carrier", "number") if isinstance(parcel.get(name), str)}
    return _read(TRACKING, inputs, name="parcels", item=str(parcel.get("number", "")), age=age)


def _read(
    capability: str, inputs: Mapping[str, Any], *, name: str, item: str | None, age: timedelta | None = None
) -> ShownFact:
    reading = workings().connectors.read(capability, inputs, brand_id=current_actor().brand_id, max_age=age)
    return _shown(capability, reading, name, item, inputs)


def _shown(capability: str, reading: Any, name: str, item: str | None, asked: Mapping[str, Any]) -> ShownFact:
    at: datetime = now() - reading.age
    told = Reading(
        fact=name, item=item, state=reading.state, value=reading.value, at=at, reason=str(reading.reason or "")
    )
    return fact_shown(
        told, capability, language(), source=reading.operation or "", raw_codes=reading.raw_codes, asked=asked
    )
