"""What a customer does to a walk: answers, confirms, goes back. Each form names the step and visit it was shown for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from base.clock import real_now
from base.errors import ArianeError
from base.languages import N_
from cases.attachments import TooManyFiles, attach
from cases.cases import Case, CaseIsClosed
from cases.contacts import contact_for_visit
from processes.rows import WalkEventRow
from processes.walk.errors import StaleStep
from processes.walk.events import Answered, Confirmed, Event
from processes.walk.turn import Asking, Field
from processes.walks import AnswerRefused, Shown, WalkHasMoved, WalkIsBroken
from webui import attempts, photos
from webui.answers import PREFIX, answer_of, given_by, problems_told
from webui.attempts import Limit
from webui.beginning import process_of, set_going
from webui.i18n import language, tell
from webui.partials import see
from webui.requests import database, now, workings
from webui.selfcare.asking_people import person_takes_over
from webui.selfcare.case_pages import arrived, show, waiting_of
from webui.selfcare.door import CHANNEL, blueprint
from webui.selfcare.standing import Tried, answers_of, reader_of
from webui.selfcare.visitors import Visitor, visit, visitor_of

MOVED = N_("This has already been answered, or has moved on in the meantime. Here is where your case stands now.")
CLOSED = N_("Your case has been closed in the meantime.")
BROKEN = N_("We cannot go on by ourselves from here: a person of our team has been told and answers you.")
NOT_BACK = N_("This can no longer be changed here. If something is wrong, ask for a person: your case is at hand.")


BY_CASE = Limit(purpose="selfcare.photo", most=5, within=timedelta(days=1))


class TooManyPhotos(ArianeError):
    """A case holds a few photos, not an album."""

    sentence = N_("You have sent several photos today. Please ask for a person if more are needed.")
    status = 429


@blueprint.url_value_preprocessor
def leave_room_for_photos(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything reads the form: an answer may bring a photo."""
    if endpoint == "selfcare.answer":
        request.max_content_length = photos.LARGEST + 1024 * 1024


@blueprint.post("/case/<case_id>/answer")
def answer(case_id: str) -> Response:
    """Take the answer to the question in hand; the same answer twice is one answer."""
    here = visitor_of(case_id)
    waiting = waiting_of(here)
    step, visited = _named()
    if not isinstance(waiting, Asking) or (waiting.step, waiting.visit) != (step, visited):
        return _too_late(here)
    given, problems = _given(here, waiting)
    if problems:
        return show(here, status=422, tried=Tried(given=given, problems=problems))
    event = Answered(
        walker="customer", channel=CHANNEL, language=language(), step=step, visit=visited,
        value=answer_of(step, waiting.fields, given),
    )  # fmt: skip
    try:
        return _advance(here, event)
    except AnswerRefused as refused:
        return show(here, status=422, tried=Tried(given=given, problems=problems_told(refused.problems)))


@blueprint.post("/case/<case_id>/confirm")
def confirm(case_id: str) -> Response:
    """Let an act be done, or not."""
    step, visited = _named()
    yes = request.form.get("yes") == "yes"
    event = Confirmed(walker="customer", channel=CHANNEL, language=language(), step=step, visit=visited, yes=yes)
    return _advance(visitor_of(case_id), event)


@blueprint.post("/case/<case_id>/back")
def back(case_id: str) -> Response:
    """Return to an earlier question: the one the form names, else the last one answered."""
    here = visitor_of(case_id)
    if here.walk is None or here.case.closed:
        return show(here)
    standing = workings().walks.standing(here.actor, here.walk.public_id)
    given = answers_of(standing, reader_of(standing))
    place = request.form.get("back", "")
    wanted = next((each for each in given if f"{each.path}{each.step}" == place), given[-1] if given else None)
    if wanted is None:
        return arrived(case_id)
    contact = _contact(here)
    try:
        shown = workings().walks.go_back(
            here.walk.public_id, wanted.step, actor=here.actor, channel=CHANNEL, language=language(),
            path=wanted.path, contact_id=contact,
        )  # fmt: skip
    except (WalkHasMoved, CaseIsClosed, StaleStep):
        return show(visitor_of(case_id), status=409, notice=tell(NOT_BACK))
    return _delivered(here, shown)


@blueprint.post("/case/<case_id>/begin")
def begin(case_id: str) -> Response:
    """Set a case going whose walk was interrupted before its first question."""
    here = visitor_of(case_id)
    with database().reading() as session:
        process = here.walk.process if here.walk else process_of(session, here.case)
    number = here.case.order.number if here.case.order else ""
    try:
        if process is not None:
            set_going(
                here.actor, here.case.id, process, number=number, language=language(), channel=CHANNEL,
                contact_id=_contact(here),
            )  # fmt: skip
    except WalkIsBroken:
        return _broken(here)
    return arrived(case_id)


