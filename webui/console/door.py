"""What all pages of the console share: the blueprint, who may come in, the channel, the contact in progress."""

from datetime import datetime

from flask import Blueprint, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.permissions import Permission
from cases.cases import Case
from cases.contacts import IDLE, Contact, contact_for_visit
from webui.console import facts, thread, words
from webui.requests import permission_required

blueprint = Blueprint("console", __name__, url_prefix="/console")
for _filter in (
    words.because_name,
    words.capital,
    words.in_words,
    words.input_label,
    words.iso_day,
    words.outcome_name,
    words.reason_name,
    words.source_name,
    words.language_name,
    words.stored,
    words.told,
    words.why_unread,
    thread.in_html,
    facts.carrier_of,
    facts.fact_title,
    facts.is_main,
    facts.main_fields,
    facts.number_of,
    facts.other_fields,
    facts.result_of,
):
    blueprint.add_app_template_filter(_filter)

CHANNELS = ("phone", "mail", "chat")
"""What an agent speaks on; a process may word its texts for each."""

handlers_only = permission_required(Permission.CUSTOMER_FIND)
"""Guards pages that show customers and cases: those who handle them, and nobody else of the staff."""


def channel_wished(fallback: str = "phone") -> str:
    """The channel the form or the address names, else `fallback`."""
    named = request.form.getlist("channel") or request.args.getlist("channel") or [""]
    wished = named[-1]  # a pressed button says more than the form it stands in
    return wished if wished in CHANNELS else fallback if fallback in CHANNELS else CHANNELS[0]


def contact_in_progress(session: Session, actor: Actor, now: datetime, case: Case, channel: str) -> Contact:
    """The contact that this act of an agent belongs to: begun by the first act, over after half an hour without one.

    A change of channel within it is the same contact: the customer asked once.
    """
    contact = contact_under_way(session, actor, now, case)
    if contact is None:
        return contact_for_visit(session, actor, now, case, visit=_visit(actor), channel=channel)
    contact.active_at = max(contact.active_at, now)
    return contact


def contact_under_way(session: Session, actor: Actor, now: datetime, case: Case) -> Contact | None:
    """The contact that this agent's next act belongs to; None when that act begins one."""
    contact = session.scalars(_LATEST, {"case_id": case.id, "visit": _visit(actor)}).one_or_none()
    return None if contact is None or now - contact.active_at >= IDLE else contact


_LATEST = (
    select(Contact)
    .where(Contact.case_id == bindparam("case_id"), Contact.visit == bindparam("visit"), Contact.ended_at.is_(None))
    .order_by(Contact.started_at.desc(), Contact.id.desc())
    .limit(1)
)


def _visit(actor: Actor) -> str:
    return f"agent:{actor.person_id}"
