"""The human way out: on every page a customer may ask for a person, and is told honestly by when one answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.brands import Brand
from base.business_time import Delay, add
from base.clock import real_now
from base.errors import ArianeError
from base.languages import LANGUAGES, N_, translate
from base.settings import values_of
from cases import cases, tasks
from cases.cases import Case, open_case
from cases.contacts import contact_for_visit
from cases.customers import normal
from cases.tasks import LIVE, Task
from cases.timeline import write
from processes.language.settings import setting_value
from webui import attempts
from webui.attempts import Limit
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import database, now
from webui.selfcare.door import CHANNEL, blueprint, brand, customer
from webui.selfcare.visitors import visit, visitor_of

TEAM = "customer_service"
ANSWER_WITHIN = "customer_answer_within"
"""Setting: how soon a customer who asks for a person has an answer."""
USUAL = Delay(1, "business days")
OTHER = "contact.other"
"""Reason of a case that nobody knows the reason of yet."""
LONGEST = 2000
BY_ADDRESS = Limit(purpose="selfcare.write", most=5, within=timedelta(hours=1))

WANTED = N_("The customer asks for a person")
STUCK = N_("The process cannot go on: please take over")
WRITTEN = N_("A customer who could not be identified writes")
MAIL_WRONG = N_("Please give the mail address to which we answer, for example camille@example.com.")
WORDS_MISSING = N_("Please tell us in a few words what it is about.")


class TooManyLetters(ArianeError):
    """One address has written more often than people do."""

    sentence = N_(
        "You have written to us several times. We have your messages; please wait an hour before the next one."
    )
    status = 429


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How things stand where customers are answered."""

    by: datetime
    """When the answer is there at the latest."""
    before: int
    """How many were there earlier."""


def queue(session: Session, brand: Brand, moment: datetime) -> Queue:
    """By when a person answers who is asked now: the house's delay on its opening hours."""
    promised = setting_value(values_of(session, brand.id).get(ANSWER_WITHIN))
    delay = promised if isinstance(promised, Delay) else USUAL
    waiting = select(func.count(Task.id)).where(
        Task.brand_id == brand.id, Task.team == TEAM, Task.state.in_(LIVE), Task.key.startswith("person:")
    )
    return Queue(by=add(brand.calendar, moment, delay), before=session.scalar(waiting) or 0)


def asked_before(session: Session, case: Case) -> Task | None:
    """The request for a person that still waits for its answer."""
    return session.scalars(_requests(case).where(Task.state.in_(LIVE))).first()


def ask_for_person(
    session: Session, actor: Actor, moment: datetime, case: Case, title: str, words: str, contact_id: int | None = None
) -> Task:
    """Give customer service the task of answering; who has asked already waits for that answer."""
    locked = cases.locked(session, case.id)
    if words:
        write(
            session, case.id, "message.received", actor=actor, now=moment, params={"channel": CHANNEL}, words=words,
            contact_id=contact_id,
        )  # fmt: skip
    waiting = asked_before(session, locked)
    if waiting is not None:
        return waiting
    number = session.scalar(select(func.count()).select_from(_requests(case).subquery()))
    return tasks.create(
        session, actor, moment, case, key=f"person:{case.public_id}:{number}", team=TEAM, title=_by_language(title),
        text=dict.fromkeys(LANGUAGES, words) if words else None, due_at=queue(session, brand(), moment).by,
    )  # fmt: skip


def person_takes_over(actor: Actor, case_id: int) -> None:
    """The process is broken: people have to know at once, and the customer must not notice more than a delay."""
    with database().unit() as session:
        ask_for_person(session, actor, now(), session.get_one(Case, case_id), STUCK, "")


# --- at a case -------------------------------------------------------------------------------------------------------


@blueprint.get("/case/<case_id>/person")
def person(case_id: str) -> Response:
    here = visitor_of(case_id)
    with database().reading() as session:
        waiting = asked_before(session, here.case)
        return page("selfcare/person.html", case=here.case, waiting=waiting, queue=queue(session, brand(), now()))


@blueprint.post("/case/<case_id>/person")
def ask(case_id: str) -> Response:
    here = visitor_of(case_id)
    with database().unit() as session:
        case = session.get_one(Case, here.case.id)
        contact = contact_for_visit(session, here.actor, now(), case, visit=visit(), channel=CHANNEL)
        ask_for_person(session, here.actor, now(), case, WANTED, _words(), contact.id)
    return arrive(url_for("selfcare.person", case_id=case_id), lambda: person(case_id))


# --- without a case --------------------------------------------------------------------------------------------------


@blueprint.get("/write")
def letter() -> Response:
    return _letter({})


@blueprint.post("/write")
def post_letter() -> Response:
    mail, words = normal("mail", request.form.get("mail", "")[:254]), _words()
    problems = {
        name: tell(sentence) for name, sentence, fine in (("mail", MAIL_WRONG, mail), ("words", WORDS_MISSING, words))
        if not fine
    }  # fmt: skip
    if problems:
        return _letter(problems, status=422)
    stranger = customer(None, "", "none")
    with database().unit() as session:
        if not attempts.spend(session, BY_ADDRESS, request.remote_addr or "", real_now(session)):
            raise TooManyLetters
        case = open_case(session, stranger, now(), reason=OTHER, language=language())
        contact = contact_for_visit(session, stranger, now(), case, visit=visit(), channel=CHANNEL)
        task = ask_for_person(session, stranger, now(), case, WRITTEN, f"{mail}\n\n{words}", contact.id)
    return page("selfcare/letter_sent.html", case=case, due=task.due_at)


def _letter(problems: dict[str, str], status: int = 200) -> Response:
    with database().reading() as session:
        waiting = queue(session, brand(), now())
    return page("selfcare/letter.html", status=status, queue=waiting, problems=problems, given=request.form)


def _words() -> str:
    return request.form.get("words", "").replace("\x00", "").strip()[:LONGEST]


def _by_language(sentence: str) -> dict[str, str]:
    return {each: translate(each, sentence) for each in LANGUAGES}


def _requests(case: Case) -> Select[Task]:
    return select(Task).where(Task.case_id == case.id, Task.key.startswith("person:"))
