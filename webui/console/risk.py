"""What is about to be missed: alerts, cases at risk, the table of clocks, and how a deadline came about."""

from collections.abc import Mapping

from flask import Response, flash, url_for
from sqlalchemy import select

from base.business_time import Delay
from base.errors import Conflict, NotFound
from base.languages import N_
from base.permissions import Permission
from base.reasons import reason_names
from base.scope import within
from cases import alerts, boards, clocks
from cases.alerts import Alert
from cases.cases import find_case
from cases.clock_rules import CLOCKS, EVENTS
from cases.targets import EVERY_REASON, targets_in_force
from webui.console.door import blueprint
from webui.console.words import capital, reason_name
from webui.i18n import language, tell
from webui.looks import Look
from webui.partials import arrive, page
from webui.requests import current_actor, database, now, permission_required

ALERT_LOOKS: Mapping[str, tuple[str, str]] = {
    "deadline_near": ("clock", "warn"),
    "goal_missed": ("flag", "warn"),
    "deadline_missed": ("alert-circle", "bad"),
    "budget_near": ("headset", "warn"),
    "budget_missed": ("headset", "bad"),
    "answer_late": ("message", "bad"),
    "robot_late": ("robot", "warn"),
    "task_near": ("checkbox", "warn"),
    "task_late": ("checkbox", "bad"),
    "partner_late": ("users", "bad"),
    "promise_broken": ("calendar-event", "bad"),
}
PARTY_WORDS: Mapping[str, str] = {
    "customer": N_("the customer"),
    "partner": N_("a partner"),
    "robot": N_("the robot’s date"),
    "team": N_("a team"),
    "hand": N_("parked by hand"),
    "closed": N_("closed"),
    "us": N_("us"),
}
WHY: Mapping[str, str] = {
    "counted": N_("counted"),
    "closed_hours": N_("not counted: outside opening hours"),
    "customer": N_("not counted: the customer was to answer"),
    "partner": N_("not counted: a partner was to answer"),
    "robot": N_("not counted: the robot had a date"),
    "team": N_("not counted: a team had it"),
    "hand": N_("not counted: parked by hand"),
    "closed": N_("not counted: the case was closed"),
}
MEANINGS: Mapping[str, Look] = {
    "starts": Look(N_("starts"), "player-play", "good"),
    "pauses": Look(N_("pauses"), "clock-pause", "warn"),
    "goes on": Look(N_("goes on"), "arrow-right", "info"),
    "stops": Look(N_("stops"), "circle-check", "neutral"),
    "counts": Look(N_("counts one"), "plus", "info"),
}
UNITS: Mapping[str, tuple[str, str]] = {
    "seconds": (N_("%(count)s second"), N_("%(count)s seconds")),
    "minutes": (N_("%(count)s minute"), N_("%(count)s minutes")),
    "hours": (N_("%(count)s hour"), N_("%(count)s hours")),
    "days": (N_("%(count)s day"), N_("%(count)s days")),
    "weeks": (N_("%(count)s week"), N_("%(count)s weeks")),
    "months": (N_("%(count)s month"), N_("%(count)s months")),
    "years": (N_("%(count)s year"), N_("%(count)s years")),
    "business minutes": (N_("%(count)s business minute"), N_("%(count)s business minutes")),
    "business hours": (N_("%(count)s business hour"), N_("%(count)s business hours")),
    "business days": (N_("%(count)s business day"), N_("%(count)s business days")),
}


class NoSuchAlert(NotFound):
    """No alert of the actor's brand is called so."""

    sentence = N_("There is no such alert, or you may not see it.")


@blueprint.app_template_filter()
def alert_look(alert: Alert) -> Look:
    """How an alert is shown."""
    symbol, tone = ALERT_LOOKS[alert.kind]
    return Look(alerts.SENTENCES[alert.kind], symbol, tone)  # type: ignore[arg-type]


@blueprint.app_template_filter()
def party_word(party: str) -> str:
    """Who had the word."""
    return tell(PARTY_WORDS[party])


@blueprint.app_template_filter()
def delay_words(written: str | None) -> str:
    """A delay as a reader writes it."""
    if not written:
        return ""
    delay = Delay.parse(written)
    one, many = UNITS[delay.unit]
    return tell(one if delay.amount == 1 else many, count=delay.amount)


@blueprint.get("/alerts")
@permission_required(Permission.ALERT_READ)
def alerts_page() -> Response:
    with database().reading() as session:
        inbox = boards.alert_inbox(session, current_actor())
    return page("console/alerts.html", inbox=inbox)


@blueprint.post("/alerts/<public_id>/acknowledge")
@permission_required(Permission.ALERT_ACKNOWLEDGE)
def acknowledge(public_id: str) -> Response:
    actor = current_actor()
    try:
        with database().unit() as session:
            named = select(Alert).where(within(actor, Alert), Alert.public_id == public_id)
            alert = session.scalars(named).unique().one_or_none()
            if alert is None:
                raise NoSuchAlert
            alerts.acknowledge(session, actor, now(), alert)
        flash(tell(N_("You take care of it.")), "good")
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
    return arrive(url_for("console.alerts_page"), alerts_page)


@blueprint.get("/at-risk")
@permission_required(Permission.RISK_READ)
def at_risk() -> Response:
    with database().reading() as session:
        risky = boards.cases_at_risk(session, current_actor(), now())
    saved = [each for each in risky if not each.lost(now())]
    lost = [each for each in risky if each.lost(now())]
    return page("console/at_risk.html", saved=saved, lost=lost)


@blueprint.get("/clocks")
@permission_required(Permission.ALERT_READ)
def clocks_page() -> Response:
    """Which event starts, pauses and stops which clock; and what is allowed for each reason."""
    actor = current_actor()
    with database().reading() as session:
        targets = targets_in_force(session, actor.brand_id, now())
        names = reason_names(session, actor.brand_id, language())
    named = [(names.get(each.reason) or capital(reason_name(each.reason)), each) for each in targets]
    untargeted = _untargeted(names, {each.reason for each in targets})
    return page(
        "console/clocks.html", clocks=CLOCKS, events=EVENTS, meanings=MEANINGS, targets=named, untargeted=untargeted
    )


def _untargeted(names: Mapping[str, str], targeted: set[str]) -> list[tuple[str, str]]:
    """Reasons that have no target of their own yet, by name; first what holds for every other reason."""
    every = [(EVERY_REASON, tell(N_("Every other reason")))] if EVERY_REASON not in targeted else []
    return every + sorted(((key, name) for key, name in names.items() if key not in targeted), key=lambda each: each[1])


@blueprint.get("/cases/<public_id>/deadline")
@permission_required(Permission.CUSTOMER_FIND)
def deadline(public_id: str) -> Response:
    """How the deadline of a case came about: what counted and what did not."""
    with database().reading() as session:
        case = find_case(session, current_actor(), public_id)
        explained = clocks.explanation(session, case, now())
        spent = clocks.time_by_party(session, case, now())
        unsettled = alerts.alerts_of_case(session, case.id)
    return page("console/deadline.html", case=case, explained=explained, spent=spent, why=WHY, unsettled=unsettled)
