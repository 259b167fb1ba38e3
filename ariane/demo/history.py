"""Six months of customer service before the demo opens, made from a seed: what dashboards can honestly count.

Each reason has its own likelihood and delay of a repeat contact, each channel its own weight, Mondays are busy, nights
are for selfcare, and a carriers' strike in October doubles two weeks of late deliveries. Nothing is drawn towards a
finding: the figures are those of the draw.

Most of the company's sales went through market places. Those customers and their orders ("MP-…") are in the history
only; some of the company's own 40 customers had their contacts too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Literal

from ariane.demo.clock import OPENING, ZONE, at, business_day, is_open
from ariane.demo.company import CUSTOMERS
from ariane.demo.reasons import PAID, REASONS, UNSOLVED, Reason, reason
from ariane.demo.staff import agents_of
from ariane.demo.world import CAST, SEED, build

Channel = Literal["phone", "mail", "chat", "selfcare"]
DAYS = 183
CASES = 1000
STRIKE = (date(2026, 10, 5), date(2026, 10, 17))
"""Carriers' strike: first and last day."""

_CHANNELS: tuple[Channel, ...] = ("phone", "mail", "chat", "selfcare")
_CHANNEL_WEIGHTS = (46, 27, 9, 18)
_NEXT_WEIGHTS: dict[Channel, tuple[int, ...]] = {
    "phone": (68, 18, 8, 6),
    "mail": (44, 42, 6, 8),
    "chat": (47, 15, 28, 10),
    "selfcare": (58, 17, 10, 15),
}
"""On which channel people come back."""
CAST_NUMBERS = frozenset(one.number for one in CAST)
_WEEKDAYS = (26, 20, 17, 17, 15, 3, 2)
_FIRST_NAMES = (
    "Adèle Arthur Chloé David Eva Florent Gaëlle Henri Iris Jeanne Kevin Laura Malik Noémie Oscar Rania".split()
)
_LAST_NAMES = (
    "Adam Barbier Chevalier Da Silva Etienne Fontaine Guerin Huet Imbert Joly Lacroix Meyer Noël Olivier".split()
)


@dataclass(frozen=True, kw_only=True)
class PastCustomer:
    """Somebody who contacted the company."""

    key: str
    name: str
    mail: str
    phone: str | None
    language: str = "fr"


@dataclass(frozen=True, kw_only=True)
class PastContact:
    """One contact, or one message of the company."""

    channel: Channel
    direction: Literal["inbound", "outbound", "internal"]
    started_at: datetime
    waited: int
    """Seconds before an answer."""
    talked: int
    """Seconds of conversation or of writing; of the visit, in selfcare."""
    after: int
    """Seconds of work afterwards."""
    agent: str | None
    """Key in the staff; None in selfcare."""
    team: str | None
    planned: bool = False

    @property
    def handling(self) -> int:
        """Seconds of people's work."""
        return self.talked + self.after if self.agent else 0


@dataclass(frozen=True, kw_only=True)
class PastCase:
    """One matter of one customer, from its first contact to its end."""

    key: str
    customer: PastCustomer
    order: str | None
    reason: str
    contacts: tuple[PastContact, ...]
    """In order of time; the first one opened the case."""
    opened_at: datetime
    closed_at: datetime | None
    """None: still open when the demo begins."""
    outcome: str | None
    solved: bool | None
    outlay: int = 0
    """Cents spent on a reshipment, refund, replacement or label."""
    satisfaction: int | None = None
    """1 to 5; most people do not answer."""

    @property
    def repeats(self) -> int:
        """Inbound contacts after the first that nobody had planned."""
        return sum(one.direction == "inbound" and not one.planned for one in self.contacts[1:])


def history(seed: int = SEED, cases: int = CASES) -> list[PastCase]:
    """The past cases, oldest first: always the same for the same seed. None of the heroine's."""
    random = Random(seed)
    made = [_case(random, number) for number in range(1, cases + 1)]
    made.extend(_hugo(random))
    return sorted(made, key=lambda one: one.opened_at)


def _case(random: Random, number: int) -> PastCase:
    kind = random.choices(REASONS, [one.share for one in REASONS])[0]
    opened = _moment(random, kind)
    channel = random.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
    customer, order = _who(random, number, opened)
    contacts = tuple(_contacts(random, kind, opened, channel))
    return _ended(
        random,
        kind,
        PastCase(
            key=f"H-{number:05d}",
            customer=customer,
            order=order,
            reason=kind.key,
            contacts=contacts,
            opened_at=contacts[0].started_at,
            closed_at=None,
            outcome=None,
            solved=None,
        ),
    )


def _moment(random: Random, kind: Reason) -> datetime:
    """When a case begins: working days first, the strike heavy on deliveries."""
    while True:
        day = OPENING.date() - timedelta(days=random.randrange(1, DAYS + 1))
        weight = _WEEKDAYS[day.weekday()] if is_open(day) else 2
        in_strike = STRIKE[0] <= day <= STRIKE[1]
        if kind.key in ("delivery.late", "delivery.not_received"):
            weight *= 2 if in_strike else 1
        if random.random() * 52 < weight:
            return at(day, f"{random.randrange(8, 20):02d}:{random.randrange(60):02d}")


