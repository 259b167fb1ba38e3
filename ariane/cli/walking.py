"""A walk played for `ariane walk`: with the facts given or with live ones, and told to a person or to a script."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from base.business_time import Calendar
from base.languages import pick
from processes.facts import Asked, FactReader
from processes.language.declared import Scenario
from processes.scenarios import Player
from processes.walk.advance import Turn
from processes.walk.events import Event, FactsRead
from processes.walk.program import Program
from processes.walk.turn import Acting, Asking, Effect, Field, Message, Timing, Waiting, Words
from processes.walk.values import MISSING, UNKNOWN, encode
from processes.wording import Reader, tell

LONGEST = 72
"""Characters of a value on the page."""
NOT_SHOWN = frozenset({"kind", "key", "step", "path", "visit", "words", "parts", "subject", "form"})


class TellingPlayer(Player):
    """Plays a scenario, remembers when each event came, and stops at a question that no answer was given for."""

    def __init__(
        self, scenario: Scenario, program: Program, programs: Mapping[str, Program], calendar: Calendar, language: str
    ) -> None:
        super().__init__(scenario, program, programs, calendar, language=language)
        self.course: list[tuple[datetime, Event, Turn]] = []

    def _advance(self, event: Event) -> Turn:
        now = self.now
        turn = super()._advance(event)
        self.course.append((now, event, turn))
        return turn

    def _next(self, waiting: Waiting) -> Event | None:
        unanswered = isinstance(waiting, Asking) and waiting.step not in self.scenario.answers
        return None if unanswered else super()._next(waiting)


class LivePlayer(TellingPlayer):
    """Reads facts through the installation's connections, and stops where it would wait or act."""

    def __init__(
        self, scenario: Scenario, program: Program, programs: Mapping[str, Program], calendar: Calendar, language: str,
        *, facts: FactReader, brand_id: int,
    ) -> None:  # fmt: skip
        super().__init__(scenario, program, programs, calendar, language=language)
        self.facts, self.brand_id = facts, brand_id

    def _take(self, event: Event) -> Turn:
        turn = self._advance(event)
        while turn.wanted:
            asked = Asked(brand_id=self.brand_id, case_id=0, customer_id=None, now=self.now, inputs={})
            readings = tuple(read.reading for read in self.facts.read(turn.wanted, asked))
            turn = self._advance(FactsRead(walker=event.walker, channel=event.channel, readings=readings))
        return turn

    def _next(self, waiting: Waiting) -> Event | None:
        stays = isinstance(waiting, Timing) or (
            isinstance(waiting, Acting) and waiting.step not in self.scenario.results
        )
        return None if stays else super()._next(waiting)


# For scripts


def walk_to_json(player: TellingPlayer, reader: Reader, problem: str, problems: Mapping[str, str]) -> dict[str, Any]:
    """Every turn with its event, trace, words, wishes and effects; where the walk stands; why it cannot go on."""
    last = player.turns[-1].waiting if player.turns else None
    return {
        "process": player.program.process,
        "turns": [_turn(player, now, event, turn, reader) for now, event, turn in player.course],
        "waiting": None if last is None else _waiting(player, last, reader),
        "problem": problem,
        "problems": dict(problems),
    }


def _turn(player: TellingPlayer, now: datetime, event: Event, turn: Turn, reader: Reader) -> dict[str, Any]:
    return {
        "at": now.isoformat(),
        "event": event.kind,
        "as": event.walker,
        "trace": [
            {"path": path, "step": step, "what": what, "branch": plain(branch), "values": plain(values)}
            for path, step, what, branch, values in turn.trace
        ],
        "words": [_words(player, words, reader) for words in turn.words],
        "wanted": [{"fact": fact.fact, "item": fact.item, "operation": fact.operation} for fact in turn.wanted],
        "effects": [_effect(player, effect, reader) for effect in turn.effects],
        "waiting": None if turn.waiting is None else _waiting(player, turn.waiting, reader),
    }


def _effect(player: TellingPlayer, effect: Effect, reader: Reader) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": effect.kind, "step": f"{effect.path}{effect.step}", "key": effect.key}
    told |= {each.name: plain(getattr(effect, each.name)) for each in fields(effect) if each.name not in NOT_SHOWN}
    if isinstance(effect, Message):
        told["words"] = [_words(player, part, reader) for part in effect.parts]
    return told


def _waiting(player: TellingPlayer, waiting: Waiting, reader: Reader) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": waiting.kind, "step": waiting.step, "path": waiting.path, "visit": waiting.visit}
    told["wake_at"] = waiting.wake_at.isoformat() if waiting.wake_at else None
    told["deadline"] = waiting.deadline.isoformat() if waiting.deadline else None
    if isinstance(waiting, Asking):
        told["question"] = _words(player, waiting.words, reader)
        told["fields"] = [_field(field, reader) for field in waiting.fields]
    return told


