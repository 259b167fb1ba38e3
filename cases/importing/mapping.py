"""The mapping: which column of the file is what, which words mean what, and how dates and telephones are written."""

import codecs
from collections.abc import Mapping as ReadOnly
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from base.errors import Invalid
from base.languages import N_

Kind = Literal["contacts", "orders", "cases"]
PERSON = ("first_name", "name", "mail", "phone", "account", "customer_id", "language")
FIELDS: ReadOnly[str, tuple[str, ...]] = {
    "contacts": ("external_id", "at", "ended_at", "channel", "direction", "reason", "order", "case", *PERSON),
    "orders": ("number", "external_id", "at", *PERSON),
    "cases": (
        "external_id", "opened_at", "closed_at", "reason", "outcome", "solved", "cause", "order", "parcel_number",
        "seller", *PERSON,
    ),
}  # fmt: skip
"""What a row of each kind may say."""
NEEDED: ReadOnly[str, tuple[str, ...]] = {
    "contacts": ("at", "channel"),
    "orders": ("number",),
    "cases": ("external_id", "opened_at", "closed_at", "reason"),
}
"""What it must say, in a column or for the whole file."""
MOST_BYTES = 1_000_000


class BadMapping(Invalid):
    """A mapping that cannot be used, with all its faults."""

    sentence = N_("The mapping cannot be used: %(faults)s")


class Mapping(BaseModel):
    """One kind of row of one system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    source: str = Field(min_length=1, max_length=60)
    """The system the rows come from: its ids are told apart from others' by it."""
    form: Literal["csv", "jsonl"] = "csv"
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    zone: str = "Europe/Paris"
    """Of moments that name none."""
    day_first: bool = True
    """How 03/04/2025 is read."""
    region: str = Field(default="FR", pattern="^[A-Z]{2}$")
    """Country in whose notation telephone numbers are."""
    order_source: str = "shop"
    """The system that numbers the orders."""
    columns: dict[str, str]
    """Field by field: the column's heading, or the path in a JSON object (`customer.mail`)."""
    fixed: dict[str, str] = Field(default_factory=dict)
    """Fields that are the same in every row."""
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    """By field: what the file's words mean here."""
    unknown_reason: Literal["unqualified", "reject"] = "unqualified"
    """What becomes of a reason that neither `words` nor the list of reasons knows."""
    unreadable: Literal["reject", "leave_out"] = "reject"
    """What becomes of a row whose mail address or telephone number is none."""

    @field_validator("encoding")
    @classmethod
    def _is_an_encoding(cls, given: str) -> str:
        try:
            return codecs.lookup(given).name
        except LookupError as error:
            raise ValueError("no such encoding") from error

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, given: str) -> str:
        if given not in available_timezones():
            raise ValueError("no such time zone")
        return given

    @model_validator(mode="after")
    def _knows_its_fields(self) -> Self:
        said = {*self.columns, *self.fixed}
        faults = [f"unknown field {name}" for name in sorted({*said, *self.words} - {*FIELDS[self.kind]})]
        faults += [f"{name} is missing" for name in NEEDED[self.kind] if name not in said]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def load(path: Path) -> Mapping:
    """The mapping in a YAML file. Raises `BadMapping`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadMapping(faults="1 MB")
        return Mapping.model_validate(yaml.safe_load(path.read_text("utf-8-sig")))
    except ValidationError as error:
        told = ["{}: {}".format(".".join(map(str, each["loc"])) or "-", each["msg"]) for each in error.errors()]
        raise BadMapping(faults="; ".join(told)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadMapping(faults=str(error)) from error


def as_yaml(mapping: Mapping) -> str:
    """How it is saved."""
    kept: dict[str, Any] = mapping.model_dump()
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=120)
