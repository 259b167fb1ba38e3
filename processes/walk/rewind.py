"""Going back: the walk stands again at an earlier question, and nothing of what came after is lost or done twice.

The journal is replayed through `advance` on the readings of then. Answers given after the question are kept and taken
again where they are still good; acts done after it are remembered with their inputs, so that the same act is not done
again; visits never go down, so that a key of an effect is never used for something else. What was done stays done:
messages that were sent, tasks that somebody did. Open tasks of the abandoned branch are named, for the shell to cancel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from processes.walk.advance import advance, begin, look
from processes.walk.errors import StaleStep
from processes.walk.events import Answered, EffectDone, Event, TaskDone, WentBack
from processes.walk.program import Program, World
from processes.walk.state import Walk
from processes.walk.turn import Asking, CreateTask, Turn

Entry = tuple[Event, datetime]
"""An event of the journal and when it was taken."""


@dataclass(frozen=True, slots=True)
class Rewound:
    """Where the walk stands after going back."""

    turn: Turn
    abandoned: tuple[str, ...]
    """Keys of the tasks that the abandoned branch gave."""


@dataclass(frozen=True, slots=True)
class _Past:
    """One entry of the journal, replayed."""

    event: Event
    before: Walk
    turn: Turn


def rewind(program: Program, here: Walk, journal: Sequence[Entry], back: WentBack, world: World) -> Rewound:
    """Stand again at the last asking of the step that `back` names.

    `here` is the walk as it stands, `world` the world of now. Raises StaleStep when that question was never put.
    """
    past = _replay(program, here.public_id, journal, world)
    place = _asked_at(past, back)
    walk = _standing_again(past, place, here)
    walk.walker, walk.channel = back.walker, back.channel
    walk.language = back.language or walk.language
    given = [effect.key for each in past[place + 1 :] for effect in each.turn.effects if isinstance(effect, CreateTask)]
    waiting = look(program, walk, world)
    turn = Turn(walk=walk, waiting=waiting, wanted=(), effects=[], words=walk.words, trace=[])
    return Rewound(turn, tuple(given))


def _replay(program: Program, public_id: str, journal: Sequence[Entry], world: World) -> list[_Past]:
    past: list[_Past] = []
    walk = begin(program, public_id)
    for event, at in journal:
        then = replace(world, now=at)
        if isinstance(event, WentBack):
            again = _standing_again(past, _asked_at(past, event), walk)
            turn = Turn(walk=again, waiting=look(program, again, then), wanted=(), effects=[], words=[], trace=[])
        else:
            turn = advance(program, walk, event, then)
        past.append(_Past(event, walk, turn))
        walk = turn.walk
    return past


def _asked_at(past: Sequence[_Past], back: WentBack) -> int:
    """The last entry after which that question stood open."""
    for place in range(len(past) - 1, -1, -1):
        waiting = past[place].turn.waiting
        if isinstance(waiting, Asking) and (waiting.step, waiting.path) == (back.step, back.path):
            return place
    raise StaleStep(step=back.step)


def _standing_again(past: Sequence[_Past], place: int, here: Walk) -> Walk:
    """The state of then, with what was answered and done since."""
    walk = past[place].turn.walk.copy()
    for each in past[place + 1 :]:
        mark = each.before.frame.path + each.before.frame.position
        waiting = each.before.waiting or {}
        match each.event:
            case Answered():
                walk.kept[mark] = {"value": each.event.value, "about": waiting.get("about")}
            case EffectDone():
                _remember(walk, mark, waiting.get("inputs", {}), each.event.result)
            case TaskDone() if waiting.get("kind") == "task":
                _remember(walk, mark, waiting.get("about"), each.event.answers)
    walk.visits = {step: max(walk.visits.get(step, 0), number) for step, number in here.visits.items()}
    return walk


def _remember(walk: Walk, mark: str, inputs: Any, result: Mapping[str, Any]) -> None:
    """What was done, with what, and what it gave: taken again when the walk comes to the same once more."""
    walk.acts[mark] = [*walk.acts.get(mark, []), {"inputs": inputs, "result": dict(result)}]
