"""The switch: stop everything, a process, a connection or an act; look at what waits; let go, at once or spread."""

from datetime import timedelta
from typing import cast, get_args

from flask import Response, flash, request, url_for

from base.languages import N_
from cases import stops
from cases.stops import NoSuchStop, ReasonWanted, Scope, Stop
from processes.connectors.catalogue import catalogue
from robots import catching_up
from webui.i18n import language, tell
from webui.partials import arrive, page, see
from webui.requests import current_actor, database, now
from webui.robots import home
from webui.robots.door import blueprint, stopping, titles, watching

LONGEST = 72
"""Hours over which a catch-up may be spread."""


@blueprint.post("/stop")
@stopping
def stop() -> Response:
    """Stop what the form names, from this moment on."""
    scope, name = _what()
    reason = request.form.get("reason", "")
    if scope is None or (scope != "all" and not name):
        return home.show(status=422, problems={"what": tell(N_("Choose what to stop."))}, given=dict(request.form))
    try:
        with database().unit() as session:
            stops.stop(session, current_actor(), now(), scope, name, reason=reason)
    except ReasonWanted as wanted:
        return home.show(status=422, problems={"reason": wanted.tell(language())}, given=dict(request.form))
    flash(tell(N_("Stopped. Nothing more is begun; what was already on its way is still noted.")), "good")
    return arrive(url_for("robots.home"), home.show)


@blueprint.get("/stops/<public_id>")
@watching
def one_stop(public_id: str) -> Response:
    return _show(public_id)


@blueprint.post("/stops/<public_id>/lift")
@stopping
def lift(public_id: str) -> Response:
    """Let the robots go: all that is due at once, or spread over some hours."""
    reason, hours = request.form.get("reason", ""), request.form.get("hours", 0, type=int)
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            found = stops.stop_named(session, actor.brand_id, public_id)
            if not reason.strip():
                raise ReasonWanted
            if 0 < hours <= LONGEST:
                catching_up.spread(session, actor, at, found, timedelta(hours=hours))
            stops.lift(session, actor, at, found, reason=reason)
    except ReasonWanted as wanted:
        return _show(public_id, status=422, problems={"reason": wanted.tell(language())})
    flash(tell(N_("The robots are at it again.")), "good")
    return arrive(url_for("robots.home"), home.show)


def _show(public_id: str, *, status: int = 200, problems: dict[str, str] | None = None) -> Response:
    """What a stop holds, and how long it takes to catch up."""
    brand_id, at = current_actor().brand_id, now()
    try:
        with database().reading() as session:
            found = stops.stop_named(session, brand_id, public_id)
            waiting = catching_up.preview(session, brand_id, at, found)
            names = titles(session, brand_id)
    except NoSuchStop:
        return see(url_for("robots.home"))
    return page(
        "robots/stop.html", status=status, stop=found, waiting=waiting, titles=names, problems=problems or {},
        longest=LONGEST,
    )  # fmt: skip


def _what() -> tuple[Scope | None, str]:
    """`all`, or `process:where_is_my_parcel`."""
    scope, _, name = request.form.get("what", "").partition(":")
    return (cast(Scope, scope) if scope in get_args(Scope) else None), name[:130]


@blueprint.app_template_filter()
def operation_name(name: str) -> str:
    """What an act of a service is called."""
    capability = catalogue().get(name)
    return capability.label.tell(language()) if capability else name


@blueprint.app_template_global()
def acts_of_services() -> list[str]:
    """The acts that may be stopped by name."""
    return sorted(name for name, each in catalogue().items() if each.kind == "act")


@blueprint.app_template_global()
def acts_with_names() -> list[tuple[str, str]]:
    """The acts of services, to choose from."""
    return sorted(((name, operation_name(name)) for name in acts_of_services()), key=lambda each: each[1])


@blueprint.app_template_global()
def stops_in_force() -> list[Stop]:
    """For the banner of staff pages."""
    with database().reading() as session:
        return list(stops.in_force(session, current_actor().brand_id))
