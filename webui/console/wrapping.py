"""The end of a contact: a summary written from the path for the agent to edit, the reason, the root cause.

What was asked and answered, done and promised is known already: nobody types it again. Keeping the summary ends the
contact, whose handling time is measured from its first act to this one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.brands import Brand
from base.business_time import Delay, add
from base.causes import Cause, cause_rows, causes
from base.errors import Conflict
from base.languages import LANGUAGES, N_, pick, translate
from base.permissions import Permission
from base.reasons import reason_names
from cases import cases, tasks
from cases.cases import Case, find_case, locked
from cases.contacts import end_contact
from webui.console.cases import back_to, overtaken, title_of
from webui.console.door import blueprint, channel_wished, contact_under_way, handlers_only
from webui.console.facts import fact_title, number_of
from webui.console.files import CaseFile, open_file
from webui.console.guide import Guide, guide_of
from webui.console.words import OUTCOMES, capital, outcome_name, reason_name
from webui.formats import money, when
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required

LONGEST = 5000
OWNER_WITHIN = Delay(5, "business days")
"""How soon the team that owns a cause is to look at it."""


@blueprint.get("/cases/<public_id>/wrap-up")
@handlers_only
def wrap_up(public_id: str) -> Response:
    return show(public_id)


@blueprint.get("/cases/<public_id>/closing")
@permission_required(Permission.CASE_CLOSE)
def closing(public_id: str) -> Response:
    """The same, for a case that a person ends: how it ended, and whether that solves the matter."""
    return show(public_id, closing=True)


def show(
    public_id: str, *, closing: bool = False, status: int = 200, problems: Mapping[str, str] | None = None
) -> Response:
    """The form, filled from the path; with what was typed where it was refused."""
    file = open_file(public_id)
    guide = guide_of(file, channel_wished())
    with database().reading() as session:
        reasons = reason_names(session, file.case.brand_id, language())
        known = causes(session, file.case.brand_id, language())
    reason = file.case.reason
    named = {reason: capital(reason_name(reason)) if reason else tell(N_("not qualified")), **reasons}
    typed = request.form if problems else {"words": summary(file, guide), "reason": reason, "cause": file.case.cause}
    return page(
        "console/wrap_up.html", status=status, closing=closing and not file.case.closed, typed=typed,
        problems=problems or {}, file=file, case=file.case, guide=guide, title=title_of(file),
        reasons=list(named.items()), causes=known,
    )  # fmt: skip


@blueprint.post("/cases/<public_id>/wrap-up")
@permission_required(Permission.CASE_WRITE)
def keep_wrap_up(public_id: str) -> Response:
    """Keep the summary as it was edited; the contact is over, the next case opens where that was wished."""
    if not request.form.get("words", "").strip():
        return show(public_id, status=422, problems={"words": tell(N_("Please write what it came to."))})
    with database().unit() as session:
        _wrap_up(session, public_id)
    flash(tell(N_("Wrapped up: the contact is over.")), "good")
    return _onward(public_id)


@blueprint.post("/cases/<public_id>/close")
@permission_required(Permission.CASE_CLOSE)
def close(public_id: str) -> Response:
    """End the case by hand, with the same words, reason and cause."""
    outcome, solved = request.form.get("outcome", ""), request.form.get("solved", "")
    if not outcome or len(outcome) > 80 or solved not in ("yes", "no"):
        wrong = {
            "solved" if outcome else "outcome": tell(
                N_("Please say how the case ended, and whether that solves the matter.")
            )
        }
        return show(public_id, closing=True, status=422, problems=wrong)
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            case = _wrap_up(session, public_id)
            ended = cases.close(
                session, actor, at, case, outcome=outcome, solved=solved == "yes", cause=case.cause,
                outcome_name=_names(outcome),
            )  # fmt: skip
    except Conflict as trouble:
        return overtaken(public_id, trouble)
    if ended.under_way:
        flash(tell(N_("Closed. What was already being sent cannot be taken back.")), "warn")
    else:
        flash(tell(N_("The case is closed.")), "good")
    return _onward(public_id)


def _onward(public_id: str) -> Response:
    return see(url_for("console.next_case")) if request.form.get("then") == "next" else back_to(public_id)


def _wrap_up(session: Session, public_id: str) -> Case:
    actor, at = current_actor(), now()
    case = locked(session, find_case(session, actor, public_id).id)
    words = request.form.get("words", "").strip()[:LONGEST]
    contact = contact_under_way(session, actor, at, case)
    if contact is not None:
        end_contact(session, actor, at, contact)
    if words:
        cases.sum_up(session, actor, at, case, words, contact_id=contact.id if contact else None)
    _qualify(session, case, words)
    return case


def _names(outcome: str) -> dict[str, str] | None:
    sentence = OUTCOMES.get(outcome)
    return {each: translate(each, sentence) for each in LANGUAGES} if sentence else None


def _qualify(session: Session, case: Case, words: str) -> None:
    actor, at = current_actor(), now()
    reason = request.form.get("reason", "")[:120]
    if reason != case.reason and reason in reason_names(session, case.brand_id, language()):
        cases.change_reason(session, actor, at, case, reason)
    chosen = request.form.get("cause", "")
    cause = next((each for each in causes(session, case.brand_id, language()) if each.key == chosen), None)
    if cause is None:
        return
    row = next(row for row in cause_rows(session, case.brand_id) if row["key"] == cause.key)
    names = {each: row[each] for each in LANGUAGES if row.get(each)}
    cases.say_cause(session, actor, at, case, cause.key, names)
    if cause.team and request.form.get("tell_owner") == "yes":
        _tell_owner(session, case, cause, names, words)


def _tell_owner(session: Session, case: Case, cause: Cause, names: dict[str, str], words: str) -> None:
    """The team that owns the cause looks at it, once for each case and cause."""
    sentence = N_("Look at the root cause: %(cause)s")
    title = {each: translate(each, sentence, cause=pick(names, each)) for each in LANGUAGES}
    calendar = session.get_one(Brand, case.brand_id).calendar
    tasks.create(
        session, current_actor(), now(), case, key=f"cause:{case.public_id}:{cause.key}", team=cause.team, title=title,
        text={language(): words}, due_at=add(calendar, now(), OWNER_WITHIN),
    )  # fmt: skip


# --- the summary ----------------------------------------------------------------------------------------------------


def summary(file: CaseFile, guide: Guide) -> str:
    """What the contact came to, a line each, in the agent's language."""
    return "\n".join(line for line in _lines(file, guide) if line)


