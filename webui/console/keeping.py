"""What an agent does to a case beside walking it: note something, open it again, say what became of a promise."""

from flask import Response, flash, request
from sqlalchemy import select

from base.errors import Conflict, Invalid, NotFound
from base.languages import N_
from base.permissions import Permission
from cases import cases, promises
from cases.cases import find_case, locked
from cases.promises import Promise
from webui.console.cases import back_to, overtaken
from webui.console.door import blueprint
from webui.i18n import tell
from webui.requests import current_actor, database, now, permission_required

LONGEST = 5000


class NothingNoted(Invalid):
    """A note has to say something."""

    sentence = N_("Please write something in the note.")


class HowItWent(Invalid):
    """A promise is settled with what became of it; an excuse says why."""

    sentence = N_("Please say what became of the promise, and why it is no fault where you excuse it.")


class NoSuchPromise(NotFound):
    """The case made no promise of that name."""

    sentence = N_("There is no such promise in this case.")


@blueprint.post("/cases/<public_id>/note")
@permission_required(Permission.CASE_WRITE)
def note(public_id: str) -> Response:
    words = request.form.get("note", "").strip()[:LONGEST]
    if not words:
        raise NothingNoted
    with database().unit() as session:
        actor = current_actor()
        cases.note(session, actor, now(), find_case(session, actor, public_id), words)
    flash(tell(N_("Noted.")), "good")
    return back_to(public_id)


@blueprint.post("/cases/<public_id>/reopen")
@permission_required(Permission.CASE_WRITE)
def reopen(public_id: str) -> Response:
    actor = current_actor()
    try:
        with database().unit() as session:
            cases.reopen(session, actor, now(), find_case(session, actor, public_id))
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("The case is open again.")), "good")
    return back_to(public_id)


@blueprint.post("/cases/<public_id>/promise")
@permission_required(Permission.CASE_WRITE)
def settle_promise(public_id: str) -> Response:
    """A person says what became of a promise."""
    named, became = request.form.get("promise", ""), request.form.get("became", "")
    because = request.form.get(f"because-{named}", "").strip()[:500]
    if became not in ("kept", "broken", "excused") or (became == "excused" and not because):
        raise HowItWent
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            case = locked(session, find_case(session, actor, public_id).id)
            wanted = select(Promise).where(Promise.case_id == case.id, Promise.public_id == named)
            promise = session.scalars(wanted).one_or_none()
            if promise is None:
                raise NoSuchPromise
            if became == "excused":
                promises.excuse(session, actor, at, promise, because)
            else:
                (promises.kept if became == "kept" else promises.broken)(session, actor, at, promise)
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    flash(tell(N_("Noted.")), "good")
    return back_to(public_id)
