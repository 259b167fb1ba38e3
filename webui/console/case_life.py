"""The contacts of a case: what came and when, what counts, what belongs elsewhere, whom of ours was asked; and why."""

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.errors import Conflict, Invalid
from base.languages import N_, pick
from base.money import Money
from base.permissions import Permission
from base.reasons import REASONS
from base.settings import values_of
from cases import boards, contacts
from cases.cases import Case, NoSuchCase, change_reason, find_case, locked
from cases.contacts import INTERNAL, Contact
from webui.console.door import blueprint, handlers_only
from webui.console.words import capital, reason_name
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required

writing = permission_required(Permission.CASE_WRITE)
MINUTE_COST = "internal_minute_cost"
"""Setting: what a minute of an internal contact costs, "0.70 EUR"."""
LONGEST = 480
WITH_WHOM = {
    "accounting": N_("accounting"),
    "logistics": N_("logistics"),
    "store": N_("a store"),
    "carrier": N_("a carrier"),
    "other": N_("somebody else"),
}


class NotMinutes(Invalid):
    """An internal contact lasted some minutes, with somebody."""

    sentence = N_("Please say with whom, and how many minutes it took (1 to 480).")


@blueprint.app_template_filter()
def whom(key: str | None) -> str:
    """With whom an internal contact was."""
    return tell(WITH_WHOM[key]) if key in WITH_WHOM else key or ""


@blueprint.get("/cases/<public_id>/contacts")
@handlers_only
def contacts_page(public_id: str) -> Response:
    actor = current_actor()
    with database().reading() as session:
        case = find_case(session, actor, public_id)
        rows = boards.contacts_of_case(session, case.id)
        settings = values_of(session, actor.brand_id)
    leaves = [
        (row["key"], pick({k: v for k, v in row.items() if k != "key"}, language())) for row in _reasons(settings)
    ]
    known = leaves or [(case.reason, capital(reason_name(case.reason)))]
    internal = [row for row in rows if row.direction == "internal"]
    cost = sum(row.cost_minor or 0 for row in internal)
    return page(
        "console/contacts.html",
        case=case,
        rows=rows,
        reasons=known,
        with_whom=INTERNAL,
        internal=internal,
        cost=Money(cost, "EUR") if cost else None,
    )


@blueprint.post("/cases/<public_id>/contacts/<contact_id>/courtesy")
@writing
def say_courtesy(public_id: str, contact_id: str) -> Response:
    actor, at = current_actor(), now()
    with database().unit() as session:
        contact = _contact(session, public_id, contact_id)
        contacts.say_courtesy(session, actor, at, contact, request.form.get("courtesy") == "yes")
    flash(tell(N_("Counted anew.")), "good")
    return see(url_for("console.contacts_page", public_id=public_id))


@blueprint.post("/cases/<public_id>/contacts/<contact_id>/move")
@writing
def move_contact(public_id: str, contact_id: str) -> Response:
    """The contact was about another case: which, by its reference."""
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            contact = _contact(session, public_id, contact_id)
            target = find_case(session, actor, request.form.get("reference", "")[:40])
            contacts.move(session, actor, at, contact, locked(session, target.id))
        flash(tell(N_("The contact is in the other case now.")), "good")
    except (Conflict, NoSuchCase) as trouble:
        flash(trouble.tell(language()), "warn")
    return see(url_for("console.contacts_page", public_id=public_id))


@blueprint.post("/cases/<public_id>/internal")
@writing
def internal_contact(public_id: str) -> Response:
    """Somebody of ours was asked: with whom, and how long it took."""
    actor, at = current_actor(), now()
    with_whom, minutes = request.form.get("with_whom", ""), request.form.get("minutes", 0, type=int)
    if with_whom not in INTERNAL or not 1 <= minutes <= LONGEST:
        raise NotMinutes
    with database().unit() as session:
        case = find_case(session, actor, public_id)
        price = values_of(session, actor.brand_id).get(MINUTE_COST)
        cost = Money.parse(str(price)).minor * minutes if price else None
        contacts.note_internal(session, actor, at, case, with_whom=with_whom, minutes=minutes, cost_minor=cost)
    flash(tell(N_("Noted.")), "good")
    return see(url_for("console.contacts_page", public_id=public_id))


@blueprint.post("/cases/<public_id>/reason")
@writing
def correct_reason(public_id: str) -> Response:
    """The reason was another one: one click, the matter is counted anew."""
    actor, at = current_actor(), now()
    reason = request.form.get("reason", "")[:120]
    try:
        with database().unit() as session:
            case: Case = find_case(session, actor, public_id)
            known = {row["key"] for row in _reasons(values_of(session, actor.brand_id))} | {case.reason}
            if reason in known and reason != case.reason:
                change_reason(session, actor, at, case, reason)
        flash(tell(N_("The reason is corrected.")), "good")
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
    return see(url_for("console.contacts_page", public_id=public_id))


def _reasons(settings: dict[str, object]) -> list[dict[str, str]]:
    rows = settings.get(REASONS)
    return [row for row in rows if isinstance(row, dict) and row.get("key")] if isinstance(rows, list) else []


def _contact(session: Session, public_id: str, contact_id: str) -> Contact:
    case = find_case(session, current_actor(), public_id)
    wanted = select(Contact).where(Contact.case_id == case.id, Contact.public_id == contact_id)
    contact = session.scalars(wanted).one_or_none()
    if contact is None:
        raise NoSuchCase
    return contact