def _lines(file: CaseFile, guide: Guide) -> Iterator[str]:
    case = file.case
    about = _Part(N_("About"), title_of(file))
    yield about.line(tell(N_("order %(number)s"), number=case.order.number) if case.order else "")
    for given in guide.trail:
        yield " ".join(part.strip() for part in ("–", given.question, given.answer) if part.strip())
    for fact in guide.facts:
        if fact.status_label and fact.state == "known":
            yield _Part(N_("Seen"), f"{fact_title(fact)} {number_of(fact)}".strip()).line(fact.status_label)
    for effect in file.effects:
        if effect.kind == "act" and effect.state == "done":
            yield _Part(N_("Done"), pick(effect.label or {}, language()) or effect.operation).line(
                money(effect.amount) if effect.amount else ""
            )
    for promise in file.promises:
        if promise.state == "open":
            yield _Part(N_("Promised"), tell(N_("an answer or an act by %(when)s"), when=when(promise.by))).line()
    yield _next(file)


def _next(file: CaseFile) -> str:
    """How it goes on: no contact ends without saying so."""
    case = file.case
    if case.closed:
        return _Part(N_("Closed"), outcome_name(case.outcome)).line()
    if file.check is not None:
        return _Part(N_("Next"), tell(N_("the robot looks %(when)s"), when=when(file.check.due_at))).line()
    if case.team and case.answer_by:
        return _Part(N_("Next"), tell(N_("a team answers by %(when)s"), when=when(case.answer_by))).line()
    return ""


@dataclass(frozen=True)
class _Part:
    label: str
    what: str

    def line(self, more: str = "") -> str:
        written = " · ".join(part for part in (self.what, more) if part)
        return tell(N_("%(label)s: %(what)s."), label=tell(self.label), what=written) if written else ""
