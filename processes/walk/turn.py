"""What one turn of a walk gives back besides its new state: what it says, wants, waits for, decided, and why.

Nothing here is executed by the walk. Waitings are read by the doors, effects by the shell, the trace by whoever wants
the proof of an answer.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from processes.walk.record import record

Texts = Mapping[str, str]
"""A text by language."""


@record(frozen=True)
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


@record(frozen=True)
class Choice:
    """One possible answer: its value, its label by language, or the values of the item that it stands for."""

    value: str
    label: Texts = field(default_factory=dict)
    shown: tuple[Any, ...] = ()
    most: int | None = None
    """Largest number that may be chosen, for `items` with a quantity."""


@record(frozen=True)
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


@record(frozen=True, kw_only=True)
class Waiting:
    """Where the walk stands."""

    kind = "waiting"
    step: str
    path: str = ""
    visit: int = 1
    wake_at: datetime | None = None
    """Next moment at which a robot looks, None when only a person or a service can bring the walk on."""
    deadline: datetime | None = None


@record(frozen=True, kw_only=True)
class Asking(Waiting):
    """A question is put to a person."""

    kind = "asking"
    fields: tuple[Field, ...]
    words: Words


@record(frozen=True, kw_only=True)
class Confirming(Waiting):
    """An act is about to be done and wants a yes."""

    kind = "confirming"
    using: str
    inputs: Mapping[str, Any]
    amount: Any = None
    words: Words | None = None


@record(frozen=True, kw_only=True)
class Acting(Waiting):
    """An act is under way; its effect answers by key."""

    kind = "acting"
    key: str
    using: str = ""
    uncertain: bool = False


@record(frozen=True, kw_only=True)
class Timing(Waiting):
    """A robot looks again at `wake_at`."""

    kind = "timing"


@record(frozen=True, kw_only=True)
class TaskWaiting(Waiting):
    """A person's task must be done first."""

    kind = "task"
    key: str
    team: str = ""
    purpose: Literal["task", "approval"] = "task"


@record(frozen=True, kw_only=True)
class WithPeople(Waiting):
    """The case was given to people; they bring it back to a section of `return_to`, or close it."""

    kind = "with_people"
    team: str
    because: str
    by: datetime | None = None
    return_to: tuple[str, ...] = ()


@record(frozen=True, kw_only=True)
class Ended(Waiting):
    """The walk is over."""

    kind = "ended"
    outcome: str
    solved: bool


# --- what the walk wants and decides ------------------------------------------------------------------------------


@record(frozen=True)
class WantedFact:
    """A reading that the walk needs before it can go on."""

    fact: str
    item: str | None
    operation: str
    inputs: Mapping[str, Any]
    max_age: float | None
    """Seconds a stored reading may be old; None: read anew in this very turn."""


@record(frozen=True, kw_only=True)
class Effect:
    """Something decided. `key` is the same over retries, workers and deployments."""

    kind = "effect"
    key: str
    step: str
    path: str = ""
    visit: int = 1


@record(frozen=True, kw_only=True)
class Act(Effect):
    """Call an operation that changes the world."""

    kind = "act"
    using: str
    inputs: Mapping[str, Any]
    amount: Any = None


@record(frozen=True, kw_only=True)
class Message(Effect):
    """Write to somebody: the parts make one message in the case's thread."""

    kind = "message"
    to: str = "customer"
    via: tuple[str, ...] = ("mail",)
    subject: Words | None = None
    parts: tuple[Words, ...] = ()
    attach: tuple[Any, ...] = ()
    asks: bool = False
    """True when the message carries a question and the link that answers it."""
    purpose: Literal["send", "words", "question", "reminder", "confirmation"] = "send"


@record(frozen=True, kw_only=True)
class CreateTask(Effect):
    """Give a person or team a to-do."""

    kind = "task"
    team: str
    words: Words | None
    due_at: datetime | None = None
    blocking: bool = False
    form: tuple[Field, ...] = ()
    attach: tuple[Any, ...] = ()
    amount: Any = None
    purpose: Literal["task", "approval"] = "task"


@record(frozen=True, kw_only=True)
class MakePromise(Effect):
    """Commit to the customer, dated."""

    kind = "promise"
    by: datetime


@record(frozen=True, kw_only=True)
class StartWalk(Effect):
    """Start a process of its own in a linked case."""

    kind = "start"
    process: str
    needs: Mapping[str, Any]


@record(frozen=True, kw_only=True)
class CancelStep(Effect):
    """Take back the open task or promise of an earlier step."""

    kind = "cancel"
    target: str


@record(frozen=True, kw_only=True)
class HandOver(Effect):
    """Give the case to people."""

    kind = "hand_over"
    team: str
    because: str
    by: datetime | None = None


@record(frozen=True, kw_only=True)
class CloseCase(Effect):
    """End the case with an outcome of its process."""

    kind = "close"
    outcome: str
    solved: bool
    cause: str = ""
    survey: str = ""


TraceEntry = tuple[str, str, str, Any, Any]
"""(call path, step id, what happened, which row or branch, the values it rested on)."""
