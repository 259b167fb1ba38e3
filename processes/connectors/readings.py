"""What comes back from a service: a reading of a fact, or the answer to an act. Values, never exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

State = Literal["known", "missing", "unknown"]
Safety = Literal["keyed", "queryable", "blind"]
ActState = Literal["done", "failed", "unknown", "retry"]

Reason = Literal[
    "refused_address",
    "name",
    "connect",
    "tls",
    "time",
    "size",
    "content",
    "status",
    "not_found",
    "settling",
    "circuit_open",
    "budget",
    "unmapped",
    "unserved",
    "switched_off",
    "secret",
    "input",
]
"""Kinds of trouble. `unserved`: no route; `input`: something needed for the call is unknown or missing itself;
`secret`: the connection's secret is not there; `not_found`: an answer, not a trouble; `settling`: not there yet, and
too early to conclude that it was not done."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A fact as a service told it."""

    state: State
    """known: there are fields; missing: the service knows nothing of it; unknown: it could not be read."""
    value: Mapping[str, Any] = field(default_factory=dict)
    """Fields by name, as values of `processes.walk.values`; a field the service says nothing of is absent."""
    reason: Reason | None = None
    http: int | None = None
    """Status of the answer; None: there was none."""
    milliseconds: int = 0
    raw_codes: Mapping[str, str] = field(default_factory=dict)
    """Path of a field that is unknown for its code → the code, as the service wrote it."""
    unmapped: tuple[str, ...] = ()
    """Those of them that no table knows: each raises the unknown-status alert."""
    unreadable: tuple[str, ...] = ()
    """Paths of fields whose value was not what the definition promises."""
    operation: str | None = None
    """`definition.operation` that answered."""
    definition_hash: str | None = None
    age: timedelta = timedelta()
    """How long ago the service was really asked."""
    retry_after: timedelta | None = None
    """The service asked for so much patience."""


@dataclass(frozen=True, kw_only=True)
class ActAnswer:
    """What became of an act.

    done: the service did it; failed: a clear no, trying again is useless; retry: nothing has happened yet, or the
    service honours our key, so the same call may be made again later; unknown: it may have happened.
    """

    state: ActState
    safety: Safety
    in_doubt: bool = False
    """Whether the request may have arrived and been done, though it is to be tried again under the same key."""
    result: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    """A kind of trouble, or the reason that the definition gives to a refusal (`already_done`, …)."""
    http: int | None = None
    milliseconds: int = 0
    operation: str | None = None
    retry_after: timedelta | None = None
    """The service asked for so much patience."""
