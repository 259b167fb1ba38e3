"""The course of an incident: planned, on, over. What is decided here robots carry out in their rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import new_public_id
from base.errors import Conflict, Invalid
from base.languages import N_
from base.permissions import Permission, require
from cases import stops
from cases.incident_rows import Incident

Texts = Mapping[str, str]
"""By language."""
MOST_ORDERS = 10_000
"""Of the list of an incident."""
Letter = Mapping[str, Texts]
"""`subject` and `text` by language."""


class IncidentHasNoName(Invalid):
    """Staff could not tell it from another."""

    sentence = N_("Give the incident a name: your colleagues read it on every case it concerns.")


class IncidentConcernsNobody(Invalid):
    """Neither a reason nor an order is given."""

    sentence = N_("Say whom it concerns: choose a reason, or paste the numbers of the orders.")


class ListTooLong(Invalid):
    """More orders than one incident looks at."""

    sentence = N_("The list holds %(count)s orders; an incident takes %(most)s. Make several incidents of it.")


class LetterHalfWritten(Invalid):
    """A message with a subject and no text, or the other way round."""

    sentence = N_("A message needs a subject and a text, in %(language)s too.")


class IncidentHasMoved(Conflict):
    """It was begun or ended in the meantime."""

    sentence = N_("Somebody has begun or ended this incident in the meantime. Look at it as it is now.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What people say of an incident."""

    name: str
    reasons: Sequence[str] = ()
    lane: str = ""
    since: datetime | None = None
    orders: Sequence[str] = ()
    banner: Texts = field(default_factory=dict)
    opening: Letter = field(default_factory=dict)
    closing: Letter = field(default_factory=dict)
    holds_robots: bool = False
    closes_cases: bool = False
    per_hour: int = 600


def plan(session: Session, actor: Actor, now: datetime, said: Plan) -> Incident:
    """Note an incident that has not begun: nobody is told yet. Raises what is wrong with it."""
    require(actor, Permission.INCIDENT_MANAGE)
    incident = Incident(
        public_id=new_public_id(), brand_id=actor.brand_id, state="planned", created_at=now,
        created_by=actor.to_json(), **_checked(said),
    )  # fmt: skip
    session.add(incident)
    session.flush()
    return incident


def change(session: Session, actor: Actor, incident: Incident, said: Plan) -> None:
    """Say it otherwise. Once it is on, whether robots hold still is settled; words and cases to come are not.

    Raises what is wrong with it, IncidentHasMoved when it is over.
    """
    require(actor, Permission.INCIDENT_MANAGE)
    _lock(session, incident, "planned", "on")
    values = _checked(said)
    settled = {"holds_robots"} if incident.state == "on" else set()
    for name, value in values.items():
        if name not in settled:
            setattr(incident, name, value)
    session.flush()


def begin(session: Session, actor: Actor, now: datetime, incident: Incident) -> None:
    """planned → on: robots have its cases join and tell their customers. Raises IncidentHasMoved."""
    require(actor, Permission.INCIDENT_MANAGE)
    _lock(session, incident, "planned")
    incident.state, incident.began_at = "on", now
    if incident.holds_robots:
        stops.stop(session, actor, now, "incident", incident.public_id, reason=incident.name)
    session.flush()


def end(session: Session, actor: Actor, now: datetime, incident: Incident) -> None:
    """on → over: robots may look again, and tell those who were told that it is over. Raises IncidentHasMoved."""
    require(actor, Permission.INCIDENT_MANAGE)
    _lock(session, incident, "on")
    incident.state, incident.ended_at, incident.ended_by = "over", now, actor.to_json()
    for stop in stops.in_force(session, incident.brand_id):
        if stop.scope == "incident" and stop.name == incident.public_id:
            stops.lift(session, actor, now, stop, reason=incident.name)
    session.flush()


def withdraw(session: Session, actor: Actor, incident: Incident) -> None:
    """Forget an incident that never began. Raises IncidentHasMoved."""
    require(actor, Permission.INCIDENT_MANAGE)
    _lock(session, incident, "planned")
    session.delete(incident)
    session.flush()


def _lock(session: Session, incident: Incident, *states: str) -> None:
    session.refresh(incident, with_for_update=True)
    if incident.state not in states:
        raise IncidentHasMoved


def _checked(said: Plan) -> dict[str, object]:
    if not said.name.strip():
        raise IncidentHasNoName
    if not said.reasons:
        raise IncidentConcernsNobody
    if len(said.orders) > MOST_ORDERS:
        raise ListTooLong(count=len(said.orders), most=MOST_ORDERS)
    values = asdict(said)
    values |= {"name": said.name.strip()[:120], "reasons": list(said.reasons), "orders": list(said.orders)}
    values["banner"] = {language: words.strip() for language, words in said.banner.items() if words.strip()}
    values["opening"], values["closing"] = _letter(said.opening), _letter(said.closing)
    values["per_hour"] = min(max(said.per_hour, 1), 100_000)
    return values


def _letter(written: Letter) -> dict[str, dict[str, str]]:
    """Without languages that say nothing. Raises LetterHalfWritten."""
    kept = {}
    for language, parts in written.items():
        subject, words = parts.get("subject", "").strip(), parts.get("text", "").strip()
        if bool(subject) != bool(words):
            raise LetterHalfWritten(language=language)
        if subject:
            kept[language] = {"subject": subject, "text": words}
    return kept
