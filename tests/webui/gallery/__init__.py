"""Every macro in every state, on pages that only tests have: looked at by people, checked in both languages."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, flash, request
from markupsafe import Markup

from base.errors import Conflict, Invalid
from webui.i18n import language
from webui.looks import LOOKS
from webui.partials import arrive, page
from webui.requests import now

blueprint = Blueprint("gallery", __name__, url_prefix="/gallery", template_folder="templates")

PAGES = ("case", "ending", "parts", "forms", "welcome", "state", "question", "done")
"""What tests look at, each as `/gallery/<name>`."""
BRAND = SimpleNamespace(name="Rue Colibri", key="rue-colibri")


@blueprint.get("/<any(case, ending, parts, forms):name>")
def staff(name: str) -> Response:
    return page(f"gallery/{name}.html", **_case(now()))


@blueprint.get("/<any(welcome, state, question, done):name>")
def customers(name: str) -> Response:
    return page(f"gallery/{name}.html", brand=BRAND, fr=language() == "fr")


@blueprint.post("/answer")
def answer() -> Response:
    """Counts what arrives, so that a test can see that a double click sends one."""
    blueprint.arrived.append(request.form.to_dict())  # type: ignore[attr-defined]
    if request.form.get("answer") == "wrong":
        raise Invalid
    if request.form.get("answer") == "late":
        raise Conflict
    flash(_said("Answer kept.", "Réponse conservée."), "good")
    return arrive("/gallery/ending", lambda: staff("ending"))


@blueprint.post("/form")
def form() -> Response:
    problems = {"postcode": _said("A postcode has five digits.", "Un code postal a cinq chiffres.")}
    return page("gallery/forms.html", status=422, problems=problems, **_case(now()))


blueprint.context_processor(lambda: {"states": lambda kind: LOOKS[kind]})
blueprint.arrived = []  # type: ignore[attr-defined]


def _said(english: str, french: str) -> str:
    return french if language() == "fr" else english


def _case(at: datetime) -> dict[str, Any]:
    return {
        "t": _said,
        "at": at,
        "after": lambda **by: at + timedelta(**by),
        "before": lambda **by: at - timedelta(**by),
        "html": Markup,
        "entries": [
            _entry(
                at - timedelta(days=3, hours=2),
                "package",
                "Order shipped in one parcel.",
                "Commande expédiée en un colis.",
            ),
            _entry(
                at - timedelta(days=1, hours=3),
                "device-mobile",
                "Said in selfcare that the parcel has not come.",
                "A dit en selfcare que le colis n’est pas arrivé.",
                who="Jeanne Martin",
                detail=_said(
                    "Stopped at “Was it left with a neighbour?”", "S’est arrêtée à « Le colis est-il chez un voisin ? »"
                ),
            ),
            _entry(
                at - timedelta(hours=16),
                "robot",
                "Asked the carrier: still in transit.",
                "A interrogé le transporteur : toujours en transit.",
                tone="robot",
            ),
            _entry(
                at - timedelta(minutes=4),
                "phone",
                "Call in progress",
                "Appel en cours",
                who="Nadia Benali",
                state="now",
            ),
            _entry(
                at + timedelta(days=1, hours=8),
                "robot",
                "Checks the parcel again.",
                "Vérifie à nouveau le colis.",
                tone="robot",
                state="next",
            ),
        ],
    }


def _entry(at: datetime, icon: str, english: str, french: str, **more: Any) -> dict[str, Any]:
    return {"at": at, "icon": icon, "text": _said(english, french), **more}
