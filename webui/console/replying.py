"""Writing to the customer: a mail sent now, in the same conversation; what is being said; what was told by phone."""

from flask import Response, flash, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import new_public_id
from base.errors import Invalid
from base.languages import N_, translate
from base.permissions import Permission
from cases import effects, links, mails, tasks
from cases.cases import Case, find_case, locked
from cases.contacts import begin_contact
from cases.effects import Effect
from cases.tasks import LIVE, Task
from cases.timeline import write
from processes.letters import with_link
from processes.walks import WalkHasMoved, reader_for
from webui.console.cases import back_to, overtaken
from webui.console.door import CHANNELS, blueprint
from webui.i18n import tell
from webui.requests import current_actor, database, now, permission_required, workings

LONGEST = 20_000
SAID = ("say", "hand_over", "close")
"""Kinds of words that are for the customer."""


class NothingSaid(Invalid):
    """An answer says something, and a mail needs an address."""

    sentence = N_("Please write what you tell the customer; a mail needs his address.")


@blueprint.post("/cases/<public_id>/reply")
@permission_required(Permission.CASE_WRITE)
def reply(public_id: str) -> Response:
    actor, by = current_actor(), request.form.get("by", "")
    words = request.form.get("words", "").strip()[:LONGEST]
    if not words or by not in CHANNELS:
        raise NothingSaid
    with database().unit() as session:
        case = locked(session, find_case(session, actor, public_id).id)
        if by == "mail":
            sent = [mailed(session, actor, case, words)]
        else:
            _told(session, actor, case, by, words)
            sent = []
        _answered(session, actor, case)
    workings().porter.deliver(sent)
    flash(tell(N_("Sent.") if sent else N_("Noted.")), "good")
    return back_to(public_id)


@blueprint.post("/cases/<public_id>/send-said")
@permission_required(Permission.CASE_WRITE)
def send_said(public_id: str) -> Response:
    """What is being said on the phone goes out by mail at once, in the words of a mail; once for each step."""
    actor, walks = current_actor(), workings().walks
    step, visit = request.form.get("step", ""), request.form.get("visit", 0, type=int)
    standing = walks.standing(actor, request.form.get("walk", ""))
    waiting, told = walks.show(standing, reader_for(standing, "agent", "mail"))
    if waiting is None or (waiting.step, waiting.visit) != (step, visit) or not standing.row.case.is_named(public_id):
        return overtaken(public_id, WalkHasMoved())
    words = "\n\n".join(each.plain.strip() for each in told if each.kind in SAID and each.plain.strip())
    if not words:
        raise NothingSaid
    key = f"said:{standing.row.public_id}:{step}:{visit}"
    with database().unit() as session:
        case = locked(session, find_case(session, actor, public_id).id)
        again = session.scalar(select(Effect.id).where(Effect.key == key)) is not None
        sent = [] if again else [mailed(session, actor, case, words[:LONGEST], key=key)]
    workings().porter.deliver(sent)
    flash(
        tell(N_("It was sent already.") if again else N_("Sent to the customer by mail.")), "info" if again else "good"
    )
    return back_to(public_id)


def mailed(session: Session, actor: Actor, case: Case, words: str, *, key: str = "") -> int:
    """A mail in the conversation: its subject and its references are those of the customer's last one.

    The effect's id; it is delivered after the transaction. Raises NothingSaid for a customer without an address.
    """
    address = case.customer.mail if case.customer else None
    if not address:
        raise NothingSaid
    at, secret = now(), workings().porter.secret
    before = mails.last_received(session, case.id)
    link = links.issue(session, secret, at, case, "follow")
    subject = _subject(case, before)
    asked = {
        **with_link(words, case.language), "to": "customer", "address": address, "subject": subject,
        "language": case.language, "link": link.public_id, "purpose": "reply",
        "in_reply_to": before.message_id if before else None,
    }  # fmt: skip
    decided = effects.decide(
        session, actor, at, case, kind="message", key=key or f"reply:{new_public_id()}", operation="mail",
        request=asked, label={case.language: subject}, lane="mail",
    )  # fmt: skip
    contact = begin_contact(session, actor, at, channel="mail", direction="outbound", case=case)
    write(
        session, case.id, "message.told", actor=actor, now=at, params={"channel": "mail"}, words=words,
        contact_id=contact.id,
    )  # fmt: skip
    return decided.effect.id


def _told(session: Session, actor: Actor, case: Case, by: str, words: str) -> None:
    contact = begin_contact(session, actor, now(), channel=by, direction="outbound", case=case)
    write(
        session, case.id, "message.told", actor=actor, now=now(), params={"channel": by}, words=words,
        contact_id=contact.id,
    )  # fmt: skip


def _answered(session: Session, actor: Actor, case: Case) -> None:
    """Whoever had to answer the customer's mail has no longer to."""
    waiting = select(Task).where(Task.case_id == case.id, Task.key.startswith("mail:"), Task.state.in_(LIVE))
    for task in session.scalars(waiting).unique():
        if task.claimed_by not in (None, actor.person_id):
            tasks.cancel(session, actor, now(), task)
        else:
            tasks.done(session, actor, now(), task)


def _subject(case: Case, before: mails.Mail | None) -> str:
    said = before.subject if before is not None else ""
    said = said if said.lower().startswith("re:") else f"Re: {said}" if said else ""
    base = said or translate(case.language, N_("Your request"))
    return base if case.spoken_reference in base else f"{base} · {case.spoken_reference}"
