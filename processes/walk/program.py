"""The program: a process compiled flat, one node a step, ready to be walked.

Nodes point to each other by their place in `Program.nodes`, so nesting costs nothing at run time. Places are found
again by step id after a restart: a state never stores a place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from base.business_time import Calendar
from processes.walk.events import LOOKS, Event, EventReceived, Woken
from processes.walk.record import record
from processes.walk.scope import Scope
from processes.walk.turn import Waiting
from processes.walk.values import UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine

STOP = -1
"""What a node returns instead of the next place when something must be waited for."""

NOWHERE = -2
"""Place of a path that was not written: a walk that comes there is lost."""

Expression = Callable[[Scope], Any]
Record = Callable[[Scope], dict[str, Any]]
"""Several values at once, by name."""

WORLDLY = frozenset(
    {"case", "customer", "contact", "brand", "walker", "channel", "language", "now", "today", "setting"}
)
"""Names that stand for something of the world, whatever the process."""


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """One step, compiled."""

    kind = "step"
    id: str
    next: int = STOP
    """Place of the step that follows when nothing else is said."""
    facts: tuple[str, ...] = ()
    """Facts its conditions, values and words use, those they depend on first."""
    fresh: bool = False
    """Whether those facts must be read in this very turn (irreversible acts)."""

    def run(self, m: "Machine") -> int:
        """Do the step; returns the place of the next one, or STOP."""
        raise NotImplementedError

    def view(self, m: "Machine") -> Waiting:
        """What a walk that stopped here waits for."""
        raise NotImplementedError

    def before(self, m: "Machine", event: Event) -> tuple[str, ...]:
        """Facts to have before an event can be taken here: a look at them, for whoever wakes the walk."""
        return self.facts if isinstance(event, LOOKS) else ()

    def again(self, m: "Machine", kind: str) -> Event:
        """The event of that kind once more, after the facts it wanted were read."""
        walk = m.walk
        event = EventReceived if kind == "event_received" else Woken
        return event(walker=walk.walker, channel=walk.channel, language=walk.language)  # type: ignore[arg-type]

    def receive(self, m: "Machine", event: Event) -> int:
        """Go on from a stop here because of an event. The base refuses it as stale."""
        raise m.stale(self)


@dataclass(slots=True, frozen=True, kw_only=True)
class TextRef:
    """A text of the program and the values its variants print."""

    id: str
    values: Record
    firm: frozenset[str] = frozenset()
    """Paths printed without a guard: when one is unknown, the text cannot be said."""
    passage: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class FactSpec:
    """How a fact is read."""

    name: str
    operation: str
    given: frozenset[str]
    """Names of its inputs."""
    inputs: Record
    """Its inputs as they stand, MISSING ones among them."""
    optional: frozenset[str] = frozenset()
    """Inputs that may be missing."""
    max_age: float | None = None
    """Seconds."""
    each: Expression | None = None
    key: Expression | None = None
    needs: tuple[str, ...] = ()
    """Facts its inputs use."""
    by_item: bool = False
    """Whether the inputs of an item depend on nothing but the item."""
    fields: tuple[str, ...] = ()
    """Fields the operation declares, all unknown when an item could not be read."""
    required: frozenset[str] = field(init=False)
    """Inputs without which it cannot be read."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "required", self.given - self.optional)


@dataclass(slots=True, frozen=True)
class LiveItem:
    """An answer that names an item of a list fact: the key is kept, the item is read live ever after."""

    fact: str


@dataclass(slots=True, kw_only=True, eq=False)
class Program:
    """A process version, compiled."""

    process: str
    version: str
    nodes: list[Node]
    index: dict[str, int]
    """Place of each step by id."""
    sections: dict[str, int]
    """Place of each section's first step."""
    start: int
    in_doubt: int
    facts: dict[str, FactSpec]
    """In the order in which they can be read."""
    outcomes: Mapping[str, bool]
    """Outcome to whether it solves the customer's problem."""
    needs: tuple[str, ...] = ()
    """What it wants to know first, unless the channel or the caller knows it."""
    gives: Mapping[str, Expression] = field(default_factory=dict)
    live_items: Mapping[str, LiveItem] = field(default_factory=dict)
    dependents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facts whose inputs use a name, by name."""
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """Text sources by id, variant (`text`, `agent.phone`…) and language. Opaque to the walk."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The document's own settings; the company's win over them."""
    title: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    audience: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels of steps by language, for those that have one."""
    section_titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Titles of sections by language, for those that have one."""
    calls: bool = False
    """Whether any of its steps enters another process."""
    calendar: str = ""
    """Key of the calendar that its delays are counted on; empty: the brand's."""
    calendars: frozenset[str] = frozenset()
    """Keys of all calendars that it or one of its steps names."""
    unread: dict[str, Any] = field(init=False)
    """Every fact's name before it is read: unknown."""
    list_facts: tuple[str, ...] = field(init=False)
    """Facts with a reading for each item of a list."""
    items_of: dict[str, list[str]] = field(init=False)
    """Live items by their fact."""
    shadows: tuple[str, ...] = field(init=False)
    """Its steps that are called like something of the world: their own value wins."""
    watched: frozenset[str] = field(init=False)
    """Names that something hangs on when they change: an item, or a fact read with them."""

    def __post_init__(self) -> None:
        self.unread = dict.fromkeys(self.facts, UNKNOWN)
        self.list_facts = tuple(name for name, spec in self.facts.items() if spec.each is not None)
        self.shadows = tuple(name for name in self.index if name in WORLDLY)
        self.items_of = {}
        for name, live in self.live_items.items():
            self.items_of.setdefault(live.fact, []).append(name)
        self.watched = frozenset(self.live_items) | frozenset(self.items_of) | frozenset(self.dependents)


@record(frozen=True, kw_only=True)
class World:
    """Everything a turn may know besides the walk: frozen data, the same for the whole turn."""

    now: datetime
    """Aware UTC, of the business clock."""
    calendar: Calendar
    """The brand's."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The company's own figures by name."""
    case: Mapping[str, Any] = field(default_factory=dict)
    customer: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, Any] = field(default_factory=dict)
    brand: Mapping[str, Any] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)
    """Programs that may be entered, by process key (the live version) and by `key@version` (pinned frames)."""
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """Others that processes name, by key."""
    today: date = field(init=False)
    """The day it is for the calendar."""
    names: Mapping[str, Any] = field(init=False, repr=False)
    """What conditions see of it, whatever the walk."""

    def __post_init__(self) -> None:
        today = self.calendar.local(self.now).date()
        object.__setattr__(self, "today", today)
        names = {
            "case": self.case, "customer": self.customer, "contact": self.contact, "brand": self.brand,
            "now": self.now, "today": today,
        }  # fmt: skip
        object.__setattr__(self, "names", names)
