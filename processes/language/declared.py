"""What a document declares beside its steps: the facts it reads, the figures it goes by, the stories it must play."""

from typing import Any, Literal

from pydantic import Field, model_validator

from base.languages import N_
from processes.language.parts import DelayText, Name, Part, TextByLanguage, Value, Word
from processes.walk.events import Walker


class Fact(Part):
    """A live value: which operation it comes from, with which inputs, and how old it may be."""

    from_: Word = Field(alias="from")
    with_: dict[Name, Value] = Field({}, alias="with")
    max_age: DelayText | None = None
    each: Value | None = None
    key: Value | None = None

    @model_validator(mode="after")
    def _list(self) -> "Fact":
        if (self.each is None) != (self.key is None):
            raise ValueError(N_("A list fact has both `each` and `key`."))
        return self


class SettingSpec(Part):
    """A named figure of the business, with where it comes from and when that was checked."""

    value: str | int | bool | list[str | int] | None = None
    rows: str | list[dict[str, str | int]] | None = None
    """A scale: a grid as tables have it, or its rows by the names of its columns (`= name` for a result)."""
    source: str = "house"
    certainty: Literal["text", "summary", "secondary", "common"] | None = None
    checked_on: str | None = None
    label: TextByLanguage | None = None

    @model_validator(mode="after")
    def _one(self) -> "SettingSpec":
        if (self.value is None) == (self.rows is None):
            raise ValueError(N_("A setting holds `value` or `rows`."))
        return self

    @property
    def grid(self) -> str:
        """The rows of a scale as a grid; empty for a figure."""
        if self.rows is None or isinstance(self.rows, str):
            return self.rows or ""
        heads = list(dict.fromkeys(head for row in self.rows for head in row))
        lines = [[str(row.get(head, "any")) for head in heads] for row in self.rows]
        return "\n".join(" | ".join(cells) for cells in [heads, *lines])


class Scenario(Part):
    """A story the process must play: given facts and answers, the steps it must take."""

    name: str
    walker: Walker
    at: str
    answers: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    results: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    expect: list[dict[str, Any]]
