"""Changing what is allowed for a reason: contacts, goal, deadline, and during whose turn its clock stands still.

A change adds a row, so that cases already open keep what they were promised; the audit trail says who changed what.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.business_time import Delay
from base.calendars import CalendarRow
from base.errors import NotFound
from base.languages import N_
from base.permissions import Permission
from base.reasons import reason_names
from cases.clock_rules import PAUSABLE, USUAL_PAUSES
from cases.targets import EVERY_REASON, WARN_AT, Allowed, Target, set_target, target_for, targets_of
from webui.console.door import blueprint
from webui.console.risk import UNITS
from webui.console.words import capital, reason_name
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now, permission_required

deciding = permission_required(Permission.TARGET_WRITE)
DELAYS = ("goal", "deadline", "grace")
OFFERED = ("business hours", "business days", "hours", "days", "weeks", "months")
"""Units a target is written in; one that was written in another keeps it."""
MOST = 999
BUDGET = 99


class NoSuchReason(NotFound):
    """The brand has no reason of that name."""

    sentence = N_("There is no such reason.")


@blueprint.get("/target")
@deciding
def target() -> Response:
    return show(request.args.get("reason", EVERY_REASON)[:120])


@blueprint.post("/target")
@deciding
def change_target() -> Response:
    """From now on, for cases that are opened: what was in force stays in the history."""
    reason = request.form.get("reason", EVERY_REASON)[:120]
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in _FIELDS}
    given["pauses"] = [party for party in PAUSABLE if party in request.form.getlist("pauses")]
    allowed, problems = _allowed(given)
    if allowed is None:
        return show(reason, given, problems, status=422)
    with database().unit() as session:
        _named(session, reason)
        set_target(session, current_actor(), now(), reason, allowed)
    flash(tell(N_("Changed for the cases that are opened from now on.")), "good")
    return arrive(url_for("console.target", reason=reason), lambda: show(reason))


def show(
    reason: str, given: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    """The form of a reason, filled with what is allowed now, and what was allowed before."""
    actor = current_actor()
    with database().reading() as session:
        name = _named(session, reason)
        in_force = target_for(session, actor.brand_id, reason, now())
        history = targets_of(session, actor.brand_id, reason)
        calendars = _calendars(session)
    given = given or _filled(in_force)
    return page(
        "console/target.html", status=status, reason=reason, name=name, given=given, problems=problems or {},
        history=history, calendars=calendars, units=_units(given), in_force=in_force,
        parties=PAUSABLE, inherited=in_force is not None and in_force.reason != reason,
    )  # fmt: skip


_FIELDS = (
    "contact_budget", "warn_at", "calendar", "complexity", *DELAYS, *(f"{name}_unit" for name in DELAYS),
)  # fmt: skip


def _allowed(given: Mapping[str, Any]) -> tuple[Allowed | None, dict[str, str]]:
    problems: dict[str, str] = {}
    budget = _number(given, "contact_budget", BUDGET, problems)
    warn_at = _number(given, "warn_at", 100, problems)
    delays = {name: _delay(given, name, problems) for name in DELAYS}
    if delays["goal"] and not delays["deadline"]:
        problems["deadline"] = tell(N_("A goal needs a deadline after it."))
    calendar = str(given["calendar"])
    if problems:
        return None, problems
    return Allowed(
        contact_budget=budget, goal=delays["goal"], deadline=delays["deadline"], grace=delays["grace"],
        calendar_id=_calendar(calendar), pauses=given["pauses"], warn_at=warn_at or WARN_AT,
        complexity="complex" if given["complexity"] == "complex" else "simple",
    ), {}  # fmt: skip


def _number(given: Mapping[str, Any], name: str, most: int, problems: dict[str, str]) -> int | None:
    written = str(given[name])
    if not written:
        return None
    if written.isascii() and written.isdigit() and 1 <= int(written) <= most:
        return int(written)
    problems[name] = tell(N_("A whole number from 1 to %(most)s."), most=most)
    return None


def _delay(given: Mapping[str, Any], name: str, problems: dict[str, str]) -> str | None:
    unit = str(given[f"{name}_unit"])
    amount = _number(given, name, MOST, problems)
    if amount is not None and unit not in UNITS:
        problems[name] = tell(N_("Choose a unit."))
    return None if amount is None or problems else str(Delay.parse(f"{amount} {unit}"))


def _calendar(chosen: str) -> int | None:
    """None: the brand's own."""
    with database().reading() as session:
        known = dict(_calendars(session))
    return int(chosen) if chosen in known else None


def _calendars(session: Session) -> list[tuple[str, str]]:
    """Calendars belong to the installation: any may be named."""
    return [(str(row.id), row.name) for row in session.scalars(select(CalendarRow).order_by(CalendarRow.name))]


def _filled(target: Target | None) -> dict[str, Any]:
    given: dict[str, Any] = {
        "contact_budget": target.contact_budget if target else None,
        "warn_at": target.warn_at if target else WARN_AT,
        "calendar": str(target.calendar_id or "") if target else "",
        "complexity": target.complexity if target else "simple",
        "pauses": list(target.pauses if target else USUAL_PAUSES),
    }
    for name in DELAYS:
        written = getattr(target, name, None)
        delay = Delay.parse(written) if written else None
        given[name], given[f"{name}_unit"] = (delay.amount, delay.unit) if delay else ("", "business days")
    return given


def _units(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    written = {given[f"{name}_unit"] for name in DELAYS}
    return [(unit, _unit_word(unit)) for unit in UNITS if unit in OFFERED or unit in written]


def _unit_word(unit: str) -> str:
    return tell(UNITS[unit][1], count="").strip()


def _named(session: Session, reason: str) -> str:
    """Raises NoSuchReason. A family, and every other reason, may have a target too."""
    if reason == EVERY_REASON:
        return tell(N_("Every other reason"))
    brand_id = current_actor().brand_id
    names = reason_names(session, brand_id, language())
    families = {key.partition(".")[0] for key in names}
    if reason in names:
        return capital(names[reason])
    if reason in families or targets_of(session, brand_id, reason):
        return capital(reason_name(reason))
    raise NoSuchReason
