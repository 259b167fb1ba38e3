"""How an order of the cast is put on stage: what is common to all of them, so that each is a few words.

A script is written as people read it: ``"-8 16:10 announced | -7 18:05 taken Tours"``, days counted from the opening.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ariane.demo.clock import day
from ariane.demo.company import customer_named, product
from ariane.demo.models import CarrierKey, Line, Order, Parcel, Scan
from ariane.demo.scripts import parcel_number

FIRST, LAST_OLD, LAST = 881, 1000, 1030
"""Numbers of the first order of the six months, of the last one before the heroine's, and of this morning's."""

Build = Callable[[str], tuple[Order, list[Parcel]]]
"""Makes the order of a number, with its parcels."""


def one(carrier: CarrierKey, name: str, skus: str, promised: int, scans: tuple[Scan, ...], **more: Any) -> Build:
    """A builder for the common case: one order, one parcel; `more` is about the parcel."""

    def build(number: str) -> tuple[Order, list[Parcel]]:
        order = order_of(number, name, *skus.split(), promised=promised)
        return order, [parcel_of(order, carrier, scans, **more)]

    return build


def none(name: str, skus: str, promised: int | None, **more: Any) -> Build:
    """A builder for an order that nothing was sent of; `more` is about the order."""
    return lambda number: (order_of(number, name, *skus.split(), promised=promised, **more), [])


def script(written: str) -> tuple[Scan, ...]:
    """Scans from their short form: day counted from the opening, time, kind, and place if there is one."""
    parts = [one.split(maxsplit=3) for one in written.split("|")]
    return tuple(
        Scan.model_validate({"at": day(int(offset), clock), "kind": kind, "place": place[0].strip() if place else None})
        for offset, clock, kind, *place in parts
    )


def stuck(offset: int, clock: str, place: str) -> tuple[Scan, ...]:
    """Announced and taken on the same day; scanned last at `clock`, and never again."""
    return script(f"{offset} 10:05 announced | {offset} 18:20 taken Tours | {offset} {clock} transit {place}")


def placed_at(number: int) -> datetime:
    """When the order numbered `number` was placed: evenly over the half year, denser in the last days."""
    if number <= LAST_OLD:
        return day(-183, "11:07") + (number - FIRST) * timedelta(hours=34, minutes=28)
    return day(-11, "09:12") + (number - LAST_OLD - 1) * timedelta(hours=9, minutes=6, seconds=51)


def order_of(number: str, name: str | None, *skus: str, promised: int | None, **more: Any) -> Order:
    """An order of one of each of `skus`; `promised` is a day counted from the opening; without a name, a guest's."""
    count = int(number.rpartition("-")[2])
    customer = customer_named(name) if name else None
    items = [product(sku) for sku in skus]
    guest = customer_named("Claire Martin") if customer is None else customer
    fields: dict[str, Any] = {
        "id": 5601230000 + count,
        "number": number,
        "placed_at": placed_at(count),
        "customer": customer,
        "mail": customer.mail if customer else f"invite.{count}@example.test",
        "address": guest.address,
        "language": guest.language,
        "segment": guest.segment if customer else "standard",
        "lines": tuple(
            Line(id=count * 10 + place, sku=item.sku, name=item.name, price=item.price)
            for place, item in enumerate(items, 1)
        ),
        "shipping": 0 if sum(item.price for item in items) >= 6000 else 490,
        "promised_on": None if promised is None else day(promised, "00:00").date(),
    }
    return Order.model_validate(fields | more)


def parcel_of(order: Order, carrier: CarrierKey, scans: tuple[Scan, ...], nth: int = 1, **more: Any) -> Parcel:
    """The `nth` parcel of `order`, with all its lines unless told otherwise."""
    fields: dict[str, Any] = {
        "number": parcel_number(carrier, order.number, nth),
        "carrier": carrier,
        "order": order.number,
        "skus": tuple(line.sku for line in order.lines),
        "created_at": scans[0].at if scans else order.placed_at,
        "script": scans,
        "expected_on": order.promised_on,
        "destination": order.address.country,
        "destination_city": order.address.city,
        "grams": sum(product(line.sku).grams * line.quantity for line in order.lines),
    }
    return Parcel.model_validate(fields | more)
