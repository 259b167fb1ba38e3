"""Facts during a turn: which are at hand and young enough, which are wanted, what their names stand for.

Inputs are compared as values, and what a fact stands for is calculated once for its readings: text is written only when
the walk is parked.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from processes.walk.clash import EvaluationError
from processes.walk.events import Reading
from processes.walk.program import Expression, FactSpec
from processes.walk.state import FactState
from processes.walk.turn import WantedFact
from processes.walk.values import MISSING, UNKNOWN, encode

if TYPE_CHECKING:
    from processes.walk.machine import Machine


def have(m: "Machine", facts: tuple[str, ...], fresh: bool = False) -> bool:
    """Whether these facts are at hand and young enough; what is not becomes wanted."""
    sure = m.fresh if fresh else m.sure
    if sure.issuperset(facts):
        return True
    blocked: set[str] = set()
    for name in facts:
        spec = m.program.facts[name]
        if blocked and not blocked.isdisjoint(spec.needs):
            blocked.add(name)
        elif name not in sure:
            if _at_hand(m, spec, fresh):
                sure.add(name)
            else:
                blocked.add(name)
    return not blocked


def take(m: "Machine", readings: Iterable[Reading], fresh: bool) -> None:
    """Keep readings that came back. They count as fresh whatever the clocks say: asking again would never end."""
    came: dict[str, dict[str, Reading]] = {}
    for reading in readings:
        came.setdefault(reading.fact, {})[reading.item or ""] = reading
    for name, read in came.items():
        spec = m.program.facts[name]
        inputs = m.asked[name] if name in m.asked else _inputs_now(m, spec)
        if spec.each is not None:
            before = m.frame.facts.get(name)
            if before is not None and _same(before.inputs, inputs):
                read = {**before.readings, **read}
        state = _settle(m, spec, read, inputs)
        if not _young(m, spec, state, fresh):
            state.at, state.stored = m.now, None
    m.asked = {}
    m.sure.update(came)
    m.fresh.update(came)


def value_of(m: "Machine", spec: FactSpec, state: FactState) -> Any:
    """What a fact's name stands for in conditions."""
    if spec.each is None:
        reading = state.readings[""]
        return reading.value if reading.state == "known" else MISSING if reading.state == "missing" else UNKNOWN
    if "" in state.readings:
        return UNKNOWN
    try:
        items = _elements(m, spec.each)
        if items is None:
            return UNKNOWN
        if state.items is not items:
            keys = m.item_keys(spec.name, items)
            state.value = [_merged(spec, item, state.readings.get(key)) for item, key in zip(items, keys, strict=True)]
            state.items, state.by_key = items, None
        return state.value
    except EvaluationError:
        return UNKNOWN


def _at_hand(m: "Machine", spec: FactSpec, fresh: bool) -> bool:
    state = m.frame.facts.get(spec.name)
    try:
        if state is not None and _young(m, spec, state, fresh):
            # Nearly always they are the very same; what else is the same takes a closer look.
            if spec.each is None and state.inputs == spec.inputs(m):
                return True
            if _same_inputs(m, spec, state):
                return True
        return not _want(m, spec, fresh)
    except EvaluationError as error:
        m.note(spec.name, "cannot_be_evaluated", str(error))
        _settle(m, spec, {"": _unread(m, spec.name, None)}, MISSING)
        return True


def _young(m: "Machine", spec: FactSpec, state: FactState, fresh: bool) -> bool:
    if fresh or m.walk.anew:
        turn_at = m.walk.turn_at
        if turn_at is not None:
            return state.at >= turn_at
    return spec.max_age is None or state.at >= m.now or m.now - state.at <= timedelta(seconds=spec.max_age)


# --- inputs -----------------------------------------------------------------------------------------------------------


def _inputs_now(m: "Machine", spec: FactSpec) -> Any:
    """The fact's inputs as they stand: by name, or by name for each item; UNKNOWN when nobody knows the items."""
    if spec.each is None:
        return _inputs(m, spec)
    given = _inputs_by_item(m, spec, spec.each)
    return UNKNOWN if given is None else dict(given)


