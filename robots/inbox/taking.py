"""Taking a mail: to which case it belongs, and what it asks of us.

By what it answers, else by the reference in its subject, else by who wrote it. Thanks count for nothing; an automatic
answer is noted and never answered; a bounce becomes a task; anything else is a contact, and a task with a date for
somebody, so that no customer waits in silence.
"""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.brands import Brand
from base.business_time import Delay, InvalidDelay, add
from base.languages import LANGUAGES, N_, translate
from base.settings import values_of
from cases import mails, tasks
from cases.cases import Case, locked, open_case, resume
from cases.contacts import begin_contact, is_courtesy
from cases.customers import Customer, Identifier, Identity, customer_at_first_sight
from cases.mails import MailKind
from cases.references import read_reference
from cases.returning import case_before, take_up
from cases.tasks import LIVE, Task
from cases.timeline import write
from cases.waits import waiting_for
from robots.inbox.enclosures import Enclosures
from robots.inbox.parsing import Received
from robots.people import SETTLERS

ANSWER_WITHIN = "mail_answer_within"
"""Setting: how soon a mail is answered; shown to customers, and the date of the task."""
USUAL = "1 business day"
_REFERENCE = re.compile(r"\b[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]\b")


def take(
    session: Session, robot: Actor, now: datetime, brand: Brand, mail: Received, files: Enclosures | None = None
) -> bool:
    """Put a mail where it belongs, and its files; False when it was taken before."""
    if mails.known(session, brand.id, mail.message_id):
        return False
    case = _case_of(session, brand, mail)
    kind: MailKind = mail.nature
    if kind == "message" and is_courtesy(mail.words):
        kind = "courtesy"
    if kind == "message" or (kind == "courtesy" and case is not None):
        case = _taken_up(session, robot, now, brand, mail, case, kind)
        if files is not None:
            files.put_into(session, robot, now, case)
    case_id = case.id if case else None
    about = (session, now, brand.id, mail.message_id, kind)
    if not mails.remember(*about, case_id=case_id, address=mail.address, subject=mail.subject):
        return False
    match kind:
        case "bounce" if case is not None:
            _bounced(session, robot, now, brand, case, mail)
        case "automatic" if case is not None:
            params = {"subject": mail.subject}
            write(session, case.id, "message.automatic", actor=robot, now=now, params=params, words=mail.words)
    return True


def _case_of(session: Session, brand: Brand, mail: Received) -> Case | None:
    """The case that it answers, by its references, or by the reference that its subject quotes."""
    case_id = mails.case_of(session, brand.id, mail.refers_to)
    if case_id is not None:
        return locked(session, case_id)
    for quoted in _REFERENCE.findall(mail.subject):
        reference = read_reference(quoted)
        named = select(Case).where(Case.brand_id == brand.id, Case.reference == reference)
        case = session.scalars(named).one_or_none() if reference else None
        if case is not None and _writes_about(session, case, mail):
            return locked(session, case.id)
    return None


def _writes_about(session: Session, case: Case, mail: Received) -> bool:
    """A quoted reference proves nothing: it must be the customer's own address."""
    his = select(Identifier.id).where(
        Identifier.customer_id == case.customer_id, Identifier.kind == "mail", Identifier.value == mail.address
    )
    return session.scalar(his) is not None


def _taken_up(
    session: Session, robot: Actor, now: datetime, brand: Brand, mail: Received, case: Case | None, kind: MailKind
) -> Case:
    """A contact of the case, or of one that is opened for it, with the words in the thread."""
    courtesy = kind == "courtesy"
    if case is None:
        case = _case_for(session, robot, now, brand, mail)
    elif case.closed and not courtesy:
        case = _after_closing(session, robot, now, case, mail)
    contact = begin_contact(session, robot, now, channel="mail", direction="inbound", case=case, courtesy=courtesy)
    said = {"channel": "mail"}
    write(
        session, case.id, "message.received", actor=robot, now=now, params=said, words=mail.words,
        contact_id=contact.id,
    )  # fmt: skip
    if not courtesy:
        lasts = waiting_for(session, case.id)
        if lasts is not None and lasts.party in ("customer", "hand") and not case.closed:
            resume(session, robot, now, case)
        _ask_for_an_answer(session, robot, now, brand, case, mail)
    return case


