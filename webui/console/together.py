"""Working together on cases: the next best one, parking one, asking an expert, inviting a guest, who else is here."""

from datetime import UTC, datetime, time, timedelta

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.brands import Brand
from base.business_time import Delay, add
from base.clock import real_now
from base.database import new_public_id
from base.errors import Conflict, Invalid
from base.languages import LANGUAGES, N_, translate
from base.permissions import Permission
from cases import cases, choosing, guests, presence, tasks
from cases.cases import Case, find_case, locked
from webui.console.cases import back_to, overtaken
from webui.console.door import blueprint, handlers_only
from webui.console.task_pages import find_task
from webui.formats import when
from webui.i18n import language, tell, zone
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required, person_here, workings

PARKED = ("noon", "tomorrow", "two_days", "week")
"""How long a case is parked: by one key each."""
FARTHEST = timedelta(days=370)
LONGEST = 4000


class UntilWhen(Invalid):
    """A case is parked until a moment to come, within a year."""

    sentence = N_("Please choose until when: a moment from now on, within a year.")


class WhatIsAsked(Invalid):
    """An expert is asked something."""

    sentence = N_("Please write what you ask, and choose a team.")


@blueprint.get("/next")
@handlers_only
def next_case() -> Response:
    """The most pressing case or task that nobody is at."""
    chosen = _next(None)
    if chosen is None:
        flash(tell(N_("Nothing presses: no case and no task waits for you.")), "good")
        return see(url_for("console.home"))
    return see(chosen)


@blueprint.post("/cases/<public_id>/park")
@permission_required(Permission.CASE_WRITE)
def park(public_id: str) -> Response:
    """Put it aside until a date; the robot brings it back, and the next one opens."""
    actor, at = current_actor(), now()
    because = request.form.get("because", "").strip()[:500] or tell(N_("parked by the agent"))
    try:
        with database().unit() as session:
            case = find_case(session, actor, public_id)
            until = _until(session, case, request.form.get("until", ""))
            cases.pause(session, actor, at, case, because=because, until=until)
            case_id = case.id
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("Parked: it comes back %(when)s.")) % {"when": when(until)}, "good")
    return see(_next(case_id) or url_for("console.home"))


@blueprint.post("/cases/<public_id>/take-back")
@permission_required(Permission.CASE_WRITE)
def take_back(public_id: str) -> Response:
    """A parked case goes on before its date."""
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            cases.resume(session, actor, at, locked(session, find_case(session, actor, public_id).id))
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    return back_to(public_id)


@blueprint.post("/cases/<public_id>/ask")
@permission_required(Permission.CASE_WRITE)
def ask_expert(public_id: str) -> Response:
    """A question to another team, not live: its answer comes into the thread."""
    actor, at = current_actor(), now()
    question, team = request.form.get("question", "").strip()[:LONGEST], request.form.get("team", "")[:60]
    if not question or not team:
        raise WhatIsAsked
    title = {each: translate(each, N_("Question about a case")) for each in LANGUAGES}
    asked = {each: translate(each, N_("Your answer")) for each in LANGUAGES}
    form = [{"name": "answer", "kind": "text", "label": asked, "optional": False, "choices": []}]
    with database().unit() as session:
        case = find_case(session, actor, public_id)
        calendar = session.get_one(Brand, actor.brand_id).calendar
        due = add(calendar, at, Delay(1, "business days"))
        tasks.create(
            session, actor, at, case, key=f"asked:{new_public_id()}", team=team, title=title,
            text={language(): question}, due_at=due, form=form,
        )  # fmt: skip
    flash(tell(N_("Asked. The answer comes into the thread.")), "good")
    return back_to(public_id)


@blueprint.post("/tasks/<public_id>/guest")
@permission_required(Permission.CASE_WRITE)
def invite_guest(public_id: str) -> Response:
    """A link by which somebody without an account answers this task."""
    actor, at = current_actor(), now()
    guest = request.form.get("guest", "").strip()[:120]
    works = workings()
    try:
        with database().unit() as session:
            task = find_task(session, actor, public_id)
            token = guests.invite(session, actor, at, works.porter.secret, task, guest)
            title = task.title
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
        return see(url_for("console.task", public_id=public_id))
    address = f"{works.porter.base_url.rstrip('/')}/guest/{token}"
    return page("console/invited.html", address=address, guest=guest, title=title, task_id=public_id)


@blueprint.post("/cases/<public_id>/here")
@handlers_only
def here(public_id: str) -> Response:
    """A sign of life from an open page of a case; who else is there."""
    actor = current_actor()
    with database().unit() as session:
        case = find_case(session, actor, public_id)
        moment = real_now(session)
        presence.be_there(session, actor, moment, case.id)
        names = presence.others(session, actor, moment, case.id)
    return page("console/here.html", names=names)


def _next(leave: int | None) -> str | None:
    actor, person = current_actor(), person_here()
    teams = [*(sorted(person.team_keys) if person else []), *(str(role) for role in actor.roles)]
    with database().reading() as session:
        chosen = choosing.next_for(session, actor, now(), real_now(session), teams, leave=leave)
        if chosen is None:
            return None
        kind = "case" if isinstance(chosen, Case) else "task"
        return url_for(f"console.{kind}", public_id=chosen.public_id)


def _until(session: Session, case: Case, wished: str) -> datetime:
    calendar, at = session.get_one(Brand, case.brand_id).calendar, now()
    match wished:
        case "noon":
            return add(calendar, at, Delay(2, "business hours"))
        case "tomorrow":
            return add(calendar, at, Delay(1, "business days"), time(9))
        case "two_days":
            return add(calendar, at, Delay(2, "business days"), time(9))
        case "week":
            return add(calendar, at, Delay(5, "business days"), time(9))
    try:
        moment = datetime.combine(datetime.fromisoformat(wished).date(), time(9), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UntilWhen from None
    if not at < moment < at + FARTHEST:
        raise UntilWhen
    return moment
