"""What can happen to a walk.

Every event says who walks (`walker`), on which channel and in which language; the shell adds the actor and the
contact when it writes the event down. An event is plain data: it can be stored, replayed and told apart by `kind`.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, ClassVar, Literal

from processes.walk.record import record

Walker = Literal["agent", "customer", "robot", "assistant"]
WALKERS: tuple[Walker, ...] = ("agent", "customer", "robot", "assistant")


@record
class Event:
    """Something that happened, told to the walk."""

    kind: ClassVar[str] = "event"
    walker: Walker = "agent"
    channel: str = ""
    language: str = ""


@record
class Started(Event):
    """The walk begins; `needs` holds what the channel or the caller already knows, by name."""

    kind: ClassVar[str] = "started"
    needs: Mapping[str, Any] = field(default_factory=dict)


@record
class Answered(Event):
    """A person answered a question: `value` is raw text, a list of texts, or a mapping for a form."""

    kind: ClassVar[str] = "answered"
    step: str
    visit: int
    value: Any


@record
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


@record
class FactsRead(Event):
    """The facts that the walk wanted were read, or could not be (their state is then unknown)."""

    kind: ClassVar[str] = "facts_read"
    readings: tuple[Reading, ...]


@record
class Confirmed(Event):
    """A person confirmed an act, or declined it."""

    kind: ClassVar[str] = "confirmed"
    step: str
    visit: int
    yes: bool = True


@record
class EffectDone(Event):
    """The act with this key was done; `result` holds the fields of its operation."""

    kind: ClassVar[str] = "effect_done"
    key: str
    result: Mapping[str, Any] = field(default_factory=dict)


@record
class EffectFailed(Event):
    """The act was refused for good: `reason` is refused, over_cap, not_approved or already_done."""

    kind: ClassVar[str] = "effect_failed"
    key: str
    reason: str = "refused"


@record
class EffectUnknown(Event):
    """Nobody knows whether the act was done: the walk stays at it until a person settles it."""

    kind: ClassVar[str] = "effect_unknown"
    key: str


@record
class Woken(Event):
    """A date that the walk waited for has come (or somebody asked to look now)."""

    kind: ClassVar[str] = "woken"


@record
class EventReceived(Event):
    """A service told something about a fact: the look is brought forward."""

    kind: ClassVar[str] = "event_received"
    fact: str = ""


LOOKS = (Woken, EventReceived)
"""Events that only make the walk look at its facts again."""


@record
class TaskDone(Event):
    """A person did the task with this key and gave these answers; an approval answers `approved`."""

    kind: ClassVar[str] = "task_done"
    key: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@record
class HandedBack(Event):
    """A person brings a walk that was handed over back to one of the sections it may return to."""

    kind: ClassVar[str] = "handed_back"
    section: str


@record
class WentBack(Event):
    """A person returns to an earlier question, to see or change the answer (see `rewind`)."""

    kind: ClassVar[str] = "went_back"
    step: str
    path: str = ""
    """Call path of the step, empty in the outermost process."""
