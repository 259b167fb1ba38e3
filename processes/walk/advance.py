"""The walk: a pure function from a state and an event to a turn.

`advance` does nothing to the world. It returns what it wants to read, what it waits for, what it decided and why; the
shell reads, stores, delivers and calls again. The same call serves the agent's console, selfcare, robots, assistants,
scenarios and replays.
"""

from dataclasses import replace

from processes.walk.errors import StaleStep
from processes.walk.events import LOOKS, Event, FactsRead, Started, WentBack
from processes.walk.facts import have, take
from processes.walk.machine import Machine
from processes.walk.program import Node, Program, World
from processes.walk.record import record
from processes.walk.state import Frame, Walk
from processes.walk.steps.questions import take_needs
from processes.walk.turn import Asking, Effect, Message, TraceEntry, Waiting, WantedFact, Words

TELLS_CUSTOMER = ("say", "hand_over", "close")
WRITTEN_TO = ("robot", "customer")
"""Walkers whose words are also mailed."""


@record(frozen=True)
class Turn:
    """Everything one call of `advance` says."""

    walk: Walk
    waiting: Waiting | None
    """None while facts are wanted."""
    wanted: tuple[WantedFact, ...]
    effects: list[Effect]
    words: list[Words]
    """Said since the last stop, in order; the question's own words are in `waiting`."""
    trace: list[TraceEntry]


def begin(program: Program, public_id: str) -> Walk:
    """A walk that has not started: its first event is `Started`."""
    return Walk(public_id, [Frame(program.process, program.version)])


def advance(program: Program, walk: Walk, event: Event, world: World) -> Turn:
    """Take one event; `walk` is left untouched.

    `program` is the outermost process's; called ones are found in `world.programs`. Raises StaleStep when the event is
    not about where the walk stands, Refused when an answer cannot be taken, EndlessWalk when steps go round in circles.
    """
    if walk.ended or isinstance(event, WentBack):
        raise StaleStep(step=walk.frame.position)
    between = walk.between
    walk = walk.copy()
    if isinstance(event, FactsRead):
        m = Machine(program, walk, world, between if between is not None and between.world is world else None)
        m.words = walk.words.copy()
        m.effects = walk.pending.copy()
        node = m.position()
        take(m, event.readings, node.fresh)
        if walk.resume == "run":
            m.run_from(m.program.index[node.id])
        else:
            _look_first(m, node, node.again(m, walk.resume))
    else:
        # A new turn begins: who walks, when, and whether facts must be read anew.
        walk.walker, walk.channel, walk.language = event.walker, event.channel, event.language or walk.language
        walk.turn_at, walk.anew = world.now, isinstance(event, LOOKS)
        m = Machine(program, walk, world)
        _receive(m, event)
    return _turn(m)


def look(program: Program, walk: Walk, world: World) -> Waiting | None:
    """What the walk waits for now, without moving it: the page shown again, in another channel or language."""
    if walk.waiting is None:
        return None
    m = Machine(program, walk, world)
    return m.position().view(m)


def _receive(m: Machine, event: Event) -> None:
    walk = m.walk
    if isinstance(event, Started):
        if walk.waiting is not None or m.frame.position:
            raise StaleStep(step=m.frame.position)
        take_needs(m, event.needs)
        m.run_from(m.program.start)
        return
    if walk.waiting is None:
        raise StaleStep(step=m.frame.position)
    # Words said before an act are kept until it is done: the turn after it says all of it at once.
    m.words = list(walk.words) if walk.waiting["kind"] == "acting" else []
    _look_first(m, m.position(), event)


def _look_first(m: Machine, node: Node, event: Event) -> None:
    """Take the event, once the facts it rests on are there."""
    facts = node.before(m, event)
    if facts and not have(m, facts, node.fresh):
        m.walk.resume = event.kind
        return
    m.walk.resume = "run"
    m.receive(node, event)


def _turn(m: Machine) -> Turn:
    walk = m.walk
    walk.words = m.words
    walk.pending = []
    if m.wanted:
        walk.pending, walk.between = m.effects, m.keep()
        return Turn(walk, None, tuple(m.wanted), [], m.words, m.trace)
    waiting = m.waits_for()
    walk.anew = False
    if m.words and walk.walker in WRITTEN_TO:
        _write_to_customer(m, waiting)
    return Turn(walk, waiting, (), m.effects, m.words, m.trace)


def _write_to_customer(m: Machine, waiting: Waiting) -> None:
    """What a robot says is mailed; what a customer was told while going off is confirmed by mail.

    A question mailed by a robot carries the turn's words already.
    """
    told = tuple([words for words in m.words if words.kind in TELLS_CUSTOMER])
    if not told or isinstance(waiting, Asking) or waiting.kind in ("confirming", "acting") or _joined(m, told):
        return
    last = told[-1]
    m.effects.append(
        Message(
            key=f"{m.walk.public_id}:{last.path}:{last.step}:{last.visit}:words", step=last.step, path=last.path,
            visit=last.visit, parts=told, purpose="words" if m.walk.walker == "robot" else "confirmation",
        )
    )  # fmt: skip


def _joined(m: Machine, told: tuple[Words, ...]) -> bool:
    """Put a robot's words in front of a mail that goes to the customer anyway: one event, one mail.

    A customer has just read them: that mail is confirmation enough.
    """
    for place, effect in enumerate(m.effects):
        if isinstance(effect, Message) and effect.purpose == "send" and effect.to == "customer":
            if m.walk.walker == "robot":
                m.effects[place] = replace(effect, parts=(*told, *effect.parts))
            return True
    return False
