"""What one turn of a walk gives back: the new state, what it waits for, what it decided, and why.

Nothing here is executed by the walk. Waitings are read by the doors, effects by the shell, the trace by whoever wants
the proof of an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from processes.walk.record import ordered_record, record

if TYPE_CHECKING:
    from processes.walk.state import Walk

Texts = Mapping[str, str]
"""A text by language."""


@ordered_record
class Words:
    """Words to say, show or send: which text of the program, with which values. Rendering happens outside."""

    step: str
    path: str
    visit: int
    kind: Literal["say", "note", "ask", "hand_over", "close", "confirm", "send", "task", "remind"]
    text: str
    """Id of the text in the program."""
    values: Mapping[str, Any]
    passage: str = ""
    """`article#part` to show after the text or where it asks for it."""
    process: str = ""
    version: str = ""


# --- what the walk waits for --------------------------------------------------------------------------------------


@ordered_record
class Choice:
    """One possible answer: its value, its label by language, or the values of the item that it stands for."""

    value: str
    label: Texts = field(default_factory=dict)
    shown: tuple[Any, ...] = ()
    most: int | None = None
    """Largest number that may be chosen, for `items` with a quantity."""


@ordered_record
class Field:
    """One value to ask for. Its kinds are those of the process format (choice, yes_no, text, date, file…)."""

    name: str
    kind: str
    label: Texts = field(default_factory=dict)
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    default: Any = None
    """What stands when the field is left empty, or when nobody answers a robot."""
    kept: Any = None
    """Answer given before a return to this question, still offered."""


@record
class Waiting:
    """Where the walk stands."""

    kind: ClassVar[str] = "waiting"
    step: str
    path: str = ""
    visit: int = 1
    wake_at: datetime | None = None
    """Next moment at which a robot looks, None when only a person or a service can bring the walk on."""
    deadline: datetime | None = None


@record
class Asking(Waiting):
    """A question is put to a person."""

    kind: ClassVar[str] = "asking"
    fields: tuple[Field, ...]
    words: Words


@record
class Confirming(Waiting):
    """An act is about to be done and wants a yes."""

    kind: ClassVar[str] = "confirming"
    using: str
    inputs: Mapping[str, Any]
    amount: Any = None
    words: Words | None = None


@record
class Acting(Waiting):
    """An act is under way; its effect answers by key."""

    kind: ClassVar[str] = "acting"
    key: str
    using: str = ""
    uncertain: bool = False


@record
class Timing(Waiting):
    """A robot looks again at `wake_at`."""

    kind: ClassVar[str] = "timing"


@record
class TaskWaiting(Waiting):
    """A person's task must be done first."""

    kind: ClassVar[str] = "task"
    key: str
    team: str = ""
    purpose: Literal["task", "approval"] = "task"


@record
class WithPeople(Waiting):
    """The case was given to people; they bring it back to a section of `return_to`, or close it."""

    kind: ClassVar[str] = "with_people"
    team: str
    because: str
    by: datetime | None = None
    return_to: tuple[str, ...] = ()


@record
class Ended(Waiting):
    """The walk is over."""

    kind: ClassVar[str] = "ended"
    outcome: str
    solved: bool


# --- what the walk wants and decides ------------------------------------------------------------------------------


@ordered_record
class WantedFact:
    """A reading that the walk needs before it can go on."""

    fact: str
    item: str | None
    operation: str
    inputs: Mapping[str, Any]
    max_age: float | None
    """Seconds a stored reading may be old; None: read anew in this very turn."""


@record
class Effect:
    """Something decided. `key` is the same over retries, workers and deployments."""

    kind: ClassVar[str] = "effect"
    key: str
    step: str
    path: str = ""
    visit: int = 1


@record
class Act(Effect):
    """Call an operation that changes the world."""

    kind: ClassVar[str] = "act"
    using: str
    inputs: Mapping[str, Any]
    amount: Any = None


@record
class Message(Effect):
    """Write to somebody: the parts make one message in the case's thread."""

    kind: ClassVar[str] = "message"
    to: str = "customer"
    via: tuple[str, ...] = ("mail",)
    subject: Words | None = None
    parts: tuple[Words, ...] = ()
    attach: tuple[Any, ...] = ()
    asks: bool = False
    """True when the message carries a question and the link that answers it."""
    purpose: Literal["send", "words", "question", "reminder", "confirmation"] = "send"


@record
class CreateTask(Effect):
    """Give a person or team a to-do."""

    kind: ClassVar[str] = "task"
    team: str
    words: Words | None
    due_at: datetime | None = None
    blocking: bool = False
    form: tuple[Field, ...] = ()
    attach: tuple[Any, ...] = ()
    amount: Any = None
    purpose: Literal["task", "approval"] = "task"


@record
class MakePromise(Effect):
    """Commit to the customer, dated."""

    kind: ClassVar[str] = "promise"
    by: datetime


@record
class StartWalk(Effect):
    """Start a process of its own in a linked case."""

    kind: ClassVar[str] = "start"
    process: str
    needs: Mapping[str, Any]


@record
class CancelStep(Effect):
    """Take back the open task or promise of an earlier step."""

    kind: ClassVar[str] = "cancel"
    target: str


@record
class HandOver(Effect):
    """Give the case to people."""

    kind: ClassVar[str] = "hand_over"
    team: str
    because: str
    by: datetime | None = None


@record
class CloseCase(Effect):
    """End the case with an outcome of its process."""

    kind: ClassVar[str] = "close"
    outcome: str
    solved: bool
    cause: str = ""
    survey: str = ""


TraceEntry = tuple[str, str, str, Any, Any]
"""(call path, step id, what happened, which row or branch, the values it rested on)."""


@dataclass(slots=True)
class Turn:
    """Everything one call of `advance` says."""

    walk: "Walk"
    waiting: Waiting | None
    """None while facts are wanted."""
    wanted: tuple[WantedFact, ...]
    effects: list[Effect]
    words: list[Words]
    """Said since the last stop, in order; the question's own words are in `waiting`."""
    trace: list[TraceEntry]
