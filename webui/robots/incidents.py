"""Incidents: said whom they concern, seen before they begin, followed while they are on, ended."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, flash, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from base.brands import Brand
from base.errors import ArianeError, Invalid
from base.languages import LANGUAGES, N_
from base.reasons import reason_names
from cases import incident_course, incidents
from cases.cases import Case
from cases.contacts import Contact
from cases.effects import Effect
from cases.incident_course import Plan
from cases.incident_rows import Incident, IncidentCase
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now
from webui.robots.door import blueprint, connections, managing, watching

LISTED = 50
"""Cases that the page of an incident names."""
LONGEST = {"name": 120, "subject": 200, "text": 5000, "banner": 500}


class NoMoment(Invalid):
    """What was entered as a moment is none."""

    sentence = N_("“Opened since” is not a date and hour. Use the calendar of the field, or leave it empty.")


@blueprint.get("/incidents")
@watching
def incidents_page() -> Response:
    with database().reading() as session:
        found = incidents.incidents_of(session, current_actor())
        return page("robots/incidents.html", incidents=found, cases=_counted(session))


@blueprint.get("/incidents/new")
@managing
def new_incident() -> Response:
    return _form()


@blueprint.post("/incidents/new")
@managing
def plan_incident() -> Response:
    """Keep it: nobody is told before it begins."""
    try:
        with database().unit() as session:
            incident = incident_course.plan(session, current_actor(), now(), _said(session))
            public_id = incident.public_id
    except ArianeError as wrong:
        return _form(problem=wrong.tell(language()), status=wrong.status)
    return arrive(url_for("robots.incident", public_id=public_id), lambda: _show(public_id))


@blueprint.get("/incidents/<public_id>")
@watching
def incident(public_id: str) -> Response:
    return _show(public_id)


@blueprint.get("/incidents/<public_id>/change")
@managing
def change_incident(public_id: str) -> Response:
    with database().reading() as session:
        found = incidents.incident_named(session, current_actor(), public_id)
    return _form(found)


@blueprint.post("/incidents/<public_id>/change")
@managing
def keep_incident(public_id: str) -> Response:
    try:
        with database().unit() as session:
            found = incidents.incident_named(session, current_actor(), public_id)
            incident_course.change(session, current_actor(), found, _said(session))
    except ArianeError as wrong:
        with database().reading() as session:
            found = incidents.incident_named(session, current_actor(), public_id)
        return _form(found, problem=wrong.tell(language()), status=wrong.status)
    return arrive(url_for("robots.incident", public_id=public_id), lambda: _show(public_id))


@blueprint.post("/incidents/<public_id>/<any(begin, end, withdraw):deed>")
@managing
def move_incident(public_id: str, deed: str) -> Response:
    """Begin it, end it, or forget one that never began."""
    actor = current_actor()
    try:
        with database().unit() as session:
            found = incidents.incident_named(session, actor, public_id)
            if deed == "begin":
                incident_course.begin(session, actor, now(), found)
            elif deed == "end":
                incident_course.end(session, actor, now(), found)
            else:
                incident_course.withdraw(session, actor, found)
    except incident_course.IncidentHasMoved as moved:
        return _show(public_id, problem=moved.tell(language()), status=moved.status)
    if deed == "withdraw":
        flash(tell(N_("Forgotten. Nobody was told.")), "good")
        return arrive(url_for("robots.incidents_page"), incidents_page)
    flash(tell(_moved(found)), "good")
    return arrive(url_for("robots.incident", public_id=public_id), lambda: _show(public_id))


def _moved(incident: Incident) -> str:
    """What happens now that it was begun or ended, for a reader's language."""
    if incident.state == "on":
        if incident.opening:
            return N_("The incident is on. Its cases join, and its customers are told at the pace you set.")
        return N_("The incident is on. Its cases join; nobody is written to.")
    if incident.closing:
        return N_("The incident is over. Those who were told are told so.")
    return N_("The incident is over. Nobody is written to.")