def _case_for(session: Session, robot: Actor, now: datetime, brand: Brand, mail: Received) -> Case:
    """Nothing is referred to: the customer's newest open case, else a new one without a reason yet."""
    customer = _customer(session, robot, now, brand, mail)
    his = select(Case).where(Case.brand_id == brand.id, Case.customer_id == customer.id, Case.state != "closed")
    newest = session.scalars(his.order_by(Case.opened_at.desc(), Case.id.desc()).limit(1)).first()
    if newest is not None:
        return locked(session, newest.id)
    spoken = customer.language or brand.default_language
    title = dict.fromkeys(LANGUAGES, mail.subject) if mail.subject else None
    return open_case(session, robot, now, reason="", language=spoken, customer=customer, title=title)


def _customer(session: Session, robot: Actor, now: datetime, brand: Brand, mail: Received) -> Customer:
    """Whoever has this address; one file alone, else a new one beside them, for a person to look at."""
    held = select(Identifier.customer_id).where(
        Identifier.brand_id == brand.id, Identifier.kind == "mail", Identifier.value == mail.address
    )
    alive = select(Customer).where(Customer.id.in_(held), Customer.merged_into_id.is_(None))
    found = session.scalars(alive.limit(2)).unique().all()
    if len(found) == 1:
        return found[0]
    first, _, last = mail.name.partition(" ")
    identity = Identity(first_name=first if last else "", name=last or first, mail=mail.address)
    return customer_at_first_sight(session, robot, now, identity)


def _after_closing(session: Session, robot: Actor, now: datetime, case: Case, mail: Received) -> Case:
    """Within the grace window the matter was not over; later it is a case of its own, linked to the first."""
    way, before = case_before(session, robot, now, case.reason, customer=case.customer, order=case.order)
    if way == "open" and before is not None:
        return locked(session, before.id)
    if way == "reopen" and before is not None and before.id == case.id:
        take_up(session, robot, now, case)
        return case
    return open_case(
        session, robot, now, reason=case.reason, language=case.language, customer=case.customer, order=case.order,
        title=case.title, linked_case=case,
    )  # fmt: skip


def _ask_for_an_answer(session: Session, robot: Actor, now: datetime, brand: Brand, case: Case, mail: Received) -> None:
    """Somebody answers by a date. While that is to be done another mail asks for nothing more."""
    waiting = select(Task.id).where(Task.case_id == case.id, Task.key.startswith("mail:"), Task.state.in_(LIVE))
    if session.scalar(waiting.limit(1)) is not None:
        return
    title = {language: translate(language, N_("Answer the customer’s mail")) for language in LANGUAGES}
    tasks.create(
        session, robot, now, case, key=f"mail:{brand.id}:{mail.message_id}", team=case.team or SETTLERS, title=title,
        text=dict.fromkeys(LANGUAGES, mail.words[:4000]), due_at=add(brand.calendar, now, _within(session, brand)),
    )  # fmt: skip


def _bounced(session: Session, robot: Actor, now: datetime, brand: Brand, case: Case, mail: Received) -> None:
    """Our mail did not arrive: a person tells the customer another way. Once a case, whatever comes back."""
    params = {"label": mail.subject, "because": mail.words.strip().partition("\n")[0][:200]}
    write(session, case.id, "message.bounced", actor=robot, now=now, params=params)
    title = {language: translate(language, N_("Reach the customer another way")) for language in LANGUAGES}
    waiting = select(Task.id).where(Task.case_id == case.id, Task.key.startswith("bounce:"), Task.state.in_(LIVE))
    if session.scalar(waiting.limit(1)) is None:
        tasks.create(
            session, robot, now, case, key=f"bounce:{brand.id}:{mail.message_id}", team=SETTLERS, title=title,
            text=dict.fromkeys(LANGUAGES, mail.words[:2000]),
            due_at=add(brand.calendar, now, _within(session, brand)),
        )  # fmt: skip


def _within(session: Session, brand: Brand) -> Delay:
    try:
        return Delay.parse(str(values_of(session, brand.id).get(ANSWER_WITHIN) or USUAL))
    except InvalidDelay:
        return Delay.parse(USUAL)
