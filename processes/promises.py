"""Promises, looked at: whether what was promised is true by now, on facts read for this very look.

The condition is the author's (`keep`, `hold_until`), evaluated where the walk stands, with its answers and items; the
walk itself is not moved. Three-valued like every condition: what nobody knows is neither kept nor broken.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base.business_time import Delay, subtract
from processes.decisions import program_of
from processes.facts import Asked, FactReader
from processes.language.conditions import parse_condition, parse_delay
from processes.language.errors import LanguageError
from processes.language.parts import Promise as Terms
from processes.language.parts import Reminder
from processes.language.texts import parse_text
from processes.walk.evaluation import EvaluationError, compile_condition, compile_expression, names_of
from processes.walk.events import Reading
from processes.walk.facts import have, take
from processes.walk.machine import Machine
from processes.walk.turn import Message, Words
from processes.walk.values import UNKNOWN
from processes.wording import Reader, in_all_languages
from processes.worlds import Standing

ROUNDS = 6
"""Readings in a row: a fact may need another one first."""
OUTSIDE = frozenset({"link"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look at a promise found. None: nobody knows."""

    kept: bool | None
    held: bool
    """Whether what it depends on has not happened yet, so that it cannot be broken."""


def look_at(
    standing: Standing, facts: FactReader, step: str, keep: str | None, hold_until: str | None = None
) -> Verdict:
    """Judge what `step` promised on facts read now."""
    sources = [source for source in (keep, hold_until) if source]
    answers = dict(zip(sources, _judged(standing, facts, step, sources), strict=True))
    kept = answers[keep] if keep else None
    held = hold_until is not None and answers[hold_until] is not True
    return Verdict(kept=kept, held=held)


def due_reminders(standing: Standing, step: str, terms: Terms, by: datetime) -> list[tuple[int, Reminder]]:
    """Reminders whose time has come, with their place in the list."""
    due = []
    for place, reminder in enumerate(terms.remind):
        delay = _delay(standing, step, reminder.before) if reminder.before else None
        if delay is not None and subtract(standing.calendar, by, delay) <= standing.now:
            due.append((place, reminder))
    return due


def message_of(
    standing: Standing, facts: FactReader, *, key: str, step: str, visit: int, name: str, texts: Mapping[str, str]
) -> Message | None:
    """A message with the words under `name` of the promise's step; None when a value that it prints is not known."""
    words = _words(standing, facts, step, visit, name, texts)
    return None if words is None else Message(key=key, step=step, path=words.path, visit=visit, parts=(words,))


def words_of(
    standing: Standing, facts: FactReader, *, step: str, name: str, texts: Mapping[str, str]
) -> dict[str, str] | None:
    """The same as plain text, in every language of the brand."""
    words = _words(standing, facts, step, 1, name, texts)
    if words is None:
        return None
    languages = tuple(standing.brand.languages)
    reader = Reader(
        walker="robot", channel="mail", languages=standing.languages, zone=standing.brand.zone,
        calendar=standing.calendar,
    )  # fmt: skip
    return in_all_languages(program_of(standing, words), words, reader, languages)


def _words(
    standing: Standing, facts: FactReader, step: str, visit: int, name: str, texts: Mapping[str, str]
) -> Words | None:
    machine = _machine(standing, step)
    if machine is None:
        return None
    paths: set[str] = set()
    firm: set[str] = set()
    for source in texts.values():
        parsed = parse_text(source)
        paths |= set(parsed.paths)
        firm |= set(parsed.paths) - set(parsed.guarded)
    _get_ready(standing, facts, machine, paths)
    values = {path: _value(machine, path) for path in sorted(paths - OUTSIDE)}
    if any(values[path] is UNKNOWN for path in firm - OUTSIDE):
        return None
    program = machine.program
    return Words(
        step=step, path=machine.frame.path, visit=visit, kind="send", text=f"{step}.{name}", values=values,
        process=program.process, version=program.version,
    )  # fmt: skip


# --- evaluating -------------------------------------------------------------------------------------------------------


def _judged(standing: Standing, facts: FactReader, step: str, sources: Sequence[str]) -> list[bool | None]:
    machine = _machine(standing, step)
    if machine is None:
        return [None] * len(sources)
    asts = [_parsed(source) for source in sources]
    _get_ready(standing, facts, machine, [path for ast in asts if ast is not None for path in names_of(ast)])
    return [_truth(machine, ast) for ast in asts]


def _get_ready(standing: Standing, facts: FactReader, machine: Machine, paths: Iterable[str]) -> None:
    """Read the facts that these names rest on."""
    needed = _facts_of(machine, paths)
    for _ in range(ROUNDS):
        machine.wanted = []
        if have(machine, needed):
            return
        take(machine, _read(standing, facts, machine), False)


def _machine(standing: Standing, step: str) -> Machine | None:
    """Where the process of `step` stands, every fact to be read anew; None once that process has returned."""
    walk = standing.walk.copy()
    walk.anew, walk.turn_at = True, standing.now
    while walk.frames:
        frame = walk.frames[-1]
        program = standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)
        if step in program.index:
            return Machine(program, walk, standing.world)
        walk.frames.pop()
    return None


def _read(standing: Standing, facts: FactReader, machine: Machine) -> list[Reading]:
    case = standing.case
    asked = Asked(
        brand_id=case.brand_id, case_id=case.id, customer_id=case.customer_id, now=standing.now, inputs={}
    )  # fmt: skip
    return [read.reading for read in facts.read(machine.wanted, asked)]


def _facts_of(machine: Machine, paths: Iterable[str]) -> tuple[str, ...]:
    """Facts that names rest on, those that others need first before them."""
    program = machine.program
    waiting = [path.partition(".")[0] for path in paths]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        name = program.live_items[name].fact if name in program.live_items else name
        if name in program.facts and name not in needed:
            needed.add(name)
            waiting += program.facts[name].needs
    return tuple(name for name in program.facts if name in needed)


def _parsed(source: str) -> Any:
    try:
        return parse_condition(source)
    except LanguageError:
        return None


def _truth(machine: Machine, ast: Any) -> bool | None:
    if ast is None:
        return None
    try:
        answer: Any = compile_condition(ast)(machine)
    except EvaluationError:
        return None
    return answer if isinstance(answer, bool) else None


def _value(machine: Machine, path: str) -> Any:
    read: Callable[[Any], Any] = compile_expression(["name", *path.split(".")])
    try:
        return read(machine)
    except EvaluationError:
        return UNKNOWN


def _delay(standing: Standing, step: str, source: str) -> Delay | None:
    machine = _machine(standing, step)
    if machine is None:
        return None
    try:
        value = compile_expression(parse_delay(source))(machine)
    except (LanguageError, EvaluationError):
        return None
    return value if isinstance(value, Delay) else None
