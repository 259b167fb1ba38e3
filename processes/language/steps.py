"""The steps of a process document: every kind with its keys, and the branches of steps that they hold.

The shape alone; what a kind does is in `processes.walk.steps`. The whole document is in `document`, under whose name
these are read too.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, PrivateAttr, Tag, model_validator

from base.languages import N_
from processes.language.declared import SettingSpec
from processes.language.grid import SCALE
from processes.language.parts import (
    Cell,
    Condition,
    Count,
    DelayText,
    FieldKind,
    Items,
    Key,
    Name,
    Of,
    Part,
    Promise,
    Reminder,
    TextByLanguage,
    Value,
    Word,
)
from processes.walk.events import Walker


class Choice(Part):
    """One possible answer."""

    value: Word
    label: TextByLanguage
    if_: Condition | None = Field(None, alias="if")
    steps: "Branch | None" = None


class FieldSpec(Part):
    """A value wanted from a person or a caller."""

    kind: FieldKind
    label: TextByLanguage | None = None
    optional: bool = False
    default: Word | None = None
    choices: list[Choice] = []
    of: Of | None = None
    at_least: Count | None = None
    at_most: Count | None = None
    if_: Condition | None = Field(None, alias="if")


class Approval(Part):
    """When a second person has to agree before an act."""

    when: Condition
    who: Word
    within: DelayText | None = None
    if_refused: "Branch | None" = None


class StepBase(Part):
    """What every step may have."""

    label: TextByLanguage | None = None
    comment: str | None = None

    @property
    def kind(self) -> str:
        """Name of the step's kind, which is its first key in the document."""
        return KIND_OF[type(self)]

    @property
    def head(self) -> str:
        """What stands behind the kind: the step's name, or what it points to."""
        return str(getattr(self, KIND_OF[type(self)]))

    @property
    def step_id(self) -> str:
        """Stable id, empty for the kinds that have none (`go_to`, `cancel`)."""
        return self.head

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        """The step's branches with their stable ids, in reading order."""
        yield from ()


class Wordy(StepBase):
    """What steps with words to a person share."""

    text: TextByLanguage
    texts: dict[str, TextByLanguage] = {}
    passage: Word | None = None
    if_: Condition | None = Field(None, alias="if")
    only: Word | list[Word] | None = None


class Waits(StepBase):
    """The one vocabulary of waiting, shared by ask, task and wait."""

    within: DelayText | None = None
    by: Value | None = None
    remind: list[Reminder] = []
    if_never: "Branch | None" = None


class Say(Wordy):
    """Words for the customer; never stops."""

    say: Name
    promise: Promise | None = None


class Note(Wordy):
    """Words for staff; never stops."""

    note: Name
    promise: Promise | None = None


class Ask(Wordy, Waits):
    """A question to the customer."""

    ask: Name
    form: dict[Name, FieldSpec] | None = None
    answer: FieldKind | None = Field(None, alias="kind")
    choices: list[Choice] = []
    none_of_these: "Branch | None" = None
    if_yes: "Branch | None" = None
    if_no: "Branch | None" = None
    of: Of | None = None
    if_none: "Branch | None" = None
    at_least: Count | None = None
    at_most: Count | None = None
    optional: bool = False
    default: Word | None = None
    max_age: DelayText | None = None
    ends_when: Condition | None = None
    unknown: "Branch | None" = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Ask":
        if (self.form is None) == (self.answer is None):
            raise ValueError(N_("Give `kind` or `form`, one of the two."))
        if self.answer in ("choice", "choices") and not self.choices:
            raise ValueError(N_("A choice needs `choices`."))
        if self.answer in ("item", "items") and self.of is None:
            raise ValueError(N_("An item needs `of`: the list to choose from."))
        return self

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        for choice in self.choices:
            if choice.steps is not None:
                yield choice.value, choice.steps
        yield from _given(self, "none_of_these", "if_yes", "if_no", "if_none", "if_never", "unknown")


class Case(Part):
    """One case of a decision: taken when its condition is the first that holds."""

    when: Condition
    steps: "Branch"
    id: Name | None = None


class Decide(StepBase):
    """A choice made on live data."""

    decide: Name
    on: Value | None = None
    is_: dict[Cell, "Branch"] | None = Field(None, alias="is")
    cases: list[Case] | None = None
    otherwise: "Branch | None" = None
    unknown: "Branch | None" = None

    @model_validator(mode="after")
    def _one_form(self) -> "Decide":
        if (self.on is None) == (self.cases is None):
            raise ValueError(N_("Give `on` with `is`, or `cases`."))
        if self.on is not None and not self.is_:
            raise ValueError(N_("`on` needs `is`: the values and their branches."))
        if self.on is None and self.is_ is not None:
            raise ValueError(N_("`is` goes with `on`."))
        return self

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield from (self.is_ or {}).items()
        for place, case in enumerate(self.cases or [], start=1):
            yield case.id or str(place), case.steps
        yield from _given(self, "otherwise", "unknown")


