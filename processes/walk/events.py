"""What can happen to a walk.

Every event says who walks (`walker`), on which channel and in which language; the shell adds the actor and the
contact when it writes the event down. An event is plain data: it can be stored, replayed and told apart by `kind`.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from processes.walk.record import record

Walker = Literal["agent", "customer", "robot", "assistant"]
WALKERS: tuple[Walker, ...] = ("agent", "customer", "robot", "assistant")


@record(frozen=True, kw_only=True)
class Event:
    """Something that happened, told to the walk."""

    kind = "event"
    walker: Walker = "agent"
    channel: str = ""
    language: str = ""


@record(frozen=True, kw_only=True)
class Started(Event):
    """The walk begins; `needs` holds what the channel or the caller already knows, by name."""

    kind = "started"
    needs: Mapping[str, Any] = field(default_factory=dict)


@record(frozen=True, kw_only=True)
class Answered(Event):
    """A person answered a question: `value` is raw text, a list of texts, or a mapping for a form."""

    kind = "answered"
    step: str
    visit: int
    value: Any


@record(frozen=True, kw_only=True)
class Reading:
    """What one call of a web service said of a fact (of one item of it, for a list fact)."""

    fact: str
    item: str | None = None
    """Key of the item for a list fact; None for a single fact."""
    state: Literal["known", "missing", "unknown"]
    value: Mapping[str, Any] = field(default_factory=dict)
    """Decoded fields; a field whose code nobody mapped is UNKNOWN."""
    at: datetime
    id: str = ""
    """Public id of the stored reading; empty where nothing is stored (command line, scenarios)."""
    reason: str = ""
    """Kind of failure when the state is unknown: `time`, `status`, `circuit_open`…"""


@record(frozen=True, kw_only=True)
class FactsRead(Event):
    """The facts that the walk wanted were read, or could not be (their state is then unknown)."""

    kind = "facts_read"
    readings: tuple[Reading, ...]


@record(frozen=True, kw_only=True)
class Confirmed(Event):
    """A person confirmed an act, or declined it."""

    kind = "confirmed"
    step: str
    visit: int
    yes: bool = True


@record(frozen=True, kw_only=True)
class EffectDone(Event):
    """The act with this key was done; `result` holds the fields of its operation."""

    kind = "effect_done"
    key: str
    result: Mapping[str, Any] = field(default_factory=dict)


@record(frozen=True, kw_only=True)
class EffectFailed(Event):
    """The act was refused for good: `reason` is refused, over_cap, not_approved or already_done."""

    kind = "effect_failed"
    key: str
    reason: str = "refused"


@record(frozen=True, kw_only=True)
class EffectUnknown(Event):
    """Nobody knows whether the act was done: the walk stays at it until a person settles it."""

    kind = "effect_unknown"
    key: str


@record(frozen=True, kw_only=True)
class Woken(Event):
    """A date that the walk waited for has come (or somebody asked to look now)."""

    kind = "woken"


@record(frozen=True, kw_only=True)
class EventReceived(Event):
    """A service told something about a fact: the look is brought forward."""

    kind = "event_received"
    fact: str = ""


LOOKS = (Woken, EventReceived)
"""Events that only make the walk look at its facts again."""


@record(frozen=True, kw_only=True)
class TaskDone(Event):
    """A person did the task with this key and gave these answers; an approval answers `approved`."""

    kind = "task_done"
    key: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@record(frozen=True, kw_only=True)
class HandedBack(Event):
    """A person brings a walk that was handed over back to one of the sections it may return to."""

    kind = "handed_back"
    section: str


@record(frozen=True, kw_only=True)
class WentBack(Event):
    """A person returns to an earlier question, to see or change the answer (see `rewind`)."""

    kind = "went_back"
    step: str
    path: str = ""
    """Call path of the step, empty in the outermost process."""


KINDS: Mapping[str, type[Event]] = {
    "started": Started, "answered": Answered, "facts_read": FactsRead, "confirmed": Confirmed,
    "effect_done": EffectDone, "effect_failed": EffectFailed, "effect_unknown": EffectUnknown, "woken": Woken,
    "event_received": EventReceived, "task_done": TaskDone, "handed_back": HandedBack, "went_back": WentBack,
}  # fmt: skip
"""The events by their kind. Compiled classes tell their kind by their objects alone."""
