"""La Poste's tracking service, Suivi v2: ``GET /suivi/v2/idships/{number[,number…]}`` with the header X-Okapi-Key.

One number answers an object, several a list under status 207. Newest event first; a step of the timeline not yet
reached carries an empty date; `deliveryDate` is absent until delivery, and means "to the sender" when the last code is
DI2. The parameter `lang` changes the labels, never the codes.
"""

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from ariane.demo.clock import at
from ariane.demo.company import LAPOSTE_KEY
from ariane.demo.models import Kind, Parcel, Scan
from ariane.demo.services import faults
from ariane.demo.services.answers import as_json, written
from ariane.demo.services.store import Store

_FINAL = ("DI0", "DI1", "DI2")
_NO_DATE = (*_FINAL, "ND1", "AG1", "RE1")
"""After these the service no longer announces a day."""

_EVENTS: dict[Kind, tuple[str, str, str]] = {
    "announced": (
        "DR1",
        "Votre Colissimo va bientôt nous être confié.",
        "Your Colissimo will soon be handed to us.",
    ),
    "taken": ("PC1", "Votre colis a été déposé dans un point postal.", "Your parcel was dropped at a postal point."),
    "transit": (
        "ET1",
        "Votre colis est en transit sur nos plateformes logistiques.",
        "Your parcel is in transit on our logistics platforms.",
    ),
    "customs": ("DO1", "Votre colis est entré en douane.", "Your parcel has entered customs."),
    "cleared": ("DO2", "Votre colis est sorti de douane.", "Your parcel has left customs."),
    "delayed": ("DI3", "La distribution de votre colis est retardée.", "The delivery of your parcel is delayed."),
    "problem": ("PB1", "Votre colis a rencontré un incident.", "Your parcel has met with an incident."),
    "out": ("MD2", "Votre colis est en cours de livraison.", "Your parcel is out for delivery."),
    "absent": (
        "ND1",
        "Le destinataire était absent, un avis de passage a été laissé.",
        "The recipient was absent, a note was left.",
    ),
    "bad_address": ("ND1", "Adresse incomplète.", "Address incomplete."),
    "ready": (
        "AG1",
        "Votre colis vous attend au bureau de poste.",
        "Your parcel is waiting for you at the post office.",
    ),
    "delivered": ("DI1", "Votre colis est livré.", "Your parcel is delivered."),
    "neighbour": ("DI1", "Votre colis a été remis à un voisin.", "Your parcel was handed to a neighbour."),
    "letter_box": (
        "DI1",
        "Votre colis est livré dans la boîte aux lettres.",
        "Your parcel is delivered to the letter box.",
    ),
    "returning": (
        "RE1",
        "Votre colis est retourné à son expéditeur.",
        "Your parcel is being returned to its sender.",
    ),
    "returned": ("DI2", "Votre colis a été remis à son expéditeur.", "Your parcel was handed to its sender."),
    "unmapped": ("ZX7", "Votre colis change de parcours.", "Your parcel is changing its route."),
}

_TIMELINE = (
    ("Votre colis est entre nos mains.", "Your parcel is in our hands."),
    ("Il est en chemin.", "It is on its way."),
    ("Il est arrivé sur son site de livraison.", "It has reached its delivery site."),
    ("Nous préparons sa livraison.", "We are preparing its delivery."),
    ("Votre colis est livré.", "Your parcel is delivered."),
)
_NOT_FOUND = (
    "Nous ne parvenons pas à récupérer les informations de suivi de votre envoi.",
    "We cannot retrieve the tracking information of your item.",
)
_BAD_NUMBER = ("Le numéro recherché n'a pas le format attendu.", "The number does not have the expected format.")


def doors(store: Store) -> Blueprint:
    """The service's routes."""
    pages = Blueprint("laposte", __name__)

    @pages.get("/suivi/v2/idships/<numbers>")
    def idships(numbers: str) -> Response:
        if request.headers.get("X-Okapi-Key") != LAPOSTE_KEY:
            return as_json({"code": "UNAUTHORIZED", "message": "Invalid or missing X-Okapi-Key"}, 401)
        english = request.args.get("lang", "fr_FR").lower().startswith("en")
        odd = faults.active() == "unknown_status"
        answers = [_answer(store, number.strip(), english, odd) for number in numbers.split(",") if number.strip()]
        if len(answers) == 1:
            return as_json(answers[0], answers[0]["returnCode"])
        return as_json(answers, 207)

    return pages


def _answer(store: Store, number: str, english: bool, odd: bool) -> dict[str, Any]:
    if not re.fullmatch(r"[A-Za-z0-9]{11,15}", number):
        return _refusal(number, 400, _BAD_NUMBER, english)
    parcel = store.parcel(number.upper())
    if parcel is None or parcel.carrier != "laposte":
        return _refusal(number, 404, _NOT_FOUND, english)
    return tracking(parcel, store.now(), english=english, odd=odd)


def tracking(parcel: Parcel, now: datetime, *, english: bool = False, odd: bool = False) -> dict[str, Any]:
    """The service's answer about `parcel` at `now`; `odd` gives its newest event a code that nobody knows."""
    told = parcel.told(now)
    if not told:
        return _refusal(parcel.number, 404, _NOT_FOUND, english)
    events = [_event(one, english) for one in told]
    if odd:
        events[0]["code"] = "ZX9"
    code = events[0]["code"]
    shipment = {
        "idShip": parcel.number,
        "holder": 4,
        "product": "colissimo",
        "isFinal": code in _FINAL,
        "entryDate": events[-1]["date"],
        "timeline": _timeline(told, english),
        "event": events,
        "contextData": _context(parcel, code),
        "url": f"https://www.laposte.fr/outils/suivre-vos-envois?code={parcel.number}",
    }
    if code in _FINAL:
        shipment["deliveryDate"] = events[0]["date"]
    elif parcel.expected_on is not None and code not in _NO_DATE:
        shipment["estimDate"] = written(at(parcel.expected_on, "00:00"))
    return {"lang": "en_GB" if english else "fr_FR", "scope": "open", "returnCode": 200, "shipment": shipment}


def _event(scan: Scan, english: bool) -> dict[str, Any]:
    code, french, other = _EVENTS[scan.kind]
    return {
        "code": scan.code or code,
        "label": scan.label or (other if english else french),
        "date": written(scan.at),
    }


def _timeline(told: list[Scan], english: bool) -> list[dict[str, Any]]:
    """Five steps; the first three take the dates of the first three events, as the service's own answers do."""
    first = [one.at for one in reversed(told)][:3]
    return [
        {
            "shortLabel": labels[english],
            "longLabel": "",
            "id": place,
            "date": written(first[place - 1]) if place <= len(first) else "",
            "country": "FR",
            "status": place <= len(first),
            "type": 1 if place <= len(first) else 0,
        }
        for place, labels in enumerate(_TIMELINE, 1)
    ]


def _context(parcel: Parcel, code: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "deliveryChoice": {"deliveryChoice": 0},
        "originCountry": parcel.origin,
        "arrivalCountry": parcel.destination,
    }
    if code == "AG1" and parcel.pickup:
        context["removalPoint"] = {"name": parcel.pickup, "type": "BP"}
    return context


def _refusal(number: str, code: int, message: tuple[str, str], english: bool) -> dict[str, Any]:
    return {
        "returnCode": code,
        "returnMessage": message[english],
        "lang": "en_GB" if english else "fr_FR",
        "scope": "open",
        "idShip": number,
    }
