"""The process document as authors write it, format 1: sections of steps, steps with branches of steps.

These models check the *shape* of a document (which keys a step takes, which it needs, which words are allowed) and give
the editor its JSON Schema. What the texts inside mean (conditions, cells, delays, templates) is read by `compile`;
whether the process makes sense is judged by `checks`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from processes.language.declared import Fact, Scenario, SettingSpec
from processes.language.parts import (
    Key,
    Language,
    Name,
    Of,
    Part,
    Promise,
    Reminder,
    StartRule,
    TextByLanguage,
    Value,
    Word,
)
from processes.language.steps import (
    IN_DOUBT_KINDS,
    KIND_OF,
    STEP_KINDS,
    Act,
    Approval,
    Ask,
    Branch,
    Call,
    Cancel,
    Case,
    Choice,
    Close,
    Decide,
    FieldSpec,
    ForEach,
    GoTo,
    HandOver,
    Note,
    Pointing,
    Repeat,
    Say,
    Send,
    Set,
    Start,
    Step,
    StepBase,
    Table,
    Task,
    Wait,
    Waits,
    Wordy,
    walk_branch,
)
from processes.walk.events import Walker

# Whoever reads a document reads its steps: `from processes.language import document as d`, then `d.Ask`.
__all__ = [
    "FORMAT",
    "IN_DOUBT_KINDS",
    "KIND_OF",
    "STEP_KINDS",
    "Act",
    "Approval",
    "Ask",
    "Branch",
    "Call",
    "Cancel",
    "Case",
    "Choice",
    "Close",
    "Decide",
    "Document",
    "FieldSpec",
    "ForEach",
    "GoTo",
    "HandOver",
    "Note",
    "Of",
    "Pointing",
    "Promise",
    "Reminder",
    "Repeat",
    "Say",
    "Section",
    "Send",
    "Set",
    "Start",
    "Step",
    "StepBase",
    "Table",
    "Task",
    "Wait",
    "Waits",
    "Wordy",
    "walk_branch",
]

FORMAT = 1


class Section(Part):
    """A named list of steps; the walk goes from one section to the next."""

    section: Name
    title: TextByLanguage | None = None
    steps: Annotated[list[Step], Field(min_length=1)]


class Document(Part):
    """A process, whole."""

    ariane: Literal[1]
    process: Key
    title: TextByLanguage
    reason: Word
    audience: Annotated[list[Walker], Field(min_length=1)]
    languages: list[Language] = []
    calendar: Word | None = None
    outcomes: Annotated[dict[Name, Literal["solved", "unsolved"]], Field(min_length=1)]
    needs: dict[Name, FieldSpec] = {}
    settings: dict[Name, SettingSpec] = {}
    facts: dict[Name, Fact] = {}
    parties: dict[Name, Value] = {}
    starts: list[StartRule] = []
    gives: dict[Name, Value] = {}
    in_doubt: Branch | None = None
    sections: Annotated[list[Section], Field(min_length=1)]
    scenarios: list[Scenario] = []

    @model_validator(mode="after")
    def _scales(self) -> "Document":
        if any(spec.rows is not None for spec in self.settings.values()):
            for step in self.all_steps():
                if isinstance(step, Table):
                    step.weighed_with(self.settings)
        return self

    def all_steps(self) -> Iterator[StepBase]:
        """Every step of the document, in reading order."""
        for section in self.sections:
            yield from walk_branch(section.steps)
        if isinstance(self.in_doubt, list):
            yield from walk_branch(self.in_doubt)

    def written_languages(self) -> list[str]:
        """Languages the document must be written in: declared, else those of its title."""
        return list(self.languages or self.title)

    def calendars(self) -> Iterator[str]:
        """Keys of the calendars that it or one of its steps names."""
        named = [self.calendar, *(step.calendar for step in self.all_steps() if isinstance(step, Wait | Repeat))]
        yield from (key for key in named if key)
