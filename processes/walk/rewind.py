"""Going back: the walk stands again at an earlier question, and nothing of what came after is lost or done twice.

The journal is replayed through `advance` on the readings of then. Answers given after the question are kept and taken
again where the same is asked and they are still good; acts done after it are remembered with their inputs, so that the
same is not done again; visits never go down, so that a key of an effect is never used for something else.

What was done stays done: acts, messages that were sent, walks that were started, promises that were made. Open tasks
and hand-overs of the abandoned branch are named, for the shell to cancel; what it waited for ends by itself, since a
walk waits for one thing only. While an act is under way there is no going back: its result would be lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from processes.walk.advance import Turn, advance, begin
from processes.walk.errors import ActUnderWay, CannotGoBack, WalkError
from processes.walk.events import Answered, EffectDone, Event, TaskDone, WentBack
from processes.walk.machine import Machine
from processes.walk.program import Program, World
from processes.walk.state import Walk
from processes.walk.steps.questions import Ask
from processes.walk.turn import Asking, CreateTask, HandOver

Entry = tuple[Event, datetime]
"""An event of the journal and when it was taken."""


@dataclass(frozen=True, slots=True)
class Rewound:
    """Where the walk stands after going back."""

    turn: Turn
    abandoned: tuple[str, ...]
    """Keys of the tasks and hand-overs that the abandoned branch gave."""


@dataclass(frozen=True, slots=True)
class _Past:
    """One entry of the journal, replayed."""

    event: Event
    before: Walk
    turn: Turn


def rewind(program: Program, here: Walk, journal: Sequence[Entry], back: WentBack, world: World) -> Rewound:
    """Stand again at the last asking of the step that `back` names.

    `here` is the walk as it stands, `world` the world of now, in which the journal is replayed at its own moments.
    Raises CannotGoBack: when that question was never put, when an act is under way (ActUnderWay), and when the
    journal no longer leads there because settings or called processes have changed since.
    """
    if here.ended:
        raise CannotGoBack
    past = _replay(program, here.public_id, journal, world)
    place = _asked_at(past, back)
    turn = _standing_again(program, past, place, back, here, world)
    given = [
        effect.key
        for each in past[place + 1 :]
        for effect in each.turn.effects
        if isinstance(effect, CreateTask | HandOver)
    ]
    return Rewound(turn, tuple(given))


def _replay(program: Program, public_id: str, journal: Sequence[Entry], world: World) -> list[_Past]:
    past: list[_Past] = []
    walk = begin(program, public_id)
    for event, at in journal:
        then = replace(world, now=at)
        if isinstance(event, WentBack):
            turn = _standing_again(program, past, _asked_at(past, event), event, walk, then)
        else:
            try:
                turn = advance(program, walk, event, then)
            except WalkError as error:
                raise CannotGoBack from error
        past.append(_Past(event, walk, turn))
        walk = turn.walk
    return past


def _asked_at(past: Sequence[_Past], back: WentBack) -> int:
    """The last entry after which that question stood open."""
    for place in range(len(past) - 1, -1, -1):
        waiting = past[place].turn.waiting
        if isinstance(waiting, Asking) and (waiting.step, waiting.path) == (back.step, back.path):
            return place
    raise CannotGoBack


def _standing_again(
    program: Program, past: Sequence[_Past], place: int, back: WentBack, here: Walk, world: World
) -> Turn:
    """The question of then, put again now, with what was answered and done since."""
    if (here.waiting or {}).get("kind") == "acting":
        raise ActUnderWay
    walk = past[place].turn.walk.copy()
    for each in past[place + 1 :]:
        _remember(walk, each)
    walk.visits = {step: max(walk.visits.get(step, 0), number) for step, number in here.visits.items()}
    walk.walker, walk.channel, walk.language = back.walker, back.channel, back.language or walk.language
    walk.turn_at = world.now
    m = Machine(program, walk, world)
    question = m.position()
    assert isinstance(question, Ask)
    question.put_again(m)
    return Turn(walk=walk, waiting=question.view(m), wanted=(), effects=[], words=walk.words, trace=m.trace)


def _remember(walk: Walk, past: _Past) -> None:
    """Keep what was answered or done with the question and the inputs of then."""
    mark = past.before.frame.path + past.before.frame.position
    waiting = past.before.waiting or {}
    match past.event:
        case Answered():
            walk.kept = {**walk.kept, mark: {"value": past.event.value, "about": waiting.get("about")}}
        case EffectDone():
            _done(walk, mark, waiting.get("inputs", {}), past.event.result)
        case TaskDone() if waiting.get("kind") == "task":
            _done(walk, mark, waiting.get("about"), past.event.answers)


def _done(walk: Walk, mark: str, inputs: Any, result: Mapping[str, Any]) -> None:
    walk.acts = {**walk.acts, mark: [*walk.acts.get(mark, []), {"inputs": inputs, "result": dict(result)}]}
