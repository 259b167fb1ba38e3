"""The whole imaginary world at its beginning: 150 orders with their parcels, their scripts running on into the future.

The same seed gives the same world, to the last scan. What happens afterwards (parcels sent again, refunds, return
labels) is kept by the services in their data file; time alone changes nothing here, it only uncovers the scripts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ariane.demo.cast import CAST, HEROINE, cast
from ariane.demo.clock import ZONE, at, business_day
from ariane.demo.company import CUSTOMERS, PRODUCTS
from ariane.demo.models import CarrierKey, Customer, Order, Parcel, Product, Refund
from ariane.demo.scripts import ordinary
from ariane.demo.staging import FIRST, LAST, order_of, parcel_of, placed_at

SEED = 1001


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything the services start with."""

    customers: tuple[Customer, ...]
    products: tuple[Product, ...]
    orders: dict[str, Order]
    """By number, oldest first."""
    parcels: dict[str, Parcel]
    """By number."""

    def parcels_of(self, order: str) -> list[Parcel]:
        """The parcels of an order, oldest first."""
        return sorted((one for one in self.parcels.values() if one.order == order), key=lambda one: one.created_at)


def build(seed: int = SEED) -> World:
    """The world of `seed`."""
    pairs = {order.number: (order, parcels) for order, parcels in cast()}
    random = Random(seed)
    for count in range(FIRST, LAST + 1):
        number = f"RC-{count}"
        if number not in pairs:
            pairs[number] = _everyday(random, number)
    orders = dict(sorted(((number, order) for number, (order, _) in pairs.items()), key=lambda one: one[1].placed_at))
    parcels = {parcel.number: parcel for number in orders for parcel in pairs[number][1]}
    return World(customers=CUSTOMERS, products=PRODUCTS, orders=orders, parcels=parcels)


def _everyday(random: Random, number: str) -> tuple[Order, list[Parcel]]:
    """An order of the past half year: most went well."""
    customer = random.choice([one for one in CUSTOMERS if one.name != "Claire Martin"])
    skus = random.sample([one.sku for one in PRODUCTS if one.sku != "FAUTEUIL"], k=random.choice((1, 1, 1, 2, 2, 3)))
    carrier: CarrierKey = "dhl" if customer.address.country in ("IE", "BE") or random.random() < 0.3 else "laposte"
    placed = placed_at(int(number[3:]))
    created = at(
        business_day((placed + timedelta(days=1)).astimezone(ZONE).date(), 0), f"15:{random.randrange(5, 55):02d}"
    )
    days = random.choice((1, 2, 2, 2, 3, 4))
    promised = business_day(created.date(), 3)
    order = order_of(number, customer.name, *skus, promised=None, promised_on=promised)
    parcel = parcel_of(order, carrier, ordinary(created, customer.address.city, days))
    fate = random.random()
    if fate < 0.05:
        return _called_off(order), []
    if fate < 0.10:
        return _paid_back(order, parcel), [parcel]
    return order, [parcel]


def _called_off(order: Order) -> Order:
    moment = order.placed_at + timedelta(hours=5)
    return order.model_copy(
        update={
            "cancelled_at": moment,
            "cancel_reason": "customer",
            "refunds": (_refund(order, moment, order.total, "customer"),),
        }
    )


def _paid_back(order: Order, parcel: Parcel) -> Order:
    line = order.lines[0]
    refund = _refund(order, parcel.script[-1].at + timedelta(days=8), line.price, "returned")
    return order.model_copy(update={"refunds": (refund.model_copy(update={"skus": (line.sku,)}),)})


def _refund(order: Order, moment: datetime, amount: int, reason: str) -> Refund:
    return Refund(
        reference=f"RB-{order.number[3:]}-1",
        requested_at=moment,
        settles_at=at(business_day(moment.astimezone(ZONE).date(), 3), "09:00"),
        amount=amount,
        skus=tuple(line.sku for line in order.lines),
        reason=reason,
    )


__all__ = ["CAST", "HEROINE", "SEED", "World", "build"]
