"""What all pages of the customers' door share: the blueprint, the brand, its languages and its zone."""

from typing import cast

from flask import Blueprint, g, request, session

from base.actors import Actor, Proof, customer_actor
from base.brands import Brand, brand_named, first_brand
from base.errors import NotFound
from webui import i18n
from webui.requests import database

blueprint = Blueprint("selfcare", __name__, url_prefix="/selfcare")

CHANNEL = "selfcare"
BRAND = "brand"


@blueprint.before_request
def enter_the_shop() -> None:
    """The brand asked for, the one of earlier pages, or the only one there is; pages tell times in its zone."""
    asked = request.args.get(BRAND)
    key = asked or session.get(BRAND)
    with database().reading() as rows:
        g.brand = brand_named(rows, key) if key else first_brand(rows)
    if asked:
        session[BRAND] = asked
    i18n.stand_in(g.brand.zone)


@blueprint.context_processor
def everywhere() -> dict[str, object]:
    # Also for the page of an error met before any view was chosen, such as a form without its token.
    try:
        return {"brand": brand()}
    except NotFound:
        return {}


def brand() -> Brand:
    """The brand whose customer is here."""
    if "brand" not in g:
        enter_the_shop()
    return cast(Brand, g.brand)


def customer(customer_id: int | None, name: str, proof: Proof) -> Actor:
    """The customer as an actor."""
    return customer_actor(brand().id, customer_id, name, proof)


def speak_unless_chosen(language: str) -> None:
    """Speak the case's language to somebody who has never chosen one."""
    if i18n.asked() is None and i18n.kept() is None:
        i18n.speak(language)