def _show(public_id: str, *, problem: str = "", status: int = 200) -> Response:
    with database().reading() as session:
        found = incidents.incident_named(session, current_actor(), public_id)
        rows = (
            select(IncidentCase)
            .where(IncidentCase.incident_id == found.id)
            .options(joinedload(IncidentCase.case).joinedload(Case.customer))
            .order_by(IncidentCase.id.desc())
            .limit(LISTED)
        )
        members = [(row, bool(row.case.customer and row.case.customer.mail)) for row in session.scalars(rows)]
        reachable = incidents.population(found).where(Case.customer_id.is_not(None)).subquery()
        return page(
            "robots/incident.html", status=status, problem=problem, incident=found, members=members,
            fitting=incidents.how_many(session, incidents.population(found)),
            customers=session.scalar(select(func.count(reachable.c.customer_id.distinct()))),
            alone=incidents.how_many(session, incidents.orders_alone(found)),
            unknown=incidents.unknown_orders(session, found),
            figures=_figures(session, found), reasons=reason_names(session, found.brand_id, language()),
            languages=LANGUAGES,
        )  # fmt: skip


def _figures(session: Session, incident: Incident) -> dict[str, int]:
    """What has come of it so far."""
    of = IncidentCase.incident_id == incident.id
    cases, ended = session.execute(select(func.count(), func.count(IncidentCase.ended_at)).where(of)).one()
    return {
        "cases": cases, "ended": ended,
        "told": incidents.how_many(session, incidents.first_messages(incident).where(Effect.state != "cancelled")),
        "contacts": incidents.how_many(session, select(Contact.id).where(Contact.incident_id == incident.id)),
    }  # fmt: skip


def _counted(session: Session) -> dict[int, int]:
    """Cases by incident."""
    counted = select(IncidentCase.incident_id, func.count()).group_by(IncidentCase.incident_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def _form(incident: Incident | None = None, *, problem: str = "", status: int = 200) -> Response:
    with database().reading() as session:
        brand = session.get_one(Brand, current_actor().brand_id)
        return page(
            "robots/incident_form.html", status=status, problem=problem, incident=incident, given=request.form,
            reasons=sorted(reason_names(session, brand.id, language()).items(), key=lambda each: each[1]),
            lanes=connections(session, brand.id), languages=brand.languages, zone=brand.zone,
        )  # fmt: skip


def _said(session: Session) -> Plan:
    form = request.form
    brand = session.get_one(Brand, current_actor().brand_id)

    def letter(which: str) -> dict[str, dict[str, str]]:
        return {
            each: {part: form.get(f"{which}-{part}-{each}", "")[: LONGEST[part]] for part in ("subject", "text")}
            for each in brand.languages
        }

    known = reason_names(session, brand.id, language())
    return Plan(
        name=form.get("name", "")[: LONGEST["name"]],
        reasons=[reason for reason in form.getlist("reasons") if reason in known],
        lane=form.get("lane", "") if form.get("lane") in dict(connections(session, brand.id)) else "",
        since=_moment(form.get("since", ""), brand.zone), orders=incidents.order_numbers(form.get("orders", "")),
        banner={each: form.get(f"banner-{each}", "")[: LONGEST["banner"]] for each in brand.languages},
        opening=letter("opening"), closing=letter("closing"), holds_robots=bool(form.get("holds_robots")),
        closes_cases=bool(form.get("closes_cases")), per_hour=form.get("per_hour", 600, type=int),
    )  # fmt: skip


def _moment(written: str, zone: str) -> datetime | None:
    """On the wall clock of the brand. Raises NoMoment."""
    if not written.strip():
        return None
    try:
        return datetime.fromisoformat(written.strip()).replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise NoMoment from error


@blueprint.app_template_filter()
def wall_clock(moment: datetime | None, zone: str) -> str:
    """As a field of date and hour wants it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment else ""
