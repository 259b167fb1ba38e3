"""Scripts of parcels: what a carrier will have scanned, and when, from the label to the door."""

import zlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ariane.demo.clock import ZONE, at, business_day
from ariane.demo.models import CarrierKey, Kind, Parcel, Scan

RESHIP_DAYS = 2
"""Business days from a new shipment to the door."""
RETURN_TAKEN_DAYS, RETURN_BACK_DAYS = 4, 6
"""Business days from a return label to the post office, and to the warehouse: the customer takes her time."""


def ordinary(created: datetime, city: str, days: int = 2, end: Kind = "delivered") -> tuple[Scan, ...]:
    """A parcel without a story: taken the evening it is announced, delivered `days` business days later."""
    sent = business_day(created.astimezone(ZONE).date(), 0)
    door = business_day(sent, days)
    spread = created.minute % 50
    return (
        Scan(at=created, kind="announced"),
        Scan(at=max(at(sent, "18:20"), created + timedelta(hours=1)), kind="taken", place="Tours"),
        Scan(at=at(business_day(sent, 1), f"05:{spread:02d}"), kind="transit", place=city),
        Scan(at=at(door, f"08:{spread:02d}"), kind="out", place=city),
        Scan(at=at(door, f"11:{spread:02d}"), kind=end, place=city),
    )


def reshipment(now: datetime, city: str) -> tuple[Scan, ...]:
    """Of a parcel sent again at `now`: announced at once, taken the next business day, delivered the one after."""
    today = now.astimezone(ZONE).date()
    taken, door = business_day(today, 1), business_day(today, RESHIP_DAYS)
    return (
        Scan(at=now, kind="announced"),
        Scan(at=at(taken, "11:30"), kind="taken", place="Tours"),
        Scan(at=at(taken, "21:40"), kind="transit", place=city),
        Scan(at=at(door, "08:10"), kind="out", place=city),
        Scan(at=at(door, "11:42"), kind="delivered", place=city),
    )


def reshipment_day(now: datetime) -> date:
    """The day on which a parcel sent again at `now` is delivered."""
    return business_day(now.astimezone(ZONE).date(), RESHIP_DAYS)


def returning(now: datetime, city: str) -> tuple[Scan, ...]:
    """Of a return parcel whose label was made at `now`: posted some days later, back at the warehouse after that."""
    today = now.astimezone(ZONE).date()
    taken, back = business_day(today, RETURN_TAKEN_DAYS), business_day(today, RETURN_BACK_DAYS)
    return (
        Scan(at=now, kind="announced"),
        Scan(at=at(taken, "15:05"), kind="taken", place=city),
        Scan(at=at(business_day(taken, 1), "03:15"), kind="transit", place="Tours"),
        Scan(at=at(back, "10:20"), kind="delivered", place="Tours"),
    )


def parcel_number(carrier: CarrierKey, order: str, nth: int) -> str:
    """A number as the carrier prints them, always the same for the `nth` parcel of an order."""
    seed = zlib.crc32(f"{carrier}/{order}/{nth}".encode())
    if carrier == "dhl":
        return f"0034043416{seed:010d}"
    return f"6A{seed % 10**11:011d}"


def latest(parcels: Iterable[Parcel], now: datetime) -> datetime | None:
    """The moment of the newest scan of any of `parcels` up to `now`."""
    moments = [last.at for parcel in parcels if (last := parcel.last(now)) is not None]
    return max(moments, default=None)
