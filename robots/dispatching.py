"""Taking what is due: which rows of which lanes robots work on next, and how many of each.

Every engine takes its work here; they differ only in who carries it out. A lane is a connection: each has its own
share, so that a carrier that is slow or dead holds up its own rows and nobody else's, and a lane whose service wants to
be left alone is passed by without using up an attempt.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from sqlalchemy.orm import Session

from cases import delivery, follow_ups
from cases.claims import Claimed, Clock, DueLane

BATCH = 20
"""Rows of one lane taken by one statement."""

Kind = Literal["effect", "follow_up"]
KINDS: tuple[Kind, ...] = ("effect", "follow_up")
"""In this order: what was promised before what comes next."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A claimed row, on its way to whoever works on it."""

    kind: Kind
    lane: str
    claimed: Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much may be taken now."""

    total: int
    per_lane: int
    """Rows of one lane that may be in flight, by all robots together."""


@dataclass(frozen=True, slots=True)
class Due:
    """A lane of one kind with something due."""

    kind: Kind
    lane: DueLane


def look(session: Session, clock: Clock, kinds: Iterable[Kind] = KINDS) -> list[Due]:
    """Lanes with something due: effects before follow-ups, the most overdue first. Writes nothing."""
    return [Due(kind, lane) for kind in kinds for lane in _due_lanes(kind)(session, clock)]


def take(session: Session, clock: Clock, due: Iterable[Due], room: Room, closed: Collection[str] = ()) -> list[Ticket]:
    """Claim a fair share of every lane with room. Commit before working on it.

    Of a lane that is `closed` only walks whose patience has run out are woken, to be told that nobody answers.
    """
    flying = in_flight(session, clock)
    waiting = [each for each in due if each.kind == "follow_up" or each.lane.lane not in closed]
    left, taken = room.total, list[Ticket]()
    for number, each in enumerate(waiting):
        lane = each.lane.lane
        fair = -(-left // (len(waiting) - number))
        share = min(BATCH, fair, room.per_lane - flying.get(lane, 0))
        if share <= 0:
            continue
        tickets = [
            Ticket(each.kind, lane, one) for one in _claim(each.kind, lane in closed)(session, lane, share, clock)
        ]
        flying[lane] = flying.get(lane, 0) + len(tickets)
        left -= len(tickets)
        taken += tickets
    return taken


def give_back(session: Session, ticket: Ticket, *, due_at: datetime | None = None) -> None:
    """Let go of a row that was claimed and not begun: it is as due as it was. Raises `Lost`."""
    id, token = ticket.claimed.id, ticket.claimed.token
    match ticket.kind:
        case "follow_up":
            follow_ups.give_back(session, id, token, due_at=due_at)
        case "effect":
            delivery.give_back(session, id, token, due_at=due_at)
        case _:
            assert_never(ticket.kind)


def renew(session: Session, kind: Kind, id: int, token: int, clock: Clock) -> None:
    """Keep a row for another lease. Raises `Lost`."""
    (follow_ups.renew if kind == "follow_up" else delivery.renew)(session, id, token, clock=clock)


def in_flight(session: Session, clock: Clock) -> dict[str, int]:
    """How many rows of each lane somebody has right now."""
    flying = follow_ups.in_flight(session, clock)
    for lane, count in delivery.in_flight(session, clock).items():
        flying[lane] = flying.get(lane, 0) + count
    return flying


def _due_lanes(kind: Kind) -> Callable[[Session, Clock], list[DueLane]]:
    return follow_ups.due_lanes if kind == "follow_up" else delivery.due_lanes


def _claim(kind: Kind, closed: bool) -> Callable[[Session, str, int, Clock], list[Claimed]]:
    if kind == "effect":
        claim = delivery.claim
    else:
        claim = follow_ups.claim_overdue_patience if closed else follow_ups.claim
    return lambda session, lane, room, clock: claim(session, lane, room=room, clock=clock)
