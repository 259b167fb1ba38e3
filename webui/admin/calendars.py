"""Calendars: when somebody works. Opening hours with several periods a day, a region's holidays, own closures."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TypedDict

from babel.dates import format_date
from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.business_time import Calendar, Period
from base.calendars import DEFAULT_REGION, WEEKDAYS_9_TO_18, CalendarRow, UnusableCalendar, calendar_of
from base.errors import NotFound
from base.languages import N_
from processes import retiming
from processes.retiming import Preview, last_moves, preview
from webui.admin.door import administrators, blueprint
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now

DAYS_AHEAD = 14
"""Days whose opening is shown, so that one sees the holidays."""
KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}")
PERIOD = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
DECISIONS = ("move", "leave")
"""What becomes of what is planned already."""
CLOSURE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*[-–/ ]+\s*(\d{4}-\d{2}-\d{2}))?")


class NoSuchCalendar(NotFound):
    """No calendar of that key."""

    sentence = N_("There is no such calendar.")


@dataclass(frozen=True, kw_only=True)
class Form:
    """A calendar as its form shows it."""

    key: str
    name: str
    zone: str
    region: str
    days: tuple[str, ...]
    """Per weekday: `09:00-12:30, 14:00-18:00`; empty when closed."""
    closures: str


class Entered(TypedDict):
    """What decides when a calendar is open."""

    zone: str
    hours: list[list[list[str]]]
    region: str | None
    closures: list[list[str]]


@blueprint.get("/calendars")
@administrators
def calendars() -> Response:
    return show()


@blueprint.post("/calendars/<key>")
@administrators
def change_calendar(key: str) -> Response:
    """Other hours, holidays or closures. What that moves of what is planned is shown first; people decide."""
    form, dates = _given(key), request.form.get("dates", "")
    try:
        entered = _entered(form)
        if dates not in DECISIONS:
            with database().reading() as session:
                moves = preview(session, current_actor(), key, calendar_of(**entered))
            if moves.moving:
                return show(form, moves=moves)
        with database().unit() as session:
            row = _row(session, key)
            row.change(name=form.name or row.name, **entered)
            if dates == "move":
                retiming.ask(session, current_actor(), now(), key)
    except UnusableCalendar as wrong:
        return show(form, wrong.tell(language()), status=422)
    if dates == "move":
        flash(tell(N_("Changed. The robots now move what is planned.")), "good")
    else:
        flash(tell(N_("Changed. Dates found from now on use it.")), "good")
    return arrive(url_for("admin.calendars"), show)


@blueprint.post("/calendars")
@administrators
def new_calendar() -> Response:
    """Another calendar, open from Monday to Friday until it is changed."""
    key, name = request.form.get("key", "").strip(), request.form.get("name", "").strip()[:120]
    form = Form(key=key, name=name, zone="", region="", days=("",) * 7, closures="")
    if not KEY.fullmatch(key) or not name:
        return show(form, tell(N_("Give a name, and a key of small letters and digits.")), status=422)
    with database().unit() as session:
        if session.scalars(select(CalendarRow.id).where(CalendarRow.key == key)).one_or_none() is not None:
            return show(form, tell(N_("“%(key)s” is already in use. Choose another short name."), key=key), status=422)
        CalendarRow.create(session, key, name, hours=WEEKDAYS_9_TO_18, region=DEFAULT_REGION)
    flash(tell(N_("Added: now say when it is open.")), "good")
    return arrive(url_for("admin.calendars"), show)


def show(given: Form | None = None, problem: str = "", *, moves: Preview | None = None, status: int = 200) -> Response:
    with database().reading() as session:
        last = last_moves(session)
        rows = list(session.scalars(select(CalendarRow).order_by(CalendarRow.name)))
    ahead = {given.key: _ahead(calendar_of(**_entered(given)))} if given is not None and moves is not None else {}
    forms = [given if given is not None and given.key == row.key else _form(row) for row in rows]
    return page(
        "admin/calendars.html", status=status, forms=forms, problem=problem, given=given,
        ahead={row.key: _ahead(row.calendar()) for row in rows} | ahead, moves=moves, last=last,
    )  # fmt: skip


def _row(session: Session, key: str) -> CalendarRow:
    """Raises NoSuchCalendar."""
    row = session.scalars(select(CalendarRow).where(CalendarRow.key == key)).one_or_none()
    if row is None:
        raise NoSuchCalendar
    return row


def _form(row: CalendarRow) -> Form:
    return Form(
        key=row.key, name=row.name, zone=row.zone, region=row.region or "",
        days=tuple(", ".join(f"{opens}-{closes}" for opens, closes in day) for day in row.hours),
        closures="\n".join(first if first == last else f"{first} {last}" for first, last in row.closures),
    )  # fmt: skip


def _given(key: str) -> Form:
    form = request.form
    return Form(
        key=key, name=form.get("name", "").strip()[:120], zone=form.get("zone", "").strip(),
        region=form.get("region", "").strip().upper(),
        days=tuple(form.get(f"day-{day}", "").strip()[:200] for day in range(7)),
        closures=form.get("closures", "").strip()[:5000],
    )  # fmt: skip


def _entered(form: Form) -> Entered:
    """What decides when it is open. Raises UnusableCalendar."""
    return {
        "zone": form.zone, "hours": _hours(form.days), "region": form.region or None,
        "closures": _closures(form.closures),
    }  # fmt: skip


def _hours(days: tuple[str, ...]) -> list[list[list[str]]]:
    """What the weekdays say. Raises UnusableCalendar for what is no hour."""
    return [[[_padded(opens), _padded(closes)] for opens, closes in _periods(day)] for day in days]


def _periods(day: str) -> list[tuple[str, str]]:
    left = PERIOD.sub("", day).replace(",", "").replace(";", "").strip()
    if left:
        raise UnusableCalendar(because=left)
    return PERIOD.findall(day)


def _padded(hour: str) -> str:
    return hour.zfill(5)


def _closures(written: str) -> list[list[str]]:
    """One a line: a day, or the first and the last. Raises UnusableCalendar."""
    found = []
    for line in written.splitlines():
        if not line.strip():
            continue
        told = CLOSURE.fullmatch(line.strip())
        if told is None:
            raise UnusableCalendar(because=line.strip())
        found.append([told[1], told[2] or told[1]])
    return found


def _ahead(calendar: Calendar) -> list[tuple[date, list[str]]]:
    """The days to come and when they are open."""
    today = calendar.local(now()).date()
    days = [today + timedelta(days=count) for count in range(DAYS_AHEAD)]
    return [(day, [_told(period) for period in calendar.periods(day)]) for day in days]


def _told(period: Period) -> str:
    opens, closes = period
    end = "24:00" if closes == time(0) else f"{closes:%H:%M}"
    return f"{opens:%H:%M}–{end}"


@blueprint.app_template_filter()
def weekday_name(number: int) -> str:
    """Monday is 0."""
    return format_date(date(2024, 1, 1 + number), "EEEE", locale=language())
