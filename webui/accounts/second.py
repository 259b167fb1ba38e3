"""The pages of the second step: giving a code while signing in, setting up the app, codes on paper."""

from datetime import timedelta

import segno
from flask import Response, flash, request, session, url_for
from markupsafe import Markup
from pydantic import SecretStr

from base.clock import real_now
from base.errors import Conflict
from base.languages import N_
from base.people import Person
from webui import attempts
from webui.accounts import factors
from webui.accounts.halfway import enter, person_halfway
from webui.accounts.own import myself
from webui.accounts.pages import blueprint
from webui.accounts.passwords import matches
from webui.attempts import Limit
from webui.i18n import language, speak, tell
from webui.partials import page, see, wanted_address
from webui.requests import SignInNeeded, configuration, current_actor, database, person_here, person_required

CODES = Limit(purpose="sign_in.code", most=5, within=timedelta(minutes=15))
WRONG = N_("This code is not right. The app shows a new one every half minute; each counts once.")
PENDING = "second_step"
"""In the session: the secret being set up, sealed."""


@blueprint.get("/sign-in/code")
def code() -> Response:
    if person_halfway() is None:
        return see(url_for("accounts.sign_in"))
    return page("accounts/code.html", problems={})


@blueprint.post("/sign-in/code")
def give_code() -> Response:
    """Sign in with the second proof; a try too many is not evaluated, and answered alike."""
    half = person_halfway()
    if half is None:
        return see(url_for("accounts.sign_in"))
    person, wanted = half
    if not _proved(person):
        return page("accounts/code.html", status=422, problems={"code": tell(WRONG)})
    return enter(person, wanted)


@blueprint.get("/account/second-step")
def second_step() -> Response:
    return show()


@blueprint.post("/account/second-step")
def set_up_second_step() -> Response:
    """Keep the app that shows the right code; whoever is still halfway in is let in by it."""
    person, half = _whom()
    problems = {}
    if half is None and not matches(person, request.form.get("present", "")):
        problems["present"] = tell(N_("This is not your present password."))
    sealed = session.get(PENDING, "")
    with database().unit() as rows:
        now = real_now(rows)
        may_try = bool(sealed) and attempts.spend(rows, CODES, str(person.id), now)
        code = "".join(request.form.get("code", "").split())
        counter = factors.counted(factors.unseal(_keys(), sealed), code, now) if may_try else None
        taken = half is not None and factors.app_of(rows, person.id) is not None
        if counter is not None and not problems and not taken:
            codes = factors.set_up(rows, person, sealed, counter, now)
            attempts.forgive(rows, CODES, str(person.id))
    if counter is None:
        problems["code"] = tell(WRONG)
    if problems or taken:
        return show(problems, status=422)
    session.pop(PENDING, None)
    wanted = url_for("accounts.account")
    if half is not None:
        wanted = wanted_address(half)
        enter(person, half)
    return _paper(codes, wanted)


@blueprint.post("/account/second-step/paper")
@person_required
def new_paper_codes() -> Response:
    """New codes on paper, for whoever proves himself by one of the app or an old one."""
    person = myself()
    if not _proved(person):
        return show({"code": tell(WRONG)}, status=422)
    with database().unit() as rows:
        codes = factors.new_paper(rows, person)
    return _paper(codes, url_for("accounts.account"))


@blueprint.post("/account/second-step/off")
@person_required
def take_off_second_step() -> Response:
    person = myself()
    if not _proved(person):
        return show({"code": tell(WRONG)}, status=422)
    try:
        with database().unit() as rows:
            factors.take_off(rows, current_actor(), person)
    except Conflict as trouble:
        return show({"code": trouble.tell(language())}, status=409)
    flash(tell(N_("The second step is taken off: your password is enough again.")), "good")
    return see(url_for("accounts.account"))


def show(problems: dict[str, str] | None = None, *, status: int = 200) -> Response:
    """The app in use, or how to set one up."""
    person, half = _whom()
    if half is not None:
        speak(person.language)
    with database().reading() as rows:
        app = factors.app_of(rows, person.id)
        left = factors.paper_left(rows, person.id)
        needed = factors.needed(rows, person)
    if app is not None and half is not None:
        return see(url_for("accounts.code"))
    if app is not None and "anew" not in request.values:
        return page(
            "accounts/second_step.html", status=status, app=app, left=left, needed=needed, problems=problems or {}
        )
    secret = _pending()
    return page(
        "accounts/set_up.html", status=status, halfway=half is not None, needed=needed, problems=problems or {},
        picture=_picture(factors.address_of(secret, person)), person=person, anew=app is not None,
        groups=[secret[at : at + 4] for at in range(0, len(secret), 4)],
    )  # fmt: skip


def _pending() -> str:
    """The secret being set up, the same until it is kept: a page drawn again shows the same picture."""
    if PENDING not in session:
        session[PENDING] = factors.seal(_keys(), factors.new_secret())
    return factors.unseal(_keys(), session[PENDING])


def _picture(address: str) -> Markup:
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="ac-square")
    return Markup(drawn)  # noqa: S704 - squares drawn by the library; the address itself is not in it


def _paper(codes: list[str], wanted: str) -> Response:
    response = page("accounts/paper.html", codes=codes, wanted=wanted)
    response.headers["Cache-Control"] = "no-store"
    return response


def _whom() -> tuple[Person, str | None]:
    """Who is signed in; or who is halfway and where he wanted to go. Raises `SignInNeeded`."""
    if person_here() is not None:
        return myself(), None
    half = person_halfway()
    if half is None:
        raise SignInNeeded
    return half


def _proved(person: Person) -> bool:
    with database().unit() as rows:
        now = real_now(rows)
        may_try = attempts.spend(rows, CODES, str(person.id), now)
        proved = may_try and factors.proves(rows, _keys(), person.id, request.form.get("code", "")[:40], now)
        if proved:
            attempts.forgive(rows, CODES, str(person.id))
    return proved


def _keys() -> tuple[SecretStr, ...]:
    return configuration().encryption_keys
