"""The working state of one turn: names that expressions see, facts at hand, what was decided so far.

A machine lives for one call of `advance`. It is the scope that expressions are evaluated in. Nodes talk to it; nothing
outside the walk room sees it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from base.business_time import Calendar
from processes.walk.clash import EvaluationError
from processes.walk.errors import EndlessWalk, LostWalk, StaleStep
from processes.walk.events import Event
from processes.walk.facts import have, value_of
from processes.walk.program import STOP, FactSpec, Node, Program, TextRef, World
from processes.walk.scope import Scope
from processes.walk.state import Frame, Kept, Walk
from processes.walk.turn import Effect, TraceEntry, Waiting, WantedFact, Words
from processes.walk.values import MISSING, UNKNOWN

CEILING = 200
"""Most steps of one turn without a stop."""


class Machine(Scope):
    """See the module."""

    __slots__ = (
        "asked",
        "effects",
        "frame",
        "fresh",
        "nodes",
        "program",
        "stands_at",
        "sure",
        "trace",
        "walk",
        "wanted",
        "words",
        "world",
    )  # fmt: skip

    def __init__(self, program: Program, walk: Walk, world: World, kept: Kept | None = None) -> None:
        self.walk = walk
        self.world = world
        self.now = world.now
        self.calendar = world.calendar
        self.item = MISSING
        self.effects: list[Effect] = []
        self.words: list[Words] = []
        self.trace: list[TraceEntry] = []
        self.wanted: list[WantedFact] = []
        self.asked: dict[str, Any] = {}
        """Inputs of the facts wanted by this call, or by the one before."""
        self.sure: set[str]
        """Facts found young enough in this turn and not touched since."""
        self.fresh: set[str]
        """Those of them that were read in this turn."""
        self.stands_at: Waiting | None = None
        """What the walk waits for, where the step that stopped it has said so already."""
        self.program = program
        if kept is None:
            self.enter_frame()
        else:
            self._take_up(kept)

    # --- running --------------------------------------------------------------------------------------------------

    def run_from(self, place: int) -> None:
        """Walk from a place until something must be waited for."""
        for _ in range(CEILING):
            node = self.nodes[place]
            facts = node.facts
            if facts and not have(self, facts, node.fresh):
                self.frame.position = node.id
                self.walk.resume = "run"
                return
            try:
                place = node.run(self)
            except EvaluationError as error:
                place = self.in_doubt(node, error)
            if place < 0:
                if place == STOP:
                    return
                raise LostWalk(step=node.id)
        raise EndlessWalk(step=self.nodes[place].id)

    def receive(self, node: Node, event: Event) -> None:
        """Take an event where the walk stands, and walk on from there."""
        try:
            place = node.receive(self, event)
        except EvaluationError as error:
            place = self.in_doubt(node, error)
        if place >= 0:
            self.run_from(place)
        elif place < STOP:
            raise LostWalk(step=node.id)

    def in_doubt(self, node: Node, error: EvaluationError) -> int:
        """Where a service's surprising answer leads (another currency, a text for a number): said, treated as doubt."""
        self.note(node.id, "cannot_be_evaluated", str(error))
        return self.program.in_doubt

    def position(self) -> Node:
        """The step where the walk stands."""
        return self.nodes[self.program.index[self.frame.position]]

    def stop(self, node: Node, waiting: dict[str, Any]) -> int:
        """Stand at `node`, waiting for what `waiting` says."""
        self.frame.position = node.id
        self.walk.waiting = waiting
        return STOP

    def waits_for(self) -> Waiting:
        """What the walk that stopped waits for."""
        return self.stands_at or self.position().view(self)

    def visit(self, step: str) -> int:
        """Count a visit of a step that leaves a mark; the number is part of its effects' keys."""
        visits = self.walk.visits
        mark = self.frame.path + step
        number = visits[mark] = visits.get(mark, 0) + 1
        return number

    def visits_of(self, step: str) -> int:
        """How often the step was entered so far."""
        return self.walk.visits.get(self.frame.path + step, 0)

    def key(self, step: str, visit: int, slot: str) -> str:
        """Deterministic key of an effect: public id, call path, step, visit, slot."""
        return f"{self.walk.public_id}:{self.frame.path}:{step}:{visit}:{slot}"

    def stale(self, node: Node) -> StaleStep:
        """The refusal of an event that is not about where the walk stands."""
        return StaleStep(step=node.id)

    def note(self, step: str, what: str, branch: Any = None, values: Any = None) -> None:
        """Write a line of the trace."""
        self.trace.append((self.frame.path, step, what, branch, values))

    def say(self, node: Node, kind: str, visit: int, text: TextRef, values: dict[str, Any] | None = None) -> Words:
        """The words of a text, with the values it prints now (`values`, where they were looked up already)."""
        if values is None:
            values = text.values(self)
        frame = self.frame
        return Words(node.id, frame.path, visit, kind, text.id, values, text.passage, frame.process, frame.version)  # type: ignore[arg-type]

    def printed(self, text: TextRef) -> dict[str, Any] | None:
        """The values that a text prints; None when one that it prints without a guard is unknown."""
        values = text.values(self)
        if UNKNOWN in values.values() and any(values[path] is UNKNOWN for path in text.firm):
            return None
        return values

    # --- names ----------------------------------------------------------------------------------------------------

    def enter_frame(self) -> None:
        """Look at the innermost frame: its program, names and facts."""
        walk, world = self.walk, self.world
        frame = self.frame = walk.frames[-1]
        program = self.program
        seen = frame.program is program
        if not seen and (program.process != frame.process or program.version != frame.version):
            self.program = program = world.programs[f"{frame.process}@{frame.version}"]
            seen = frame.program is program
        self.nodes = program.nodes
        self.calendar = self.calendar_of(program.calendar)
        self.sure, self.fresh = set(), set()
        frame.names = self.names = {
            **(frame.names if seen else {**frame.scope, **program.unread}),
            **world.names,
            "walker": walk.walker,
            "channel": walk.channel,
            "language": walk.language,
            "setting": {**program.settings, **world.settings} if world.settings else program.settings,
        }
        for name in program.shadows:
            if name in frame.scope:
                self.names[name] = frame.scope[name]
        if seen:
            if program.list_facts and frame.facts:
                self._look_again_at_lists(program, frame)
        else:
            frame.program = program
            self._name_facts(program, frame)

    def _take_up(self, kept: Kept) -> None:
        """Go on with what the call before found out in the same turn: nothing has happened to it since."""
        self.frame = frame = self.walk.frames[-1]
        self.program = program = kept.program
        self.nodes = program.nodes
        self.calendar = self.calendar_of(program.calendar)
        frame.names = self.names = frame.names.copy()
        self.asked = kept.asked
        self.sure, self.fresh = kept.sure.copy(), kept.fresh.copy()

    def keep(self) -> Kept:
        """For the call that goes on with this turn."""
        return Kept(self.world, self.program, self.asked, self.sure, self.fresh)

    def _name_facts(self, program: Program, frame: Frame) -> None:
        """Give the facts at hand, and the items that answers point to, their names: those they depend on first."""
        names, scope = self.names, frame.scope
        for name in program.live_items:
            if name in scope:
                names[name] = UNKNOWN
        facts = frame.facts
        if facts:
            for name, spec in program.facts.items():
                if name in facts:
                    names[name] = value_of(self, spec, facts[name])
                    if name in program.items_of:
                        self._refresh_items(name)

    def _look_again_at_lists(self, program: Program, frame: Frame) -> None:
        """Lists are put together from what other names stand for, and so may be others by now."""
        for name in program.list_facts:
            state = frame.facts.get(name)
            if state is not None:
                value = value_of(self, program.facts[name], state)
                if value is not self.names[name]:
                    self.names[name] = value
                    self._refresh_items(name)

    def push(self, frame: Frame, program: Program) -> None:
        """Enter a called process."""
        self.walk.frames.append(frame)
        self.program = program
        self.enter_frame()

    def pop(self) -> None:
        """Return to the caller."""
        self.walk.frames.pop()
        self.enter_frame()

    def put(self, name: str, value: Any) -> None:
        """Give a name its answer or result; facts read with it are looked at again."""
        if value is MISSING:
            self.frame.scope.pop(name, None)
            self.names.pop(name, None)
        else:
            self.frame.scope[name] = value
            self.names[name] = value
        if name in self.program.watched:
            if name in self.program.live_items:
                self._refresh_items(self.program.live_items[name].fact)
            self._doubt(name)

    def answer(self, name: str, value: Any) -> None:
        """Keep a person's answer with its time."""
        self.put(name, value)
        self.frame.at = {**self.frame.at, name: self.now}

    def forget(self, names: Iterable[str]) -> None:
        """Take names back (a new turn of a loop asks and acts anew)."""
        frame = self.frame
        for name in names:
            frame.scope.pop(name, None)
            self.names.pop(name, None)
            self._doubt(name)
            if name in frame.at:
                frame.at = {answered: at for answered, at in frame.at.items() if answered != name}

    def already_done(self, step: str, inputs: Any) -> Any:
        """The result of the step for these inputs from before a return to an earlier question, or MISSING.

        Each counts once: the step may rightly be done for them a second time.
        """
        mark = self.frame.path + step
        records = self.walk.acts.get(mark, [])
        for place, record in enumerate(records):
            if record["inputs"] == inputs:
                self.walk.acts = {**self.walk.acts, mark: records[:place] + records[place + 1 :]}
                return record["result"]
        return MISSING

    def leave_loops(self) -> None:
        """The path goes to a section: every loop it was in is left as it is."""
        loops = self.frame.loops
        if not loops:
            return
        for step in [step for step, loop in loops.items() if "count" not in loop]:
            del loops[step]

    def changed(self, fact: str) -> None:
        """A fact was read anew: items of it and facts read with it follow."""
        if fact in self.program.watched:
            if fact in self.program.items_of:
                self._refresh_items(fact)
            self._doubt(fact)

    def _doubt(self, name: str) -> None:
        """A name changed: facts read with it must be looked at again."""
        dependents = self.program.dependents.get(name)
        if dependents is not None:
            self.sure.difference_update(dependents)
            self.fresh.difference_update(dependents)

    # --- items of lists -------------------------------------------------------------------------------------------

    def _refresh_items(self, fact: str) -> None:
        scope = self.frame.scope
        for name in self.program.items_of.get(fact, ()):
            if name in scope:
                self.names[name] = self._item(fact, scope[name])

    def _item(self, fact: str, key: Any) -> Any:
        """The item (or items) an answer points to, as it is now."""
        items = self.names.get(fact, UNKNOWN)
        if items is UNKNOWN:
            return UNKNOWN
        return _pointed_at({} if items is MISSING else self._by_key(fact, items), key)

    def _by_key(self, fact: str, items: list[Any]) -> dict[str, Any]:
        state = self.frame.facts.get(fact)
        if state is None or state.value is not items:
            return dict(zip(self.item_keys(fact, items), items, strict=True))
        if state.by_key is None:
            state.by_key = dict(zip(self.item_keys(fact, items), items, strict=True))
        return state.by_key

    def item_keys(self, fact: str, items: list[Any]) -> list[str]:
        """Keys of the items of a list fact (or of any list of records: their number, id or sku)."""
        spec = self.program.facts.get(fact)
        if spec is not None and spec.key is not None:
            return [str(key) for key in self.of_items(spec.key, items)]
        return [self.key_of(spec, item) for item in items]

    def key_of(self, spec: FactSpec | None, item: Any) -> str:
        """The key of one item."""
        if spec is not None and spec.key is not None:
            return str(self.of_item(spec.key, item))
        return next((str(item[name]) for name in ("number", "id", "sku") if name in item), "")

    def of_item(self, expression: Any, item: Any) -> Any:
        """The value of an expression with a leading dot, for one item."""
        self.item, outer = item, self.item
        try:
            return expression(self)
        finally:
            self.item = outer

    def of_items(self, expression: Any, items: Iterable[Any]) -> list[Any]:
        """The values of an expression with a leading dot, for each item."""
        values, outer = [], self.item
        try:
            for item in items:
                self.item = item
                values.append(expression(self))
        finally:
            self.item = outer
        return values

    # --- calendars ------------------------------------------------------------------------------------------------

    def calendar_of(self, name: str) -> Calendar:
        """The calendar of that key; the brand's for the empty one, and for one that was taken away since."""
        return self.world.calendars.get(name, self.world.calendar) if name else self.world.calendar


def _pointed_at(by_key: Mapping[str, Any], answer: Any) -> Any:
    """The item of a key; of several each with the number chosen of it; after a `for_each` those of all its turns."""
    if isinstance(answer, list):
        return [_pointed_at(by_key, entry) for entry in answer]
    if not isinstance(answer, dict):
        return by_key.get(str(answer), MISSING)
    item = by_key.get(answer["key"], MISSING)
    return {**item, "chosen": answer["chosen"]} if isinstance(item, dict) and "chosen" in answer else item
