"""A small company for tests: its people, its teams, the shipped processes, and web services that answer from memory.

Time is the database's business clock, moved to a Monday morning; `company.later(days=1)` moves it on and lets the
robots work. Mails land in `company.mails`, acts in `company.services.acts`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from base.actors import Actor, Role, robot_actor, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.clock import business_now, move, move_to
from base.database import Database
from base.money import Money
from base.people import Person, Team
from base.settings import Proposal, write
from cases.cases import Case, open_case
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.orders import order_at_first_sight
from processes.connectors.readings import ActAnswer, Reading, Safety
from processes.facts import FactReader
from processes.language.document import Document
from processes.own_facts import CONTRACTS, OWN_FACTS
from processes.versions import Library, publish
from processes.walks import Walks
from robots.effects import Porter
from robots.keeping import Keeper
from robots.mail import Letter, Posted, message_id_of
from robots.rounds import Robots, Round

MONDAY = datetime(2031, 3, 3, 9, tzinfo=UTC)
"""10:00 in Paris; far enough ahead that the real clock is never later."""
TEAMS = {
    "delivery_team": {"fr": "Équipe livraisons", "en": "Delivery team"},
    "carriers_desk": {"fr": "Litiges transporteurs", "en": "Carriers' desk"},
    "refunds_desk": {"fr": "Remboursements", "en": "Refunds desk"},
    "warehouse": {"fr": "Entrepôt", "en": "Warehouse"},
    "customer_service": {"fr": "Service clients", "en": "Customer service"},
}
DOWN = "down"
Answer = Mapping[str, Any] | str | None
"""Fields, None when the service knows nothing of it, or `DOWN`."""


@dataclass
class Services:
    """Web services that answer from memory: facts by capability and first input, acts recorded."""

    facts: dict[tuple[str, str], Answer] = field(default_factory=dict)
    results: dict[str, Mapping[str, Any] | ActAnswer] = field(default_factory=dict)
    safeties: dict[str, Safety] = field(default_factory=dict)
    acts: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    reads: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    rests: dict[str, datetime] = field(default_factory=dict)
    looks: list[timedelta | None] = field(default_factory=list)
    """How long after the try in doubt each look-up came."""

    def read(
        self, capability: str, inputs: Mapping[str, Any], *, brand_id: int, deadline_s: float = 3.0,
        max_age: timedelta | None = None,
    ) -> Reading:  # fmt: skip
        """What memory says of the capability for the input `number` (else the first one)."""
        self.reads.append((capability, dict(inputs)))
        key = str(inputs.get("number", next(iter(inputs.values()), "")))
        answer = self.facts.get((capability, key), self.facts.get((capability, "")))
        if answer == DOWN:
            return Reading(state="unknown", reason="time")
        if answer is None:
            return Reading(state="missing")
        assert not isinstance(answer, str)
        return Reading(state="known", value=dict(answer), operation=f"memory.{capability}")

    def resting(self) -> dict[str, datetime]:
        """Lanes to be left alone."""
        return self.rests

    def lane(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> str:
        """One lane a capability."""
        return capability

    def safety(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> Safety:
        """As the test says; keyed where it says nothing."""
        return self.safeties.get(capability, "keyed")

    def inbox(self, public_id: str) -> None:
        """Nothing is received from memory."""

    def act(
        self, capability: str, inputs: Mapping[str, Any], *, key: str, brand_id: int, look_first: bool = False,
        since: timedelta | None = None,
    ) -> ActAnswer:  # fmt: skip
        """Note the act and answer as told; the same key twice is one act."""
        if look_first:
            self.looks.append(since)
        if all(key != done for _, _, done in self.acts):
            self.acts.append((capability, dict(inputs), key))
        result = self.results.get(capability, {})
        return result if isinstance(result, ActAnswer) else ActAnswer(state="done", safety="keyed", result=dict(result))


@dataclass
class Mailbox:
    """A mail server that keeps what it is given."""

    letters: list[Letter] = field(default_factory=list)
    fate: str = "sent"
    nobody: bool = False
    """Whether the mail server is away."""
    away: bool = False

    def send(self, letter: Letter) -> Posted:
        """Keep the letter, unless told to fail."""
        if self.fate == "sent":
            self.letters.append(letter)
        return Posted(
            fate=self.fate,
            message_id=message_id_of(letter.key, "test@example.test"),
            reason=self.fate,
            nobody=self.nobody,
        )  # type: ignore[arg-type]


@dataclass
class Company:
    """Everything a test of the shell, the robots or a door needs."""

    database: Database
    brand: Brand
    services: Services
    mailbox: Mailbox
    walks: Walks
    porter: Porter
    robots: Robots
    anne: Person
    """An agent."""
    sofia: Person
    """A supervisor and administrator."""

    @property
    def now(self) -> datetime:
        """Business time."""
        with self.database.reading() as session:
            return business_now(session)

    @property
    def agent(self) -> Actor:
        """Anne at work."""
        return self.anne.actor()

    @property
    def robot(self) -> Actor:
        """The robots."""
        return robot_actor(self.brand.id)

    def later(self, **by: float) -> Round:
        """Move the clock on and let the robots work until nothing is due."""
        with self.database.unit() as session:
            move(session, timedelta(**by))
        return self.robots.settle()

    def case(self, number: str = "RC-1001", mail: str = "claire.martin@example.test") -> Case:
        """A case about an order of Claire Martin's."""
        with self.database.unit() as session:
            now = business_now(session)
            customer = self.customer(session, now, mail)
            order = order_at_first_sight(session, self.agent, now, number, customer=customer)
            return open_case(
                session, self.agent, now, reason="delivery.not_received", language="fr", customer=customer, order=order
            )

    def customer(self, session: Session, now: datetime, mail: str) -> Customer:
        """Claire Martin."""
        identity = Identity(first_name="Claire", name="Martin", mail=mail, phone="06 12 34 56 78", language="fr")
        return customer_at_first_sight(session, self.agent, now, identity)

    def parcel(self, number: str = "6A1", order: str = "RC-1001", *, last_event_days: int = 6, **fields: Any) -> None:
        """An order of one parcel, in transit, promised for three days ago, last seen `last_event_days` ago."""
        now = self.now
        sent = {
            "number": number, "carrier": "laposte", "direction": "out", "lines": ["LAMPE"],
            "value": Money.parse("49.90 EUR"), "sent_at": now - timedelta(days=8), "replaced": False,
        }  # fmt: skip
        self.services.facts["shop.order", order] = {
            "number": order, "placed_at": now - timedelta(days=9), "status": "shipped", "paid": True,
            "total": Money.parse("49.90 EUR"), "currency": "EUR", "promised_on": (now - timedelta(days=3)).date(),
            "language": "fr", "delivered_twice": False, "parcels": [sent],
            "customer": {"name": "Claire Martin", "first_name": "Claire", "last_name": "Martin",
                         "mail": "claire.martin@example.test", "phone": "+33612345678"},
            "address": {"line1": "12 rue des Lilas", "postcode": "37000", "city": "Tours", "country": "FR"},
            "lines": [{"sku": "LAMPE", "name": "Lampe de bureau", "quantity": 1, "price": Money.parse("49.90 EUR"),
                       "personalised": False}],
        }  # fmt: skip
        self.track(number, status="in_transit", last_event_at=now - timedelta(days=last_event_days), **fields)

    def track(self, number: str, **fields: Any) -> None:
        """What the carrier says of a parcel from now on."""
        self.services.facts["carrier.tracking", number] = {"number": number, "carrier": "laposte", **fields}


