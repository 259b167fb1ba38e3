"""The imaginary company put into an empty installation: its people, connections, processes, articles and past.

Loaded once; a database that already has the brand is left as it is.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from ariane.assembly import Installation
from ariane.demo import company, history, reasons, staff
from ariane.demo.clock import OPENING
from ariane.demo.connections import DEFINITIONS, NETWORKS, connections
from ariane.demo.doubt import leave_in_doubt
from ariane.demo.services import Addresses
from base.actors import Actor, Role, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.clock import open_at
from base.people import Partner, Person, Skills, Team
from base.reasons import REASONS
from base.settings import Proposal, write
from cases import clocks
from cases.alerts import raise_alert
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.notices import MAIL_TO
from cases.orders import Order, order_at_first_sight
from cases.references import new_reference
from cases.targets import Allowed, set_target
from kb import articles
from kb.markdown import render
from kb.search import Audience
from processes.connectors import installing
from processes.library import shipped
from processes.own_facts import CONTRACTS
from processes.versions import publish
from webui.accounts.passwords import hash_password

PASSWORD = "ricochet"
"""Everybody's, in the demo only."""
Progress = Callable[[str], None]

CONTRACT_ROWS = [
    {
        "carrier": "laposte", "claim_within": "30 days", "counted_from": "sent", "contest_within": "3 business days",
        "answer_within": "2 months", "compensation": "23 EUR",
        "papers": "preuve de dépôt, facture, déclaration signée si « livré »",
    },
    {
        "carrier": "dhl", "claim_within": "21 days", "counted_from": "sent", "contest_within": "7 days",
        "answer_within": "30 days", "papers": "facture, photos",
    },
]  # fmt: skip
"""What the contracts with the two carriers allow; figures of the imaginary company."""


def loaded(installation: Installation) -> bool:
    """Whether the company is there already."""
    with installation.database.reading() as session:
        return session.scalars(select(Brand.id)).first() is not None


def load(installation: Installation, addresses: Addresses, say: Progress) -> None:
    """Put the company into an empty, migrated database."""
    hashed = hash_password(PASSWORD)
    say("people")
    with installation.database.unit() as session:
        open_at(session, OPENING)
        actor = _brand(session)
        teams = _teams(session, actor)
        for member in staff.STAFF:
            _person(session, actor, member, teams, hashed)
        names = [{"key": reason.key, "fr": reason.fr, "en": reason.en} for reason in reasons.REASONS]
        write(session, actor, OPENING, REASONS, Proposal(value=names))
        write(session, actor, OPENING, CONTRACTS, Proposal(value=CONTRACT_ROWS, source="contract"))
        _targets(session, actor)
    say("connections")
    connect(installation, actor, addresses)
    say("articles")
    _articles(installation, actor)
    say("processes")
    with installation.database.unit() as session:
        for document in sorted(shipped(), key=lambda each: bool(each.starts) or each.process == "parcel-not-received"):
            publish(session, actor, OPENING, document, note="Première publication")
    say("history")
    with installation.database.unit() as session:
        for past in history.history():
            _past_case(session, actor, past)
        # From now on: what lies behind is in the inbox of alerts, and fills no mailbox.
        write(session, actor, OPENING, MAIL_TO, Proposal(value=["supervisor"]))
        leave_in_doubt(session, actor)


def connect(installation: Installation, actor: Actor, addresses: Addresses) -> None:
    """Point the brand's connections at the services' addresses (their ports may change from start to start)."""
    sources = [path.read_text("utf-8") for path in sorted(DEFINITIONS.glob("*.yaml"))]
    with installation.database.unit() as session:
        for source in sources:
            installing.install_definition(session, actor, OPENING, source)
        for each in connections(addresses):
            installing.install_connection(
                session, actor, OPENING, definition=each.definition, base_url=each.base_url, secret=dict(each.secret),
                networks=NETWORKS, keys=installation.configuration.encryption_keys,
                routes=[(route.capability, route.operation, route.carrier) for route in each.routes],
            )  # fmt: skip


def demo_actor(installation: Installation) -> Actor:
    """The program itself, in the demo's brand."""
    with installation.database.reading() as session:
        return system_actor(session.scalars(select(Brand.id).where(Brand.key == company.BRAND)).one())


