"""Messages of cases: to whom an effect's letter goes, and what its fate makes of the row."""

from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import robot_actor
from base.people import Person, Team, TeamMember
from cases import delivery, mails
from cases.claims import Claimed
from cases.effects import Effect
from cases.links import Link, token_of
from robots.mail import Letter, Posted, letter_of
from robots.people import SETTLERS, reach_customer

FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=30)
"""How long a letter waits for a mail server that is away."""
LONGEST_ABSENCE = timedelta(days=2)
"""For so long no attempt is used up; then people are told."""
NO_ADDRESS = Posted(fate="refused", reason="no_address")


def letter_for(session: Session, effect: Effect, secret: str, base_url: str) -> Letter | None:
    """The letter of a message, its link put in; None when nobody can be written to."""
    to = _recipients(session, effect)
    if not to:
        return None
    link = effect.request.get("link")
    known = link and session.scalars(select(Link.public_id).where(Link.public_id == link)).one_or_none()
    base = base_url.rstrip("/")
    address = f"{base}/selfcare/l/{token_of(secret, known)}" if known else base
    of_customer = effect.request.get("to", "customer") == "customer"
    thread = mails.thread_of(session, effect.case_id) if of_customer else ()
    return letter_of(effect.key, effect.request, to, address, thread)


def note_fate(session: Session, effect: Effect, claimed: Claimed, posted: Posted, random: Random) -> None:
    """Write down what became of a letter; one that surely did not arrive becomes a task for people. Raises Lost."""
    robot = robot_actor(effect.brand_id)
    end = (session, robot, claimed.now, claimed.id, claimed.token)
    match posted.fate:
        case "sent":
            after = delivery.done(*end, answer={"message_id": posted.message_id})
            mails.remember(
                session, claimed.now, effect.brand_id, posted.message_id, "sent", case_id=effect.case_id,
                address=str(effect.request.get("address") or ""), subject=str(effect.request.get("subject") or ""),
            )  # fmt: skip
        case "refused":
            after = delivery.failed(*end, failure=posted.reason or "refused")
        case "not_now" if posted.nobody and claimed.now < effect.created_at + LONGEST_ABSENCE:
            waited = max(claimed.now - effect.created_at, timedelta())
            later = claimed.now + min(max(FIRST_REST, waited / 2), LONGEST_REST)
            delivery.put_off(session, claimed.id, claimed.token, due_at=later, because=posted.reason)
            return
        case "not_now":
            after = delivery.retry(*end, error=posted.reason, ambiguous=False, random=random, team=SETTLERS)
        case "unknown":
            after = delivery.unknown(*end, error=posted.reason, team=SETTLERS)
    if after.state == "failed":
        reach_customer(session, robot, claimed.now, after)


def _recipients(session: Session, effect: Effect) -> list[str]:
    """The customer's address, or those of a team's people."""
    request = effect.request
    if request.get("to", "customer") == "customer":
        return [request["address"]] if request.get("address") else []
    members = (
        select(Person.email)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.brand_id == effect.brand_id, Team.key == request["to"], Person.active)
    )
    return list(session.scalars(members))
