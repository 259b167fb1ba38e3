"""What the imaginary company is made of. Frozen; the services keep them in their data file as JSON.

Amounts are minor units (cents). Moments are aware. A parcel carries its whole script, future included: what a carrier
tells at a moment is the part of the script that has happened by then.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

CarrierKey = Literal["laposte", "dhl"]
Kind = Literal[
    "announced",
    "taken",
    "transit",
    "customs",
    "cleared",
    "delayed",
    "problem",
    "out",
    "absent",
    "bad_address",
    "ready",
    "delivered",
    "neighbour",
    "letter_box",
    "returning",
    "returned",
    "unmapped",
]
"""What happens to a parcel, in no carrier's words; each carrier's page gives it its own code and label."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(Model):
    line1: str
    line2: str | None = None
    postcode: str
    city: str
    country: str = "FR"


class Customer(Model):
    id: int
    first_name: str
    last_name: str
    mail: str
    phone: str | None
    """E.164."""
    language: Literal["fr", "en"]
    segment: Literal["standard", "vip", "pro"] = "standard"
    address: Address

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Product(Model):
    sku: str
    name: str
    price: int
    stock: int
    back_on: date | None = None
    """When a product out of stock comes back, if the buyers know."""
    grams: int = 500


class Line(Model):
    id: int
    sku: str
    name: str
    quantity: int = 1
    price: int
    engraving: str | None = None
    """The customer's own words on it: a personalised item."""


class Refund(Model):
    reference: str
    requested_at: datetime
    settles_at: datetime
    """When the bank will have paid it: the services know the future, and do not tell it."""
    amount: int
    skus: tuple[str, ...]
    reason: str = ""


class Order(Model):
    id: int
    number: str
    placed_at: datetime
    customer: Customer | None
    """None: a guest, of whom the shop keeps the mail only."""
    mail: str
    address: Address
    language: Literal["fr", "en"]
    segment: str = "standard"
    seller: str | None = None
    """A third party's shop on the company's market place."""
    lines: tuple[Line, ...]
    shipping: int
    promised_on: date | None
    payment: Literal["paid", "pending", "authorized", "voided"] = "paid"
    picking: bool = False
    """The warehouse has begun: too late to cancel without asking it."""
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    refunds: tuple[Refund, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.price * line.quantity for line in self.lines) + self.shipping

    def lines_of(self, skus: tuple[str, ...]) -> tuple[Line, ...]:
        """The lines with these item numbers; all of them when `skus` is empty."""
        return tuple(line for line in self.lines if not skus or line.sku in skus)


class Scan(Model):
    at: datetime
    kind: Kind
    place: str | None = None
    pieces: tuple[str, ...] = ()
    """Of a parcel in several pieces: those that this scan is about."""
    code: str | None = None
    """The carrier's own code, where its page must not choose it."""
    label: str | None = None


class Parcel(Model):
    number: str
    carrier: CarrierKey
    order: str
    """The order's number."""
    direction: Literal["out", "return"] = "out"
    skus: tuple[str, ...]
    created_at: datetime
    """When the shop printed the label: from then on its order shows the parcel."""
    script: tuple[Scan, ...]
    expected_on: date | None = None
    """The day the carrier announces."""
    origin: str = "FR"
    destination: str = "FR"
    destination_city: str | None = None
    pieces: tuple[str, ...] = ()
    grams: int = 1000
    pickup: str | None = None
    """Name and address of the place where it waits, once it waits."""
    replaces: str | None = None
    """The number of the parcel that this one was sent instead of."""
    service: str = "parcel-de"

    def told(self, now: datetime) -> list[Scan]:
        """The scans up to `now`, newest first: all that the carrier can know."""
        return sorted((scan for scan in self.script if scan.at <= now), key=lambda scan: scan.at, reverse=True)

    def last(self, now: datetime) -> Scan | None:
        """The newest scan up to `now`."""
        return next(iter(self.told(now)), None)
