"""Incidents carried out: cases join, customers are told at a pace, and told again when it is over.

A message is an effect with the incident's key for its customer: whoever has two cases in it is told once, and a round
that is broken off tells nobody twice. What goes out keeps the brand's writing hours.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from math import floor
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from base.actors import Actor, robot_actor
from base.brands import Brand
from base.clock import business_now
from base.languages import LANGUAGES, N_, translate
from cases import cases, effects, incidents, links, writing_hours
from cases.cases import Case
from cases.incident_rows import Incident, IncidentCase, IncidentState
from cases.incidents import Which
from cases.orders import Order
from processes.letters import with_link

if TYPE_CHECKING:
    from robots.rounds import Robots

Step = Callable[["Robots", Session, Incident, datetime], tuple[int, bool]]
"""Looks at a batch: how many, and whether more may be left."""
BATCH = 100
"""Cases that join, or are looked at, in one transaction."""
AT_ONCE = 20
"""Messages that go out whatever the pace: the first are told while people watch."""
OVER = "incident_over"
"""Outcome of cases that an incident closes."""
OVER_NAME = N_("The incident is over")


def work(robots: "Robots") -> int:
    """One round for every incident that is on, or over and not worked off; how many cases were looked at."""
    with robots.database.reading() as session:
        running = [(incident.id, incident.state) for incident in session.scalars(_running())]
    return sum(
        _carry_on(robots, id, state, step)
        for id, state in running
        for step in ((_join, _open_for_orders, _tell) if state == "on" else (_take_back, _tell_the_end))
    )


def _carry_on(robots: "Robots", id: int, state: IncidentState, step: Step) -> int:
    """A step in transactions of its own until nothing is left, or people have moved the incident on meanwhile."""
    looked, more = 0, True
    while more and not robots.stopping.is_set():
        with robots.database.unit() as session:
            incident = session.get_one(Incident, id, with_for_update={"read": True})
            if incident.state != state:
                break
            done, more = step(robots, session, incident, robots.now or business_now(session))
        looked += done
    return looked


def _running() -> Select[Incident]:
    left = exists().where(IncidentCase.incident_id == Incident.id, IncidentCase.ended_at.is_(None))
    return select(Incident).where((Incident.state == "on") | ((Incident.state == "over") & left)).order_by(Incident.id)


def _join(robots: "Robots", session: Session, incident: Incident, now: datetime) -> tuple[int, bool]:
    member = exists().where(IncidentCase.incident_id == incident.id, IncidentCase.case_id == Case.id)
    fitting = session.scalars(incidents.population(incident).where(~member).order_by(Case.id).limit(BATCH)).all()
    for case in fitting:
        incidents.join(session, now, incident, case)
    return len(fitting), len(fitting) == BATCH


def _open_for_orders(robots: "Robots", session: Session, incident: Incident, now: datetime) -> tuple[int, bool]:
    """A case for each order of the list that has none, and had none in this incident."""
    robot = robot_actor(incident.brand_id)
    left = session.scalars(incidents.orders_alone(incident).order_by(Order.id).limit(BATCH)).all()
    for order in left:
        _make(session, robot, incident, order, now)
    return len(left), len(left) == BATCH


def _make(session: Session, robot: Actor, incident: Incident, order: Order, now: datetime) -> None:
    spoken = (order.customer.language if order.customer else None) or session.get_one(
        Brand, incident.brand_id
    ).default_language
    case = cases.open_case(
        session, robot, now, reason=incident.reasons[0], language=spoken, customer=order.customer, order=order
    )
    incidents.join(session, now, incident, case, made=True)


def _tell(robots: "Robots", session: Session, incident: Incident, now: datetime) -> tuple[int, bool]:
    """The next who are not told, as many as the pace allows; words that people add later reach them too."""
    if not incident.opening:
        return 0, False
    allowed = _allowance(session, incident, IncidentCase.told_at, incident.began_at or now, now)
    rows = _next(session, incident, min(allowed, BATCH), IncidentCase.told_at.is_(None))
    for row in rows:
        case = cases.locked(session, row.case_id)
        if not case.closed:
            _write(robots, session, incident, case, now, "opening")
        row.told_at = now
    return len(rows), len(rows) == BATCH


def _take_back(robots: "Robots", session: Session, incident: Incident, now: datetime) -> tuple[int, bool]:
    """First messages that still wait for an hour of writing: nobody is told of what is over."""
    unsent = incidents.first_messages(incident).where(effects.state_in("pending"))
    found = session.scalars(unsent.order_by(effects.Effect.case_id).limit(BATCH)).all()
    for effect in found:
        cases.locked(session, effect.case_id)
        with suppress(effects.UnderWay):
            effects.cancel(session, robot_actor(incident.brand_id), now, effect)
    return len(found), len(found) == BATCH


def _tell_the_end(robots: "Robots", session: Session, incident: Incident, now: datetime) -> tuple[int, bool]:
    allowed = _allowance(session, incident, IncidentCase.ended_at, incident.ended_at or now, now)
    rows = _next(session, incident, min(allowed, BATCH), IncidentCase.ended_at.is_(None))
    robot = robot_actor(incident.brand_id)
    for row in rows:
        case = cases.locked(session, row.case_id)
        row.ended_at = now
        if not case.closed and (incident.closes_cases or row.made):
            named = {language: translate(language, OVER_NAME) for language in LANGUAGES}
            cases.close(session, robot, now, case, outcome=OVER, solved=None, outcome_name=named)
        if incident.closing and _was_told(session, incident, case):
            _write(robots, session, incident, case, now, "closing")
    return len(rows), len(rows) == BATCH


def _was_told(session: Session, incident: Incident, case: Case) -> bool:
    """Whether the first message has gone out: what was taken back unsent needs no second one."""
    mine = effects.Effect.key == incidents.message_key(incident, "opening", case.customer_id)
    return session.scalar(select(effects.Effect.state).where(mine)) in ("sending", "done", "unknown")


def _allowance(
    session: Session, incident: Incident, column: InstrumentedAttribute[datetime | None], since: datetime, now: datetime
) -> int:
    done = select(func.count()).where(IncidentCase.incident_id == incident.id, column.is_not(None))
    earned = floor(incident.per_hour * (now - since).total_seconds() / 3600)
    return max(0, AT_ONCE + earned - (session.scalar(done) or 0))


def _next(session: Session, incident: Incident, most: int, *which: ColumnElement[bool]) -> Sequence[IncidentCase]:
    """Those who came first, in the order in which everybody locks cases."""
    wanted = select(IncidentCase).where(IncidentCase.incident_id == incident.id, *which)
    first = session.scalars(wanted.order_by(IncidentCase.id).limit(most)).all()
    return sorted(first, key=lambda row: row.case_id)


def _write(robots: "Robots", session: Session, incident: Incident, case: Case, now: datetime, which: Which) -> None:
    """Decide the message, once for a customer; nobody without an address is written to."""
    address = case.customer.mail if case.customer else None
    written = incident.opening if which == "opening" else incident.closing
    key = incidents.message_key(incident, which, case.customer_id)
    if not address or not written or session.scalar(select(exists().where(effects.Effect.key == key))):
        return
    brand = session.get_one(Brand, incident.brand_id)
    language = next(one for one in (case.language, brand.default_language, *written) if one in written)
    subject, text = written[language]["subject"], written[language]["text"]
    link = links.issue(session, robots.porter.secret, now, case, "follow")
    request = {
        **with_link(text, language), "to": "customer", "address": address, "subject": subject, "language": language,
        "link": link.public_id, "purpose": "incident",
    }  # fmt: skip
    effects.decide(
        session, robot_actor(brand.id), now, case, kind="message", key=key, operation="mail", request=request,
        label={language: subject}, lane="mail",
        due_at=writing_hours.hours_of(session, brand.id).next_open(now, brand.zone),
    )  # fmt: skip
