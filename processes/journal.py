"""Events of a walk as plain JSON, and back: the journal from which a walk can be replayed."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from processes.walk.events import KINDS, Event, FactsRead, Reading
from processes.walk.turn import TraceEntry
from processes.walk.values import decode, encode


def event_to_json(event: Event) -> dict[str, Any]:
    """An event as it is stored; readings of facts stay in their own rows, by id."""
    if isinstance(event, FactsRead):
        head = {"walker": event.walker, "channel": event.channel, "language": event.language}
        return {**head, "readings": [reading.id for reading in event.readings]}
    return {each.name: _plain(getattr(event, each.name)) for each in fields(event)}


def event_from_json(kind: str, data: Mapping[str, Any], readings: Mapping[str, Reading]) -> Event:
    """The event as it was."""
    given = {name: decode(value) for name, value in data.items()}
    if kind == "facts_read":
        given["readings"] = tuple(readings[id_] for id_ in data["readings"] if id_ in readings)
    return KINDS[kind](**given)


def trace_to_json(trace: list[TraceEntry]) -> list[list[Any]]:
    """The trace as it is stored: path, step, what, branch, values."""
    return [[path, step, what, _plain(branch), _plain(values)] for path, step, what, branch, values in trace]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return encode(dict(value) if isinstance(value, Mapping) else value)
