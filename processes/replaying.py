"""What if: real cases of the past walked again on a draft, with the facts and answers of then.

Nothing is guessed. Where the draft asks what was never asked, wants a fact that was not read then, or does an act whose
result nobody knows, the replay of that case stops and says so. Everything comes from the journal; nothing is called.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from base.business_time import ALWAYS_OPEN, NO_OTHERS, Calendar
from processes.walk.advance import Turn, advance, begin
from processes.walk.errors import WalkError
from processes.walk.events import (
    Answered,
    Confirmed,
    EffectDone,
    EffectFailed,
    Event,
    FactsRead,
    HandedBack,
    Reading,
    Started,
    TaskDone,
    WentBack,
    Woken,
)
from processes.walk.program import Program, World
from processes.walk.turn import (
    Acting,
    Asking,
    Confirming,
    TaskWaiting,
    Timing,
    Waiting,
    WantedFact,
    WithPeople,
)

Verdict = Literal["same", "other", "unrecorded", "broken"]
Missing = Literal["question", "fact", "act", "task", "call"]
MOST_TURNS = 400
STILL_TRUE = timedelta(days=1)
"""How long after its last reading what a fact said still stands for it."""
PEOPLE_LEFT = ("never", "default")
"""What the trace says when nobody answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a walk ended, or stands."""

    kind: str
    """`ended`, `with_people`, or what it waits for."""
    step: str

    def __str__(self) -> str:
        return self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A walk as its journal tells it."""

    public_id: str
    case: str
    """Public id of the case."""
    reference: str
    number: int
    """Of the version it was walked on."""
    events: tuple[tuple[Event, datetime, str], ...]
    """With their moment, and the call path where they were taken."""
    left: frozenset[str]
    """Questions, by call path and step, that nobody answered in time."""
    readings: tuple[Reading, ...]
    end: Place
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How one case went on the draft."""

    past: PastCase
    verdict: Verdict
    end: Place | None = None
    missing: Missing | None = None
    step: str = ""
    """The step that asked for what was not recorded, or where it broke."""
    problem: str = ""


@dataclass(slots=True)
class Summary:
    """Cases by what became of them."""

    cases: list[Replayed] = field(default_factory=list)

    def of(self, verdict: Verdict) -> list[Replayed]:
        """The cases behind one number."""
        return [each for each in self.cases if each.verdict == verdict]

    def other_ends(self) -> list[tuple[str, str, list[Replayed]]]:
        """Ends that changed, most frequent first: from, to, cases."""
        found: dict[tuple[str, str], list[Replayed]] = defaultdict(list)
        for each in self.of("other"):
            found[str(each.past.end), str(each.end)].append(each)
        return [(*ends, cases) for ends, cases in sorted(found.items(), key=lambda item: -len(item[1]))]

    def not_recorded(self) -> list[tuple[Missing, str, list[Replayed]]]:
        """What the draft asked and nobody knows, most frequent first."""
        found: dict[tuple[Missing, str], list[Replayed]] = defaultdict(list)
        for each in self.of("unrecorded"):
            found[each.missing or "question", each.step].append(each)
        return [(*what, cases) for what, cases in sorted(found.items(), key=lambda item: -len(item[1]))]


class NotRecorded(Exception):
    """The draft wants something that the journal does not hold."""

    def __init__(self, missing: Missing, step: str) -> None:
        super().__init__(f"{missing} {step}")
        self.missing = missing
        self.step = step


def replay(
    past: PastCase, program: Program, programs: Mapping[str, Program], settings: Mapping[str, Any],
    calendar: Calendar = ALWAYS_OPEN, calendars: Mapping[str, Calendar] = NO_OTHERS,
) -> Replayed:  # fmt: skip
    """Walk one past case again."""
    player = _Player(past, program, programs, settings, calendar, calendars)
    try:
        end = player.play()
    except NotRecorded as stopped:
        return Replayed(past=past, verdict="unrecorded", missing=stopped.missing, step=stopped.step)
    except WalkError as error:
        return Replayed(past=past, verdict="broken", step=player.walk.frame.position, problem=str(error))
    return Replayed(past=past, verdict="same" if end == past.end else "other", end=end)


class _Player:
    def __init__(
        self, past: PastCase, program: Program, programs: Mapping[str, Program], settings: Mapping[str, Any],
        calendar: Calendar, calendars: Mapping[str, Calendar],
    ) -> None:  # fmt: skip
        self.past, self.program, self.programs = past, program, programs
        self.settings, self.calendar, self.calendars = settings, calendar, calendars
        self.started, self.now = _start_of(past)
        self.opened = self.now
        self.last = past.events[-1][1] if past.events else self.now
        self.answers, self.confirmed, self.results, self.done, self.back = _by_step(past)
        self.readings: dict[tuple[str, str | None], list[Reading]] = defaultdict(list)
        for reading in past.readings:
            self.readings[reading.fact, reading.item].append(reading)
        self.walk = begin(program, past.public_id)

    def play(self) -> Place:
        event: Event | None = self.started
        waiting: Waiting | None = None
        for _ in range(MOST_TURNS):
            if event is None:
                break
            waiting = self._take(event).waiting
            assert waiting is not None
            event = self._next(waiting)
        if waiting is None:
            raise NotRecorded("question", "")
        return Place(kind=waiting.kind, step=waiting.step)

    def _take(self, event: Event) -> Turn:
        turn = self._advance(event)
        while turn.wanted:
            readings = tuple(self._read(wanted) for wanted in turn.wanted)
            turn = self._advance(FactsRead(walker=event.walker, channel=event.channel, readings=readings))
        return turn

    def _advance(self, event: Event) -> Turn:
        world = World(
            now=self.now, calendar=self.calendar, calendars=self.calendars, settings=self.settings,
            programs=self.programs,
            case={"reason": self.program.reason, "opened_at": self.opened, "reference": self.past.reference},
        )  # fmt: skip
        turn = advance(self.program, self.walk, event, world)
        self.walk = turn.walk
        return turn

    def _next(self, waiting: Waiting) -> Event | None:
        mark = f"{waiting.path}{waiting.step}"
        stands = waiting.kind == self.past.end.kind and waiting.step == self.past.end.step
        match waiting:
            case Asking():
                said = self._recorded(self.answers, mark, waiting.visit)
                return said or self._left(waiting, mark, stands, "question")
            case Confirming():
                said = self._recorded(self.confirmed, mark, waiting.visit)
                return said or self._stop(stands, "question", waiting.step)
            case Acting():
                return self._result(waiting, mark) or self._stop(stands, "act", waiting.step)
            case TaskWaiting():
                done = self._keyed(self.done, mark, waiting.key)
                return done or self._left(waiting, mark, stands, "task")
            case WithPeople():
                return self.back.pop(0)[0] if self.back else None
            case Timing():
                if stands and waiting.wake_at is not None and waiting.wake_at > self.last:
                    return None
                return self._wake(waiting)
        return None

    def _recorded(self, kept: dict[str, list[tuple[Any, datetime]]], mark: str, visit: int) -> Event | None:
        if not kept.get(mark):
            return None
        event, at = kept[mark].pop(0)
        self.now = max(self.now, at)
        return _revisited(event, visit)

    def _keyed(self, kept: dict[str, list[tuple[Any, datetime]]], mark: str, key: str) -> Event | None:
        if not kept.get(mark):
            return None
        event, at = kept[mark].pop(0)
        self.now = max(self.now, at)
        return _rekeyed(event, key)

    def _result(self, waiting: Acting, mark: str) -> Event | None:
        return self._keyed(self.results, mark, waiting.key)

    def _left(self, waiting: Waiting, mark: str, stands: bool, missing: Missing) -> Event | None:
        """Nobody answered then: the deadline passes, as it did; or the case still waits for it."""
        if mark in self.past.left:
            return self._wake(waiting)
        return self._stop(stands, missing, waiting.step)

    def _stop(self, stands: bool, missing: Missing, step: str) -> Event | None:
        if stands:
            return None
        raise NotRecorded(missing, step)

    def _wake(self, waiting: Waiting) -> Event | None:
        if waiting.wake_at is None:
            return None
        self.now = max(self.now, waiting.wake_at)
        return Woken(walker="robot", channel="robot", language=self.started.language)

    def _read(self, wanted: WantedFact) -> Reading:
        """What the fact said then: the last reading before, else the first after."""
        known = self.readings.get((wanted.fact, wanted.item))
        if not known or self.now > self.last + STILL_TRUE:
            raise NotRecorded("fact", wanted.fact)
        reading = next((each for each in reversed(known) if each.at <= self.now), known[0])
        return Reading(
            fact=reading.fact, item=reading.item, state=reading.state, value=reading.value, at=self.now,
            reason=reading.reason,
        )  # fmt: skip


def _start_of(past: PastCase) -> tuple[Started, datetime]:
    for event, at, _ in past.events:
        if isinstance(event, Started):
            return event, at
    raise NotRecorded("question", "")


def _by_step(past: PastCase) -> tuple[Any, Any, Any, Any, list[tuple[HandedBack, datetime]]]:
    """What people and services said, by call path and step, in order."""
    answers: dict[str, list[tuple[Event, datetime]]] = defaultdict(list)
    confirmed, results, done = defaultdict(list), defaultdict(list), defaultdict(list)
    back: list[tuple[HandedBack, datetime]] = []
    for event, at, path in past.events:
        match event:
            case Answered():
                answers[path + event.step].append((event, at))
            case WentBack():
                answers.pop(event.path + event.step, None)
            case Confirmed():
                confirmed[path + event.step].append((event, at))
            case EffectDone() | EffectFailed():
                results[_mark(event.key)].append((event, at))
            case TaskDone():
                done[_mark(event.key)].append((event, at))
            case HandedBack():
                back.append((event, at))
    return answers, confirmed, results, done, back


def _mark(key: str) -> str:
    """Call path and step of an effect's key: walk, path, step, visit, slot."""
    parts = key.split(":")
    return f"{parts[1]}{parts[2]}" if len(parts) >= 4 else key


def _revisited(event: Any, visit: int) -> Event:
    changed: Event = replace(event, visit=visit)
    return changed


def _rekeyed(event: Any, key: str) -> Event:
    changed: Event = replace(event, key=key)
    return changed


def left_in(trace: list[list[Any]]) -> Iterator[str]:
    """Questions and tasks that nobody answered in time, from a stored trace."""
    for path, step, what, *_ in trace:
        if what in PEOPLE_LEFT:
            yield f"{path}{step}"
