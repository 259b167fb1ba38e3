"""Trying a draft out: the pure walk, one move at a time, every effect recorded and none done.

A try-out is a scenario in the making. The page keeps its moves; each turn plays them again from the start, so that
nothing is stored anywhere. Facts come from a scenario of the draft, or are really read for a real order; acts answer
what the author says, and the clock moves past waits at a press.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from base.business_time import NO_OTHERS, Calendar, Delay
from base.money import Money
from processes.connectors.catalogue import catalogue
from processes.language.declared import Scenario
from processes.language.document import Document
from processes.scenarios import Happening, Player
from processes.walk.advance import Turn
from processes.walk.errors import WalkError
from processes.walk.events import Confirmed, Event, HandedBack, Reading, Walker
from processes.walk.program import Program
from processes.walk.turn import (
    Acting,
    Asking,
    Confirming,
    TaskWaiting,
    Timing,
    Waiting,
    WantedFact,
    WithPeople,
    Words,
)
from processes.walk.values import UNKNOWN
from processes.wording import Reader, tell

MOST_MOVES: Final = 200
MOST_PROOF: Final = 6
"""Decisions told with a sentence: the last ones before it."""
PERSONAL: Final = frozenset(
    {"name", "first_name", "last_name", "mail", "phone", "line1", "line2", "address", "pickup_address", "postcode"}
)
"""Fields that say who somebody is; masked in a scenario made of a real order."""
MASK: Final = "xxxx"
Reads = Callable[[WantedFact], Reading]


@dataclass(slots=True)
class Tried:
    """What a try-out came to: everything told since the start, where it stands, and what it rests on."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    waiting: Waiting | None = None
    words: str = ""
    """Of the question or confirmation it stands at."""
    now: datetime | None = None
    visited: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts as a scenario writes them, real ones included."""
    expect: list[dict[str, str]] = field(default_factory=list)
    problem: WalkError | None = None


class Trial(Player):
    """A scenario whose answers come one move at a time."""

    def __init__(
        self, scenario: Scenario, program: Program, programs: Mapping[str, Program], calendar: Calendar,
        calendars: Mapping[str, Calendar], moves: Sequence[Mapping[str, Any]], reader: Reader, reads: Reads | None,
    ) -> None:  # fmt: skip
        super().__init__(scenario, program, programs, calendar, calendars, language=reader.languages[0])
        self.moves = list(moves)[:MOST_MOVES]
        self.reader = reader
        self.reads = reads
        self.tried = Tried(facts=dict(scenario.facts))
        self.told: set[tuple[str, str, int]] = set()
        self.proof: list[list[Any]] = []

    def go(self) -> Tried:
        """Play all moves; what the walk refuses is told as its problem."""
        try:
            self.play()
        except WalkError as error:
            self.tried.problem = error
        self.tried.now = self.now
        self.tried.expect = [{each.kind: each.names[0]} for each in self.happened if each.kind != "remind"]
        return self.tried

    def _advance(self, event: Event) -> Turn:
        before = len(self.happened)
        turn = super()._advance(event)
        for _path, step, what, row, values in turn.trace:
            if step and step not in self.tried.visited:
                self.tried.visited.append(step)
            if row is not None:
                self.proof.append([step, what, str(row), written(values)])
        if not turn.wanted:
            self._tell(turn, self.happened[before:])
        return turn

    def _tell(self, turn: Turn, happened: list[Happening]) -> None:
        for words in turn.words:
            mark = (words.path, words.step, words.visit)
            if mark not in self.told:
                self.told.add(mark)
                self._entry(words.kind, words.step, self._words(words))
        for each in happened:
            if each.kind not in ("say", "note", "ask"):
                self._entry(each.kind, each.names[-1], each.names[0])
        self.tried.waiting = turn.waiting
        asked = turn.waiting.words if isinstance(turn.waiting, Asking | Confirming) else None
        self.tried.words = self._words(asked) if asked else ""

    def _entry(self, kind: str, step: str, text: str) -> None:
        """One thing said or done, with what was decided since the one before."""
        entry = {
            "kind": kind,
            "step": step,
            "text": text,
            "proof": self.proof[-MOST_PROOF:],
            "at": self.now.isoformat(),
        }
        self.tried.entries.append(entry)
        if text != step:
            self.proof = []

    def _words(self, words: Words) -> str:
        program = self.programs.get(f"{words.process}@{words.version}") or self.programs.get(words.process)
        return tell(program or self.program, words, self.reader).plain

    def _next(self, waiting: Waiting) -> Event | None:
        if not self.moves:
            return None
        move = self.moves.pop(0)
        if self.reads is None or isinstance(waiting, Asking | Confirming | WithPeople | TaskWaiting | Acting | Timing):
            return self._moved(waiting, move)
        return None

    def _moved(self, waiting: Waiting, move: Mapping[str, Any]) -> Event | None:
        if move.get("wake"):
            return self._wake(waiting)
        given = move.get("give")
        if isinstance(waiting, Confirming):
            return Confirmed(**self._person(), step=waiting.step, visit=waiting.visit, yes=given != "no")
        if isinstance(waiting, WithPeople):
            return HandedBack(walker="agent", channel="console", section=str(given))
        if isinstance(waiting, Asking):
            self.scenario.answers[waiting.step] = given
        else:
            self.scenario.results[waiting.step] = given if isinstance(given, dict) else {}
        return super()._next(waiting)

    def _read(self, wanted: WantedFact) -> Reading:
        if self.reads is None or wanted.fact in self.scenario.facts:
            return super()._read(wanted)
        reading = self.reads(wanted)
        self._keep(wanted, reading)
        return reading

    def _keep(self, wanted: WantedFact, reading: Reading) -> None:
        """Real readings become facts of the scenario; who the customer is does not."""
        if reading.state != "known":
            if wanted.item is None:
                self.tried.facts[wanted.fact] = reading.state
            return
        fields = written({name: value for name, value in reading.value.items() if value is not UNKNOWN})
        if wanted.item is None:
            self.tried.facts[wanted.fact] = fields
        else:
            self.tried.facts.setdefault(wanted.fact, []).append({**fields, "number": wanted.item})


def try_out(
    document: Document, program: Program, programs: Mapping[str, Program], calendar: Calendar, reader: Reader,
    *, walker: Walker, at: datetime, moves: Sequence[Mapping[str, Any]], facts: Mapping[str, Any],
    answers: Mapping[str, Any], reads: Reads | None = None, calendars: Mapping[str, Calendar] = NO_OTHERS,
) -> Tried:  # fmt: skip
    """Walk a draft from the start through the moves given."""
    scenario = Scenario(
        name="try-out", walker=walker, at=at.isoformat(), answers=dict(answers), facts=dict(facts), expect=[]
    )
    trial = Trial(scenario, program, programs, calendar, calendars, moves, reader, reads)
    tried = trial.go()
    tried.facts = masked(tried.facts) if reads else tried.facts
    return tried


def written(value: Any) -> Any:
    """A value as documents write it."""
    match value:
        case Mapping():
            return {str(name): written(each) for name, each in value.items() if each is not None}
        case list() | tuple():
            return [written(each) for each in value]
        case datetime() | date():
            return value.isoformat()
        case bool() | int() | None:
            return value
        case Money() | Delay():
            return str(value)
        case _:
            return "unknown" if value is UNKNOWN else str(value)


def masked(value: Any, key: str = "") -> Any:
    """The same data without what says who somebody is."""
    if isinstance(value, Mapping):
        return {name: masked(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [masked(each, key) for each in value]
    return MASK if key in PERSONAL and isinstance(value, str) else value


def waiting_told(waiting: Waiting | None) -> dict[str, Any]:
    """Where it stands, for the page: what may be given next."""
    if waiting is None:
        return {"kind": "none"}
    told: dict[str, Any] = {"kind": waiting.kind, "step": waiting.step, "wake": written(waiting.wake_at)}
    if isinstance(waiting, Asking):
        told["fields"] = [
            {
                "name": each.name, "kind": each.kind, "label": dict(each.label), "optional": each.optional,
                "choices": [
                    {"value": one.value, "label": dict(one.label), "shown": [str(part) for part in written(one.shown)]}
                    for one in each.choices
                ],
            }
            for each in waiting.fields
        ]  # fmt: skip
    if isinstance(waiting, Acting):
        capability = catalogue().get(waiting.using)
        told["results"] = list(capability.fields) if capability else []
    for name in ("team", "return_to", "outcome", "solved", "because", "purpose"):
        if hasattr(waiting, name):
            told[name] = written(getattr(waiting, name))
    return told
