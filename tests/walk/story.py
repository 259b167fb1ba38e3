"""A walk played in a test: a few lines of YAML are compiled and walked with a clock, facts and results of their own.

At every stop the state goes through JSON and back, and the restored walk must take the next event as the other would.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from textwrap import dedent, indent
from typing import Any, cast

from base.business_time import Calendar, Delay, Hours, add
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.language.yaml import read_yaml
from processes.walk.advance import Turn, advance, begin, look
from processes.walk.events import (
    Answered,
    Confirmed,
    EffectDone,
    EffectFailed,
    EffectUnknown,
    Event,
    EventReceived,
    FactsRead,
    HandedBack,
    Reading,
    Started,
    TaskDone,
    Walker,
    Woken,
)
from processes.walk.program import Program, World
from processes.walk.state import Walk
from processes.walk.turn import (
    Act,
    Acting,
    Asking,
    Confirming,
    Effect,
    Ended,
    Message,
    TaskWaiting,
    Waiting,
    WantedFact,
    WithPeople,
)
from processes.walk.values import UNKNOWN

NINE_TO_SIX = ((time(9), time(18)),)
OFFICE = Calendar("Europe/Paris", cast(Hours, (NINE_TO_SIX,) * 5 + ((),) * 2))
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Ten o'clock in Paris."""

HEAD = """
ariane: 1
process: test
title: {en: Test}
reason: delivery.not_received
audience: [agent, customer, robot, assistant]
outcomes: {done: solved, other: unsolved, third: unsolved}
"""
IN_DOUBT = """
in_doubt:
- {hand_over: experts, because: in_doubt, text: {en: A person answers you.}, return_to: [main]}
"""


def document(steps: str, *, top: str = "", in_doubt: str = IN_DOUBT, head: str = HEAD) -> Document:
    """A process of the steps of its section `main`, or of whole sections when the text says so."""
    body = dedent(steps).strip("\n")
    if "sections:" not in body:
        body = "sections:\n- section: main\n  steps:\n" + indent(body, "  ")
    return Document.model_validate(read_yaml(f"{head}{top}{in_doubt}{body}\n").data)


def program(steps: str, *, top: str = "", in_doubt: str = IN_DOUBT, head: str = HEAD, version: str = "1") -> Program:
    """The same, compiled; a fault fails the test."""
    return compile_document(document(steps, top=top, in_doubt=in_doubt, head=head), version).checked()


def called(key: str, steps: str, *, top: str = "") -> Program:
    """A process under another key, to be called or started."""
    return program(steps, top=top, head=HEAD.replace("process: test", f"process: {key}"))


