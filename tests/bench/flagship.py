"""The flagship's first conversation, walked purely: from the order number to the robot's rendezvous."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from base.business_time import ALWAYS_OPEN
from base.money import Money
from processes.language.compile import compile_document
from processes.library import shipped
from processes.walk.advance import Turn, advance, begin
from processes.walk.events import Answered, Event, FactsRead, Reading, Started
from processes.walk.program import Program, World
from processes.walk.state import Walk
from processes.walk.turn import Asking, WantedFact

NUMBER = "rc-1001 "
NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)
ANSWERS = {"still_missing": "not_come", "remedy": "reship"}
MANY_LINES = 18
"""Lines of the order, so that its facts weigh about 3 kB as JSON."""


def programs() -> dict[str, Program]:
    """The shipped processes, compiled."""
    made = {document.process: compile_document(document, "1").checked() for document in shipped()}
    return made | {f"{key}@1": program for key, program in made.items()}


def world(known: dict[str, Program]) -> World:
    """A Monday morning."""
    return World(now=NOW, calendar=ALWAYS_OPEN, programs=known, case={"reason": "delivery.not_received"})


def facts(lines: int = 1) -> dict[str, dict[str, Any]]:
    """An order with one late parcel, as services tell it."""
    parcel = {
        "number": "6A1", "carrier": "laposte", "direction": "out", "lines": ["LAMPE"], "replaced": False,
        "value": Money.parse("49.90 EUR"), "sent_at": NOW - timedelta(days=8),
    }  # fmt: skip
    order = {
        "number": "RC-1001", "placed_at": NOW - timedelta(days=9), "status": "shipped", "paid": True,
        "total": Money.parse("49.90 EUR"), "currency": "EUR", "promised_on": date(2031, 2, 28), "language": "fr",
        "delivered_twice": False, "parcels": [parcel],
        "customer": {"name": "Claire Martin", "first_name": "Claire", "last_name": "Martin"},
        "lines": [
            {"sku": f"SKU-{n}", "name": f"Lampe de bureau numéro {n}", "quantity": 1, "price": Money.parse("49.90 EUR"),
             "personalised": False}
            for n in range(lines)
        ],
    }  # fmt: skip
    return {
        "order": order,
        "parcels": {"number": "6A1", "status": "in_transit", "last_event_at": NOW - timedelta(days=6)},
        "stock": {"available": True},
        "past": {"count": 0},
        "contract": {"claim_by": date(2031, 4, 2)},
    }


def read(wanted: WantedFact, given: dict[str, dict[str, Any]]) -> Reading:
    """What the services would answer."""
    return Reading(
        fact=wanted.fact, item=wanted.item, state="known", value=given[wanted.fact], at=NOW, id=f"r-{wanted.fact}"
    )


def converse(program: Program, given: dict[str, dict[str, Any]], at: World) -> list[tuple[Event, Turn]]:
    """The whole conversation: started, two answers, then the wait, with three looks at services in between.

    Every event with the turn it led to, in order.
    """
    story: list[tuple[Event, Turn]] = []
    walk = begin(program, "bench")
    event: Event | None = Started(walker="customer", channel="selfcare", language="fr", needs={"order_number": NUMBER})
    while event is not None:
        turn = advance(program, walk, event, at)
        story.append((event, turn))
        walk = turn.walk
        event = _next(turn, given)
    return story


def replay(program: Program, events: Iterable[Event], at: World) -> Walk:
    """The same events once more: what services said and people typed is at hand, walking alone is measured."""
    walk = begin(program, "bench")
    for event in events:
        walk = advance(program, walk, event, at).walk
    return walk


def _next(turn: Turn, given: dict[str, dict[str, Any]]) -> Event | None:
    if turn.wanted:
        return FactsRead(walker="customer", readings=tuple(read(fact, given) for fact in turn.wanted))
    if isinstance(turn.waiting, Asking):
        step = turn.waiting.step
        return Answered(walker="customer", step=step, visit=turn.waiting.visit, value=ANSWERS[step])
    return None
