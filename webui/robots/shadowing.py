"""Shadow mode: which processes only say what they would do, and how often people did the same."""

from flask import Response, flash, request, url_for

from base.errors import ArianeError
from base.languages import N_
from robots import shadow
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now
from webui.robots.door import blueprint, stopping, titles, watching

VERDICTS = ("other", "open", "same")


@blueprint.get("/shadow")
@watching
def shadowing() -> Response:
    return _show()


@blueprint.post("/shadow/begin")
@stopping
def begin_shadow() -> Response:
    process = request.form.get("process", "")[:80]
    try:
        with database().unit() as session:
            if process in titles(session, current_actor().brand_id):
                shadow.begin(session, current_actor(), now(), process, reason=request.form.get("reason", ""))
    except ArianeError as wrong:
        return _show(status=422, problem=wrong.tell(language()))
    flash(tell(N_("From now on robots only say what they would do there.")), "good")
    return arrive(url_for("robots.shadowing"), _show)


@blueprint.post("/shadow/end")
@stopping
def end_shadow() -> Response:
    with database().unit() as session:
        shadow.end(session, current_actor(), now(), request.form.get("process", ""))
    flash(tell(N_("Robots act there again.")), "good")
    return arrive(url_for("robots.shadowing"), _show)


def _show(*, status: int = 200, problem: str = "") -> Response:
    brand_id = current_actor().brand_id
    process, verdict = request.args.get("process") or None, request.args.get("verdict", "")
    verdict = verdict if verdict in VERDICTS else ""
    with database().reading() as session:
        return page(
            "robots/shadow.html", status=status, problem=problem, shadows=shadow.shadows(session, brand_id),
            agreements=shadow.agreements(session, brand_id), verdict=verdict, process=process,
            turns=shadow.turns(session, brand_id, process=process, verdict=verdict or None),
            titles=titles(session, brand_id),
        )  # fmt: skip
