"""Calling the customer back: asked for from a case, tried a few times, then written instead."""

from flask import Response, flash, request, url_for

from base.database import new_public_id
from base.errors import Conflict, Invalid
from base.languages import N_, translate
from base.permissions import Permission
from cases import calls
from cases.cases import Case, find_case, locked
from cases.phones import e164
from webui.console.cases import back_to, overtaken
from webui.console.checks import moment_chosen
from webui.console.door import blueprint
from webui.console.replying import mailed
from webui.console.task_pages import find_task
from webui.console.task_pages import show as show_task
from webui.formats import when
from webui.i18n import language, tell
from webui.partials import see
from webui.requests import current_actor, database, now, permission_required, workings

LONGEST = 4000
OTHERWISE = N_(
    "We tried several times to call you about your request, without success. "
    "Please answer this mail, or tell us when we may call you."
)
"""What is mailed after the last try, unless it was written otherwise."""


class WhomToCall(Invalid):
    """A call has a number, a team, and something to say."""

    sentence = N_("Please give a telephone number, a team, and what the call is about.")


@blueprint.app_template_filter("call_otherwise")
def otherwise_for(case: Case) -> str:
    """The usual words, in the customer's language."""
    return translate(case.language, OTHERWISE)


@blueprint.post("/cases/<public_id>/call")
@permission_required(Permission.CASE_WRITE)
def ask_call(public_id: str) -> Response:
    """A task to ring the customer at a time, with what is mailed when nobody answers."""
    actor, at = current_actor(), now()
    number, team = e164(request.form.get("number", "")), request.form.get("team", "")[:60]
    about = request.form.get("about", "").strip()[:LONGEST]
    if number is None or not team or not about:
        raise WhomToCall
    due_at = moment_chosen(request.form.get("on", ""), request.form.get("at", ""))
    try:
        with database().unit() as session:
            case = locked(session, find_case(session, actor, public_id).id)
            words = request.form.get("otherwise", "").strip()[:LONGEST] or otherwise_for(case)
            calls.ask(
                session, actor, at, case, key=f"call:{new_public_id()}", team=team, number=number,
                about={language(): about}, due_at=due_at, otherwise=words,
            )  # fmt: skip
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("The customer is called %(when)s."), when=when(due_at)), "good")
    return back_to(public_id)


@blueprint.post("/tasks/<public_id>/unanswered")
@permission_required(Permission.TASK_DONE)
def call_unanswered(public_id: str) -> Response:
    """Nobody answered: again at another time; after the last try the customer is written to instead."""
    actor, at = current_actor(), now()
    again_at = moment_chosen(request.form.get("on", ""), request.form.get("at", ""))
    sent: list[int] = []
    try:
        with database().unit() as session:
            task = find_task(session, actor, public_id)
            case = locked(session, task.case_id)
            over = calls.unanswered(session, actor, at, case, task, again_at)
            writable = bool(case.customer and case.customer.mail)
            if over and writable and task.call:
                sent = [mailed(session, actor, case, str(task.call["otherwise"]), key=f"otherwise:{task.public_id}")]
    except Conflict as trouble:
        return show_task(public_id, status=409, stale=trouble.tell(language()))
    workings().porter.deliver(sent)
    if not over:
        flash(tell(N_("Noted: the call comes back %(when)s."), when=when(again_at)), "good")
    elif sent:
        flash(tell(N_("That was the last try: the customer is written to instead.")), "info")
    else:
        flash(tell(N_("That was the last try, and there is no address to write to: decide how to go on.")), "warn")
        return see(url_for("console.case", public_id=case.public_id))
    return see(url_for("console.task", public_id=public_id))
