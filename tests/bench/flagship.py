"""The flagship's first conversation, walked purely: from the order number to the robot's rendezvous."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from base.business_time import ALWAYS_OPEN
from base.money import Money
from processes.language.compile import compile_document
from processes.library import shipped
from processes.walk.advance import advance, begin
from processes.walk.events import Answered, FactsRead, Reading, Started
from processes.walk.program import Program, World
from processes.walk.state import Walk
from processes.walk.turn import Asking, Turn, WantedFact

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


def converse(program: Program, given: dict[str, dict[str, Any]], at: World) -> list[Turn]:
    """The whole conversation: started, two answers, then the wait. Every turn, in order."""
    turns: list[Turn] = []
    walk: Walk = begin(program, "bench")
    event: Any = Started(walker="customer", channel="selfcare", language="fr", needs={"order_number": "RC-1001"})
    while event is not None:
        turn = advance(program, walk, event, at)
        turns.append(turn)
        walk = turn.walk
        if turn.wanted:
            event = FactsRead(walker="customer", readings=tuple(read(fact, given) for fact in turn.wanted))
        elif isinstance(turn.waiting, Asking):
            step = turn.waiting.step
            event = Answered(walker="customer", step=step, visit=turn.waiting.visit, value=ANSWERS[step])
        else:
            event = None
    return turns
