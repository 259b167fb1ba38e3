"""Whose order is it? A number with the postcode of its delivery or the buyer's mail address, checked by the shop.

Doors that customers or their assistants use come through here. All failures answer alike, and guesses are counted in
rows: by order number and by address. A try that turns out right, or that the shop could not check, is no guess.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from base.clock import real_now
from base.logs import logger
from cases.customers import Identity
from cases.order_numbers import as_the_shop_writes
from cases.orders import SeenLine
from processes.connectors.readings import Reading
from webui import attempts
from webui.attempts import Limit
from webui.requests import database, workings

BY_ORDER = Limit(purpose="selfcare.order", most=5, within=timedelta(minutes=15))
BY_ADDRESS = Limit(purpose="selfcare.address", most=20, within=timedelta(hours=1))
BY_BRAND = Limit(purpose="selfcare.brand", most=200, within=timedelta(hours=1))
"""More wrong tries than this are an attack on all orders: it is written into the log, loudly."""

Verdict = Literal["right", "wrong", "silent"]
"""`wrong` is every failure: unknown order, wrong postcode, too many tries. `silent`: the shop does not answer."""
LONGEST = 200

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What somebody says to be let in."""

    number: str
    """As the shop writes it: see `claimed`."""
    proof: str
    """Postcode of the delivery, or the buyer's mail address."""

    def inputs(self) -> dict[str, str]:
        """What the shop is asked."""
        return {"number": self.number, "mail" if "@" in self.proof else "postcode": self.proof.strip()}


def claimed(number: str, proof: str, brand_id: int) -> Claim:
    """What somebody says, its number as the shop writes it: no guess counts apart for being spelt otherwise."""
    return Claim(number=as_written(number, brand_id), proof=proof)


def as_written(number: str, brand_id: int) -> str:
    """An order number that somebody typed, as the shop writes it."""
    with database().reading() as session:
        return as_the_shop_writes(session, brand_id, number)


def verify(claim: Claim, brand_id: int, address: str) -> Verdict:
    """Whether the shop confirms the claim. `address`: the network address that the try is counted for."""
    if not _may_try(claim, address):
        return "wrong"
    reading = workings().connectors.read("shop.verify", claim.inputs(), brand_id=brand_id, max_age=None)
    if reading.state == "unknown" or not isinstance(reading.value.get("verified", False), bool):
        _take_back(claim, address)
        return "silent"
    if reading.value.get("verified") is True:
        _take_back(claim, address)
        return "right"
    _watch(brand_id)
    return "wrong"


def _may_try(claim: Claim, address: str) -> bool:
    """Count the try for both; beyond either limit nothing is evaluated."""
    with database().unit() as session:
        now = real_now(session)
        by_address = attempts.spend(session, BY_ADDRESS, address, now)
        return attempts.spend(session, BY_ORDER, claim.number, now) and by_address


def _take_back(claim: Claim, address: str) -> None:
    with database().unit() as session:
        attempts.take_back(session, BY_ADDRESS, address)
        attempts.take_back(session, BY_ORDER, claim.number)


def _watch(brand_id: int) -> None:
    with database().unit() as session:
        within = attempts.spend(session, BY_BRAND, str(brand_id), real_now(session))
    if not within:
        log.error("selfcare.guessing", brand=brand_id, most=BY_BRAND.most)


# --- what the shop says of the order ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Sight:
    """An order at first sight: its number, whose it is and what it consists of, as far as the shop says."""

    number: str
    identity: Identity | None
    lines: tuple[SeenLine, ...]


def look_at(number: str, brand_id: int) -> Sight:
    """What the shop says of an order, its number as typed. A shop that says nothing gives the number alone."""
    wanted = as_written(number, brand_id)
    reading = workings().connectors.read(
        "shop.order", {"number": wanted}, brand_id=brand_id, max_age=timedelta(minutes=10)
    )
    return Sight(
        number=_text(reading.value, "number") or wanted, identity=_identity(reading), lines=tuple(_lines(reading))
    )


def _identity(reading: Reading) -> Identity | None:
    customer = reading.value.get("customer")
    if not isinstance(customer, dict):
        return None
    first, last = _text(customer, "first_name"), _text(customer, "last_name")
    return Identity(
        first_name=first,
        name=last if first or last else _text(customer, "name"),
        mail=_text(customer, "mail") or None,
        phone=_text(customer, "phone") or None,
        language=_text(reading.value, "language")[:2].lower() or None,
    )


def _lines(reading: Reading) -> list[SeenLine]:
    lines = reading.value.get("lines")
    numbers = [_text(line, "sku") for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return [SeenLine(external_id=number, number=number) for number in numbers if number]


def _text(value: Any, name: str) -> str:
    """A field as text; empty where the service says nothing readable."""
    said = value.get(name)
    return said[:LONGEST] if isinstance(said, str) else ""