@dataclass
class Story:
    """Drives one walk."""

    program: Program
    facts: dict[str, Any] = field(default_factory=dict)
    """Fields by fact, or by item for a list fact; None for missing, UNKNOWN for unread; absent: unread."""
    others: tuple[Program, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    now: datetime = MONDAY
    calendar: Calendar = OFFICE
    calendars: dict[str, Calendar] = field(default_factory=dict)
    walker: Walker = "agent"
    channel: str = "phone"
    case: dict[str, Any] = field(default_factory=dict)
    walk: Walk = field(init=False)
    turns: list[Turn] = field(default_factory=list)
    wanted: list[WantedFact] = field(default_factory=list)
    """Of the last event."""
    effects: list[Effect] = field(default_factory=list)
    """Of the last event."""
    all_effects: list[Effect] = field(default_factory=list)
    trace: list[Any] = field(default_factory=list)
    """Of the last event."""
    journal: list[tuple[Event, World]] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    read: int = 0

    def __post_init__(self) -> None:
        self.walk = begin(self.program, "w")

    # --- what happens to it ----------------------------------------------------------------------------------------

    def start(self, **needs: Any) -> "Story":
        return self.take(Started(**self._who(), needs=needs))

    def answer(self, value: Any, step: str = "", visit: int = 0) -> "Story":
        waiting = self.asking if not step else None
        name = step or (waiting.step if waiting else "")
        return self.take(Answered(**self._who(), step=name, visit=visit or self._visit(), value=value))

    def confirm(self, yes: bool = True) -> "Story":
        waiting = self.waiting
        assert isinstance(waiting, Confirming)
        return self.take(Confirmed(**self._who(), step=waiting.step, visit=waiting.visit, yes=yes))

    def done(self, key: str = "", **result: Any) -> "Story":
        return self.take(EffectDone(**self._who(), key=key or self.acting.key, result=result))

    def failed(self, reason: str = "refused") -> "Story":
        return self.take(EffectFailed(**self._who(), key=self.acting.key, reason=reason))

    def uncertain(self) -> "Story":
        return self.take(EffectUnknown(**self._who(), key=self.acting.key))

    def task_done(self, **answers: Any) -> "Story":
        waiting = self.waiting
        assert isinstance(waiting, TaskWaiting)
        return self.take(TaskDone(walker="robot", key=waiting.key, answers=answers))

    def handed_back(self, section: str) -> "Story":
        return self.take(HandedBack(walker="agent", section=section))

    def later(self, delay: str) -> "Story":
        self.now = add(self.calendar, self.now, Delay.parse(delay))
        return self

    def wake(self) -> "Story":
        """At the very moment it asked for, or now when that is past."""
        if self.waiting.wake_at is not None:
            self.now = max(self.now, self.waiting.wake_at)
        return self.look_now()

    def look_now(self) -> "Story":
        return self.take(Woken(walker="robot", channel="robot"))

    def told(self, fact: str) -> "Story":
        return self.take(EventReceived(walker="robot", channel="robot", fact=fact))

    def take(self, event: Event) -> "Story":
        """One event, with the facts it wants, until something must be waited for."""
        self.wanted, self.effects, self.trace = [], [], []
        turn = self._advance(self.walk, event)
        for _ in range(12):
            if not turn.wanted:
                break
            self.wanted += turn.wanted
            turn = self._advance(turn.walk, self._read(turn.wanted))
        assert turn.waiting is not None, "it keeps asking for the same facts"
        self.walk = self.restored(turn.walk)
        return self

    def _advance(self, walk: Walk, event: Event) -> Turn:
        before = walk.to_json()
        turn = advance(self.program, walk, event, self.world)
        assert walk.to_json() == before, "the walk given must be left as it is"
        self.journal.append((event, self.world))
        self.turns.append(turn)
        self.effects += turn.effects
        self.all_effects += turn.effects
        self.trace += turn.trace
        return turn

    def restored(self, walk: Walk) -> Walk:
        """The walk after a restart."""
        restored = Walk.from_json(json.loads(json.dumps(walk.to_json())), self.readings)
        assert restored.to_json() == walk.to_json()
        assert look(self.program, restored, self.world) == look(self.program, walk, self.world)
        return restored

    def _who(self) -> dict[str, Any]:
        return {"walker": self.walker, "channel": self.channel, "language": "en"}

    def _read(self, wanted: tuple[WantedFact, ...]) -> FactsRead:
        readings = tuple(self._reading(each) for each in wanted)
        self.readings |= {reading.id: reading for reading in readings}
        return FactsRead(walker=self.walk.walker, readings=readings)  # type: ignore[arg-type]

    def _reading(self, wanted: WantedFact) -> Reading:
        given = self.facts.get(wanted.fact, UNKNOWN)
        if wanted.item is not None and isinstance(given, Mapping):
            given = given.get(wanted.item, UNKNOWN)
        said: dict[str, Any] = {"fact": wanted.fact, "item": wanted.item, "at": self.now, "id": self._id()}
        if given is UNKNOWN:
            return Reading(state="unknown", reason="time", **said)
        if given is None:
            return Reading(state="missing", **said)
        return Reading(state="known", value=given, **said)

    def _id(self) -> str:
        self.read += 1
        return f"r{self.read}"

    # --- what it says ------------------------------------------------------------------------------------------------

    @property
    def world(self) -> World:
        programs = {each.process: each for each in self.others}
        programs |= {f"{each.process}@{each.version}": each for each in (self.program, *self.others)}
        return World(
            now=self.now, calendar=self.calendar, settings=self.settings, case=self.case, programs=programs,
            calendars=self.calendars,
        )  # fmt: skip

    @property
    def waiting(self) -> Waiting:
        waiting = look(self.program, self.walk, self.world)
        assert waiting is not None
        return waiting

    @property
    def asking(self) -> Asking:
        waiting = self.waiting
        assert isinstance(waiting, Asking), waiting
        return waiting

    @property
    def acting(self) -> Acting:
        waiting = self.waiting
        assert isinstance(waiting, Acting), waiting
        return waiting

    @property
    def outcome(self) -> str:
        """Of a walk that ended; where it stands otherwise."""
        waiting = self.waiting
        return waiting.outcome if isinstance(waiting, Ended) else f"{waiting.kind} {waiting.step}"

    @property
    def because(self) -> str:
        waiting = self.waiting
        assert isinstance(waiting, WithPeople), waiting
        return waiting.because

    @property
    def scope(self) -> dict[str, Any]:
        return self.walk.frame.scope

    @property
    def said(self) -> list[str]:
        """Steps whose words were said since the last stop."""
        return [words.step for words in self.walk.words]

    @property
    def mails(self) -> list[tuple[str, list[str]]]:
        """Messages of the last event: purpose, and the steps whose words they carry."""
        return [
            (each.purpose, [part.step for part in each.parts]) for each in self.effects if isinstance(each, Message)
        ]

    @property
    def acts(self) -> list[Act]:
        return [each for each in self.all_effects if isinstance(each, Act)]

    def _visit(self) -> int:
        return self.waiting.visit

    def read_facts(self) -> list[str]:
        """Facts asked for by the last event, with the item, and `anew` where nothing kept would do."""
        return [
            " ".join(filter(None, (each.fact, each.item, "anew" if each.max_age is None else "")))
            for each in self.wanted
        ]


def played(steps: str, *, top: str = "", in_doubt: str = IN_DOUBT, **given: Any) -> Story:
    """A story of these steps, not yet started."""
    return Story(program(steps, top=top, in_doubt=in_doubt), **given)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment of 2026, UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)
