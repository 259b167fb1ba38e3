"""The shop's orders as Shopify's REST Admin API writes them: ``/admin/api/2024-10/orders…``, X-Shopify-Access-Token.

Amounts are strings, `fulfillment_status` is null while nothing has left, a guest has no customer, and orders that are
closed or cancelled are listed only when ``status=any`` is asked for. What the shop knows beyond Shopify's own fields it
keeps where shops keep it: promised date, segment and third-party seller in note attributes, an engraving in the line's
properties. A return is a fulfilment whose service is "return".
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from ariane.demo.company import NAME, SHOP_TOKEN
from ariane.demo.models import Kind, Line, Order, Parcel, Refund
from ariane.demo.scripts import latest
from ariane.demo.services import faults
from ariane.demo.services.answers import as_json, money, written
from ariane.demo.services.store import Store

_SHIPMENT_STATUS: dict[Kind, str] = {
    "announced": "label_printed",
    "taken": "carrier_picked_up",
    "delayed": "delayed",
    "problem": "failure",
    "out": "out_for_delivery",
    "absent": "attempted_delivery",
    "bad_address": "attempted_delivery",
    "ready": "ready_for_pickup",
    "delivered": "delivered",
    "neighbour": "delivered",
    "letter_box": "delivered",
    "returning": "failure",
    "returned": "failure",
}
_COMPANIES = {"laposte": "Colissimo", "dhl": "DHL"}
_TRACKING_PAGES = {
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code=",
    "dhl": "https://www.dhl.com/fr-fr/home/tracking.html?tracking-id=",
}


def doors(store: Store) -> Blueprint:
    """The service's routes."""
    pages = Blueprint("shop", __name__, url_prefix="/admin/api/2024-10")

    @pages.before_request
    def known_token() -> Response | None:
        if request.headers.get("X-Shopify-Access-Token") == SHOP_TOKEN:
            return None
        message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return as_json({"errors": message}, 401)

    @pages.after_request
    def with_limit(answer: Response) -> Response:
        answer.headers["X-Shopify-Shop-Api-Call-Limit"] = "1/40"
        return answer

    @pages.get("/orders.json")
    def orders() -> Response:
        return as_json({"orders": [order_shape(store, order) for order in _asked_for(store)]})

    @pages.get("/orders/<int:external>.json")
    def order(external: int) -> Response:
        found = store.order_by_id(external)
        return as_json(
            {"order": order_shape(store, found)} if found else {"errors": "Not Found"}, 200 if found else 404
        )

    return pages


def _asked_for(store: Store) -> list[Order]:
    name, status = request.args.get("name", "").lstrip("#").upper(), request.args.get("status", "open")
    limit = min(request.args.get("limit", 50, int), 250)
    one = store.order(name) if name else None
    found = [order for order in ([one] if one else [] if name else store.orders()) if _is(store, order, status)]
    return found[:limit]


def _is(store: Store, order: Order, status: str) -> bool:
    if status == "any":
        return True
    if status == "cancelled":
        return order.cancelled_at is not None
    sent = [one for one in _moved(store, order) if one.direction == "out"]
    closed = _closed_at(order, sent, store.now()) is not None
    return closed == (status == "closed") and order.cancelled_at is None


def order_shape(store: Store, order: Order) -> dict[str, Any]:
    """The order as Shopify writes it, at the store's moment."""
    now = store.now()
    moved = _moved(store, order)
    sent = [one for one in moved if one.direction == "out"]
    refunds = [refund for refund in order.refunds if refund.requested_at <= now]
    odd = faults.active() == "unknown_status"
    customer, address = order.customer, order.address
    segment = [] if order.segment == "standard" else [order.segment]
    moments = [order.placed_at, latest(moved, now), order.cancelled_at, *(one.requested_at for one in refunds)]
    return {
        "id": order.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order.id}",
        "name": order.number,
        "order_number": int(order.number.rpartition("-")[2]),
        "email": order.mail,
        "phone": None,
        "created_at": _moment(order.placed_at),
        "processed_at": _moment(order.placed_at),
        "updated_at": _moment(max(one for one in moments if one is not None)),
        "cancelled_at": _moment(order.cancelled_at),
        "cancel_reason": order.cancel_reason,
        "closed_at": _moment(_closed_at(order, sent, now)),
        "financial_status": _financial_status(order, refunds),
        "fulfillment_status": _fulfillment_status(order, sent),
        "currency": "EUR",
        "total_price": money(order.total),
        "total_outstanding": money(order.total if order.payment == "pending" else 0),
        "tags": ", ".join([*segment, *(["marketplace"] if order.seller else [])]),
        "note": None,
        "test": False,
        "customer_locale": order.language,
        "note_attributes": _note_attributes(order),
        "customer": customer
        and {
            "id": customer.id,
            "email": customer.mail,
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "phone": customer.phone,
        },
        "shipping_address": {
            "first_name": customer.first_name if customer else None,
            "last_name": customer.last_name if customer else None,
            "address1": address.line1,
            "address2": address.line2,
            "zip": address.postcode,
            "city": address.city,
            "country_code": address.country,
            "phone": customer.phone if customer else None,
        },
        "line_items": [_line_shape(line, order, sent) for line in order.lines],
        "fulfillments": [_fulfillment_shape(order, one, place, now, odd) for place, one in enumerate(moved, 1)],
        "refunds": [_refund_shape(order, one, place, now) for place, one in enumerate(refunds, 1)],
    }


