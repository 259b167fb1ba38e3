"""Events of a walk as plain JSON, and back: the journal from which a walk can be replayed."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from processes.walk import events
from processes.walk.events import Event, FactsRead, Reading
from processes.walk.turn import TraceEntry
from processes.walk.values import decode, encode

KINDS: dict[str, type[Event]] = {
    kind.kind: kind
    for kind in (
        events.Started, events.Answered, events.FactsRead, events.Confirmed, events.EffectDone, events.EffectFailed,
        events.EffectUnknown, events.Woken, events.EventReceived, events.TaskDone, events.HandedBack, events.WentBack,
    )
}  # fmt: skip


def event_to_json(event: Event) -> dict[str, Any]:
    """An event as it is stored; readings of facts stay in their own rows, by id."""
    if isinstance(event, FactsRead):
        head = {"walker": event.walker, "channel": event.channel, "language": event.language}
        return {**head, "readings": [reading.id for reading in event.readings]}
    return {each.name: _plain(getattr(event, each.name)) for each in fields(event)}


def event_from_json(kind: str, data: Mapping[str, Any], readings: Mapping[str, Reading]) -> Event:
    """The event as it was."""
    given = {name: decode(value) for name, value in data.items()}
    if kind == FactsRead.kind:
        given["readings"] = tuple(readings[id_] for id_ in data["readings"] if id_ in readings)
    return KINDS[kind](**given)


def trace_to_json(trace: list[TraceEntry]) -> list[list[Any]]:
    """The trace as it is stored: path, step, what, branch, values."""
    return [[path, step, what, _plain(branch), _plain(values)] for path, step, what, branch, values in trace]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return encode(dict(value) if isinstance(value, Mapping) else value)
