"""The pages of signing in and out."""

from datetime import timedelta

from flask import Blueprint, Response, request

from base.clock import real_now
from base.languages import N_
from base.people import Person, person_by_email
from webui import attempts
from webui.accounts import sign_ins
from webui.accounts.halfway import welcome
from webui.accounts.passwords import matches
from webui.attempts import Limit
from webui.i18n import tell
from webui.partials import page, see, wanted_address
from webui.requests import database, signed_in

BY_PERSON = Limit(purpose="sign_in.person", most=5, within=timedelta(minutes=15))
BY_ADDRESS = Limit(purpose="sign_in.address", most=50, within=timedelta(hours=1))
"""A whole office may share one address."""

WRONG = N_("This address and password do not go together.")
"""Said alike for an unknown person, a wrong password and a try too many."""

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
def sign_in() -> Response:
    if signed_in():
        return see(wanted_address(request.args.get("next", "")))
    return page("accounts/sign_in.html", email="", next=request.args.get("next", ""))


@blueprint.post("/sign-in")
def try_to_sign_in() -> Response:
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    person = _checked(email, password)
    if person is None:
        again = {"email": email, "next": request.form.get("next", "")}
        return page("accounts/sign_in.html", status=422, problem=tell(WRONG), **again)
    return welcome(person, request.form.get("next", ""))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    sign_ins.finish()
    return see("/")


def _checked(email: str, password: str) -> Person | None:
    """Who signs in with that, or None; a try too many is not evaluated."""
    if not _may_try(email):
        return None
    with database().reading() as session:
        person = person_by_email(session, email)
        session.expunge_all()
    if not matches(person, password):
        return None
    with database().unit() as session:
        attempts.forgive(session, BY_PERSON, email)
    return person


def _may_try(email: str) -> bool:
    with database().unit() as session:
        now = real_now(session)
        by_address = attempts.spend(session, BY_ADDRESS, request.remote_addr or "", now)
        return attempts.spend(session, BY_PERSON, email, now) and by_address
