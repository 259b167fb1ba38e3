"""A brand's look for its customers' pages: a sheet of variables, made from its row and always readable."""

import hashlib
from typing import cast

from flask import Blueprint, Response, request

from base.brands import Brand, brand_named
from webui.colours import is_colour, readable
from webui.requests import database

ACCENT = "#0b5d7a"
"""Of a brand that has chosen no colour."""
LIGHT, DARK = "#ffffff", "#161d24"
"""The two surfaces that a brand's colour has to stand out from."""

blueprint = Blueprint("brand_sheet", __name__)


@blueprint.get("/brand/<key>.css")
def sheet(key: str) -> Response:
    with database().reading() as session:
        text = written(brand_named(session, key))
    response = Response(text, mimetype="text/css")
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:16])
    response.headers["Cache-Control"] = "max-age=300"
    return cast(Response, response.make_conditional(request))


def written(brand: Brand) -> str:
    accent = brand.colours.get("accent", "")
    accent = accent if is_colour(accent) else ACCENT
    return (
        f":root{{--accent:{readable(accent, LIGHT)};--on-accent:#fff}}\n"
        f"@media(prefers-color-scheme:dark){{:root{{--accent:{readable(accent, DARK, 7.0)};--on-accent:{DARK}}}}}\n"
    )