class Table(StepBase):
    """A decision table: the first row that fits gives the result."""

    table: Name
    rows: str
    """Its grid, or `setting.NAME` for that of a scale."""
    _scale: str | None = PrivateAttr(None)
    hit: Literal["first", "unique", "collect"] = "first"
    otherwise: "Branch | None" = None
    unknown: "Branch | None" = None

    @property
    def scale(self) -> str | None:
        """The setting that holds its rows; None when they stand here."""
        named = SCALE.fullmatch(self.rows.strip())
        return named[1] if named else None

    @property
    def grid(self) -> str:
        """Its grid as written, here or in a setting of the document."""
        return self.rows if self._scale is None else self._scale

    def weighed_with(self, settings: Mapping[str, SettingSpec]) -> None:
        """Take the rows of the setting that it names; an unknown one stays as it is written."""
        spec = settings.get(self.scale or "")
        if spec is not None and spec.rows is not None:
            self._scale = spec.grid

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield from _given(self, "otherwise", "unknown")


class Set(StepBase):
    """Give a value a name."""

    set: Name
    to: Value


class Act(StepBase):
    """Do something to the world through a web service."""

    act: Name
    using: Word
    with_: dict[Name, Value] = Field({}, alias="with")
    amount: Value | None = None
    cap: Value | None = None
    approval: Approval | None = None
    open_to: list[Walker] = ["agent", "robot"]
    confirm: TextByLanguage | None = None
    if_fails: "Branch | None" = None

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield from _given(self, "if_fails")
        if self.approval and self.approval.if_refused is not None:
            yield "if_refused", self.approval.if_refused


class Send(Wordy):
    """Write to the customer (or to somebody else)."""

    send: Name
    to: Word = "customer"
    via: Word | list[Word] = "mail"
    subject: TextByLanguage | None = None
    attach: list[Value] = []
    promise: Promise | None = None


class Wait(Waits):
    """Nothing happens until a delay has passed or a condition holds."""

    wait: Name
    for_: DelayText | None = Field(None, alias="for")
    until: Condition | None = None
    every: DelayText | None = None
    at: Word | None = None
    calendar: Word | None = None
    unknown: "Branch | None" = None

    @model_validator(mode="after")
    def _one_form(self) -> "Wait":
        if (self.for_ is None) == (self.until is None):
            raise ValueError(N_("Give `for`, or `until` with `within` or `by`."))
        if self.until is not None and self.within is None and self.by is None:
            raise ValueError(N_("`until` needs an end: `within` or `by`."))
        return self

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield from _given(self, "if_never", "unknown")


class Repeat(StepBase):
    """Do steps again until a condition holds, a bounded number of times."""

    repeat: Name
    steps: "Branch"
    until: Condition
    at_most: Count
    every: DelayText | None = None
    at: Word | None = None
    first: DelayText | None = None
    calendar: Word | None = None
    if_never: "Branch | None" = None
    unknown: "Branch | None" = None

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield "steps", self.steps
        yield from _given(self, "if_never", "unknown")


class ForEach(StepBase):
    """Do steps for each item of a list, without waiting in between."""

    for_each: Name
    in_: Value | Items = Field(alias="in")
    key: Value
    at_most: Count
    steps: "Branch"

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield "steps", self.steps


class Task(Waits):
    """A to-do for a person or team."""

    task: Name
    for_: Word = Field(alias="for")
    text: TextByLanguage
    attach: list[Value] = []
    amount: Value | None = None
    if_: Condition | None = Field(None, alias="if")
    only: Word | list[Word] | None = None
    due: DelayText | None = None
    due_by: Value | None = None
    form: dict[Name, FieldSpec] | None = None
    ends_when: Condition | None = None

    @property
    def waits(self) -> bool:
        """Whether the walk stays here until the task is done."""
        return self.within is not None or self.by is not None

    @model_validator(mode="after")
    def _one_end(self) -> "Task":
        if self.waits and (self.due or self.due_by):
            raise ValueError(N_("`due` goes on at once and `within` waits: give one of the two."))
        if not self.waits and not (self.due or self.due_by):
            raise ValueError(N_("A task needs `due` or `due_by` (go on at once), or `within` or `by` (wait for it)."))
        return self

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield from _given(self, "if_never")


