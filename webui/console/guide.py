"""The guided panel: where the walk stands, what to say, what to choose; as the template shows it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from datetime import timedelta
from typing import Any

from markupsafe import Markup, escape

from base.languages import pick
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.tasks import Task
from processes.connectors.catalogue import catalogue
from processes.decisions import program_of
from processes.views import GivenAnswer, ShownFact, answers_given, facts_shown
from processes.walk.program import Program
from processes.walk.turn import Acting, Asking, Confirming, TaskWaiting, Waiting, WithPeople
from processes.walks import Walks, reader_for
from processes.wording import Reader, Told, tell
from processes.worlds import Standing
from webui import answers
from webui.console.files import CaseFile
from webui.console.words import in_words, input_label
from webui.i18n import language
from webui.requests import workings

JUST_NOW = timedelta(minutes=2)
"""An act done so long before the walk stopped belongs to the turn that stopped."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """The words that put a question: what is said before it, and the question itself on one line."""

    before: Markup
    line: Markup
    language: str


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An act before it is done: what it does, with what, what it costs."""

    label: str
    lines: tuple[tuple[str, str], ...]
    irreversible: bool
    moves_money: bool


@dataclass(frozen=True, kw_only=True)
class Guide:
    """Where the front walk of a case stands, for an agent."""

    kind: str
    """none, starting, or the kind of what is waited for."""
    channel: str
    walk: str = ""
    revision: int = 0
    waiting: Waiting | None = None
    walker: str = ""
    """Who took the walk here."""
    title: str = ""
    """The process."""
    section: str = ""
    says: tuple[Told, ...] = ()
    """Said since the last stop, in the customer's language."""
    notes: tuple[Told, ...] = ()
    """For the agent alone, in his own."""
    question: Question | None = None
    values: tuple[answers.ShownValue, ...] = ()
    deed: Deed | None = None
    effect: Effect | None = None
    """Of an act under way."""
    just_done: tuple[Effect, ...] = ()
    task: Task | None = None
    check: FollowUp | None = None
    reads: tuple[str, ...] = ()
    """What the robot will read, in words."""
    sections: tuple[tuple[str, str], ...] = ()
    """Where a walk that is with people can be brought back to: key and title."""
    trail: tuple[GivenAnswer, ...] = ()
    facts: tuple[ShownFact, ...] = ()
    outcomes: tuple[tuple[str, bool], ...] = ()
    """Outcomes a person may close with, and whether they solve the matter."""
    problems: Mapping[str, str] = default(default_factory=dict)

    @property
    def pressed(self) -> bool:
        """Whether one press answers."""
        return len(self.values) == 1 and self.values[0].kind in answers.PRESSED