# --- the turn --------------------------------------------------------------------------------------------------------


def _advance(here: Visitor, event: Event) -> Response:
    if here.walk is None:
        return show(here)
    try:
        shown = workings().walks.carry_on(here.walk.public_id, event, actor=here.actor, contact_id=_contact(here))
    except WalkHasMoved:
        return _too_late(here)
    except CaseIsClosed:
        return show(visitor_of(here.case.public_id), status=409, notice=tell(CLOSED))
    except WalkIsBroken:
        return _broken(here)
    return _delivered(here, shown)


def _delivered(here: Visitor, shown: Shown) -> Response:
    """Acts just decided are done at once, and the page says how they went."""
    workings().porter.deliver(shown.effect_ids, here.actor, CHANNEL)
    return arrived(here.case.public_id)


def _too_late(here: Visitor) -> Response:
    """The step has been left. A second click of the same answer goes on; anything else is told where things stand."""
    if _answered_alike(here, *_named()):
        return arrived(here.case.public_id)
    return show(visitor_of(here.case.public_id), status=409, notice=tell(MOVED))


def _broken(here: Visitor) -> Response:
    person_takes_over(here.actor, here.case.id)
    flash(tell(BROKEN), "warn")
    return see(url_for("selfcare.person", case_id=here.case.public_id))


def _contact(here: Visitor) -> int:
    """The contact that this click belongs to."""
    with database().unit() as session:
        case = session.get_one(Case, here.case.id)
        return contact_for_visit(session, here.actor, now(), case, visit=visit(), channel=CHANNEL).id


# --- the form --------------------------------------------------------------------------------------------------------


def _given(here: Visitor, waiting: Asking) -> tuple[dict[str, Any], dict[str, str]]:
    """What the form says, its photos kept; and what is wrong with them, by field."""
    given, problems = given_by(waiting.fields, request.form, here.case.brand_id), {}
    for name, upload in _photos_sent(waiting.fields).items():
        try:
            _may_send(here)
            kept = photos.keep_photo(upload)
            _put_into_case(here, kept, upload.filename or name)
            given[name] = photos.address_of(kept)
        except (photos.NotAPhoto, photos.PhotoTooLarge, TooManyPhotos, TooManyFiles) as trouble:
            problems[name] = trouble.tell(language())
    return given, problems


def _photos_sent(fields: Sequence[Field]) -> dict[str, FileStorage]:
    """The photos that the form sent, by name."""
    sent = {field.name: request.files.get(PREFIX + field.name) for field in fields if field.kind == "file"}
    return {name: upload for name, upload in sent.items() if upload is not None and upload.filename}


def _put_into_case(here: Visitor, kept: photos.Kept, name: str) -> None:
    """Among the files of the case, where the adviser sees it."""
    with database().unit() as session:
        case = session.get_one(Case, here.case.id)
        attach(
            session, here.actor, now(), case, kind=kept.kind, name=name, stored=kept.stored, size=kept.size,
            digest=kept.digest,
        )  # fmt: skip


def _may_send(here: Visitor) -> None:
    with database().unit() as session:
        if not attempts.spend(session, BY_CASE, here.case.public_id, real_now(session)):
            raise TooManyPhotos


def _named() -> tuple[str, int]:
    """The step and visit that the form was shown for."""
    visited = request.form.get("visit", "")
    return request.form.get("step", "")[:200], int(visited) if visited.isdecimal() and len(visited) < 9 else 0


def _answered_alike(here: Visitor, step: str, visited: int) -> bool:
    """Whether the walk has taken this very answer already."""
    if here.walk is None:
        return False
    wanted = select(WalkEventRow).where(WalkEventRow.walk_id == here.walk.id, WalkEventRow.kind == "answered")
    with database().reading() as session:
        taken = [row.payload for row in session.scalars(wanted.order_by(WalkEventRow.number.desc()).limit(20))]
    return any((event["step"], event["visit"]) == (step, visited) and _says(step, event["value"]) for event in taken)


def _says(step: str, value: Any) -> bool:
    """Whether the form says what was answered then."""
    match value:
        case str():
            return request.form.get(PREFIX + step, "").strip() == value.strip()
        case list():
            return request.form.getlist(PREFIX + step) == value
        case dict():
            return all(request.form.get(PREFIX + name, "") == str(part) for name, part in value.items())
        case _:
            return False
