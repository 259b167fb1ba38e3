"""What a turn leaves in the case's timeline, and in the walk's journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from base.actors import Actor
from base.database import loose
from base.languages import LANGUAGES, N_, translate
from cases.timeline import TimelineEntry, entry_of
from processes.connectors.catalogue import Capability, catalogue
from processes.journal import event_to_json, trace_to_json
from processes.rows import WalkEventRow
from processes.walk.events import Answered, Event, FactsRead, Reading, Started, WentBack, Woken
from processes.walk.program import Program
from processes.walk.turn import Asking, Choice, Field, TraceEntry, Waiting
from processes.wording import Reader, Told, in_all_languages
from processes.worlds import Standing

ByLanguage = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of a turn, with the trace it led to."""

    event: Event
    trace: list[TraceEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question and what was answered, in words, by language."""

    question: ByLanguage
    answer: ByLanguage


def answer_in_words(program: Program, waiting: Waiting | None, event: Event, reader: Reader) -> Answer | None:
    """The question that an event answers and the answer given; None when it answers none."""
    if not isinstance(event, Answered) or not isinstance(waiting, Asking) or waiting.step != event.step:
        return None
    languages = tuple(dict.fromkeys((*reader.languages, "fr", "en")))
    question = in_all_languages(program, waiting.words, reader, languages)
    answer = {language: _values_in_words(waiting.fields, event, language) for language in languages}
    return Answer(question=question, answer=answer)


def journal_of(
    actor: Actor, standing: Standing, steps: Sequence[Step], told: Sequence[Told], contact_id: int | None
) -> list[WalkEventRow]:
    """The turn's events for the journal; the words shown stand with the last of them."""
    by, shown, last = actor.to_json(), [each.to_json() for each in told] or None, len(steps) - 1
    return [
        loose(
            WalkEventRow, walk_id=standing.row.id, number=standing.events + 1 + place, kind=step.event.kind,
            payload=event_to_json(step.event), trace=trace_to_json(step.trace), words=shown if place == last else None,
            actor=by, contact_id=contact_id, at=standing.now,
        )
        for place, step in enumerate(steps)
    ]  # fmt: skip


def story_of(
    actor: Actor, standing: Standing, steps: Sequence[Step], told: Sequence[Told], answer: Answer | None,
    contact_id: int | None,
) -> list[TimelineEntry]:  # fmt: skip
    """What the timeline is told: what a person would want to know of the turn."""
    story: list[TimelineEntry] = []

    def tell(kind: str, params: Mapping[str, Any] | None = None, words: Any = None) -> None:
        story.append(
            entry_of(
                standing.case.id, kind, actor=actor, now=standing.now, params=params, words=words,
                contact_id=contact_id, walk_id=standing.row.id,
            )
        )  # fmt: skip

    event = steps[0].event
    if isinstance(event, Started):
        tell("walk.started", {"process": dict(standing.program.title), "version": standing.row.version.number})
    if answer is not None:
        tell("walk.answered", {"question": answer.question, "answer": answer.answer})
    if isinstance(event, WentBack):
        tell("walk.went_back")
    for name, reason in _unavailable(standing, steps):
        tell("walk.fact_unavailable", {"fact": name, "because": reason})
    if isinstance(event, Woken):
        read = _read(standing, steps)
        if read:
            tell("walk.facts_read", {"facts": read})
    said = [each.to_json() for each in told if each.kind in ("say", "hand_over", "close")]
    if said and actor.kind != "robot":
        tell("walk.told" if actor.kind == "agent" else "walk.said", words=said)
    return story


def _unavailable(standing: Standing, steps: Sequence[Step]) -> list[tuple[ByLanguage, str]]:
    return [
        (_name_of(standing, reading), reading.reason)
        for reading in _readings(steps)
        if reading.state == "unknown" and reading.reason != "inputs"
    ]


def _read(standing: Standing, steps: Sequence[Step]) -> ByLanguage | None:
    """What services told, with the status where there is one, by language: `parcel 6A1 (in transit)`."""
    told = [_told_by(standing, reading) for reading in _readings(steps) if reading.state == "known"]
    whole = [each for each in told if each is not None]
    return {language: ", ".join(each[language] for each in whole) for language in LANGUAGES} if whole else None


def _readings(steps: Sequence[Step]) -> list[Reading]:
    return [reading for step in steps if isinstance(step.event, FactsRead) for reading in step.event.readings]


def _told_by(standing: Standing, reading: Reading) -> ByLanguage | None:
    """What one service said; None for what Ariane knows by itself, which is no news."""
    capability = _capability_of(standing, reading.fact)
    if capability is not None and capability.built_in:
        return None
    name, status = _name_of(standing, reading), reading.value.get("status")
    labels = capability.fields["status"].values if capability and "status" in capability.fields else {}
    if not isinstance(status, str):
        return name
    return {
        language: f"{name[language]} ({labels[status].tell(language) if status in labels else status})"
        for language in LANGUAGES
    }


def _name_of(standing: Standing, reading: Reading) -> ByLanguage:
    """The fact's name, with the item's key: `parcel 6A1`."""
    capability = _capability_of(standing, reading.fact)
    names = {
        language: capability.label.tell(language) if capability else reading.fact for language in LANGUAGES
    }  # fmt: skip
    return {language: f"{name} {reading.item}" if reading.item else name for language, name in names.items()}


def _capability_of(standing: Standing, fact: str) -> Capability | None:
    """What the fact is read with; the innermost process that declares the name says it."""
    for frame in reversed(standing.walk.frames):
        program = standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)
        if fact in program.facts:
            return catalogue().get(program.facts[fact].operation)
    return None


def _values_in_words(fields: Sequence[Field], event: Answered, language: str) -> str:
    if len(fields) == 1 and fields[0].name == event.step:
        return _value_in_words(fields[0], event.value, language)
    given = event.value if isinstance(event.value, Mapping) else {}
    parts = [
        f"{field.label.get(language) or field.name} : {_value_in_words(field, given[field.name], language)}"
        for field in fields
        if given.get(field.name) not in (None, "")
    ]
    return " · ".join(parts)


def _value_in_words(field: Field, value: Any, language: str) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_value_in_words(field, each, language) for each in value)
    if isinstance(value, Mapping):  # items with quantities
        return ", ".join(f"{number} × {_value_in_words(field, key, language)}" for key, number in value.items())
    if field.kind in ("yes_no", "confirm"):
        return translate(language, N_("yes") if value in ("yes", True, "on", "1") else N_("no"))
    choice = next((choice for choice in field.choices if choice.value == value), None)
    return str(value) if choice is None else choice_in_words(choice, language)


def choice_in_words(choice: Choice, language: str) -> str:
    """A choice's label, or the values of the item that it stands for."""
    if choice.label:
        return choice.label.get(language) or next(iter(choice.label.values()))
    shown = " · ".join(str(each) for each in choice.shown if isinstance(each, str))
    return shown or choice.value