def _inputs_by_item(m: "Machine", spec: FactSpec, each: Expression) -> list[tuple[str, dict[str, Any]]] | None:
    """Each item's key and inputs; None when nobody knows the items."""
    items = _elements(m, each)
    if items is None:
        return None
    given = [_present(inputs) for inputs in m.of_items(spec.inputs, items)]
    return list(zip(m.item_keys(spec.name, items), given, strict=True))


def _inputs(m: "Machine", spec: FactSpec) -> dict[str, Any]:
    """Inputs by name; those that are missing are not there."""
    return _present(spec.inputs(m))


def _present(inputs: dict[str, Any]) -> dict[str, Any]:
    if MISSING not in inputs.values():
        return inputs
    return {name: value for name, value in inputs.items() if value is not MISSING}


def _same_inputs(m: "Machine", spec: FactSpec, state: FactState) -> bool:
    """Whether the fact would be read with the inputs it was read with; the very same items have the same ones."""
    if spec.by_item and spec.each is not None and state.items is not None and state.items is spec.each(m):
        return True
    return _same(state.inputs, _inputs_now(m, spec))


def _same(before: Any, now: Any) -> bool:
    """Whether inputs are what they were. As JSON they may be the same though the values differ: a time gone by, say."""
    return before is now or bool(before == now) or encode(before) == encode(now)


def _elements(m: "Machine", each: Expression) -> list[Any] | None:
    """The items a list fact has one reading for each of; None when nobody knows them."""
    items = each(m)
    if items is MISSING:
        return []
    return items if isinstance(items, list) else None


# --- wanting and settling ---------------------------------------------------------------------------------------------


def _want(m: "Machine", spec: FactSpec, fresh: bool) -> bool:
    """Ask for the fact's readings; False when nothing can be read and the fact is settled at once."""
    if spec.each is None:
        inputs = _inputs(m, spec)
        if not _want_one(m, spec, None, inputs, fresh):
            _settle(m, spec, {"": _unread(m, spec.name, None)}, inputs)
            return False
        m.asked[spec.name] = inputs
        return True
    given = _inputs_by_item(m, spec, spec.each)
    if given is None:
        _settle(m, spec, {"": _unread(m, spec.name, None)}, UNKNOWN)
        return False
    before = len(m.wanted)
    settled = {key: _unread(m, spec.name, key) for key, inputs in given if not _want_one(m, spec, key, inputs, fresh)}
    m.asked[spec.name] = inputs = dict(given)
    _settle(m, spec, settled, inputs)
    return len(m.wanted) > before


def _want_one(m: "Machine", spec: FactSpec, item: str | None, inputs: dict[str, Any], fresh: bool) -> bool:
    if UNKNOWN in inputs.values() or not spec.required <= inputs.keys():
        return False
    m.wanted.append(WantedFact(spec.name, item, spec.operation, inputs, None if fresh or m.walk.anew else spec.max_age))
    return True


def _settle(m: "Machine", spec: FactSpec, readings: dict[str, Reading], inputs: Any) -> FactState:
    state = FactState(_oldest(readings) if readings else m.now, inputs, readings)
    m.frame.facts = {**m.frame.facts, spec.name: state}
    m.names[spec.name] = value_of(m, spec, state)
    m.changed(spec.name)
    return state


def _oldest(readings: dict[str, Reading]) -> datetime:
    first, *others = readings.values()
    return min(first.at, *[reading.at for reading in others]) if others else first.at


def _merged(spec: FactSpec, item: Any, reading: Reading | None) -> dict[str, Any]:
    """An item of the list with what its own reading says of it."""
    if not isinstance(item, Mapping):
        item = {}
    if reading is None or reading.state == "unknown":
        return {**dict.fromkeys(spec.fields, UNKNOWN), **item}
    return {**item, **reading.value}


def _unread(m: "Machine", fact: str, item: str | None) -> Reading:
    return Reading(fact=fact, item=item, state="unknown", at=m.now, reason="inputs")
