"""People: who works here, invited, changed, suspended, let in again."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.account_links import AccountLink, AccountPurpose, token_of, waiting_link
from base.actors import Role
from base.brands import Brand
from base.clock import real_now
from base.errors import ArianeError, Conflict
from base.languages import LANGUAGES, N_
from base.people import AddressTaken, Person, Skills, partners_of, people_of, person_called, teams_of
from base.reasons import reason_names
from webui.accounts import factors
from webui.accounts.rows import end_all, running
from webui.admin.door import administrators, blueprint
from webui.i18n import NAMES, language, tell
from webui.menu import ROLE_WORDS
from webui.partials import arrive, page, see
from webui.requests import configuration, current_actor, database, now

ROLES = tuple(ROLE_WORDS)
LONGEST = 120


@blueprint.get("")
@administrators
def home() -> Response:
    with database().reading() as session:
        people = people_of(session, current_actor().brand_id)
    return page("admin/people.html", people=people)


@blueprint.get("/people/new")
@administrators
def new_person() -> Response:
    return _form({"language": language(), "zone": "Europe/Paris", "roles": ["agent"]})


@blueprint.post("/people/new")
@administrators
def invite() -> Response:
    """Add somebody and send the link with which a password is chosen."""
    given, problems = _given()
    if "@" not in given["email"]:
        problems["email"] = tell(N_("Give a mail address, such as lea@example.com."))
    if problems:
        return _form(given, problems, status=422)
    actor = current_actor()
    try:
        with database().unit() as session:
            chosen = _chosen(session, given)
            person = Person.create(
                session, actor, real_now(session), name=given["name"], email=given["email"], roles=chosen["roles"],
                language=given["language"], zone=given["zone"], teams=chosen["teams"],
                partner_id=chosen["partner"].id if chosen["partner"] else None, skills=chosen["skills"],
            )  # fmt: skip
            _send(session, person, "invitation")
    except AddressTaken as taken:
        return _form(given, {"email": taken.tell(language())}, status=422)
    flash(tell(N_("%(name)s is invited."), name=person.name), "good")
    return see(url_for("admin.person", public_id=person.public_id))


@blueprint.get("/people/<public_id>")
@administrators
def person(public_id: str) -> Response:
    return show(public_id)


@blueprint.post("/people/<public_id>")
@administrators
def change_person(public_id: str) -> Response:
    given, problems = _given()
    if problems:
        return show(public_id, given, problems, status=422)
    try:
        with database().unit() as session:
            found = person_called(session, current_actor(), public_id)
            chosen = _chosen(session, given)
            found.change(
                session, current_actor(), now(), name=given["name"], language=given["language"], zone=given["zone"],
                roles=chosen["roles"], teams=chosen["teams"], partner=chosen["partner"], skills=chosen["skills"],
            )  # fmt: skip
    except Conflict as trouble:
        return show(public_id, given, {"roles": trouble.tell(language())}, status=409)
    flash(tell(N_("Changed. It counts from their next click.")), "good")
    return arrive(url_for("admin.person", public_id=public_id), lambda: show(public_id))


@blueprint.post("/people/<public_id>/suspend")
@administrators
def suspend(public_id: str) -> Response:
    def act(session: Session, found: Person) -> None:
        found.suspend(session, current_actor())
        end_all(session, found.id, real_now(session))

    return _done(public_id, act, N_("Suspended, and signed out everywhere."))


@blueprint.post("/people/<public_id>/reinstate")
@administrators
def reinstate(public_id: str) -> Response:
    return _done(public_id, lambda _session, found: found.reinstate(current_actor()), N_("They may sign in again."))


@blueprint.post("/people/<public_id>/reset")
@administrators
def reset(public_id: str) -> Response:
    """Send a link with which a new password is chosen."""

    def act(session: Session, found: Person) -> None:
        _send(session, found, "reset" if found.password else "invitation")

    return _done(public_id, act, N_("The link is on its way."))


@blueprint.post("/people/<public_id>/second-step/off")
@administrators
def take_off_second_step(public_id: str) -> Response:
    """The phone is lost, and the codes on paper too."""

    def act(session: Session, found: Person) -> None:
        factors.take_off(session, current_actor(), found)
        end_all(session, found.id, real_now(session))

    return _done(public_id, act, N_("The second step is taken off, and they are signed out everywhere."))


@blueprint.post("/people/<public_id>/sign-out")
@administrators
def sign_out_everywhere(public_id: str) -> Response:
    def act(session: Session, found: Person) -> None:
        end_all(session, found.id, real_now(session))

    return _done(public_id, act, N_("Signed out everywhere."))


def show(
    public_id: str,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    """The page of a person; `given` and `problems` of a form that was refused."""
    with database().reading() as session:
        found = person_called(session, current_actor(), public_id)
        at = real_now(session)
        link = waiting_link(session, at, found.id)
        sign_ins = running(session, found.id, at)
        app = factors.app_of(session, found.id)
        lists = _lists(session)
    stored = {
        "name": found.name, "email": found.email, "language": found.language, "zone": found.zone,
        "roles": [str(role) for role in found.role_names], "teams": sorted(found.team_keys),
        "partner": found.partner.key if found.partner else "", "speaks": found.speaks, "masters": found.masters,
    }  # fmt: skip
    return page(
        "admin/person.html", status=status, person=found, given={**stored, **(given or {})}, problems=problems or {},
        link=link, address=_address(link) if link else "", sign_ins=sign_ins, app=app, **lists,
    )  # fmt: skip


def _form(given: Mapping[str, Any], problems: Mapping[str, str] | None = None, *, status: int = 200) -> Response:
    with database().reading() as session:
        lists = _lists(session)
    return page("admin/person.html", status=status, person=None, given=given, problems=problems or {}, **lists)


def _lists(session: Session) -> dict[str, Any]:
    brand_id = current_actor().brand_id
    return {
        "role_options": [(str(role), ROLE_WORDS[role]) for role in ROLES],
        "team_options": [(team.key, team.name(language())) for team in teams_of(session, brand_id)],
        "partner_options": [(partner.key, partner.name) for partner in partners_of(session, brand_id)],
        "speaks_options": [(each, NAMES.get(each, each)) for each in session.get_one(Brand, brand_id).languages],
        "masters_options": sorted(reason_names(session, brand_id, language()).items(), key=lambda each: each[1]),
    }


def _given() -> tuple[dict[str, Any], dict[str, str]]:
    form = request.form
    given = {
        "name": " ".join(form.get("name", "").split())[:LONGEST], "email": form.get("email", "").strip()[:250],
        "language": form.get("language", ""), "zone": form.get("zone", "").strip(), "roles": form.getlist("roles"),
        "teams": form.getlist("teams"), "partner": form.get("partner", ""), "speaks": form.getlist("speaks"),
        "masters": form.getlist("masters"),
    }  # fmt: skip
    problems = {}
    if not given["name"]:
        problems["name"] = tell(N_("Give a name: colleagues and customers read it."))
    if given["language"] not in LANGUAGES:
        problems["language"] = tell(N_("Choose a language of the list."))
    if given["zone"] not in available_timezones():
        problems["zone"] = tell(N_("This is no time zone. An example: Europe/Paris."))
    if not given["roles"] or not set(given["roles"]) <= {str(role) for role in ROLES}:
        problems["roles"] = tell(N_("Choose at least one role: without one nothing can be opened."))
    return given, problems


def _chosen(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    brand_id = current_actor().brand_id
    partners = {partner.key: partner for partner in partners_of(session, brand_id)}
    spoken, known = session.get_one(Brand, brand_id).languages, reason_names(session, brand_id, language())
    return {
        "roles": frozenset(Role(role) for role in given["roles"]),
        "teams": tuple(team for team in teams_of(session, brand_id) if team.key in given["teams"]),
        "partner": partners.get(given["partner"]),
        "skills": Skills(
            speaks=tuple(each for each in given["speaks"] if each in spoken),
            masters=tuple(each for each in given["masters"] if each in known),
        ),
    }


def _done(public_id: str, act: Any, sentence: str) -> Response:
    try:
        with database().unit() as session:
            act(session, person_called(session, current_actor(), public_id))
    except ArianeError as trouble:
        if trouble.status != 409:
            raise
        return show(public_id, problems={"roles": trouble.tell(language())}, status=409)
    flash(tell(sentence), "good")
    return arrive(url_for("admin.person", public_id=public_id), lambda: show(public_id))


def _send(session: Session, person: Person, purpose: AccountPurpose) -> None:
    secret = configuration().secret_key.get_secret_value()
    AccountLink.issue(session, secret, real_now(session), person, purpose, current_actor())


def _address(link: AccountLink) -> str:
    token = token_of(configuration().secret_key.get_secret_value(), link.public_id)
    return url_for("accounts.link", token=token, _external=False)
