"""The try-out pane: walks a draft as it stands in the author's page, on sample data or on a real order."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Response, jsonify, make_response, request

from base.brands import Brand
from base.calendars import calendars_of
from base.errors import Invalid
from base.languages import N_
from base.permissions import Permission
from processes.facts import Asked
from processes.judging import judge, live_documents
from processes.language.compile import compile_document
from processes.language.json import MOST_BYTES, read_json
from processes.trying import Reads, try_out, waiting_told, written
from processes.versions import library_of
from processes.walk.events import WALKERS, Reading, Walker
from processes.walk.turn import WantedFact
from processes.wording import Reader
from webui.i18n import language, tell
from webui.requests import current_actor, database, now, permission_required, workings
from webui.studio.door import blueprint

CHANNELS = {"agent": "phone", "customer": "selfcare", "robot": "robot", "assistant": "assistant"}


class CannotBeTried(Invalid):
    """The draft has errors that keep it from being walked."""

    sentence = N_("The draft cannot be tried out yet: %(problem)s")


@blueprint.post("/<key>/draft/try")
@permission_required(Permission.PROCESS_WRITE)
def try_draft(key: str) -> Response:
    """One more look at a try-out. Nothing is stored, and nothing is done but reading."""
    request.max_content_length = MOST_BYTES
    asked = read_json(request.get_data())
    with database().reading() as session:
        brand = session.get_one(Brand, current_actor().brand_id)
        others = live_documents(session, brand.id)
        programs, calendar, zone = library_of(session).programs(session, brand.id), brand.calendar, brand.zone
        calendars = calendars_of(session)
    judgement = judge(cast("dict[str, Any]", asked.get("document", {})), others)
    if judgement.document is None:
        raise CannotBeTried(problem=judgement.faults[0].tell(language()))
    compiled = compile_document(judgement.document)
    errors = [fault for fault in compiled.faults if fault.level == "error"]
    if errors:
        raise CannotBeTried(problem=errors[0].tell(language()))
    walker = cast(Walker, asked.get("walker") if asked.get("walker") in WALKERS else "agent")
    order = str(asked.get("order") or "").strip()
    answers = dict(cast("dict[str, Any]", asked.get("answers") or {}))
    if order and "order_number" in judgement.document.needs:
        answers["order_number"] = order
    reader = Reader(
        walker=walker, channel=CHANNELS[walker], languages=(language(), *judgement.document.written_languages()),
        zone=zone, calendar=calendar,
    )  # fmt: skip
    at = _moment(asked.get("at"), zone)
    tried = try_out(
        judgement.document, compiled.checked(), programs, calendar, reader, walker=walker, at=at,
        moves=cast("list[Any]", asked.get("moves") or []), facts=cast("dict[str, Any]", asked.get("facts") or {}),
        answers=answers, reads=_real() if order else None, calendars=calendars,
    )  # fmt: skip
    return make_response(
        jsonify(
            entries=tried.entries, waiting=waiting_told(tried.waiting), words=tried.words, now=written(tried.now),
            visited=tried.visited, facts=tried.facts, expect=tried.expect, at=at.isoformat(), answers=answers,
            problem=tell(tried.problem.sentence, **tried.problem.params) if tried.problem else "",
        )
    )  # fmt: skip


def _moment(given: object, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(given)) if given else now()
    except ValueError:
        moment = now()
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _real() -> Reads:
    """Reads facts from the real services, as a walk of this brand would."""
    brand_id, moment, facts = current_actor().brand_id, now(), workings().walks.facts

    def read(wanted: WantedFact) -> Reading:
        asked = Asked(brand_id=brand_id, case_id=0, customer_id=None, now=moment, inputs=wanted.inputs)
        [found] = facts.read([wanted], asked)
        return found.reading

    return read
