"""Walking a case on: answers, confirmations, going back, another channel, a look now, back from people, settling.

Every form says where its reader stood (walk, revision, step, visit). Who comes too late does nothing and is shown where
the case stands now.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.errors import Conflict
from base.languages import N_
from base.permissions import Permission
from cases import cases as case_verbs
from cases.cases import find_case
from cases.contacts import keep_up
from cases.effects import Effect
from processes.walk.events import Answered, Confirmed, Event, HandedBack, Woken
from processes.walk.turn import Asking, Field, Waiting
from processes.walks import AnswerRefused, Fence, Shown, waiting_of
from processes.worlds import NoSuchWalk, Standing, walk_named
from webui import answers
from webui.console.cases import back_to, overtaken, show
from webui.console.door import blueprint, channel_wished, contact_in_progress, number_of_contact_under_way
from webui.i18n import tell
from webui.requests import current_actor, database, it_is, now, permission_required, workings

advancing = permission_required(Permission.WALK_ADVANCE)


@blueprint.post("/cases/<public_id>/answer")
@advancing
def answer(public_id: str) -> Response:
    here = _here(public_id)
    waiting = waiting_of(here.standing)
    asked = _fields(waiting)
    given = answers.given_by(asked, request.form, current_actor().brand_id)
    step, visit = _place()
    event = Answered(step=step, visit=visit, value=answers.answer_of(step, asked, given), **_said())
    try:
        shown = _go_on(here, event)
    except AnswerRefused as refused:
        problems = answers.problems_told(refused.problems)
        return show(public_id, status=422, given=given, problems=problems)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    return back_to(public_id, shown)


@blueprint.post("/cases/<public_id>/confirm")
@advancing
def confirm(public_id: str) -> Response:
    step, visit = _place()
    yes = request.form.get("confirm") == "yes"
    return _turn(public_id, Confirmed(step=step, visit=visit, yes=yes, **_said()))


@blueprint.post("/cases/<public_id>/back")
@advancing
def back(public_id: str) -> Response:
    path, _, step = request.form.get("back", "").rpartition("|")
    here = _here(public_id)
    try:
        shown = workings().walks.go_back(
            here.standing.row.public_id, step, actor=current_actor(), channel=channel_wished(), language="", path=path,
            contact_id=here.contact_id,
        )  # fmt: skip
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    return back_to(public_id, _deliver(shown))


@blueprint.post("/cases/<public_id>/channel")
@advancing
def channel(public_id: str) -> Response:
    """The same step in the words of another channel; what was typed stays in the form, nothing is stored."""
    standing = workings().walks.standing(current_actor(), request.form.get("walk", ""))
    given = answers.given_by(_fields(waiting_of(standing)), request.form, current_actor().brand_id)
    if not given:
        return back_to(public_id)
    response = show(public_id, given=given)
    response.headers["HX-Push-Url"] = url_for("console.case", public_id=public_id, channel=channel_wished())
    return response


@blueprint.post("/cases/<public_id>/look")
@advancing
def look(public_id: str) -> Response:
    """The robot's next look, brought forward to now and done by the agent."""
    return _turn(public_id, Woken(**_said()), N_("Looked: nothing new."))


@blueprint.post("/cases/<public_id>/bring-back")
@permission_required(Permission.CASE_WRITE)
def bring_back(public_id: str) -> Response:
    section = request.form.get("section", "")
    actor, at = current_actor(), now()

    def end_hand_over(session: Session) -> None:
        case_verbs.bring_back(session, actor, at, find_case(session, actor, public_id), section=section)

    return _turn(public_id, HandedBack(section=section, **_said()), fence=end_hand_over)


@blueprint.post("/cases/<public_id>/settle")
@permission_required(Permission.EFFECT_SETTLE)
def settle(public_id: str) -> Response:
    """A person found out whether an act that nobody knew about was done."""
    actor = current_actor()
    with database().reading() as session:
        case = find_case(session, actor, public_id)
        wanted = select(Effect.id).where(Effect.case_id == case.id, Effect.public_id == request.form.get("effect", ""))
        effect_id = session.scalars(wanted).one_or_none()
    if effect_id is None:
        raise NoSuchWalk
    happened = request.form.get("happened") == "yes"
    note = request.form.get("note", "").strip()[:2000]
    try:
        shown = workings().porter.settle(actor, effect_id, happened=happened, now=now(), note=note)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    if shown is not None:
        workings().porter.deliver(shown.effect_ids)  # as the robots: whoever settles has no customer on the line
    flash(tell(N_("Noted: it happened.") if happened else N_("Noted: it did not happen.")), "good")
    return back_to(public_id)


# --- one turn ---------------------------------------------------------------------------------------------------------


def _turn(public_id: str, event: Event, unmoved: str = "", fence: Fence | None = None) -> Response:
    """Bring the walk an event; `unmoved` is said when it stays where it stood."""
    step, visit = _place()
    try:
        shown = _go_on(_here(public_id), event, fence)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    if unmoved and (shown.waiting.step, shown.waiting.visit) == (step, visit):
        flash(tell(unmoved), "info")
    return back_to(public_id, shown)


@dataclass(frozen=True, kw_only=True)
class Here:
    """Where an agent acts: the walk that the form names, as it stands, and the contact that he is in."""

    standing: Standing
    contact_id: int


def _here(public_id: str) -> Here:
    """Raises NoSuchWalk for a walk that is not the case's."""
    here = _look_up(public_id)
    if here is not None:
        return here
    # His first act begins a contact, which the walk may count: it is loaded after that.
    actor, at, channel = current_actor(), now(), channel_wished()
    with database().unit() as session:
        contact_in_progress(session, actor, at, find_case(session, actor, public_id), channel)
    here = _look_up(public_id)
    assert here is not None
    return here


def _look_up(public_id: str) -> Here | None:
    """None when no contact of the agent is under way."""
    actor = current_actor()
    with database().reading() as session:
        row = walk_named(session, actor, request.form.get("walk", ""))
        if not row.case.is_named(public_id):
            raise NoSuchWalk
        standing = workings().walks.stand(session, row)
        it_is(standing.now)
        contact = number_of_contact_under_way(session, actor, standing.now, row.case)
    return None if contact is None else Here(standing=standing, contact_id=contact)


def _go_on(here: Here, event: Event, fence: Fence | None = None) -> Shown:
    def within(session: Session) -> None:
        keep_up(session, here.standing.now, here.contact_id)
        if fence is not None:
            fence(session)

    shown = workings().walks.carry_on(
        here.standing, event, actor=current_actor(), revision=request.form.get("revision", -1, type=int),
        contact_id=here.contact_id, fence=within,
    )  # fmt: skip
    return _deliver(shown)


def _deliver(shown: Shown) -> Shown:
    """What the turn decided is done at once; the walk goes on with what came of it."""
    return workings().porter.deliver(shown.effect_ids, current_actor(), channel_wished()) or shown


def _said() -> dict[str, Any]:
    return {"walker": "agent", "channel": channel_wished()}


def _place() -> tuple[str, int]:
    return request.form.get("step", ""), request.form.get("visit", 0, type=int)


def _fields(waiting: Waiting | None) -> tuple[Field, ...]:
    return waiting.fields if isinstance(waiting, Asking) else ()
