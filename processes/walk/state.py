"""The state of a walk between two turns: plain JSON with a schema number.

It holds the position, the call stack, the current answers and results, and *references* to the readings of facts; the
readings themselves live in rows of their own. Its size does not grow with the number of follow-ups.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from processes.walk.events import Reading
from processes.walk.turn import Effect, Words
from processes.walk.values import decode, encode

SCHEMA = 1


@dataclass(slots=True)
class FactState:
    """The readings a fact rests on: one, or one per item of a list."""

    at: datetime
    """When the oldest of its readings was made."""
    inputs: Any
    """The inputs it was read with (by item, for a list fact), to see whether they changed."""
    readings: dict[str, Reading]
    """By item key; the empty key for a single fact."""
    items: Any = None
    """The list that `value` was put together from. This and what follows is never stored."""
    value: Any = None
    """What the name of a list fact stands for, as long as the list is the same."""
    by_key: dict[str, Any] | None = None
    """The items of that value by their keys."""
    stored: list[Any] | None = None
    """As it was read from storage, or written there."""


@dataclass(slots=True)
class Frame:
    """One level of the call stack: a process being walked."""

    process: str
    version: str
    """Which version of the process: opaque, resolved when the process is entered."""
    position: str = ""
    """Id of the step where the walk stands; the calling step for all frames but the innermost."""
    path: str = ""
    """Call path: ids of the calling steps, each followed by `/`."""
    scope: dict[str, Any] = field(default_factory=dict)
    """Answers and results by name, decoded values."""
    at: Mapping[str, datetime] = field(default_factory=dict)
    """When each answer was given. Copies share this and the facts: whoever changes them puts others in their place."""
    facts: Mapping[str, FactState] = field(default_factory=dict)
    loops: dict[str, dict[str, Any]] = field(default_factory=dict)
    """State of `repeat`, `for_each` and bounded `go_to`, by step."""
    program: Any = field(default=None, compare=False, repr=False)
    """The program it was walked with in the turn before. This and what follows is never stored."""
    names: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What conditions saw at the end of that turn, to begin the next with."""

    def copy(self) -> "Frame":
        """An independent frame."""
        loops = {step: dict(loop) for step, loop in self.loops.items()} if self.loops else {}
        return Frame(
            self.process, self.version, self.position, self.path, self.scope.copy(), self.at, self.facts, loops,
            self.program, self.names,
        )  # fmt: skip


@dataclass(slots=True)
class Kept:
    """What one call of a turn found out, for the next call of the same turn in the same world. Never stored."""

    world: Any
    program: Any
    asked: dict[str, Any]
    sure: set[str]
    fresh: set[str]


