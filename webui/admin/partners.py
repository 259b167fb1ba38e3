"""Partners: outsourcers, carriers and sellers, with what their people see."""

from collections.abc import Mapping
from typing import cast

from flask import Response, flash, request, url_for
from sqlalchemy import func, select

from base.actors import Reach
from base.errors import NotFound
from base.languages import N_
from base.people import Partner, Person, Team, partners_of
from base.permissions import Permission, require
from webui.admin.door import administrators, blueprint
from webui.admin.teams import KEY
from webui.i18n import tell
from webui.partials import arrive, page, see
from webui.requests import current_actor, database

KINDS = {"outsourcer": N_("Outsourcer"), "carrier": N_("Carrier"), "seller": N_("Marketplace seller")}
REACHES = {
    "share": N_("Only the cases that concern it: those its people opened, and those its teams were given a task in"),
    "brand": N_("Every case of the brand, as our own people do"),
}


class NoSuchPartner(NotFound):
    """No partner of the actor's brand is called so."""

    sentence = N_("There is no such partner, or you may not see it.")


@blueprint.get("/partners")
@administrators
def partners() -> Response:
    return _list()


@blueprint.post("/partners")
@administrators
def add_partner() -> Response:
    key, name = request.form.get("key", "").strip(), " ".join(request.form.get("name", "").split())[:80]
    problems = {}
    if not KEY.fullmatch(key):
        problems["key"] = tell(N_("Small letters, digits and _ only, such as delivery_team."))
    if not name:
        problems["name"] = tell(N_("Give its name."))
    kind, reach = _chosen()
    actor = current_actor()
    with database().unit() as session:
        require(actor, Permission.ADMIN)
        if any(each.key == key for each in partners_of(session, actor.brand_id)):
            problems["key"] = tell(N_("“%(key)s” is already in use. Choose another short name."), key=key)
        if not problems:
            session.add(Partner(brand_id=actor.brand_id, key=key, name=name, kind=kind, reach=reach))
    if problems:
        return _list({"key": key, "name": name, "kind": kind, "reach": reach}, problems, status=422)
    flash(tell(N_("The partner is there. Give it teams and people.")), "good")
    return see(url_for("admin.partner", key=key))


@blueprint.get("/partners/<key>")
@administrators
def partner(key: str) -> Response:
    return show(key)


@blueprint.post("/partners/<key>")
@administrators
def change_partner(key: str) -> Response:
    name = " ".join(request.form.get("name", "").split())[:80]
    if not name:
        return show(key, {"name": tell(N_("Give its name."))}, status=422)
    kind, reach = _chosen()
    with database().unit() as session:
        require(current_actor(), Permission.ADMIN)
        found = next((each for each in partners_of(session, current_actor().brand_id) if each.key == key), None)
        if found is None:
            raise NoSuchPartner
        found.name, found.kind, found.reach = name, kind, reach
    flash(tell(N_("Changed. It counts from their next click.")), "good")
    return arrive(url_for("admin.partner", key=key), lambda: show(key))


def show(key: str, problems: Mapping[str, str] | None = None, *, status: int = 200) -> Response:
    with database().reading() as session:
        found = next((each for each in partners_of(session, current_actor().brand_id) if each.key == key), None)
        if found is None:
            raise NoSuchPartner
        people = list(session.scalars(select(Person).where(Person.partner_id == found.id).order_by(Person.name)))
        teams = list(session.scalars(select(Team).where(Team.partner_id == found.id).order_by(Team.key)))
    return page(
        "admin/partner.html", status=status, partner=found, people=people, teams=teams, kinds=KINDS, reaches=REACHES,
        problems=problems or {},
    )  # fmt: skip


def _list(
    given: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    brand_id = current_actor().brand_id
    with database().reading() as session:
        found = partners_of(session, brand_id)
        counted = select(Person.partner_id, func.count()).where(Person.brand_id == brand_id, Person.active)
        sizes = dict(session.execute(counted.group_by(Person.partner_id)).all())
    return page(
        "admin/partners.html", status=status, partners=found, sizes=sizes, kinds=KINDS, reaches=REACHES,
        given=given or {}, problems=problems or {},
    )  # fmt: skip


def _chosen() -> tuple[str, Reach]:
    kind, reach = request.form.get("kind", ""), request.form.get("reach", "")
    return kind if kind in KINDS else "outsourcer", cast(Reach, reach if reach in REACHES else "share")
