"""A person's own account: who one is, where one is signed in, the password; and the way back in without one."""

from datetime import timedelta

from flask import Response, flash, jsonify, request, session, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select, update

from base import audit
from base.account_links import AccountLink, living_link
from base.clock import real_now
from base.errors import NotFound
from base.languages import N_
from base.people import Person, person_by_email
from webui import attempts
from webui.accounts import factors, sign_ins
from webui.accounts.pages import blueprint
from webui.accounts.passwords import hash_password, matches
from webui.accounts.rows import SignIn, end_all, fingerprint, running
from webui.attempts import Limit
from webui.i18n import speak, tell
from webui.partials import arrive, page, see
from webui.requests import configuration, current_actor, database, person_here, person_required

SHORTEST = 12
LONGEST = 200
ASKED_BY_PERSON = Limit(purpose="reset.person", most=3, within=timedelta(hours=1))
ASKED_BY_ADDRESS = Limit(purpose="reset.address", most=20, within=timedelta(hours=1))
CHANGED = Limit(purpose="password.change", most=5, within=timedelta(minutes=15))


class NoSuchSignIn(NotFound):
    """None of the reader's own browsers is called so."""

    sentence = N_("This browser is not signed in any more.")


@blueprint.get("/account/token")
@person_required
def form_token() -> Response:
    """The token of this session's forms: for a page that was open when an earlier session ended."""
    return jsonify(token=generate_csrf())


@blueprint.get("/account")
@person_required
def account() -> Response:
    return show()


@blueprint.post("/account/password")
@person_required
def change_password() -> Response:
    """A new password, for whoever knows the present one; signed out everywhere else."""
    person = myself()
    present, wanted = request.form.get("present", ""), request.form.get("password", "")
    problems = _faults(wanted, person)
    with database().unit() as rows:
        may_try = attempts.spend(rows, CHANGED, str(person.id), real_now(rows))
    if not may_try or not matches(person, present):
        problems["present"] = tell(N_("This is not your present password."))
    if problems:
        return show(problems, status=422)
    _set_password(person, wanted)
    sign_ins.begin(person)
    flash(tell(N_("Your password is changed. You are signed out everywhere else.")), "good")
    return see(url_for("accounts.account"))


@blueprint.post("/account/sign-ins/<public_id>/end")
@person_required
def end_sign_in(public_id: str) -> Response:
    """Sign out a browser left somewhere else."""
    with database().unit() as rows:
        mine = update(SignIn).where(SignIn.person_id == current_actor().person_id, SignIn.public_id == public_id)
        ended = mine.where(SignIn.ended_at.is_(None)).values(ended_at=real_now(rows)).returning(SignIn.id)
        if rows.execute(ended).first() is None:
            raise NoSuchSignIn
    flash(tell(N_("That browser is signed out.")), "good")
    return arrive(url_for("accounts.account"), show)


@blueprint.get("/account/forgotten")
def forgotten() -> Response:
    return page("accounts/forgotten.html", sent=False, email="")


@blueprint.post("/account/forgotten")
def ask_link() -> Response:
    """Mail a link to whoever has that address; the answer is the same when nobody has."""
    email = request.form.get("email", "").strip()[:250]
    with database().unit() as rows:
        now = real_now(rows)
        by_address = attempts.spend(rows, ASKED_BY_ADDRESS, request.remote_addr or "", now)
        if attempts.spend(rows, ASKED_BY_PERSON, email, now) and by_address:
            person = person_by_email(rows, email)
            if person is not None and person.active:
                AccountLink.issue(rows, configuration().secret_key.get_secret_value(), now, person, "reset", None)
    return page("accounts/forgotten.html", sent=True, email=email)


@blueprint.get("/account/l/<token>")
def link(token: str) -> Response:
    """Looking consumes nothing: mail scanners open links."""
    return _choose(token)


@blueprint.post("/account/l/<token>")
def choose_password(token: str) -> Response:
    """The password is chosen and the link is used up."""
    wanted = request.form.get("password", "")
    with database().reading() as rows:
        person = living_link(rows, real_now(rows), token).person
        rows.expunge_all()
    problems = _faults(wanted, person)
    if problems:
        return _choose(token, problems, status=422)
    _set_password(person, wanted, token)
    flash(tell(N_("Your password is set. Sign in with it.")), "good")
    return see(url_for("accounts.sign_in"))


def show(problems: dict[str, str] | None = None, *, status: int = 200) -> Response:
    person = myself()
    with database().reading() as rows:
        browsers = running(rows, person.id, real_now(rows))
        app, left = factors.app_of(rows, person.id), factors.paper_left(rows, person.id)
        rows.expunge_all()
    here = fingerprint(session.get("sign_in", ""))
    return page(
        "accounts/account.html", status=status, person=person, browsers=browsers, here=here, app=app, left=left,
        problems=problems or {},
    )  # fmt: skip


def _choose(token: str, problems: dict[str, str] | None = None, *, status: int = 200) -> Response:
    with database().reading() as rows:
        found = living_link(rows, real_now(rows), token)
        rows.expunge_all()
    speak(found.person.language)
    response = page("accounts/choose.html", status=status, link=found, token=token, problems=problems or {})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _faults(password: str, person: Person) -> dict[str, str]:
    told = ""
    if len(password) < SHORTEST:
        told = tell(N_("At least %(number)s characters. Three or four words do well."), number=SHORTEST)
    elif len(password) > LONGEST:
        told = tell(N_("At most %(number)s characters."), number=LONGEST)
    elif password.casefold() in (person.email.casefold(), person.name.casefold()) or len(set(password)) < 5:
        told = tell(N_("This is too easy to guess."))
    return {"password": told} if told else {}


def _set_password(person: Person, password: str, token: str | None = None) -> None:
    """Keep the new password and end all sign-ins. Raises AccountLinkIsDead for whoever comes second."""
    hashed = hash_password(password)
    with database().unit() as rows:
        now = real_now(rows)
        if token is not None:
            living_link(rows, now, token).used_at = now
        rows.execute(update(Person).where(Person.id == person.id).values(password=hashed))
        audit.write(rows, person.actor(), "password.chosen", person.name)
        end_all(rows, person.id, now)


def myself() -> Person:
    """The row of whoever is signed in, read anew."""
    here = person_here()
    assert here is not None
    with database().reading() as rows:
        person = rows.scalars(select(Person).where(Person.id == here.id)).one()
        rows.expunge_all()
    return person
