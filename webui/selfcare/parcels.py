"""Where the parcels of an order are, right now: for each a sentence with a date, and how far it is on its way.

Read live, a few minutes old at most. A carrier that does not answer gives a card that says so, never an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from base.languages import N_
from cases.cases import Case
from processes.connectors.carriers import carrier_name
from processes.facts import Asked
from processes.walk.events import Reading
from processes.walk.turn import WantedFact
from webui import formats
from webui.i18n import tell, zone
from webui.requests import now, workings

ORDER_AGE, PARCEL_AGE = 600.0, 300.0
"""Seconds that a shown value may be old."""
WAY = (N_("Ready"), N_("With the carrier"), N_("Near you"), N_("Delivered"))
"""The stations of a parcel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What is said of a status: the first sentence whose dates are known; `%(at)s` is the last event."""

    sentences: tuple[str, ...]
    here: int | None
    """Station reached; None where the way was left."""


def _says(here: int | None, *sentences: str) -> Saying:
    return Saying(sentences=sentences, here=here)


SAYINGS: Mapping[str, Saying] = {
    "announced": _says(
        0,
        N_("Your parcel is ready. It is expected on %(expected)s."),
        N_("Your parcel has been ready since %(at)s."),
        N_("Your parcel is ready and about to leave."),
    ),
    "in_transit": _says(
        1,
        N_("Your parcel is on its way, and late: it was due on %(due)s."),
        N_("Your parcel is on its way. It is expected on %(expected)s."),
        N_("Your parcel is on its way. It was last seen on %(at)s."),
        N_("Your parcel is on its way."),
    ),
    "out_for_delivery": _says(
        2,
        N_("Your parcel has been on the delivery van since %(at_hour)s."),
        N_("Your parcel is on the delivery van."),
    ),
    "ready_for_pickup": _says(
        2,
        N_("Your parcel is waiting for you until %(keep)s."),
        N_("Your parcel has been waiting for you since %(at)s."),
        N_("Your parcel is waiting for you."),
    ),
    "delivery_failed": _says(
        2,
        N_("The driver came by on %(at)s and could not hand over your parcel."),
        N_("The driver could not hand over your parcel."),
    ),
    "delivered": _says(3, N_("Your parcel was delivered on %(delivered)s."), N_("Your parcel was delivered.")),
    "partially_delivered": _says(
        2, N_("A part of your parcel was delivered on %(at)s."), N_("A part of your parcel was delivered.")
    ),
    "returning": _says(
        None,
        N_("Your parcel has been on its way back to us since %(at)s."),
        N_("Your parcel is on its way back to us."),
    ),
    "returned": _says(None, N_("Your parcel came back to us on %(at)s."), N_("Your parcel came back to us.")),
    "lost": _says(None, N_("Your parcel is lost. It was last seen on %(at)s."), N_("Your parcel is lost.")),
    "damaged": _says(
        None, N_("Your parcel was damaged on its way, on %(at)s."), N_("Your parcel was damaged on its way.")
    ),
    "customs": _says(1, N_("Your parcel has been at customs since %(at)s."), N_("Your parcel is at customs.")),
    "unknown_parcel": _says(
        0,
        N_("Your parcel has been ready since %(sent)s; the carrier has not scanned it yet."),
        N_("The carrier has not scanned your parcel yet."),
    ),
}
NO_NEWS = N_("The carrier gives no news of your parcel at the moment. We keep asking.")
NO_ORDER = N_("We cannot see your order at the moment. We keep asking.")
ORDERS: Mapping[str, tuple[str, ...]] = {
    "cancelled": (N_("Your order of %(placed)s was cancelled."),),
    "returned": (N_("Your order of %(placed)s came back to us."),),
    "": (
        N_("Your order of %(placed)s is being prepared. It is expected on %(expected)s."),
        N_("Your order of %(placed)s is being prepared."),
        N_("Your order is being prepared."),
    ),
}
"""What is said of an order without a parcel, by its status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A parcel as the customer sees it."""

    number: str
    title: str
    sentence: str
    here: int | None
    detail: str = ""
    carrier: str = ""
    """Its carrier, as people call it."""

    @property
    def steps(self) -> list[str]:
        """The stations of the way, while the parcel is on it."""
        return [] if self.here is None else [tell(station) for station in WAY]


def cards(case: Case, about: str | None) -> list[Card]:
    """The parcels of the case's order on their way to the customer; only the one that `about` numbers, if it is one."""
    if case.order is None:
        return []
    order = _read(case, [_wanted("order", "shop.order", {"number": case.order.number}, ORDER_AGE)])[0]
    if order.state != "known":
        return [Card(number="", title="", sentence=tell(NO_ORDER), here=None)]
    outgoing = [parcel for parcel in _list(order.value, "parcels") if parcel.get("direction") == "out"]
    # A parcel that another one stands in for is told of only while it is the only one.
    going = [parcel for parcel in outgoing if parcel.get("replaced") is not True] or outgoing
    chosen = [parcel for parcel in going if parcel.get("number") == about] or going
    if not chosen:
        return [_without_parcel(order.value)]
    tracked = _read(case, [_tracking(parcel) for parcel in chosen])
    return [_card(parcel, reading, order.value) for parcel, reading in zip(chosen, tracked, strict=True)]


