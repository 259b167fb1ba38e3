"""What all pages of the console share: the blueprint, who may come in, the channel, the contact in progress."""

from datetime import datetime

from flask import Blueprint, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import table_of
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
    words.why_failed,
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
    found = number_of_contact_under_way(session, actor, now, case)
    return None if found is None else session.get_one(Contact, found)


def number_of_contact_under_way(session: Session, actor: Actor, now: datetime, case: Case) -> int | None:
    """Its id, which is all that a step of a walk needs."""
    latest = session.execute(_LATEST, {"case_id": case.id, "visit": _visit(actor)}).one_or_none()
    return None if latest is None or now - latest.active_at >= IDLE else latest.id


_CONTACT = table_of(Contact).c
_LATEST = (
    select(_CONTACT.id, _CONTACT.active_at)
    .where(_CONTACT.case_id == bindparam("case_id"), _CONTACT.visit == bindparam("visit"), _CONTACT.ended_at.is_(None))
    .order_by(_CONTACT.started_at.desc(), _CONTACT.id.desc())
    .limit(1)
)


def _visit(actor: Actor) -> str:
    return f"agent:{actor.person_id}"