def _who(random: Random, number: int, opened: datetime) -> tuple[PastCustomer, str | None]:
    """One of the shop's customers with an order of theirs, one time in fifteen; else somebody of a market place."""
    if random.random() < 1 / 15:
        own = [one for one in _own_orders() if one[2] < opened]
        if own:
            customer, order, _ = random.choice(own)
            return customer, order
    person = random.randrange(700)
    first, last = _FIRST_NAMES[person % len(_FIRST_NAMES)], _LAST_NAMES[person % len(_LAST_NAMES)]
    customer = PastCustomer(
        key=f"P-{person:04d}",
        name=f"{first} {last}",
        mail=f"client.{person:04d}@example.test",
        phone=f"+336399802{person % 100:02d}" if person < 100 else None,
        language="en" if person % 11 == 0 else "fr",
    )
    return customer, f"MP-{20000 + number * 3 + random.randrange(3)}" if random.random() < 0.93 else None


@cache
def _own_orders() -> list[tuple[PastCustomer, str, datetime]]:
    """Orders of the 40 customers that nothing is left to happen to; not the heroine's, nor Hugo's."""
    return [
        (_past(order.customer.name), order.number, order.placed_at)
        for order in build().orders.values()
        if order.customer is not None
        and order.customer.name not in ("Claire Martin", "Hugo Petit")
        and order.number not in CAST_NUMBERS
    ]


def _contacts(random: Random, kind: Reason, opened: datetime, channel: Channel) -> Iterator[PastContact]:
    """The first contact, internal questions, and those that follow because it was not enough."""
    moment, likely = opened, kind.repeats
    while True:
        first = _contact(random, kind, moment, channel)
        yield first
        if first.agent and random.random() < 0.14:
            later = min(
                first.started_at + timedelta(minutes=random.randrange(20, 300)), OPENING - timedelta(minutes=30)
            )
            yield replace(
                first, started_at=later, direction="internal", waited=0, talked=random.randrange(60, 240), after=30
            )
        moment = first.started_at + timedelta(days=min(random.expovariate(1 / 2.6), 28) + 0.1)
        if random.random() >= likely or moment >= OPENING - timedelta(hours=1):
            return
        channel = random.choices(_CHANNELS, _NEXT_WEIGHTS[channel])[0]
        likely *= 0.8


def _contact(random: Random, kind: Reason, moment: datetime, channel: Channel) -> PastContact:
    if channel == "selfcare":
        return PastContact(
            channel=channel,
            direction="inbound",
            started_at=moment,
            waited=0,
            talked=random.randrange(60, 420),
            after=0,
            agent=None,
            team=None,
        )
    outsourced = random.random() < 0.3
    agent = random.choice(agents_of("atlantic") if outsourced else agents_of("customer_service"))
    slow = {"phone": 1.0, "mail": 0.8, "chat": 1.3}[channel]
    waits = {"phone": (10, 260), "mail": (3600, 60000), "chat": (5, 120)}[channel]
    return PastContact(
        channel=channel,
        direction="inbound",
        started_at=_in_hours(moment) if channel != "mail" else moment,
        waited=random.randrange(*waits),
        talked=max(40, int(random.gauss(kind.talk * slow, kind.talk * 0.35))),
        after=random.randrange(20, 150),
        agent=agent.key,
        team="atlantic" if outsourced else "customer_service",
    )


def _in_hours(moment: datetime) -> datetime:
    """Telephone and chat are open from 9 to 18 on business days."""
    local = moment.astimezone(ZONE)
    if is_open(local.date()) and 9 <= local.hour < 18:
        return local
    day = local.date() if is_open(local.date()) and local.hour < 9 else business_day(local.date(), 1)
    moved = at(day, f"{9 + local.minute % 9:02d}:{local.minute:02d}")
    return min(moved, OPENING - timedelta(minutes=40))


def _ended(random: Random, kind: Reason, case: PastCase) -> PastCase:
    """Closed some time after its last contact, unless that is after the opening."""
    last = max(one.started_at for one in case.contacts)
    closed = last + timedelta(hours=random.choice((0.2, 0.3, 0.5, 20, 48, 90, 150)))
    ordered = tuple(sorted(case.contacts, key=lambda one: one.started_at))
    case = replace(case, contacts=ordered, opened_at=ordered[0].started_at)
    if closed >= OPENING:
        return case
    outcome = random.choices([name for name, _ in kind.outcomes], [weight for _, weight in kind.outcomes])[0]
    solved = outcome not in UNSOLVED
    pleased = (4, 5, 5, 4, 3) if solved else (1, 2, 2, 3, 4)
    return replace(
        case,
        closed_at=closed,
        outcome=outcome,
        solved=solved,
        outlay=max(300, int(random.gauss(kind.outlay, kind.outlay * 0.4))) if outcome in PAID and kind.outlay else 0,
        satisfaction=max(1, random.choice(pleased) - case.repeats) if random.random() < 0.22 else None,
    )


def _hugo(random: Random) -> list[PastCase]:
    """Two parcels of Hugo Petit were lost within the year: his third needs a supervisor."""
    kind, hugo = reason("delivery.not_received"), _past(CUSTOMERS[1].name)
    cases = []
    for number, months_ago in enumerate((5, 2), 1):
        opened = at(business_day(OPENING.date() - timedelta(days=30 * months_ago), 0), "10:20")
        contact = _contact(random, kind, opened, "phone")
        cases.append(
            PastCase(
                key=f"H-HUGO-{number}",
                customer=hugo,
                order=None,
                reason=kind.key,
                contacts=(contact,),
                opened_at=contact.started_at,
                closed_at=contact.started_at + timedelta(days=3),
                outcome="reshipped",
                solved=True,
                outlay=3900,
            )
        )
    return cases


def _past(name: str) -> PastCustomer:
    one = next(customer for customer in CUSTOMERS if customer.name == name)
    return PastCustomer(key=str(one.id), name=one.name, mail=one.mail, phone=one.phone, language=one.language)