def _moved(store: Store, order: Order) -> list[Parcel]:
    """The parcels whose label has been printed by now, either way."""
    now = store.now()
    return [one for one in store.parcels_of(order.number) if one.created_at <= now]


def _note_attributes(order: Order) -> list[dict[str, str]]:
    known = {
        "promised_on": order.promised_on.isoformat() if order.promised_on else None,
        "segment": order.segment,
        "seller": order.seller,
    }
    return [{"name": name, "value": value} for name, value in known.items() if value]


def _financial_status(order: Order, refunds: list[Refund]) -> str:
    back = sum(refund.amount for refund in refunds)
    if back == 0:
        return order.payment
    return "refunded" if back >= order.total - order.shipping else "partially_refunded"


def _fulfillment_status(order: Order, sent: list[Parcel]) -> str | None:
    gone = {sku for parcel in sent for sku in parcel.skus}
    if not gone:
        return None
    return "fulfilled" if all(line.sku in gone for line in order.lines) else "partial"


def _closed_at(order: Order, sent: list[Parcel], now: datetime) -> datetime | None:
    """Shopify closes an order that is wholly delivered, or cancelled."""
    if order.cancelled_at is not None:
        return order.cancelled_at
    arrived = all(_status(parcel, now) == "delivered" for parcel in sent)
    return latest(sent, now) if arrived and _fulfillment_status(order, sent) == "fulfilled" else None


def _line_shape(line: Line, order: Order, sent: list[Parcel]) -> dict[str, Any]:
    return {
        "id": line.id,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "price": money(line.price),
        "fulfillment_status": "fulfilled" if any(line.sku in parcel.skus for parcel in sent) else None,
        "vendor": order.seller or NAME,
        "properties": [{"name": "Gravure", "value": line.engraving}] if line.engraving else [],
    }


def _fulfillment_shape(order: Order, parcel: Parcel, place: int, now: datetime, odd: bool) -> dict[str, Any]:
    return {
        "id": order.id * 10 + place,
        "order_id": order.id,
        "status": "success",
        "service": "return" if parcel.direction == "return" else "manual",
        "shipment_status": "teleported" if odd else _status(parcel, now),
        "created_at": _moment(parcel.created_at),
        "updated_at": _moment(latest([parcel], now) or parcel.created_at),
        "tracking_company": _COMPANIES[parcel.carrier],
        "tracking_number": parcel.number,
        "tracking_numbers": [parcel.number],
        "tracking_url": f"{_TRACKING_PAGES[parcel.carrier]}{parcel.number}",
        "line_items": [
            {
                "id": line.id,
                "quantity": line.quantity,
                "sku": line.sku,
                "name": line.name,
                "price": money(line.price),
            }
            for line in order.lines_of(parcel.skus)
        ],
    }


def _status(parcel: Parcel, now: datetime) -> str | None:
    last = parcel.last(now)
    return None if last is None else _SHIPMENT_STATUS.get(last.kind, "in_transit")


def _refund_shape(order: Order, refund: Refund, place: int, now: datetime) -> dict[str, Any]:
    return {
        "id": order.id * 100 + place,
        "order_id": order.id,
        "created_at": _moment(refund.requested_at),
        "note": refund.reason,
        "refund_line_items": [
            {
                "id": line.id * 10 + place,
                "line_item_id": line.id,
                "quantity": line.quantity,
                "subtotal": money(line.price),
            }
            for line in order.lines_of(refund.skus)
        ],
        "transactions": [
            {
                "id": order.id * 1000 + place,
                "kind": "refund",
                "status": "success" if refund.settles_at <= now else "pending",
                "amount": money(refund.amount),
                "currency": "EUR",
            }
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return written(moment) if moment else None