def guide_of(
    file: CaseFile,
    channel: str,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Guide:
    """The guided panel of a case; `given` and `problems` of an answer that was refused."""
    standing = file.standing
    if standing is None:
        return Guide(kind="none", channel=channel)
    walks = workings().walks
    reader = reader_for(standing, "agent", channel)
    waiting, told = walks.show(standing, reader)
    common: dict[str, Any] = {
        "channel": channel,
        "walk": standing.row.public_id,
        "revision": standing.row.revision,
        "title": pick(standing.program.title, language(), *standing.languages),
        "outcomes": tuple(sorted(standing.program.outcomes.items())),
        "facts": tuple(facts_shown(standing, language())),
    }
    if waiting is None:
        return Guide(kind="starting", check=file.check, **common)
    return Guide(
        kind="ended" if file.case.closed else waiting.kind,
        waiting=waiting,
        walker=standing.walk.walker,
        section=_section(standing, waiting.step),
        says=_said(walks, standing, told),
        notes=_notes(walks, standing, channel),
        question=_question(standing, waiting, reader),
        values=_values(waiting, standing, given or {}, problems or {}),
        deed=_deed(waiting),
        effect=_effect(file, waiting),
        just_done=_just_done(file, standing),
        task=_task(file, waiting),
        check=file.check,
        reads=_reads(standing, waiting),
        sections=_sections(standing, waiting),
        trail=tuple(answers_given(standing, reader_for(standing, "agent", channel, language()))),
        problems=_summary(waiting, standing, problems or {}),
        **common,
    )


def _said(walks: Walks, standing: Standing, told: Sequence[Told]) -> tuple[Told, ...]:
    """What the agent is to say; what a robot or the customer's own page has said, as it was said there."""
    walk = standing.walk
    if walk.walker != "agent":
        told = walks.tell(standing, walk, reader_for(standing, walk.walker, walk.channel))
    return tuple(each for each in told if each.kind in ("say", "hand_over", "close"))


def _notes(walks: Walks, standing: Standing, channel: str) -> tuple[Told, ...]:
    told = walks.tell(standing, standing.walk, reader_for(standing, "agent", channel, language()))
    return tuple(each for each in told if each.kind == "note")


def _question(standing: Standing, waiting: Waiting, reader: Reader) -> Question | None:
    words = waiting.words if isinstance(waiting, Asking | Confirming) else None
    if words is None:
        return None
    told = tell(program_of(standing, words), words, reader)
    return _split(told)


PARAGRAPH = re.compile(r"(?s)(.*)<p>((?:(?!<p>).)*)</p>\s*")


def _split(told: Told) -> Question:
    """The last paragraph is the question, whatever comes before leads to it."""
    parts = PARAGRAPH.fullmatch(str(told.html))
    if parts is None:
        first = told.plain.strip().partition("\n")[0]
        return Question(before=told.html, line=escape(first), language=told.language)
    # Both are parts of what the one renderer of texts has cleaned.
    before, line = Markup(parts[1]), Markup(parts[2])  # noqa: S704
    return Question(before=before, line=line, language=told.language)


def _values(
    waiting: Waiting, standing: Standing, given: Mapping[str, Any], problems: Mapping[str, str]
) -> tuple[answers.ShownValue, ...]:
    if not isinstance(waiting, Asking):
        return ()
    return answers.shown(waiting.fields, (language(), *standing.languages), given, problems)


def _summary(waiting: Waiting, standing: Standing, problems: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by the name of the form's field; of several fields each is named."""
    asked = waiting.fields if isinstance(waiting, Asking) else ()
    labels = {field.name: pick(field.label, language(), *standing.languages) for field in asked if len(asked) > 1}
    return {
        answers.PREFIX + name: f"{labels[name]} – {sentence}" if labels.get(name) else sentence
        for name, sentence in problems.items()
    }


def _deed(waiting: Waiting) -> Deed | None:
    if not isinstance(waiting, Confirming):
        return None
    capability = catalogue().get(waiting.using)
    lines = [
        (input_label(name, waiting.using), in_words(value))
        for name, value in waiting.inputs.items()
        if value != waiting.amount
    ]
    return Deed(
        label=capability.label.tell(language()) if capability else waiting.using,
        lines=tuple((label, value) for label, value in lines if value),
        irreversible=bool(capability and capability.irreversible),
        moves_money=bool(capability and capability.moves_money),
    )


def _effect(file: CaseFile, waiting: Waiting) -> Effect | None:
    if not isinstance(waiting, Acting):
        return None
    return next((effect for effect in file.effects if effect.key == waiting.key), None)


def _just_done(file: CaseFile, standing: Standing) -> tuple[Effect, ...]:
    since = standing.row.moved_at - JUST_NOW
    return tuple(
        effect
        for effect in file.effects
        if effect.walk_id == standing.row.id and effect.kind == "act" and effect.done_at and effect.done_at >= since
    )


def _task(file: CaseFile, waiting: Waiting) -> Task | None:
    if not isinstance(waiting, TaskWaiting):
        return None
    return next((task for task in file.tasks if task.key == waiting.key), None)


def _reads(standing: Standing, waiting: Waiting) -> tuple[str, ...]:
    program = _innermost(standing)
    place = program.index.get(waiting.step)
    facts = program.nodes[place].facts if place is not None else ()
    capabilities = [catalogue().get(program.facts[fact].operation) for fact in facts]
    return tuple(
        dict.fromkeys(each.label.tell(language()) for each in capabilities if each is not None and not each.built_in)
    )


def _innermost(standing: Standing) -> Program:
    frame = standing.walk.frame
    return standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)


def _section(standing: Standing, step: str) -> str:
    """The section the step is in: steps are compiled from the last to the first, section after section."""
    program = _innermost(standing)
    place = program.index.get(step)
    if place is None or program is not standing.program:
        return pick(program.title, language(), *standing.languages)
    holding = [(start, key) for key, start in program.sections.items() if start >= place]
    return _section_title(standing, min(holding)[1]) if holding else ""


def _sections(standing: Standing, waiting: Waiting) -> tuple[tuple[str, str], ...]:
    if not isinstance(waiting, WithPeople):
        return ()
    return tuple((key, _section_title(standing, key)) for key in waiting.return_to)


def _section_title(standing: Standing, key: str) -> str:
    return pick(standing.program.section_titles.get(key, {}), language(), *standing.languages) or key
