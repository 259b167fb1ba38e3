"""Reasons: why customers contact the company, as a tree of keys with names in every language."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, request, url_for

from base.clock import business_now
from base.languages import LANGUAGES, N_
from base.reasons import REASONS
from base.settings import Proposal, values_of, write
from webui.admin.door import administrators, blueprint
from webui.i18n import tell
from webui.partials import arrive, page
from webui.requests import current_actor, database

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}")


@blueprint.get("/reasons")
@administrators
def reasons() -> Response:
    return show()


@blueprint.post("/reasons")
@administrators
def change_reasons() -> Response:
    """Names of all, and one more where a key was given; a name left empty in every language takes a reason off."""
    rows, problems = _given()
    if problems:
        return show(rows, problems, status=422)
    with database().unit() as session:
        write(session, current_actor(), business_now(session), REASONS, Proposal(value=rows))
    flash(tell(N_("Changed.")), "good")
    return arrive(url_for("admin.reasons"), show)


def show(
    given: list[dict[str, str]] | None = None, problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    with database().reading() as session:
        stored: list[dict[str, Any]] = values_of(session, current_actor().brand_id).get(REASONS) or []
    rows = sorted(given if given is not None else stored, key=lambda row: str(row["key"]))
    return page(
        "admin/reasons.html", status=status, rows=rows, problems=problems or {}, languages=LANGUAGES,
        new=request.form if problems else {},
    )  # fmt: skip


def _given() -> tuple[list[dict[str, str]], dict[str, str]]:
    with database().reading() as session:
        stored: list[dict[str, Any]] = values_of(session, current_actor().brand_id).get(REASONS) or []
    rows = [{**row, **_names(row["key"])} for row in stored if f"name-{LANGUAGES[0]}-{row['key']}" in request.form]
    untouched = [row for row in stored if f"name-{LANGUAGES[0]}-{row['key']}" not in request.form]
    rows = [row for row in rows if any(row.get(each) for each in LANGUAGES)] + untouched
    problems: dict[str, str] = {}
    key = request.form.get("key", "").strip()
    if key:
        names = _names("")
        if not KEY.fullmatch(key):
            problems["key"] = tell(N_("Small letters, digits and _, family and leaf with a dot: delivery.late."))
        elif any(row["key"] == key for row in rows):
            problems["key"] = tell(N_("“%(key)s” is already in use. Choose another short name."), key=key)
        elif not all(names.values()):
            problems["key"] = tell(N_("Give a name in every language."))
        else:
            rows.append({"key": key, **names})
    return rows, problems


def _names(key: str) -> dict[str, str]:
    return {each: " ".join(request.form.get(f"name-{each}-{key}", "").split())[:120] for each in LANGUAGES}
