"""The working state of one turn: names that expressions see, facts at hand, what was decided so far.

A machine lives for one call of `advance`. Nodes talk to it; nothing outside the walk room sees it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from base.business_time import Calendar
from processes.walk.clash import EvaluationError
from processes.walk.errors import EndlessWalk, LostWalk, StaleStep
from processes.walk.events import Event, Reading
from processes.walk.program import STOP, Expression, FactSpec, Node, Program, TextRef, World
from processes.walk.scope import Scope
from processes.walk.state import FactState, Frame, Walk
from processes.walk.turn import Effect, TraceEntry, WantedFact, Words
from processes.walk.values import MISSING, UNKNOWN, encode

CEILING = 200
"""Most steps of one turn without a stop."""


class Machine:
    """See the module."""

    __slots__ = (
        "effects",
        "frame",
        "fresh",
        "names",
        "nodes",
        "now",
        "program",
        "scope",
        "sure",
        "trace",
        "walk",
        "wanted",
        "words",
        "world",
    )  # fmt: skip

    def __init__(self, program: Program, walk: Walk, world: World) -> None:
        self.walk = walk
        self.world = world
        self.now = world.now
        self.effects: list[Effect] = []
        self.words: list[Words] = []
        self.trace: list[TraceEntry] = []
        self.wanted: list[WantedFact] = []
        self.sure: set[str] = set()
        """Facts found young enough in this turn and not touched since."""
        self.fresh: set[str] = set()
        """Those of them that were read in this turn."""
        self.program = program
        self.enter_frame()

    # --- running --------------------------------------------------------------------------------------------------

    def run_from(self, place: int) -> None:
        """Walk from a place until something must be waited for."""
        left = CEILING
        while place >= 0:
            node = self.nodes[place]
            left -= 1
            if left < 0:
                raise EndlessWalk(step=node.id)
            if node.facts and not self.have(node.facts, node.fresh):
                self.frame.position = node.id
                self.walk.resume = "run"
                return
            try:
                place = node.run(self)
            except EvaluationError as error:
                place = self.in_doubt(node, error)
            if place < STOP:
                raise LostWalk(step=node.id)

    def receive(self, node: Node, event: Event) -> None:
        """Take an event where the walk stands, and walk on from there."""
        try:
            place = node.receive(self, event)
        except EvaluationError as error:
            place = self.in_doubt(node, error)
        if place < STOP:
            raise LostWalk(step=node.id)
        self.run_from(place)

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

    def say(self, node: Node, kind: str, visit: int, text: TextRef) -> Words:
        """The words of a text, with the values it prints now."""
        scope = self.scope
        return Words(
            step=node.id, path=self.frame.path, visit=visit, kind=kind, text=text.id,  # type: ignore[arg-type]
            values={path: value(scope) for path, value in text.values}, passage=text.passage,
            process=self.frame.process, version=self.frame.version,
        )  # fmt: skip

    def sayable(self, text: TextRef) -> bool:
        """Whether every value that the text prints without a guard is at hand."""
        scope = self.scope
        return all(value(scope) is not UNKNOWN for path, value in text.values if path in text.firm)

    # --- names ----------------------------------------------------------------------------------------------------

    def enter_frame(self) -> None:
        """Look at the innermost frame: its program, names and facts."""
        walk, world = self.walk, self.world
        frame = self.frame = walk.frames[-1]
        program = self.program
        if program.process != frame.process or program.version != frame.version:
            program = world.programs[f"{frame.process}@{frame.version}"]
            self.program = program
        self.nodes = program.nodes
        self.sure, self.fresh = set(), set()
        self.names = names = {
            "case": world.case,
            "customer": world.customer,
            "contact": world.contact,
            "brand": world.brand,
            "walker": walk.walker,
            "channel": walk.channel,
            "language": walk.language,
            "now": self.now,
            "today": self.now.astimezone(ZoneInfo(world.calendar.zone)).date(),
            "setting": {**program.settings, **world.settings} if world.settings else program.settings,
            **frame.scope,
        }
        self.scope = Scope(names, self.now, world.calendar)
        for name, spec in program.facts.items():
            state = frame.facts.get(name)
            names[name] = UNKNOWN if state is None else self._value(spec, state)
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
        if name in self.program.live_items:
            self._refresh_items(self.program.live_items[name].fact)
        self._doubt(name)

    def answer(self, name: str, value: Any) -> None:
        """Keep a person's answer with its time."""
        self.put(name, value)
        self.frame.at[name] = self.now

    def forget(self, names: Iterable[str]) -> None:
        """Take names back (a new turn of a loop asks and acts anew)."""
        for name in names:
            self.frame.scope.pop(name, None)
            self.names.pop(name, None)
            self.frame.at.pop(name, None)
            self._doubt(name)

    def already_done(self, step: str, inputs: Any) -> Any:
        """The result of the step for these inputs from before a return to an earlier question, or MISSING.

        Each counts once: the step may rightly be done for them a second time.
        """
        mark = self.frame.path + step
        records = self.walk.acts.get(mark, [])
        for place, record in enumerate(records):
            if record["inputs"] == inputs:
                self.walk.acts[mark] = records[:place] + records[place + 1 :]
                return record["result"]
        return MISSING

    def leave_loops(self) -> None:
        """The path goes to a section: every loop it was in is left as it is."""
        loops = self.frame.loops
        for step in [step for step, loop in loops.items() if "count" not in loop]:
            del loops[step]

    def _refresh_items(self, fact: str) -> None:
        for name, live in self.program.live_items.items():
            if live.fact == fact and name in self.frame.scope:
                self.names[name] = self._item(fact, self.frame.scope[name])

    def _item(self, fact: str, key: Any) -> Any:
        """The item (or items) an answer points to, as it is now."""
        items = self.names.get(fact, UNKNOWN)
        if items is UNKNOWN:
            return UNKNOWN
        by_key = {} if items is MISSING else dict(zip(self.item_keys(fact, items), items, strict=True))
        if isinstance(key, list):
            return [_chosen(by_key.get(entry["key"], MISSING), entry) for entry in key]
        return by_key.get(key, MISSING)

    def item_keys(self, fact: str, items: list[Any]) -> list[str]:
        """Keys of the items of a list fact (or of any list of records: their number, id or sku)."""
        spec = self.program.facts.get(fact)
        return [self._key_of(spec, item) for item in items]

    def _key_of(self, spec: FactSpec | None, item: Any) -> str:
        if spec is not None and spec.key is not None:
            return str(self._of_item(spec.key, item))
        return next((str(item[name]) for name in ("number", "id", "sku") if name in item), "")

    def _of_item(self, expression: Any, item: Any) -> Any:
        self.scope.item, outer = item, self.scope.item
        try:
            return expression(self.scope)
        finally:
            self.scope.item = outer

    def of_item(self, expression: Any, item: Any) -> Any:
        """The value of an expression with a leading dot, for one item."""
        return self._of_item(expression, item)

    def calendar(self, name: str = "") -> Calendar:
        """A named calendar, or the process's own."""
        return self.world.calendars.get(name, self.world.calendar) if name else self.world.calendar

    # --- facts ----------------------------------------------------------------------------------------------------

    def have(self, facts: tuple[str, ...], fresh: bool = False) -> bool:
        """Whether these facts are at hand and young enough; what is not becomes wanted."""
        sure = self.fresh if fresh else self.sure
        if sure.issuperset(facts):
            return True
        complete = True
        blocked: set[str] = set()
        for name in facts:
            spec = self.program.facts[name]
            if blocked and not blocked.isdisjoint(spec.needs):
                blocked.add(name)
            elif name in sure:
                continue
            elif self._at_hand(spec, fresh):
                sure.add(name)
            else:
                complete = False
                blocked.add(name)
        return complete

    def _doubt(self, name: str) -> None:
        """A name changed: facts read with it must be looked at again."""
        for fact in self.program.dependents.get(name, ()):
            self.sure.discard(fact)
            self.fresh.discard(fact)

    def _at_hand(self, spec: FactSpec, fresh: bool) -> bool:
        state = self.frame.facts.get(spec.name)
        try:
            if state is not None and self._young(spec, state, fresh) and state.inputs == self._inputs_now(spec):
                return True
            return not self._want(spec, fresh)
        except EvaluationError as error:
            self.note(spec.name, "cannot_be_evaluated", str(error))
            self._settle(spec, {"": _unread(spec.name, None, self.now)}, "")
            return True

    def _young(self, spec: FactSpec, state: FactState, fresh: bool) -> bool:
        turn_at = self.walk.turn_at
        if (fresh or self.walk.anew) and turn_at is not None:
            return bool(state.at >= turn_at)
        return spec.max_age is None or self.now - state.at <= timedelta(seconds=spec.max_age)

    def _inputs_now(self, spec: FactSpec) -> str:
        """The fact's inputs as they stand, as text."""
        if spec.each is None:
            return _as_text(self._inputs(spec, MISSING))
        items = self._elements(spec.each)
        if items is None:
            return "unknown"
        return _as_text({self._key_of(spec, item): self._inputs(spec, item) for item in items})

    def _inputs(self, spec: FactSpec, item: Any) -> dict[str, Any]:
        return {name: self._of_item(value, item) for name, value in spec.inputs}

    def _elements(self, each: Expression) -> list[Any] | None:
        """The items a list fact has one reading for each of; None when nobody knows them."""
        items = each(self.scope)
        if items is MISSING:
            return []
        return items if isinstance(items, list) else None

    def _want(self, spec: FactSpec, fresh: bool) -> bool:
        """Ask for the fact's readings; False when nothing can be read and the fact is settled at once."""
        text = self._inputs_now(spec)
        items: list[Any] | None = [MISSING] if spec.each is None else self._elements(spec.each)
        settled: dict[str, Reading] = {}
        if items is None:
            settled[""] = _unread(spec.name, None, self.now)
        asked = False
        for item in items or []:
            key = None if spec.each is None else self._key_of(spec, item)
            if self._want_one(spec, key, self._inputs(spec, item), fresh):
                asked = True
            else:
                settled[key or ""] = _unread(spec.name, key, self.now)
        if spec.each is not None or not asked:
            self._settle(spec, settled, text)
        return asked

    def _want_one(self, spec: FactSpec, item: str | None, inputs: dict[str, Any], fresh: bool) -> bool:
        inputs = {name: value for name, value in inputs.items() if value is not MISSING or name not in spec.optional}
        if any(value is UNKNOWN or value is MISSING for value in inputs.values()):
            return False
        self.wanted.append(
            WantedFact(
                fact=spec.name, item=item, operation=spec.operation, inputs=inputs,
                max_age=None if fresh or self.walk.anew else spec.max_age,
            )
        )  # fmt: skip
        return True

    def _settle(self, spec: FactSpec, readings: dict[str, Reading], text: str) -> None:
        at = min((reading.at for reading in readings.values()), default=self.now)
        state = self.frame.facts[spec.name] = FactState(at, text, readings)
        self.names[spec.name] = self._value(spec, state)
        self._refresh_items(spec.name)
        self._doubt(spec.name)

    def take(self, readings: Iterable[Reading], fresh: bool) -> None:
        """Keep readings that came back. They count as fresh whatever the clocks say: asking again would never end."""
        came: dict[str, dict[str, Reading]] = {}
        for reading in readings:
            came.setdefault(reading.fact, {})[reading.item or ""] = reading
        for name, read in came.items():
            spec = self.program.facts[name]
            text = self._inputs_now(spec)
            state = self.frame.facts.get(name)
            if spec.each is not None and state is not None and state.inputs == text:
                read = {**state.readings, **read}
            self._settle(spec, read, text)
            state = self.frame.facts[name]
            if not self._young(spec, state, fresh):
                state.at = self.now
        self.sure |= came.keys()
        self.fresh |= came.keys()

    def _value(self, spec: FactSpec, state: FactState) -> Any:
        """What a fact's name stands for in conditions."""
        if spec.each is None:
            return _single(next(iter(state.readings.values())))
        if "" in state.readings:
            return UNKNOWN
        try:
            items = self._elements(spec.each)
            if items is None:
                return UNKNOWN
            return [_merged(spec, item, state.readings.get(self._key_of(spec, item))) for item in items]
        except EvaluationError:
            return UNKNOWN


def _single(reading: Reading) -> Any:
    if reading.state == "known":
        return reading.value
    return MISSING if reading.state == "missing" else UNKNOWN


def _merged(spec: FactSpec, item: Any, reading: Reading | None) -> dict[str, Any]:
    """An item of the list with what its own reading says of it."""
    if not isinstance(item, Mapping):
        item = {}
    if reading is None or reading.state == "unknown":
        return {**dict.fromkeys(spec.fields, UNKNOWN), **item}
    return {**item, **reading.value}


def _chosen(item: Any, entry: Mapping[str, Any]) -> Any:
    """An item chosen among several, with the number chosen of it."""
    return {**item, "chosen": entry["chosen"]} if isinstance(item, dict) and "chosen" in entry else item


def _as_text(inputs: dict[str, Any]) -> str:
    """Inputs to compare with later ones, the same after a restart."""
    return json.dumps(encode(inputs), sort_keys=True, ensure_ascii=False)


def _unread(fact: str, item: str | None, now: Any) -> Reading:
    return Reading(fact=fact, item=item, state="unknown", at=now, reason="inputs")
