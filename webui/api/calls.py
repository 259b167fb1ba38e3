"""The calls: find words, list processes, begin or take up a guided path, answer it, see where it stands."""

from typing import Any

from flask import Response, request

from base.errors import Unavailable
from base.languages import LANGUAGES, N_, spoken
from base.permissions import Permission, require
from cases.cases import Case
from cases.contacts import contact_for_visit
from kb.search import Audience, Hit, find
from processes.rows import WalkRow
from processes.versions import document_of, live_versions
from processes.walk.events import Answered, Confirmed, Event
from processes.walks import walker_of
from webui.api import models
from webui.api.door import answer, blueprint, body_as, caller, caller_needed, walk_for_caller
from webui.api.schemas import needs_schema
from webui.api.states import state_of
from webui.beginning import arrive_at, matter_named, may_begin, set_going
from webui.identification import claimed, look_at, verify
from webui.requests import database, now, workings

MOST = 50


class NotMatched(Unavailable):
    """The order does not exist, the proof is not its own, or there were too many tries: the answers are alike."""

    sentence = N_("Order number and postcode or mail address do not go together.")
    status = 422


class ShopSilent(Unavailable):
    """The shop could not check the order."""

    sentence = N_("Our shop does not answer at the moment.")


@blueprint.get("/search")
@caller_needed
def search() -> Response:
    """Articles and processes with these words."""
    actor = caller().actor
    require(actor, Permission.ARTICLE_READ)
    audience: Audience = "customer" if actor.kind == "assistant" else "agent"
    language = _language(request.args.get("language", ""))
    limit = request.args.get("limit", "20")
    with database().reading() as session:
        hits = find(
            session, actor.brand_id, request.args.get("q", "")[:500], language=language, audience=audience,
            limit=min(int(limit), MOST) if limit.isdecimal() and len(limit) < 6 else 20,
        )  # fmt: skip
    return answer(models.Hits(hits=[_found(hit) for hit in hits]))


@blueprint.get("/processes")
@caller_needed
def processes() -> Response:
    """The published processes that the caller may start, with what each needs to know first."""
    actor = caller().actor
    library = workings().walks.library
    with database().reading() as session:
        live = [
            version
            for version in live_versions(session, actor.brand_id)
            if may_begin(library.program_of(version), walker_of(actor))
        ]
        listed = [
            models.Process(
                key=version.process.key, title=version.process.title, reason=version.process.reason,
                version=version.number, audience=version.process.audience, needs=needs_schema(document_of(version)),
            )
            for version in live
        ]  # fmt: skip
    return answer(models.Processes(processes=listed))


@blueprint.post("/walks")
@caller_needed
def start() -> Response:
    """Begin a process about an order; the open case about it is taken up instead, where there is one."""
    wished, here = body_as(models.Start), caller()
    require(here.actor, Permission.WALK_START)
    with database().reading() as session:
        matter = matter_named(session, here.actor.brand_id, wished.process, walker_of(here.actor))
    if here.actor.kind == "assistant":
        _prove(wished)
    sight = look_at(wished.order_number, here.actor.brand_id)
    arrival = arrive_at(
        here.actor, matter, sight, now(), language=wished.language, channel=wished.channel, visit=here.visit
    )
    set_going(
        here.actor, arrival.case_id, matter.key, number=sight.number, language=wished.language,
        channel=wished.channel, contact_id=arrival.contact_id,
    )  # fmt: skip
    return _state(arrival.case_id, wished.language, 201 if arrival.fresh else 200)


@blueprint.post("/walks/<walk_id>/answers")
@caller_needed
def answer_question(walk_id: str) -> Response:
    """Answer the question in hand."""
    given = body_as(models.Answer)
    return _advance(walk_id, Answered, step=given.step, visit=given.visit, value=given.value)


@blueprint.post("/walks/<walk_id>/confirmations")
@caller_needed
def confirm(walk_id: str) -> Response:
    """Let an act be done, or not."""
    given = body_as(models.Confirmation)
    return _advance(walk_id, Confirmed, step=given.step, visit=given.visit, yes=given.yes)


@blueprint.get("/walks/<walk_id>")
@caller_needed
def state(walk_id: str) -> Response:
    """Where a guided path stands."""
    walk, case = walk_for_caller(walk_id)
    wished = request.args.get("language", "")
    return answer(state_of(caller().actor, walk, case, wished if wished in LANGUAGES else case.language))


# --- what the calls share --------------------------------------------------------------------------------------------


def _prove(wished: models.Start) -> None:
    """An assistant knows no more of an order than its customer can prove. Raises NotMatched, ShopSilent."""
    claim = claimed(wished.order_number, wished.mail or wished.postcode or "", caller().actor.brand_id)
    here = caller()
    verdict = verify(claim, here.actor.brand_id, f"{here.visit}:{wished.caller}") if claim.proof else "wrong"
    if verdict == "silent":
        raise ShopSilent
    if verdict == "wrong":
        raise NotMatched


def _advance(walk_id: str, kind: type[Event], **said: Any) -> Response:
    """One turn of a walk, and what it decided carried out at once."""
    walk, case = walk_for_caller(walk_id)
    here = caller()
    standing = workings().walks.standing(here.actor, walk_id)
    channel, language = standing.walk.channel, standing.walk.language or case.language
    with database().unit() as session:
        row = session.get_one(Case, case.id)
        contact = contact_for_visit(session, here.actor, now(), row, visit=here.visit, channel=channel).id
    event = kind(walker=walker_of(here.actor), channel=channel, language=language, **said)
    shown = workings().walks.carry_on(walk_id, event, actor=here.actor, contact_id=contact)
    workings().porter.deliver(shown.effect_ids, here.actor, channel)
    return answer(state_of(here.actor, walk, case, language))


def _state(case_id: int, language: str, status: int) -> Response:
    with database().reading() as session:
        case = session.get_one(Case, case_id)
        walk = session.get_one(WalkRow, case.front_walk_id)
    return answer(state_of(caller().actor, walk, case, language), status)


def _found(hit: Hit) -> models.Found:
    return models.Found(
        kind=hit.kind, ref=hit.ref, language=hit.language, title=_joined(hit.title), snippet=_joined(hit.snippet),
        score=hit.score,
    )  # fmt: skip


def _language(wished: str) -> str:
    return wished if wished in LANGUAGES else spoken(*LANGUAGES)


def _joined(pieces: tuple[tuple[str, bool], ...]) -> str:
    return "".join(text for text, _ in pieces)