@dataclass
class Walk:
    """One run of a process inside a case."""

    public_id: str
    frames: list[Frame]
    visits: dict[str, int] = field(default_factory=dict)
    """How often each step that leaves a mark was entered, by call path and step; never reset."""
    waiting: dict[str, Any] | None = None
    """What the position waits for: kind, since, deadline, reminders left; None while the walk runs."""
    resume: str = "run"
    """What to do at the position once wanted facts are there: run it, or take the event of this kind again."""
    turn_at: datetime | None = None
    """When the turn began: an irreversible act rests on facts read since."""
    anew: bool = False
    """During a robot's wake: every fact it uses is read anew, whatever its age."""
    words: list[Words] = field(default_factory=list)
    """Said since the last stop, to show the page again."""
    kept: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Answers given before a return to an earlier question, as given and with what was asked, by call path and step.
    Shared by copies: whoever changes it puts another in its place."""
    acts: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What was already done before such a return, with inputs and result: not done again for the same inputs. Shared
    by copies too."""
    pending: list[Effect] = field(default_factory=list)
    """Decided in a turn that still wants facts. Walks are stored at their stops only, where there is none."""
    ended: bool = False
    walker: str = "agent"
    channel: str = ""
    language: str = ""
    between: Kept | None = None
    """Between two calls of one turn; spares the second most of its looking around."""

    @property
    def frame(self) -> Frame:
        """The innermost process being walked."""
        return self.frames[-1]

    def copy(self) -> "Walk":
        """An independent state to work on, so that a turn that fails leaves the old one untouched."""
        return Walk(
            self.public_id, [frame.copy() for frame in self.frames], self.visits.copy(), self.waiting, self.resume,
            self.turn_at, self.anew, self.words, self.kept, self.acts, self.pending, self.ended,
            self.walker, self.channel, self.language,
        )  # fmt: skip

    def reading_ids(self) -> Iterable[str]:
        """Ids of the stored readings this state refers to."""
        for frame in self.frames:
            for fact in frame.facts.values():
                yield from [reading.id for reading in fact.readings.values()]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for storage at a stop; `from_json` reads it back."""
        return {
            "schema": SCHEMA,
            "id": self.public_id,
            "frames": [_frame_to_json(frame) for frame in self.frames],
            "visits": self.visits,
            "waiting": None if self.waiting is None else encode(self.waiting),
            "resume": self.resume,
            "turn_at": None if self.turn_at is None else _stamp(self.turn_at),
            "anew": self.anew,
            "words": [_words_to_json(words) for words in self.words],
            "kept": encode(dict(self.kept)) if self.kept else {},
            "acts": encode(dict(self.acts)) if self.acts else {},
            "ended": self.ended,
            "as": [self.walker, self.channel, self.language],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], readings: Mapping[str, Reading]) -> "Walk":
        """The state as stored; `readings` are the stored readings by id.

        Raises ValueError for a schema this code does not know.
        """
        if data["schema"] != SCHEMA:
            raise ValueError(f"walk state of schema {data['schema']}, this program reads {SCHEMA}")
        walker, channel, language = data["as"]
        return cls(
            data["id"],
            [_frame_from_json(frame, readings) for frame in data["frames"]],
            dict(data["visits"]),
            None if data["waiting"] is None else decode(data["waiting"]),
            data["resume"],
            _moment(data["turn_at"]),
            data["anew"],
            [_words_from_json(words) for words in data["words"]],
            decode(data["kept"]) if data["kept"] else {},
            decode(data["acts"]) if data["acts"] else {},
            [],
            data["ended"],
            walker,
            channel,
            language,
        )


def words_to_json(words: Words) -> dict[str, Any]:
    """Words as plain JSON, for the journal and for messages."""
    return _words_to_json(words)


def words_from_json(data: Mapping[str, Any]) -> Words:
    """Words as stored."""
    return _words_from_json(data)


def _frame_to_json(frame: Frame) -> dict[str, Any]:
    return {
        "process": frame.process,
        "version": frame.version,
        "position": frame.position,
        "path": frame.path,
        "scope": encode(frame.scope),
        "at": {name: _stamp(at) for name, at in frame.at.items()},
        "facts": {name: _fact_to_json(fact) for name, fact in frame.facts.items()},
        "loops": encode(frame.loops) if frame.loops else {},
    }


def _frame_from_json(data: Mapping[str, Any], readings: Mapping[str, Reading]) -> Frame:
    return Frame(
        data["process"],
        data["version"],
        data["position"],
        data["path"],
        decode(data["scope"]),
        {name: _read_stamp(at) for name, at in data["at"].items()},
        {name: _fact_from_json(name, fact, readings) for name, fact in data["facts"].items()},
        decode(data["loops"]) if data["loops"] else {},
    )


def _fact_to_json(fact: FactState) -> list[Any]:
    if fact.stored is None:
        ids = {item: reading.id for item, reading in fact.readings.items()}
        fact.stored = [_stamp(fact.at), encode(fact.inputs), ids]
    return fact.stored


def _fact_from_json(name: str, data: list[Any], readings: Mapping[str, Reading]) -> FactState:
    at = _read_stamp(data[0])
    came = {item: readings.get(id_) or _lost(name, item, at) for item, id_ in data[2].items()}
    return FactState(at, decode(data[1]), came, stored=data)


def _lost(fact: str, item: str, at: datetime) -> Reading:
    """A fact that was never read, for want of its inputs, or whose row is gone: unknown, never silently absent."""
    return Reading(fact=fact, item=item or None, state="unknown", at=at, reason="inputs")


def _words_to_json(words: Words) -> dict[str, Any]:
    return {
        "step": words.step,
        "path": words.path,
        "visit": words.visit,
        "kind": words.kind,
        "text": words.text,
        "values": encode(words.values),
        "passage": words.passage,
        "process": words.process,
        "version": words.version,
    }


def _words_from_json(data: Mapping[str, Any]) -> Words:
    return Words(**{**data, "values": decode(data["values"])})


def _stamp(moment: datetime) -> str:
    return _iso(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


def _moment(stamp: str | None) -> datetime | None:
    return None if stamp is None else _read_stamp(stamp)


# A state holds the same few moments many times.


_iso = lru_cache(1024)(datetime.isoformat)
_read_stamp = lru_cache(1024)(datetime.fromisoformat)
