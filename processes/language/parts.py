"""The small parts of a process document: how names, texts and sources are spelt, and what many steps share."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from base.languages import N_


def _source(value: object) -> object:
    """Let authors write `3` or `true` where an expression is wanted; floats have no place in conditions."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    return value


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
Word = Annotated[str, BeforeValidator(_source), StringConstraints(min_length=1, max_length=200)]
Condition = Annotated[str, BeforeValidator(_source), StringConstraints(min_length=1, max_length=2000)]
Value = Annotated[str, BeforeValidator(_source), StringConstraints(min_length=1, max_length=2000)]
DelayText = Annotated[str, BeforeValidator(_source), StringConstraints(min_length=1, max_length=200)]
Cell = Annotated[str, BeforeValidator(_source), StringConstraints(min_length=1, max_length=500)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
TextSource = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
TextByLanguage = Annotated[dict[Language, TextSource], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=1000)]
FieldKind = Literal[
    "choice",
    "choices",
    "yes_no",
    "confirm",
    "text",
    "number",
    "amount",
    "date",
    "order_number",
    "file",
    "item",
    "items",
]


class Part(BaseModel):
    """A part of the document; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, use_attribute_docstrings=True)


class Reminder(Part):
    """A message sent while the walk waits."""

    after: DelayText | None = None
    before: DelayText | None = None
    to: Word | None = None
    via: Word | list[Word] | None = None
    text: TextByLanguage | None = None

    @model_validator(mode="after")
    def _dated(self) -> "Reminder":
        if (self.after is None) == (self.before is None):
            raise ValueError(N_("Give `after` or `before`, one of the two."))
        return self


class Promise(Part):
    """A dated commitment to the customer."""

    by: Value
    keep: Condition
    hold_until: Condition | None = None
    remind: list[Reminder] = []
    if_broken: TextByLanguage | None = None


class Of(Part):
    """The list from which items are chosen."""

    list_: Value = Field(alias="list")
    show: list[str] = []
    if_: Condition | None = Field(None, alias="if")
    quantity: Value | None = None


class Items(Part):
    """A list and the condition its items meet."""

    list_: Value = Field(alias="list")
    if_: Condition | None = Field(None, alias="if")


class StartRule(Part):
    """What starts the process by itself."""

    query: Word | None = None
    event: Word | None = None
    with_: dict[Name, Value] = Field({}, alias="with")
    keep: Condition | None = None
    every: DelayText | None = None
    at: Word | None = None
    needs: dict[Name, Value] = {}
    once_per: list[Name] = []
    at_most: Count | None = None