class Pointing(StepBase):
    """A step that points to something else; its id may be given."""

    id: Name | None = None


class Call(Pointing):
    """Walk another process here and wait for its outcome."""

    call: Key
    with_: dict[Name, Value] = Field({}, alias="with")
    is_: dict[Cell, "Branch"] | None = Field(None, alias="is")
    then: Literal["close"] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Call":
        if (self.is_ is None) == (self.then is None):
            raise ValueError(N_("Say what follows: `is` (outcome to branch) or `then: close`."))
        return self

    @property
    def step_id(self) -> str:
        return self.id or self.call.replace("-", "_")

    def branches(self) -> Iterator[tuple[str, "Branch"]]:
        yield from (self.is_ or {}).items()


class Start(Pointing):
    """Start another process in a linked case; it goes on alone."""

    start: Key
    with_: dict[Name, Value] = Field({}, alias="with")

    @property
    def step_id(self) -> str:
        return self.id or self.start.replace("-", "_")


class Cancel(StepBase):
    """Take back an open task or promise of an earlier step."""

    cancel: Name

    @property
    def step_id(self) -> str:
        return ""


class GoTo(StepBase):
    """Go on with a section."""

    go_to: Name
    at_most: Count | None = None

    @property
    def step_id(self) -> str:
        return ""


class HandOver(Pointing):
    """Give the case to people."""

    hand_over: Word
    because: Name
    within: DelayText | None = None
    text: TextByLanguage | None = None
    texts: dict[str, TextByLanguage] = {}
    return_to: list[Name] = []

    @property
    def step_id(self) -> str:
        return self.id or self.because


class Close(Pointing):
    """End the path with an outcome."""

    close: Name
    text: TextByLanguage | None = None
    texts: dict[str, TextByLanguage] = {}
    passage: Word | None = None
    cause: Word | None = None
    survey: Word | None = None

    @property
    def step_id(self) -> str:
        return self.id or f"close_{self.close}"


STEP_KINDS: dict[str, type[StepBase]] = {
    "say": Say,
    "note": Note,
    "ask": Ask,
    "decide": Decide,
    "table": Table,
    "set": Set,
    "act": Act,
    "send": Send,
    "wait": Wait,
    "repeat": Repeat,
    "for_each": ForEach,
    "task": Task,
    "call": Call,
    "start": Start,
    "cancel": Cancel,
    "go_to": GoTo,
    "hand_over": HandOver,
    "close": Close,
}
KIND_OF: dict[type[StepBase], str] = {model: kind for kind, model in STEP_KINDS.items()}
IN_DOUBT_KINDS = ("say", "note", "task", "send", "hand_over", "close")


def _kind_of(value: Any) -> str | None:
    """The one key of a step that names its kind; None (a shape fault) when there is none."""
    if isinstance(value, StepBase):
        return value.kind
    if not isinstance(value, dict):
        return None
    return next((kind for kind in value if kind in STEP_KINDS), None)


Step = Annotated[
    Annotated[Say, Tag("say")]
    | Annotated[Note, Tag("note")]
    | Annotated[Ask, Tag("ask")]
    | Annotated[Decide, Tag("decide")]
    | Annotated[Table, Tag("table")]
    | Annotated[Set, Tag("set")]
    | Annotated[Act, Tag("act")]
    | Annotated[Send, Tag("send")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[Repeat, Tag("repeat")]
    | Annotated[ForEach, Tag("for_each")]
    | Annotated[Task, Tag("task")]
    | Annotated[Call, Tag("call")]
    | Annotated[Start, Tag("start")]
    | Annotated[Cancel, Tag("cancel")]
    | Annotated[GoTo, Tag("go_to")]
    | Annotated[HandOver, Tag("hand_over")]
    | Annotated[Close, Tag("close")],
    Discriminator(_kind_of),
]
Branch = Literal["go_on"] | Annotated[list[Step], Field(min_length=1)]


def walk_branch(branch: Branch) -> Iterator[StepBase]:
    """Every step of a branch and of the branches in it, in reading order, without recursion."""
    stack: list[Iterator[StepBase]] = [iter(branch if isinstance(branch, list) else ())]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            continue
        yield step
        stack.extend(reversed([iter(inner) for _, inner in step.branches() if isinstance(inner, list)]))


def _given(step: StepBase, *names: str) -> Iterator[tuple[str, Branch]]:
    for name in names:
        branch = getattr(step, name)
        if branch is not None:
            yield name, branch


_WITH_BRANCHES: tuple[type[Part], ...] = (Choice, Approval, Case, *STEP_KINDS.values(), Waits)
for _model in _WITH_BRANCHES:
    _model.model_rebuild()