def _brand(session: Session) -> Actor:
    calendar = CalendarRow.create(session, "ricochet", "Maison Ricochet", zone=company.ZONE_NAME)
    brand = Brand.create(
        session, company.BRAND, company.NAME, calendar, zone=company.ZONE_NAME, colours=company.COLOURS
    )
    return system_actor(brand.id)


def _targets(session: Session, actor: Actor) -> None:
    """What is allowed for each reason, and who is told when it is about to be missed."""
    for reason in reasons.REASONS:
        goal = f"{max(1, reason.deadline_days // 2)} business days"
        allowed = Allowed(contact_budget=reason.budget, goal=goal, deadline=f"{reason.deadline_days} business days")
        set_target(session, actor, OPENING - timedelta(days=history.DAYS + 30), reason.key, allowed)


def _teams(session: Session, actor: Actor) -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for each in staff.TEAMS:
        partner = None
        if each.partner:
            partner = Partner(
                brand_id=actor.brand_id, key=each.key, name=each.partner, kind="outsourcer", reach="brand"
            )
            session.add(partner)
            session.flush()
        names = {"fr": each.fr, "en": each.en}
        teams[each.key] = Team.create(
            session, actor.brand_id, each.key, names, partner_id=partner.id if partner else None
        )
    return teams


def _person(session: Session, actor: Actor, member: staff.Member, teams: dict[str, Team], hashed: str) -> None:
    Person.create(
        session, actor, OPENING, name=member.name, email=member.mail, roles=frozenset(Role(r) for r in member.roles),
        password_hash=hashed, language=member.language, teams=tuple(teams[key] for key in member.teams),
        partner_id=next((teams[key].partner_id for key in member.teams), None), skills=Skills(speaks=member.speaks),
    )  # fmt: skip


def _articles(installation: Installation, actor: Actor) -> None:
    folder = files("ariane.demo").joinpath("articles")
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        key, language, _ = entry.name.split(".")
        title, _, body = entry.read_text("utf-8").partition("\n")
        rendered = render(body.strip())
        audience: Audience = "agent" if key == "claims" else "customer"
        with installation.database.unit() as session:
            articles.save_draft(
                session, actor, OPENING, key, language, title=title.lstrip("# "), body=body.strip(), rendered=rendered,
                audience=audience,
            )  # fmt: skip
            articles.publish(session, actor, OPENING, key, language, rendered=rendered)


def _past_case(session: Session, actor: Actor, past: history.PastCase) -> None:
    """A case of the past, as an import would bring it: rows without a walk."""
    first, _, last = past.customer.name.partition(" ")
    who = past.customer
    identity = Identity(first_name=first, name=last, mail=who.mail, phone=who.phone, language=who.language)
    customer = customer_at_first_sight(session, actor, past.opened_at, identity)
    order = _order(session, actor, past, customer)
    case = Case(
        brand_id=actor.brand_id, reference=new_reference(), reason=past.reason, language=past.customer.language,
        customer=customer, order=order, state="closed" if past.closed_at else "open", opened_at=past.opened_at,
        closed_at=past.closed_at, outcome=past.outcome, solved=past.solved,
    )  # fmt: skip
    session.add(case)
    session.flush()
    for contact in past.contacts:
        session.add(_contact(actor, case, customer, contact))
    case.inbound = sum(contact.direction == "inbound" for contact in past.contacts)
    for kind, at in clocks.crossed(session, case, OPENING):
        raise_alert(session, OPENING, case, kind, at)  # type: ignore[arg-type]
    clocks.reckon(session, case, OPENING)


def _order(session: Session, actor: Actor, past: history.PastCase, customer: Customer) -> Order | None:
    if past.order is None:
        return None
    return order_at_first_sight(session, actor, past.opened_at, past.order, customer=customer)


def _contact(actor: Actor, case: Case, customer: Customer, contact: history.PastContact) -> Contact:
    end = contact.started_at + timedelta(seconds=contact.talked + contact.after)
    return Contact(
        brand_id=actor.brand_id, case_id=case.id, customer_id=customer.id, channel=contact.channel,
        direction=contact.direction, started_at=contact.started_at, active_at=end, ended_at=end,
        actor=actor.to_json(),
    )  # fmt: skip
