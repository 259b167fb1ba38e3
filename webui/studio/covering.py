"""Scenarios played, what they go through drawn on the tree, and suggestions for what they leave out."""

from datetime import date
from itertools import count

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.brands import Brand
from base.calendars import calendars_of
from base.languages import N_
from base.permissions import Permission, allowed
from processes.coverage import Coverage, coverage_of
from processes.drafts import begin_draft, draft_of, save_draft
from processes.language.compile import compile_document
from processes.language.faults import FaultyDocument
from processes.outline import outline_of
from processes.past_cases import past_case, scenario_on_draft
from processes.scenarios import Outcome, run_scenarios
from processes.suggesting import Suggestion, suggest
from processes.versions import library_of
from webui.formats import day
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import DRAFT, Chosen, blueprint, choose
from webui.studio.material import words
from webui.studio.said import deed_said


@blueprint.get("/<key>/scenarios")
@permission_required(Permission.PROCESS_READ)
def scenarios(key: str) -> Response:
    with database().reading() as session:
        chosen = _chosen(session, key)
        outcomes = _played(session, chosen)
        has_draft = draft_of(session, current_actor().brand_id, key) is not None
        said = words(session, current_actor().brand_id, chosen.document)
    covered = coverage_of(chosen.document, outcomes)
    return page(
        "studio/scenarios.html", tab="scenarios", key=key, chosen=chosen, version=chosen.version, title=chosen.title,
        outcomes=outcomes, difference=lambda each: tell(each.problem, **each.params) if each.problem else "",
        passed=sum(outcome.passed for outcome in outcomes), covered=covered, has_draft=has_draft,
        outline=outline_of(chosen.document, language(), said), marks=marks_of(covered), deed_said=deed_said,
        may_write=allowed(current_actor(), Permission.PROCESS_WRITE),
    )  # fmt: skip


@blueprint.get("/<key>/scenarios/suggested")
@permission_required(Permission.PROCESS_WRITE)
def suggested(key: str) -> Response:
    with database().reading() as session:
        chosen = _chosen(session, key)
        suggestions = _suggestions(session, chosen)
    return page(
        "studio/suggested.html", tab="scenarios", key=key, chosen=chosen, version=chosen.version, title=chosen.title,
        suggestions=suggestions,
    )  # fmt: skip


@blueprint.post("/<key>/scenarios/suggested")
@permission_required(Permission.PROCESS_WRITE)
def keep_suggested(key: str) -> Response:
    """Put the ticked suggestions into the draft."""
    wanted = set(request.form.getlist("keep"))
    with database().unit() as session:
        chosen = _chosen(session, key)
        kept = [each.scenario for each in _suggestions(session, chosen) if each.scenario.name in wanted]
        draft = begin_draft(session, current_actor(), now(), key)
        known = list(draft.document.get("scenarios") or [])
        names = {each.get("name") for each in known}
        more = [each.model_dump(mode="json", exclude_unset=True) for each in kept if each.name not in names]
        body = {**draft.document, "scenarios": [*known, *more]}
        save_draft(session, current_actor(), now(), key, body, draft.revision)
    flash(tell(N_("%(number)s scenarios are in the draft now."), number=len(more)), "good")
    return see(url_for("studio.scenarios", key=key, of=DRAFT))


@blueprint.post("/<key>/scenarios/from-case")
@permission_required(Permission.PROCESS_WRITE)
def keep_past(key: str) -> Response:
    """Make a scenario of a past case, without who it was, and put it into the draft."""
    with database().unit() as session:
        actor = current_actor()
        past = past_case(session, actor, key, request.form.get("case", ""))
        draft = begin_draft(session, actor, now(), key)
        made = scenario_on_draft(session, actor.brand_id, key, past)
        known = list(draft.document.get("scenarios") or [])
        wanted = tell(N_("Past case of %(day)s"), day=day(date.fromisoformat(made.name)))
        name = _free_name(wanted, {str(each.get("name")) for each in known})
        body = made.model_copy(update={"name": name}).model_dump(mode="json", exclude_unset=True)
        save_draft(session, actor, now(), key, {**draft.document, "scenarios": [*known, body]}, draft.revision)
    kept = N_("“%(name)s” is a scenario of the draft now; names, addresses and numbers are masked.")
    flash(tell(kept, name=name), "good")
    return see(url_for("studio.scenarios", key=key, of=DRAFT))


def _free_name(wanted: str, taken: set[str]) -> str:
    """With a number behind it where another scenario is called so."""
    numbered = (f"{wanted} ({number})" for number in count(2))
    return wanted if wanted not in taken else next(each for each in numbered if each not in taken)


def marks_of(covered: Coverage) -> dict[str, list[tuple[str, str]]]:
    """Chips on the tree for what no scenario goes through."""
    never, left = (tell(N_("no scenario")), "warn"), covered.steps_left
    marks = {step: [never] for step in left}
    for step, branch in covered.branches_left:
        if step not in left:
            marks.setdefault(f"{step}/{branch}", []).append(never)
            if branch.startswith("row "):
                words = tell(N_("row %(number)s: no scenario"), number=branch.removeprefix("row "))
                marks.setdefault(step, []).append((words, "warn"))
    return marks


def _chosen(session: Session, key: str) -> Chosen:
    return choose(session, key, DRAFT if request.values.get("of") == DRAFT else None)


def _played(session: Session, chosen: Chosen) -> list[Outcome]:
    compiled = compile_document(chosen.document)
    if any(fault.level == "error" for fault in compiled.faults):
        raise FaultyDocument(compiled.faults)
    brand_id = current_actor().brand_id
    programs = library_of(session).programs(session, brand_id)
    calendar = session.get_one(Brand, brand_id).calendar
    return run_scenarios(chosen.document, compiled.checked(), programs, calendar, calendars_of(session))


def _suggestions(session: Session, chosen: Chosen) -> list[Suggestion]:
    outcomes = _played(session, chosen)
    brand_id = current_actor().brand_id
    programs = library_of(session).programs(session, brand_id)
    calendar = session.get_one(Brand, brand_id).calendar
    program = compile_document(chosen.document).checked()
    return suggest(chosen.document, program, programs, outcomes, calendar, calendars_of(session))