def _field(field: Field, reader: Reader) -> dict[str, Any]:
    choices = [
        {"value": choice.value, "label": pick(choice.label, *reader.languages), "shown": plain(list(choice.shown))}
        for choice in field.choices
    ]
    label = pick(field.label, *reader.languages)
    return {"name": field.name, "kind": field.kind, "label": label, "optional": field.optional, "choices": choices}


def plain(value: Any) -> Any:
    """A value of the walk as plain JSON."""
    if value is None or value is MISSING:
        return None
    return encode(dict(value) if isinstance(value, Mapping) else value)


# For people


def print_walk(player: TellingPlayer, reader: Reader, problem: str, problems: Mapping[str, str]) -> None:
    """The same as a page: a paragraph for each turn."""
    console = Console(highlight=False)
    said: set[tuple[str, str, int]] = set()
    for now, event, turn in player.course:
        if not isinstance(event, FactsRead):
            local = player.calendar.local(now)
            console.print(f"\n{local:%Y-%m-%d %H:%M}  {event.kind} ({event.walker})", style="bold")
        _print_facts(console, event)
        if turn.trace:
            console.print(_trace(turn))
        for words in turn.words:
            mark = (words.path, words.step, words.visit)
            if mark not in said:
                said.add(mark)
                console.print(Text(f"    « {_words(player, words, reader)} »", style="green"))
        for effect in turn.effects:
            console.print(Text("    → " + " ".join(_effect_in_words(effect)), style="magenta"))
    last = player.turns[-1].waiting if player.turns else None
    if last is not None:
        _print_standing(console, player, last, reader)
    if problem:
        console.print(Text(problem, style="red"))
    for name, sentence in problems.items():
        console.print(Text(f"  {name}: {sentence}", style="red"))


def _print_facts(console: Console, event: Event) -> None:
    for reading in event.readings if isinstance(event, FactsRead) else ():
        name = f"{reading.fact} {reading.item}" if reading.item else reading.fact
        told = short(dict(reading.value)) if reading.state == "known" else f"{reading.state} {reading.reason}".strip()
        console.print(Text(f"    {name}: {told}", style="dim"))


def _trace(turn: Turn) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    for path, step, what, branch, values in turn.trace:
        row = f"row {branch + 1}" if what == "table" and isinstance(branch, int) else short(branch)
        table.add_row(f"  {path}{step}", what, "" if branch is None else row, _values(values))
    return table


def _values(values: Any) -> Text:
    told = ", ".join(f"{name} = {short(value)}" for name, value in values.items()) if isinstance(values, dict) else ""
    return Text(told or ("" if values is None or isinstance(values, dict) else short(values)))


def _effect_in_words(effect: Effect) -> Iterator[str]:
    yield effect.kind
    yield f"{effect.path}{effect.step}"
    for each in fields(effect):
        value = getattr(effect, each.name)
        if each.name not in NOT_SHOWN and value not in (None, "", (), False):
            yield f"{each.name}={short(value)}"


def _print_standing(console: Console, player: TellingPlayer, waiting: Waiting, reader: Reader) -> None:
    when = f", looks again {player.calendar.local(waiting.wake_at):%Y-%m-%d %H:%M}" if waiting.wake_at else ""
    console.print(f"\nstands at {waiting.path}{waiting.step}: {waiting.kind}{when}", style="bold", markup=False)
    if isinstance(waiting, Asking):
        console.print(Text(f"    « {_words(player, waiting.words, reader)} »", style="green"))
        for field in waiting.fields:
            options = [choice.value for choice in field.choices]
            console.print(f"    {field.name} ({field.kind}) {', '.join(options)}", markup=False)


def short(value: Any) -> str:
    """A value at a glance."""
    match value:
        case _ if value is UNKNOWN or value is MISSING:
            told = str(value).lower()
        case datetime():
            told = f"{value:%Y-%m-%d %H:%M %Z}"
        case date():
            told = value.isoformat()
        case Mapping():
            told = ", ".join(f"{name}: {short(each)}" for name, each in value.items())
            told = "{" + told + "}"
        case list() | tuple():
            told = "[" + ", ".join(short(each) for each in value) + "]"
        case _:
            told = str(value)
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def _words(player: TellingPlayer, words: Words, reader: Reader) -> str:
    return tell(player.programs[f"{words.process}@{words.version}"], words, reader).plain
