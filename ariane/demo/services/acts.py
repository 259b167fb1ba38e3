"""What the shop's after-sales office can do: each verb changes the world, or refuses with a code and a sentence.

Verbs know nothing of HTTP or of idempotency keys; `aftersales` does both around them.
"""

from datetime import datetime, timedelta
from typing import Any

from ariane.demo.clock import ZONE, at, business_day
from ariane.demo.models import CarrierKey, Order, Parcel, Refund
from ariane.demo.scripts import parcel_number, reshipment, reshipment_day, returning
from ariane.demo.services.answers import cents, written
from ariane.demo.services.store import Store

Answer = dict[str, Any]
LABEL_DAYS, VOUCHER_DAYS, REFUND_DAYS = 14, 365, 3
STOP_MINUTES = 40
"""How long the warehouse takes to find an order among those being picked."""


class Refused(Exception):
    """The office will not do it. Nothing was changed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def reship(store: Store, body: Answer) -> Answer:
    """Send the content of a parcel again, with the other carrier, in its own new parcel."""
    order, now = _order(store, body), store.now()
    lost = _parcel(store, order, body.get("trackingNumber"))
    parcels = store.parcels_of(order.number)
    if any(one.replaces == lost.number for one in parcels):
        raise Refused(409, "ALREADY_RESHIPPED", f"{lost.number} has already been sent again.")
    skus = _skus(order, body) or lost.skus
    _take_from_stock(store, order, skus)
    carrier: CarrierKey = "dhl" if lost.carrier == "laposte" else "laposte"
    again = lost.model_copy(
        update={
            "number": parcel_number(carrier, order.number, len(parcels) + 1),
            "carrier": carrier,
            "skus": skus,
            "created_at": now,
            "script": reshipment(now, order.address.city),
            "expected_on": reshipment_day(now),
            "pieces": (),
            "pickup": None,
            "replaces": lost.number,
        }
    )
    store.put_parcel(again)
    reference = _reference(store, "reshipment", "RS")
    answer = {
        "reshipmentId": reference,
        "status": "CREATED",
        "orderNumber": order.number,
        "replaces": lost.number,
        "createdAt": written(now),
        "shipment": {
            "carrier": carrier.upper(),
            "trackingNumber": again.number,
            "expectedDelivery": reshipment_day(now).isoformat(),
        },
        "items": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines_of(skus)],
    }
    store.put_made("reshipment", reference, answer)
    return answer


def refund(store: Store, body: Answer) -> Answer:
    """Give money back: the amount asked for, or the price of the lines named, or all that is left."""
    order, now = _order(store, body), store.now()
    left = order.total - sum(one.amount for one in order.refunds)
    skus = _skus(order, body)
    amount = _cents(body) if "amount" in body else min(left, _price(order, skus) if skus else left)
    if order.payment != "paid":
        raise Refused(409, "NOT_PAID", f"{order.number} has not been paid.")
    if amount <= 0 or amount > left:
        raise Refused(422, "AMOUNT_TOO_HIGH", f"{left / 100:.2f} EUR of {order.number} can still be refunded.")
    settles = at(business_day(now.astimezone(ZONE).date(), REFUND_DAYS), "09:00")
    made = Refund(
        reference=f"RB-{order.number.rpartition('-')[2]}-{len(order.refunds) + 1}",
        requested_at=now,
        settles_at=settles,
        amount=amount,
        skus=skus,
        reason=str(body.get("reason", "")),
    )
    store.put_order(order.model_copy(update={"refunds": (*order.refunds, made)}))
    return refund_shape(order, made, now)


def refund_state(store: Store, reference: str) -> Answer:
    """Where a refund is: PENDING, then SETTLED some business days later."""
    order = store.order(f"RC-{reference.removeprefix('RB-').partition('-')[0]}")
    for one in order.refunds if order else ():
        if order and one.reference == reference and one.requested_at <= store.now():
            return refund_shape(order, one, store.now())
    raise Refused(404, "REFUND_NOT_FOUND", f"No refund {reference}.")


def refund_shape(order: Order, made: Refund, now: datetime) -> Answer:
    settled = made.settles_at <= now
    return {
        "reference": made.reference,
        "orderNumber": order.number,
        "status": "SETTLED" if settled else "PENDING",
        "amount": cents(made.amount),
        "requestedAt": written(made.requested_at),
        "settledAt": written(made.settles_at) if settled else None,
    }


def return_label(store: Store, body: Answer, address: str) -> Answer:
    """A prepaid label for the customer to print; `address` is where this service lives."""
    order, now = _order(store, body), store.now()
    number = body.get("trackingNumber")
    skus = _skus(order, body) or (_parcel(store, order, number).skus if number else ())
    parcels = store.parcels_of(order.number)
    back = Parcel(
        number=parcel_number("laposte", order.number, len(parcels) + 1),
        carrier="laposte",
        order=order.number,
        direction="return",
        skus=skus or tuple(line.sku for line in order.lines),
        created_at=now,
        script=returning(now, order.address.city),
        origin=order.address.country,
        destination_city="Tours",
    )
    store.put_parcel(back)
    reference = _reference(store, "label", "RL")
    answer = {
        "labelId": reference,
        "orderNumber": order.number,
        "carrier": "LAPOSTE",
        "trackingNumber": back.number,
        "url": f"{address}/labels/{reference}.pdf",
        "validUntil": (now + timedelta(days=LABEL_DAYS)).date().isoformat(),
        "costToCustomer": cents(0),
    }
    store.put_made("label", reference, answer)
    return answer


def voucher(store: Store, body: Answer) -> Answer:
    """A code worth an amount at the shop."""
    order, now, amount = _order(store, body), store.now(), _cents(body)
    if not 0 < amount <= 5000:
        raise Refused(422, "AMOUNT_TOO_HIGH", "A voucher is worth 50.00 EUR at most.")
    reference = _reference(store, "voucher", "VR")
    answer = {
        "voucherId": reference,
        "code": f"MERCI-{order.number[3:]}-{reference[3:]}",
        "orderNumber": order.number,
        "amount": cents(amount),
        "expiresOn": (now + timedelta(days=VOUCHER_DAYS)).date().isoformat(),
    }
    store.put_made("voucher", reference, answer)
    return answer


def cancel_order(store: Store, number: str, body: Answer) -> Answer:
    """Cancel what has not left, and give back what was paid."""
    order, now = _order(store, {"orderNumber": number}), store.now()
    if order.cancelled_at is not None:
        raise Refused(409, "ALREADY_CANCELLED", f"{number} is already cancelled.")
    if any(one.created_at <= now for one in store.parcels_of(number)):
        raise Refused(409, "ALREADY_SHIPPED", f"{number} has left the warehouse.")
    if order.picking:
        raise Refused(409, "BEING_PICKED", f"{number} is being picked: ask the warehouse.")
    reference = _reference(store, "cancellation", "AN")
    paid = order.payment == "paid" and order.total - sum(one.amount for one in order.refunds)
    payback = refund(store, {"orderNumber": number, "reason": "cancelled"}) if paid else None
    kept = store.order(number) or order
    reason = str(body.get("reason") or "customer")
    payment = order.payment if order.payment == "paid" else "voided"
    store.put_order(kept.model_copy(update={"cancelled_at": now, "cancel_reason": reason, "payment": payment}))
    answer = {
        "cancellationId": reference,
        "orderNumber": number,
        "status": "CANCELLED",
        "cancelledAt": written(now),
        "refund": payback,
    }
    store.put_made("cancellation", reference, answer)
    return answer


def stop_order(store: Store, number: str) -> Answer:
    """Ask the warehouse to stop an order that is being picked; its answer comes some time later."""
    order, now = _order(store, {"orderNumber": number}), store.now()
    if not order.picking:
        raise Refused(409, "NOT_BEING_PICKED", f"{number} is not being picked.")
    reference = _reference(store, "stop", "AR")
    answer = {"stopId": reference, "orderNumber": number, "askedAt": written(now)}
    store.put_made("stop", number, answer)
    return answer


def stop_state(store: Store, number: str) -> Answer:
    """What the warehouse says: PENDING, then STOPPED, or TOO_LATE when the parcel has left in the meantime."""
    order, asked = _order(store, {"orderNumber": number}), store.made("stop", number)
    if asked is None:
        raise Refused(404, "NEVER_ASKED", f"Nobody asked to stop {number}.")
    if any(one.created_at <= store.now() for one in store.parcels_of(number)):
        return {**asked, "answer": "TOO_LATE"}
    if store.now() < datetime.fromisoformat(asked["askedAt"]) + timedelta(minutes=STOP_MINUTES):
        return {**asked, "answer": "PENDING"}
    if order.picking:
        store.put_order(order.model_copy(update={"picking": False}))
    return {**asked, "answer": "STOPPED"}


def refunds_of(store: Store, number: str) -> Answer:
    """Every refund of an order, oldest first."""
    order, now = _order(store, {"orderNumber": number}), store.now()
    made = [one for one in order.refunds if one.requested_at <= now]
    names = {line.sku: line.name for line in order.lines}
    return {
        "orderNumber": number,
        "refunds": [
            {**refund_shape(order, one, now), "items": ", ".join(names.get(sku, sku) for sku in one.skus)}
            for one in made
        ],
    }


def _order(store: Store, body: Answer) -> Order:
    number = str(body.get("orderNumber", "")).strip().upper()
    order = store.order(number)
    if order is None or order.placed_at > store.now():
        raise Refused(404, "ORDER_NOT_FOUND", f"No order {number}.")
    return order


def _parcel(store: Store, order: Order, number: object) -> Parcel:
    parcel = store.parcel(str(number))
    if parcel is None or parcel.order != order.number:
        raise Refused(404, "SHIPMENT_NOT_FOUND", f"No shipment {number} in {order.number}.")
    return parcel


def _skus(order: Order, body: Answer) -> tuple[str, ...]:
    """The item numbers asked for; nothing asked for is an empty tuple."""
    asked = body.get("skus") or []
    if not isinstance(asked, list) or not all(any(line.sku == sku for line in order.lines) for sku in asked):
        raise Refused(422, "UNKNOWN_ITEM", f"skus are items of {order.number}.")
    return tuple(dict.fromkeys(asked))


def _cents(body: Answer) -> int:
    amount = body.get("amount")
    if not isinstance(amount, dict) or not isinstance(amount.get("cents"), int) or isinstance(amount["cents"], bool):
        raise Refused(422, "BAD_AMOUNT", 'amount is {"cents": 4990, "currency": "EUR"}.')
    if amount.get("currency") != "EUR":
        raise Refused(422, "BAD_CURRENCY", "Orders of this shop are in EUR.")
    return int(amount["cents"])


def _price(order: Order, skus: tuple[str, ...]) -> int:
    return sum(line.price * line.quantity for line in order.lines_of(skus))


def _take_from_stock(store: Store, order: Order, skus: tuple[str, ...]) -> None:
    wanted = [(line, store.product(line.sku)) for line in order.lines_of(skus)]
    for line, product in wanted:
        if product is None or product.stock < line.quantity:
            raise Refused(422, "OUT_OF_STOCK", f"{line.sku} is out of stock.")
    for line, product in wanted:
        if product is not None:
            store.put_product(product.model_copy(update={"stock": product.stock - line.quantity}))


def _reference(store: Store, kind: str, letters: str) -> str:
    return f"{letters}-{2001 + store.count_made(kind)}"