def documents() -> Iterator[Document]:
    """The shipped processes."""
    from processes.library import shipped

    yield from shipped()


def open_company(database: Database, published: Iterable[Document] | None = None) -> Company:
    """Set the company up in an empty database."""
    with database.unit() as session:
        move_to(session, MONDAY)
        calendar = CalendarRow.create(session, "shop", "Boutique")
        brand = Brand.create(session, "ricochet", "Ricochet", calendar)
        teams = tuple(Team.create(session, brand.id, key, names) for key, names in TEAMS.items())
        owner = system_actor(brand.id)
        anne = Person.create(
            session, owner, MONDAY, name="Anne", email="anne@example.test", roles=frozenset({Role.AGENT}), teams=teams
        )
        chief = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
        sofia = Person.create(session, owner, MONDAY, name="Sofia", email="sofia@example.test", roles=chief)
        contract = [{"carrier": "laposte", "claim_within": "30 days", "counted_from": "sent"}]
        write(session, owner, MONDAY, CONTRACTS, Proposal(value=contract))
        for document in published if published is not None else documents():
            publish(session, owner, MONDAY, document, note="Première version", override="tests")
    services, mailbox = Services(), Mailbox()
    defaults: dict[tuple[str, str], Answer] = {
        ("shop.stock", ""): {"available": True},
        ("shop.verify", ""): {"verified": True},
        ("shop.refund_state", ""): {"settled": False},
    }
    services.facts |= defaults
    walks = Walks(database, FactReader(database, services, OWN_FACTS), secret="s" * 40, library=Library())
    porter = Porter(
        database=database, walks=walks, services=services, post=mailbox,  # type: ignore[arg-type]
        keeper=Keeper(database), secret="s" * 40, base_url="http://ariane.test", random=Random(1),
    )  # fmt: skip
    robots = Robots(database, walks, porter, threads=1, random=Random(1))
    return Company(database, brand, services, mailbox, walks, porter, robots, anne, sofia)
