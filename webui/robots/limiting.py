"""Limits: what robots may do by themselves and when they write, what is held above, the breaker."""

from datetime import time
from typing import cast, get_args

from flask import Response, flash, request, url_for
from sqlalchemy import select

from base.errors import ArianeError, Conflict, Forbidden
from base.languages import N_
from base.money import Money
from base.permissions import Permission
from base.scope import within
from cases import effects, limits, writing_hours
from cases.effects import Effect
from cases.limits import Per
from cases.writing_hours import WritingHours
from robots import breaker
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now, permission_required, workings
from webui.robots.door import blueprint, stopping, titles, watching


@blueprint.get("/limits")
@watching
def limiting() -> Response:
    return _show()


@blueprint.post("/limits")
@stopping
def set_limit() -> Response:
    """A new limit, from now on."""
    form = request.form
    try:
        per = form.get("per", "all")
        with database().unit() as session:
            limits.set_limit(
                session, current_actor(), now(), per=cast(Per, per if per in get_args(Per) else "all"),
                reason=form.get("reason", ""), process=form.get("process", "")[:80],
                operation=form.get("operation", "")[:130], days=form.get("days", 1, type=int),
                most=form.get("most", type=int), amount=_amount(form.get("amount", "")),
                people_too=bool(form.get("people_too")),
            )  # fmt: skip
    except ArianeError as wrong:
        return _show(status=422, problem=wrong.tell(language()))
    flash(tell(N_("The limit holds from now on.")), "good")
    return arrive(url_for("robots.limiting"), _show)


@blueprint.post("/limits/<public_id>/end")
@stopping
def end_limit(public_id: str) -> Response:
    with database().unit() as session:
        limits.end_limit(session, current_actor(), now(), public_id)
    flash(tell(N_("The limit is over; what it held still waits for a person.")), "good")
    return arrive(url_for("robots.limiting"), _show)


@blueprint.post("/limits/breaker")
@permission_required(Permission.SETTING_WRITE)
def set_breaker() -> Response:
    given = {name: request.form.get(name, type=int) for name in ("least", "percent", "minutes")}
    chosen = {name: value for name, value in given.items() if value is not None and value > 0}
    with database().unit() as session:
        breaker.set_figures(session, current_actor(), now(), breaker.Figures(**chosen))
    flash(tell(N_("The breaker’s figures are changed.")), "good")
    return arrive(url_for("robots.limiting"), _show)


@blueprint.post("/limits/writing-hours")
@permission_required(Permission.SETTING_WRITE)
def set_writing_hours() -> Response:
    """When robots write to customers, from now on."""
    form = request.form
    try:
        chosen = WritingHours(
            opens=_hour(form.get("opens", "")), closes=_hour(form.get("closes", "")),
            sundays=bool(form.get("sundays")), apart=form.get("apart", 60, type=int),
        )  # fmt: skip
        with database().unit() as session:
            writing_hours.set_hours(session, current_actor(), now(), chosen)
    except ValueError:
        return _show(status=422, problem=tell(N_("Write hours like 08:00.")))
    except ArianeError as wrong:
        return _show(status=422, problem=wrong.tell(language()))
    flash(tell(N_("Changed. It holds for what robots decide from now on.")), "good")
    return arrive(url_for("robots.limiting"), _show)


def _hour(written: str) -> time:
    """`8:00` or `24:00`. Raises ValueError."""
    text = written.strip().zfill(5)
    return time(0) if text == "24:00" else time.fromisoformat(text)


@blueprint.post("/held")
@permission_required(Permission.TASK_APPROVE)
def decide_held() -> Response:
    """Let go, or refuse, the acts that are ticked."""
    approved, note = request.form.get("do") == "let_go", request.form.get("note", "").strip()[:2000]
    if not note:
        return _show(status=422, problem=tell(N_("Please say why: others will read it.")))
    actor, at, porter, done = current_actor(), now(), workings().porter, 0
    with database().reading() as session:
        wanted = select(Effect.id).where(within(actor, Effect), Effect.public_id.in_(request.form.getlist("row")[:200]))
        ids = list(session.scalars(wanted.order_by(Effect.id)))
    for effect_id in ids:
        try:
            shown = porter.decide_held(actor, effect_id, approved=approved, now=at, note=note)
        except (Conflict, Forbidden) as trouble:
            flash(trouble.tell(language()), "warn")
            continue
        done += 1
        porter.deliver(shown.effect_ids if shown is not None else ())
    flash(tell(N_("Done for %(count)s."), count=done) if ids else tell(N_("Nothing was ticked.")), "good")
    return arrive(url_for("robots.limiting"), _show)


def _show(*, status: int = 200, problem: str = "") -> Response:
    brand_id, at = current_actor().brand_id, now()
    with database().reading() as session:
        in_force = limits.in_force(session, brand_id)
        return page(
            "robots/limits.html", status=status, problem=problem, limits=in_force,
            used={each.id: limits.used(session, at, each) for each in in_force if each.per == "all"},
            held=effects.on_hold(session, brand_id), figures=breaker.figures(session, brand_id),
            writing=writing_hours.hours_of(session, brand_id),
            titles=titles(session, brand_id), given=request.form if problem else {},
        )  # fmt: skip


def _amount(written: str) -> Money | None:
    """`150`, `150,50` or `150 EUR`. Raises what Money raises for what is no amount."""
    text = written.strip().replace(",", ".").replace("\u00a0", " ").replace("€", "EUR")
    if not text:
        return None
    return Money.parse(text if " " in text or text[-1].isalpha() else f"{text} EUR")
