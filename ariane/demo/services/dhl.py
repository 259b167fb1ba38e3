"""DHL's unified tracking service: ``GET /track/shipments?trackingNumber=…[&service=…]`` with the header DHL-API-Key.

Times of events are local to where they happen and carry no zone. An unknown number answers 404 as
``application/problem+json``. The summary says "delivered" as soon as one piece of several is: only the events tell
which.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from ariane.demo.clock import ZONE
from ariane.demo.company import DHL_KEY
from ariane.demo.models import Kind, Parcel, Scan
from ariane.demo.services import faults
from ariane.demo.services.answers import as_json
from ariane.demo.services.store import Store

_ZONES = {"IE": ZoneInfo("Europe/Dublin"), "GB": ZoneInfo("Europe/London")}
"""Where the clock is not the company's."""

_EVENTS: dict[Kind, tuple[str, str]] = {
    "announced": ("pre-transit", "Electronic instruction received"),
    "taken": ("transit", "Handed over by the sender"),
    "transit": ("transit", "Processed at parcel centre"),
    "customs": ("transit", "Customs clearance in progress"),
    "cleared": ("transit", "Customs clearance completed"),
    "delayed": ("transit", "Delivery is delayed"),
    "problem": ("unknown", "Shipment on hold"),
    "out": ("transit", "Loaded onto the delivery vehicle"),
    "absent": ("failure", "Delivery attempt failed, recipient absent"),
    "bad_address": ("failure", "Delivery attempt failed, address incomplete"),
    "ready": ("transit", "Ready for collection"),
    "delivered": ("delivered", "Delivered"),
    "neighbour": ("delivered", "Delivered to a neighbour"),
    "letter_box": ("delivered", "Delivered to the letter box"),
    "returning": ("failure", "Being returned to the sender"),
    "returned": ("failure", "Returned to the sender"),
    "unmapped": ("rerouted", "Shipment rerouted"),
}


def doors(store: Store) -> Blueprint:
    """The service's routes."""
    pages = Blueprint("dhl", __name__)

    @pages.get("/track/shipments")
    def shipments() -> Response:
        if request.headers.get("DHL-API-Key") != DHL_KEY:
            return _problem("Unauthorized", "Invalid API key", 401, "/shipments")
        number = request.args.get("trackingNumber", "")
        if not number:
            return _problem("Bad request", "trackingNumber is required.", 400, "/shipments")
        parcel = store.parcel(number)
        service = request.args.get("service")
        if (
            parcel is None
            or parcel.carrier != "dhl"
            or not parcel.told(store.now())
            or service not in (None, parcel.service)
        ):
            detail = "No shipment found for this tracking number."
            return _problem("No result found", detail, 404, f"/shipment/{number}")
        return as_json(tracking(parcel, store.now(), odd=faults.active() == "unknown_status"))

    return pages


def tracking(parcel: Parcel, now: datetime, *, odd: bool = False) -> dict[str, Any]:
    """The service's answer about `parcel` at `now`, at least one scan of which has happened."""
    told = parcel.told(now)
    events = [_event(one, _zone(one, parcel)) for one in told]
    if odd:
        events[0] |= {"statusCode": "rerouted", "description": "Shipment rerouted"}
    newest = events[0]
    url = f"/shipments?trackingNumber={parcel.number}"
    shipment = {
        "id": parcel.number,
        "service": parcel.service,
        "origin": {"address": {"countryCode": parcel.origin}},
        "destination": {"address": _destination(parcel)},
        "status": {
            "timestamp": newest["timestamp"],
            "statusCode": newest["statusCode"],
            "status": newest["statusCode"],
            "description": newest["description"],
            "remark": "",
            "nextSteps": "",
        },
        "estimatedTimeOfDelivery": _expected(parcel, newest["statusCode"]),
        "details": {
            "proofOfDeliverySignedAvailable": False,
            "totalNumberOfPieces": max(1, len(parcel.pieces)),
            "pieceIds": list(parcel.pieces) or [f"JD01{parcel.number[-16:]}"],
            "weight": {"value": round(parcel.grams / 1000, 1), "unitText": "kg"},
        },
        "events": events,
    }
    return {"url": url, "shipments": [shipment], "possibleAdditionalShipmentsUrl": [f"{url}&service=parcel-nl"]}


def _event(scan: Scan, zone: ZoneInfo) -> dict[str, Any]:
    code, description = _EVENTS[scan.kind]
    event: dict[str, Any] = {"timestamp": _written(scan.at, zone)}
    if scan.place:
        event["location"] = {"address": {"addressLocality": scan.place}}
    event |= {"statusCode": scan.code or code, "description": scan.label or description}
    if scan.pieces:
        event["pieceIds"] = list(scan.pieces)
    return event


def _destination(parcel: Parcel) -> dict[str, str]:
    address = {"countryCode": parcel.destination}
    return address | ({"addressLocality": parcel.destination_city} if parcel.destination_city else {})


def _expected(parcel: Parcel, code: str) -> str | None:
    if parcel.expected_on is None or code in ("delivered", "failure"):
        return None
    return f"{parcel.expected_on.isoformat()}T18:00:00"


def _zone(scan: Scan, parcel: Parcel) -> ZoneInfo:
    """Of the country where the parcel was scanned: the destination's, before anybody has said where it is, too."""
    at_origin = scan.place is not None and scan.place != parcel.destination_city
    return _ZONES.get(parcel.origin if at_origin else parcel.destination, ZONE)


def _written(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _problem(title: str, detail: str, status: int, instance: str) -> Response:
    body = {"title": title, "detail": detail, "status": status, "instance": instance}
    return as_json(body, status, "application/problem+json")
