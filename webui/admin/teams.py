"""Teams: whom tasks and cases are given to; processes name their keys."""

import re
from collections.abc import Mapping

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.calendars import CalendarRow
from base.languages import LANGUAGES, N_
from base.people import KeyInUse, Team, partners_of, people_of, team_named, teams_of
from base.permissions import Permission, require
from webui.admin.door import administrators, blueprint
from webui.i18n import language, tell
from webui.partials import arrive, page, see
from webui.requests import current_actor, database

KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


@blueprint.get("/teams")
@administrators
def teams() -> Response:
    return _list()


@blueprint.post("/teams")
@administrators
def add_team() -> Response:
    """A new team; its key never changes."""
    key, names = request.form.get("key", "").strip(), _names()
    problems = _faults(key, names)
    if not problems:
        actor = current_actor()
        try:
            with database().unit() as session:
                require(actor, Permission.ADMIN)
                if any(team.key == key for team in teams_of(session, actor.brand_id)):
                    raise KeyInUse(key=key)
                Team.create(session, actor.brand_id, key, names)
        except KeyInUse as taken:
            problems["key"] = taken.tell(language())
    if problems:
        return _list({"key": key, **{f"name-{each}": name for each, name in names.items()}}, problems, status=422)
    flash(tell(N_("The team is there. Put people into it.")), "good")
    return see(url_for("admin.team", key=key))


@blueprint.get("/teams/<key>")
@administrators
def team(key: str) -> Response:
    return show(key)


@blueprint.post("/teams/<key>")
@administrators
def change_team(key: str) -> Response:
    names = _names()
    problems = _faults(key, names)
    if problems:
        return show(key, problems, status=422)
    with database().unit() as session:
        found = team_named(session, current_actor().brand_id, key)
        require(current_actor(), Permission.ADMIN)
        found.names = names
        found.partner_id = _partner(session, request.form.get("partner", ""))
        found.calendar_id = _calendar(session, request.form.get("calendar", ""))
        _put_members(session, found, set(request.form.getlist("members")))
    flash(tell(N_("Changed.")), "good")
    return arrive(url_for("admin.team", key=key), lambda: show(key))


def show(key: str, problems: Mapping[str, str] | None = None, *, status: int = 200) -> Response:
    brand_id = current_actor().brand_id
    with database().reading() as session:
        found = team_named(session, brand_id, key)
        people = people_of(session, brand_id)
        partners = partners_of(session, brand_id)
        calendars = list(session.scalars(select(CalendarRow).order_by(CalendarRow.name)))
    members = [person.public_id for person in people if key in person.team_keys]
    return page(
        "admin/team.html", status=status, team=found, people=people, partners=partners, calendars=calendars,
        members=members, problems=problems or {}, languages=LANGUAGES,
    )  # fmt: skip


def _list(
    given: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    brand_id = current_actor().brand_id
    with database().reading() as session:
        found = teams_of(session, brand_id)
        people = people_of(session, brand_id)
        partners = {partner.id: partner for partner in partners_of(session, brand_id)}
    sizes = {team.key: sum(team.key in person.team_keys for person in people if person.active) for team in found}
    return page(
        "admin/teams.html", status=status, teams=found, sizes=sizes, partners=partners, given=given or {},
        problems=problems or {}, languages=LANGUAGES,
    )  # fmt: skip


def _names() -> dict[str, str]:
    given = {each: " ".join(request.form.get(f"name-{each}", "").split())[:80] for each in LANGUAGES}
    return {each: name for each, name in given.items() if name}


def _faults(key: str, names: Mapping[str, str]) -> dict[str, str]:
    problems = {}
    if not KEY.fullmatch(key):
        problems["key"] = tell(N_("Small letters, digits and _ only, such as delivery_team."))
    for each in LANGUAGES:
        if each not in names:
            problems[f"name-{each}"] = tell(N_("Give a name in this language."))
    return problems


def _partner(session: Session, key: str) -> int | None:
    return next((each.id for each in partners_of(session, current_actor().brand_id) if each.key == key), None)


def _calendar(session: Session, key: str) -> int | None:
    return session.scalars(select(CalendarRow.id).where(CalendarRow.key == key)).one_or_none()


def _put_members(session: Session, team: Team, wanted: set[str]) -> None:
    for person in people_of(session, team.brand_id):
        held = [each for each in person.teams if each.id != team.id]
        person.teams = [*held, team] if person.public_id in wanted else held
