"""The brand as its customers meet it: name, logo's words, accent colour, the addresses that they write to."""

import re
from collections.abc import Mapping

from flask import Response, flash, request, url_for

from base.brands import Brand
from base.clock import business_now
from base.languages import N_
from base.permissions import Permission, require
from base.settings import Proposal, values_of, write
from robots.inbox.addressing import ADDRESSES
from webui.admin.door import administrators, blueprint
from webui.brand_sheet import ACCENT, LIGHT
from webui.colours import READABLE, contrast, is_colour, readable
from webui.i18n import tell
from webui.partials import arrive, page
from webui.requests import current_actor, database

ADDRESS = re.compile(r"[^@\s]{0,64}@[^@\s]+\.[^@\s]+")
MOST_ADDRESSES = 50


@blueprint.get("/look")
@administrators
def look() -> Response:
    return show()


@blueprint.post("/look")
@administrators
def change_look() -> Response:
    """A colour that cannot be read on white is refused, and the nearest one that can is proposed."""
    given = {name: " ".join(request.form.get(name, "").split())[:80] for name in ("name", "logo_text", "accent")}
    problems = {}
    if not given["name"]:
        problems["name"] = tell(N_("Give its name."))
    if not is_colour(given["accent"]):
        problems["accent"] = tell(N_("A colour looks like #0b5d7a."))
    elif contrast(given["accent"], LIGHT) < READABLE:
        near = readable(given["accent"], LIGHT)
        problems["accent"] = tell(N_("White words cannot be read on this colour. The nearest that works: %(colour)s."),
                                  colour=near)  # fmt: skip
    addresses = request.form.get("mail_addresses", "").split()[:MOST_ADDRESSES]
    if any(not ADDRESS.fullmatch(each) for each in addresses):
        problems["mail_addresses"] = tell(
            N_("An address a line: bonjour@shop.example, or @shop.example for all of them.")
        )
    if problems:
        return show({**given, "mail_addresses": request.form.get("mail_addresses", "")}, problems, status=422)
    with database().unit() as session:
        require(current_actor(), Permission.ADMIN)
        brand = session.get_one(Brand, current_actor().brand_id)
        brand.name, brand.logo_text = given["name"], given["logo_text"] or given["name"]
        brand.colours = {**brand.colours, "accent": given["accent"].lower()}
        if "mail_addresses" in request.form:
            write(session, current_actor(), business_now(session), ADDRESSES, Proposal(value=addresses))
    flash(tell(N_("Changed: customers see it within five minutes.")), "good")
    return arrive(url_for("admin.look"), show)


def show(
    given: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    with database().reading() as session:
        brand = session.get_one(Brand, current_actor().brand_id)
        addresses = values_of(session, brand.id).get(ADDRESSES) or []
    stored = {
        "name": brand.name, "logo_text": brand.logo_text, "accent": brand.colours.get("accent", ACCENT),
        "mail_addresses": "\n".join(addresses),
    }  # fmt: skip
    return page(
        "admin/look.html", status=status, brand=brand, given={**stored, **(given or {})}, problems=problems or {}
    )