def _read(case: Case, wanted: Sequence[WantedFact]) -> list[Reading]:
    """Read at the same time, answered within three seconds whatever the services do."""
    asked = Asked(brand_id=case.brand_id, case_id=case.id, customer_id=case.customer_id, now=now(), inputs={})
    return [read.reading for read in workings().walks.facts.read(wanted, asked)]


def _wanted(fact: str, operation: str, inputs: Mapping[str, Any], age: float) -> WantedFact:
    return WantedFact(fact=fact, item=None, operation=operation, inputs=inputs, max_age=age)


def _tracking(parcel: Mapping[str, Any]) -> WantedFact:
    inputs = {"carrier": parcel.get("carrier"), "number": parcel.get("number")}
    return _wanted("parcel", "carrier.tracking", inputs, PARCEL_AGE)


def _card(parcel: Mapping[str, Any], reading: Reading, order: Mapping[str, Any]) -> Card:
    number, carrier = str(parcel.get("number", "")), parcel.get("carrier")
    by = carrier_name(carrier) if isinstance(carrier, str) else ""
    title = " · ".join(part for part in (by, number) if part)
    status = reading.value.get("status") if reading.state == "known" else None
    if reading.state == "missing":
        status = "unknown_parcel"
    saying = SAYINGS.get(status) if isinstance(status, str) else None
    if saying is None:
        return Card(number=number, title=title, sentence=tell(NO_NEWS), here=None, carrier=by)
    sentence = _fitting(saying.sentences, _dates({**parcel, **reading.value}, order))
    return Card(
        number=number, title=title, sentence=sentence, here=saying.here, detail=_detail(reading.value), carrier=by
    )


def _without_parcel(order: Mapping[str, Any]) -> Card:
    status = order.get("status")
    sentences = ORDERS.get(status if isinstance(status, str) else "", ORDERS[""])
    return Card(number="", title="", sentence=_fitting(sentences, _dates({}, order)), here=None)


def _dates(parcel: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, str]:
    """Every date that a sentence may say, in words; what is not known is not there."""
    promised = _date(parcel, "promised_on") or _date(order, "promised_on")
    overdue = promised is not None and promised < now().astimezone(zone()).date()
    last, delivered = _date(parcel, "last_event_at"), _date(parcel, "delivered_at") or _date(parcel, "last_event_at")
    known = {
        "due": formats.near_day(promised) if promised and overdue else "",
        "expected": formats.near_day(promised) if promised and not overdue else "",
        "at": formats.near_day(last) if last else "",
        "at_hour": formats.when(last) if isinstance(last, datetime) else "",
        "sent": _said(_date(parcel, "sent_at")),
        "keep": _said(_date(parcel, "keep_until")),
        "delivered": _moment(delivered),
        "placed": _said(_date(order, "placed_at")),
    }
    return {name: said for name, said in known.items() if said}


def _fitting(sentences: Sequence[str], dates: Mapping[str, str]) -> str:
    """The first sentence whose dates are all known; the last one wants none."""
    for sentence in sentences[:-1]:
        if all(f"%({name})s" not in sentence or name in dates for name in _NAMES):
            return tell(sentence, **dates)
    last = sentences[-1]
    return tell(last, **dates) if "%(" in last else tell(last)


_NAMES = ("due", "expected", "at", "at_hour", "sent", "keep", "delivered", "placed")


def _detail(tracking: Mapping[str, Any]) -> str:
    """Where to fetch it, for a shop's address is nobody's secret; or when it was last seen on its way."""
    address, last = tracking.get("pickup_address"), tracking.get("last_event_at")
    if tracking.get("status") == "ready_for_pickup" and isinstance(address, str):
        return address
    if tracking.get("status") in ("in_transit", "customs") and isinstance(last, datetime):
        return tell(N_("Last seen on %(at)s."), at=_moment(last))
    return ""


def _moment(moment: date | datetime | None) -> str:
    if isinstance(moment, datetime):
        return tell(N_("%(day)s at %(hour)s"), day=formats.near_day(moment), hour=formats.hour(moment))
    return _said(moment)


def _said(moment: date | datetime | None) -> str:
    return formats.near_day(moment) if moment else ""


def _date(values: Mapping[str, Any], name: str) -> Any:
    value = values.get(name)
    return value if isinstance(value, date) else None


def _list(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = values.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
