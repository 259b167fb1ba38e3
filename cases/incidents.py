"""Incidents: something that happens to many customers at once, told before they ask.

An incident says which cases it concerns: open cases of some reasons (opened since an hour, waiting for one connection),
and the orders of a list, whether anybody has written about them or not. While it is on, cases that fit join it, their
pages say so, their contacts are counted as its own, and robots leave them alone where people want that. What happens to
an incident is in `incident_course`; who is written to, and when, in `robots.incidents`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.database import insert_or_ignore
from base.errors import NotFound
from base.languages import N_
from base.scope import within
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.incident_rows import Incident, IncidentCase
from cases.orders import Order, fold_number
from cases.timeline import write

Which = Literal["opening", "closing"]
"""The message of its beginning, or of its end."""


class NoSuchIncident(NotFound):
    """No incident of the actor's brand is called so."""

    sentence = N_("There is no such incident, or you may not see it.")


def incident_named(session: Session, actor: Actor, public_id: str) -> Incident:
    """An incident of the actor's brand. Raises NoSuchIncident."""
    wanted = select(Incident).where(within(actor, Incident), Incident.public_id == public_id)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NoSuchIncident
    return found


def incidents_of(session: Session, actor: Actor, *, limit: int = 100) -> Sequence[Incident]:
    """The brand's incidents, newest first."""
    wanted = select(Incident).where(within(actor, Incident)).order_by(Incident.created_at.desc(), Incident.id.desc())
    return session.scalars(wanted.limit(limit)).all()


def on_now(session: Session, brand_id: int | None = None) -> Sequence[Incident]:
    """Incidents that are on, oldest first: of a brand, or of all."""
    wanted = select(Incident).where(Incident.state == "on").order_by(Incident.id)
    return session.scalars(wanted if brand_id is None else wanted.where(Incident.brand_id == brand_id)).all()


def population(incident: Incident) -> Select[Case]:
    """Open cases that the incident concerns, without those it makes for orders of its list."""
    fitting: list[ColumnElement[bool]] = [Case.reason.in_(incident.reasons)]
    if incident.lane:
        waits = select(FollowUp.id).where(FollowUp.case_id == Case.id, FollowUp.lane == incident.lane)
        fitting.append(waits.where(FollowUp.state == "waiting").exists())
    if incident.since is not None:
        fitting.append(Case.opened_at >= incident.since)
    by_reason = select(Case.id).where(*fitting)
    listed = select(Case.id).join(Order, Order.id == Case.order_id)
    either: list[ColumnElement[bool]] = [Case.id.in_(by_reason)] if incident.reasons and _by_query(incident) else []
    if incident.orders:
        either.append(Case.id.in_(listed.where(Order.folded_number.in_(incident.orders))))
    concerned = either[0] if len(either) == 1 else either[0] | either[1] if either else Case.id < 0
    return select(Case).where(Case.brand_id == incident.brand_id, Case.state != "closed", concerned)


def _by_query(incident: Incident) -> bool:
    """A list with a reason and nothing else means the list alone: its reason is for the cases it makes."""
    return not incident.orders or bool(incident.lane) or incident.since is not None


def how_many(session: Session, which: Select[Any]) -> int:
    """How many there are of a population."""
    return session.scalar(select(func.count()).select_from(which.subquery())) or 0


def orders_alone(incident: Incident) -> Select[Order]:
    """Orders of the list that nobody has an open case about, and that had none in the incident."""
    about = select(Case.id).where(Case.order_id == Order.id)
    had = about.join(IncidentCase, IncidentCase.case_id == Case.id).where(IncidentCase.incident_id == incident.id)
    listed = select(Order).where(Order.brand_id == incident.brand_id, Order.folded_number.in_(incident.orders))
    return listed.where(~about.where(Case.state != "closed").exists(), ~had.exists())


def unknown_orders(session: Session, incident: Incident) -> list[str]:
    """Numbers of the list that no order has."""
    wanted = select(Order.folded_number).where(
        Order.brand_id == incident.brand_id, Order.folded_number.in_(incident.orders)
    )
    known = set(session.scalars(wanted))
    return [number for number in incident.orders if number not in known]


def order_numbers(written: str) -> list[str]:
    """The numbers of a pasted list: one a line, or between commas, semicolons or tabs; each once."""
    cells = written.replace(",", "\n").replace(";", "\n").replace("\t", "\n").splitlines()
    return list(dict.fromkeys(number for cell in cells if (number := fold_number(cell))))


def join(session: Session, now: datetime, incident: Incident, case: Case, *, made: bool = False) -> bool:
    """Have the incident concern the case; whether it did not before."""
    values: dict[str, Any] = {"incident_id": incident.id, "case_id": case.id, "joined_at": now, "made": made}
    fresh = insert_or_ignore(session, IncidentCase, values)
    if fresh:
        robot = robot_actor(incident.brand_id)
        write(session, case.id, "incident.joined", actor=robot, now=now, params={"name": incident.name})
    return fresh


def message_key(incident: Incident, which: Which, customer_id: int | None) -> str:
    """One message for a customer, however many cases he has in it."""
    return f"incident:{incident.public_id}:{which}:{customer_id}"


def first_messages(incident: Incident) -> Select[Effect]:
    """What its customers were written when it began, sent or not."""
    of_it = Effect.key.startswith(f"incident:{incident.public_id}:opening:")
    member = IncidentCase.case_id == Effect.case_id
    return select(Effect).join(IncidentCase, member).where(IncidentCase.incident_id == incident.id, of_it)


def incidents_now(session: Session, case: Case) -> list[Incident]:
    """Incidents that are on and concern the case, whether a robot has had it join yet or not."""
    found = []
    for incident in on_now(session, case.brand_id):
        member = select(IncidentCase.id).where(IncidentCase.incident_id == incident.id, IncidentCase.case_id == case.id)
        fits = population(incident).where(Case.id == case.id)
        if session.scalar(member) is not None or session.scalars(fits).first() is not None:
            found.append(incident)
    return found
