"""Signing in: whose password is not enough."""

from flask import Response, flash, request, url_for
from sqlalchemy import select

from base.actors import Role
from base.languages import N_
from base.people import people_of
from webui.accounts import factors
from webui.accounts.factors import CodeApp
from webui.admin.door import administrators, blueprint
from webui.i18n import tell
from webui.menu import ROLE_WORDS
from webui.partials import arrive, page
from webui.requests import current_actor, database


@blueprint.get("/signing-in")
@administrators
def signing_in() -> Response:
    return show()


@blueprint.post("/signing-in")
@administrators
def change_signing_in() -> Response:
    """The roles ticked, and no others; what is no role of people is left aside."""
    wanted = [role for role in ROLE_WORDS if role.value in request.form.getlist("roles")]
    with database().unit() as session:
        factors.need(session, current_actor(), wanted)
    flash(tell(N_("Changed. It counts from their next sign-in.")), "good")
    return arrive(url_for("admin.signing_in"), show)


def show() -> Response:
    with database().reading() as session:
        needing: frozenset[Role] = factors.roles_needing(session, current_actor().brand_id)
        since = {app.person_id: app.set_up_at for app in session.scalars(select(CodeApp))}
        people = [
            (person, since.get(person.id), bool(needing & person.role_names))
            for person in people_of(session, current_actor().brand_id)
            if person.active
        ]
    return page(
        "admin/signing_in.html", people=people, needing=[role.value for role in needing],
        role_options=[(role.value, word) for role, word in ROLE_WORDS.items()],
    )  # fmt: skip
