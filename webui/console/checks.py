"""The robot's rendezvous, as an agent may change them: another time, none at all, once more, or again after all."""

from datetime import UTC, datetime, time, timedelta

from flask import Response, flash, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.errors import Conflict, Invalid
from base.languages import N_
from base.permissions import Permission
from cases import follow_ups
from cases.cases import Case, find_case
from cases.follow_ups import FollowUp, TooLate
from webui.console.cases import back_to, overtaken
from webui.console.door import blueprint
from webui.formats import when
from webui.i18n import tell, zone
from webui.requests import current_actor, database, now, permission_required

planning = permission_required(Permission.FOLLOW_UP_PLAN)
FARTHEST = timedelta(days=370)
AT = time(9)
"""When the robot comes on a day that was chosen without an hour."""


class NoSuchMoment(Invalid):
    """The date is none, is past, or is too far away."""

    sentence = N_("Please choose a day from today on, within a year.")


@blueprint.post("/cases/<public_id>/check/postpone")
@planning
def postpone(public_id: str) -> Response:
    """The robot comes on another day; where it was to come no more, it comes again."""
    until = moment_chosen(request.form.get("on", ""), request.form.get("at", ""))
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            case, check = _check(session, public_id)
            if check.state == "waiting":
                follow_ups.postpone(session, actor, at, check, until)
            else:
                _plan_again(session, case, check, until)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("The robot looks %(when)s."), when=when(until)), "good")
    return back_to(public_id)


@blueprint.post("/cases/<public_id>/check/cancel")
@planning
def cancel(public_id: str) -> Response:
    try:
        with database().unit() as session:
            _, check = _check(session, public_id)
            follow_ups.cancel(session, current_actor(), now(), check)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("The robot will not look at this case any more.")), "warn")
    return back_to(public_id)


@blueprint.post("/cases/<public_id>/check/again")
@planning
def again(public_id: str) -> Response:
    """A robot that gave up tries once more at its next round."""
    try:
        with database().unit() as session:
            _, check = _check(session, public_id)
            follow_ups.try_again(session, current_actor(), now(), check)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("The robot tries again at its next round.")), "good")
    return back_to(public_id)


def _check(session: Session, public_id: str) -> tuple[Case, FollowUp]:
    """The case and the rendezvous that the form names. Raises TooLate when the case has none of that name."""
    case = find_case(session, current_actor(), public_id)
    named = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.public_id == request.form.get("check", ""))
    check = session.scalars(named).one_or_none()
    if check is None:
        raise TooLate
    return case, check


def _plan_again(session: Session, case: Case, check: FollowUp, until: datetime) -> None:
    """After it was taken back, as it was planned before. A robot that is just at it is left alone."""
    if check.state != "cancelled" or case.closed:
        raise TooLate
    follow_ups.plan(
        session,
        current_actor(),
        now(),
        case,
        walk_id=check.walk_id,
        version_id=check.version_id,
        process=check.process,
        step=check.step,
        visit=check.visit,
        due_at=until,
        lane=check.lane,
        label=check.label,
        patience_until=until + timedelta(hours=6),
    )


def moment_chosen(on: str, at: str) -> datetime:
    """A day and perhaps an hour of the reader's zone. Raises NoSuchMoment."""
    try:
        day = datetime.fromisoformat(on).date()
        hour = time.fromisoformat(at) if at else AT
        moment = datetime.combine(day, hour.replace(tzinfo=None), zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoSuchMoment from None
    if not now() < moment < now() + FARTHEST:
        raise NoSuchMoment
    return moment
