"""What a robot's next look calls first: its lane, so that a dead carrier holds up its own rows only."""

from collections.abc import Mapping
from typing import Any

from processes.facts import Services
from processes.walk.program import FactSpec
from processes.walk.state import FactState
from processes.walk.turn import Waiting
from processes.worlds import Standing


def lane_of(standing: Standing, waiting: Waiting, services: Services) -> str:
    """The connection that the wake step reads first; empty when it reads none, or nobody knows yet from where."""
    if waiting.wake_at is None:
        return ""
    frame = standing.walk.frame
    program = standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)
    place = program.index.get(waiting.step)
    facts = program.nodes[place].facts if place is not None else ()
    for name in reversed(facts):
        spec, state = program.facts[name], frame.facts.get(name)
        if state is not None and not spec.operation.startswith("ariane."):
            lane = services.lane(spec.operation, _inputs(spec, state), standing.case.brand_id)
            if lane:
                return lane
    return ""


def _inputs(spec: FactSpec, state: FactState) -> Mapping[str, Any]:
    """What the fact was last read with; of a list, what its first item was."""
    known = state.inputs
    if spec.each is not None:
        known = next(iter(known.values()), {}) if isinstance(known, dict) else {}
    return known if isinstance(known, dict) else {}
