"""Reasons why customers contact the company, and root causes of what went wrong: keys with names in every language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.causes import CAUSES, cause_rows
from base.clock import business_now
from base.languages import LANGUAGES, N_
from base.people import Team
from base.reasons import REASONS
from base.settings import Proposal, values_of, write
from webui.admin.door import administrators, blueprint
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class NamedList:
    """A list of keys with names, kept in a setting."""

    setting: str
    key: re.Pattern[str]
    wrong_key: str
    owned: bool = False
    """Whether each has a team that owns it."""


LISTS = {
    "reasons": NamedList(
        setting=REASONS, key=re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}"),
        wrong_key=N_("Small letters, digits and _, family and leaf with a dot: delivery.late."),
    ),
    "causes": NamedList(
        setting=CAUSES, key=re.compile(r"[a-z][a-z0-9_]{0,39}"), owned=True,
        wrong_key=N_("Small letters, digits and _: late_truck."),
    ),
}  # fmt: skip


@blueprint.get("/reasons")
@administrators
def reasons() -> Response:
    return show("reasons")


@blueprint.post("/reasons")
@administrators
def change_reasons() -> Response:
    return _change("reasons")


@blueprint.get("/causes")
@administrators
def causes() -> Response:
    return show("causes")


@blueprint.post("/causes")
@administrators
def change_causes() -> Response:
    return _change("causes")


def show(
    which: str, given: list[Row] | None = None, problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    with database().reading() as session:
        stored = _stored(session, which)
        teams = _teams(session) if LISTS[which].owned else []
    rows = sorted(given if given is not None else stored, key=lambda row: str(row["key"]))
    return page(
        f"admin/{which}.html", status=status, rows=rows, problems=problems or {}, languages=LANGUAGES, teams=teams,
        new=request.form if problems else {},
    )  # fmt: skip


def _change(which: str) -> Response:
    """Names of all, and one more where a key was given; a name left empty in every language takes one off."""
    rows, problems = _given(which)
    if problems:
        return show(which, rows, problems, status=422)
    with database().unit() as session:
        write(session, current_actor(), business_now(session), LISTS[which].setting, Proposal(value=rows))
    flash(tell(N_("Changed.")), "good")
    return arrive(url_for(f"admin.{which}"), lambda: show(which))


def _stored(session: Session, which: str) -> list[Row]:
    brand_id = current_actor().brand_id
    if which == "causes":
        return list(cause_rows(session, brand_id))
    stored: list[Row] = values_of(session, brand_id).get(REASONS) or []
    return stored


def _teams(session: Session) -> list[tuple[str, str]]:
    of_brand = select(Team).where(Team.brand_id == current_actor().brand_id)
    return [(team.key, team.name(language())) for team in session.scalars(of_brand.order_by(Team.key))]


def _given(which: str) -> tuple[list[Row], dict[str, str]]:
    kind = LISTS[which]
    with database().reading() as session:
        stored = _stored(session, which)
        teams = {key for key, _ in _teams(session)} if kind.owned else set()
    rows = [_row(row, teams if kind.owned else None) for row in stored if _shown(row)]
    rows = [row for row in rows if any(row.get(each) for each in LANGUAGES)]
    rows += [row for row in stored if not _shown(row)]
    problems: dict[str, str] = {}
    key = request.form.get("key", "").strip()
    if key:
        names = _names("")
        if not kind.key.fullmatch(key):
            problems["key"] = tell(kind.wrong_key)
        elif any(row["key"] == key for row in rows):
            problems["key"] = tell(N_("“%(key)s” is already in use. Choose another short name."), key=key)
        elif not all(names.values()):
            problems["key"] = tell(N_("Give a name in every language."))
        else:
            rows.append(_row({"key": key, **names}, teams if kind.owned else None, ""))
    return rows, problems


def _shown(row: Row) -> bool:
    """Whether the form had it: what somebody else added meanwhile stays."""
    return f"name-{LANGUAGES[0]}-{row['key']}" in request.form


def _row(row: Row, teams: set[str] | None, suffix: str | None = None) -> Row:
    suffix = str(row["key"]) if suffix is None else suffix
    named = {**row, **_names(suffix)}
    team = request.form.get(f"team-{suffix}", "")
    return named if teams is None else {**named, "team": team if team in teams else ""}


def _names(key: str) -> dict[str, str]:
    return {each: " ".join(request.form.get(f"name-{each}-{key}", "").split())[:120] for each in LANGUAGES}
