"""The catalogue of capabilities: what a process may ask of the outside world, in the business's words.

A capability (``carrier.tracking``, ``shop.reship``) says which inputs it takes and which typed fields it answers, with
labels in every language and closed lists where a list is closed. It says nothing of any service: definitions map a
service's answer to these fields, and a table routes each capability to an operation. Checks, the studio's drop-downs
and the mapping all read this one page, ``capabilities.yaml``.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

FieldKind = Literal["text", "number", "money", "moment", "date", "delay", "yes_no", "choice", "record", "list"]


class Label(BaseModel):
    """A short name in every language of the product."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    fr: str
    en: str

    def tell(self, language: str) -> str:
        """The label in ``language``, English where the product does not speak it."""
        return self.fr if language == "fr" else self.en


class FieldType(BaseModel):
    """The type of one input or field: a scalar, a closed list, a record of fields, or a list of one type."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    kind: FieldKind
    label: Label
    optional: bool = False
    """A service may say nothing of it: the field is then missing, and a text that prints it needs an `if`."""
    internal: bool = False
    """Never shown to a customer."""
    computed: bool = False
    """Ariane works it out from the other fields when a definition does not map it."""
    values: dict[str, Label] = {}
    """Of a choice: each value of the closed list, with its label."""
    fields: dict[str, "FieldType"] = {}
    """Of a record."""
    of: "FieldType | None" = None
    """Of a list: the type of one item."""

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> "FieldType":
        if (self.kind == "choice") != bool(self.values):
            raise ValueError("a choice, and only a choice, has values")
        if (self.kind == "list") != (self.of is not None):
            raise ValueError("a list, and only a list, says what it is a list of")
        if self.fields and self.kind != "record":
            raise ValueError("only a record has fields")
        return self


class Capability(BaseModel):
    """One thing that services can be asked: a read gives a fact, an act changes the world."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    name: str
    kind: Literal["read", "act"]
    label: Label
    inputs: dict[str, FieldType]
    fields: dict[str, FieldType]
    irreversible: bool = False
    moves_money: bool = False
    once_per: tuple[str, ...] = ()
    """Inputs that make an act unique in the world: a second one with the same values is refused."""
    route_by: str | None = None
    """The input that picks the service; without it the brand does."""
    built_in: bool = False
    """Answered by Ariane itself, never by a web service."""
    decisive: tuple[str, ...] = ()
    """Fields without which an answer tells nothing: none of them there, and the whole reading is unknown."""
    not_found: dict[str, Any] | None = None
    """The fields that "the service knows nothing of it" means; None: the reading is missing."""

    @model_validator(mode="after")
    def _names_exist(self) -> "Capability":
        for name in (*self.once_per, *([self.route_by] if self.route_by else [])):
            if name not in self.inputs:
                raise ValueError(f"{name} is no input of {self.name}")
        for name in (*(self.not_found or {}), *self.decisive):
            if name not in self.fields:
                raise ValueError(f"{name} is no field of {self.name}")
        return self

    @property
    def required_inputs(self) -> tuple[str, ...]:
        """Names of the inputs without which the capability cannot be asked."""
        return tuple(name for name, kind in self.inputs.items() if not kind.optional)


def catalogue() -> Mapping[str, Capability]:
    """Every capability by name: the built-in ones, and those that definitions installed here have brought."""
    return _Known.all or built_in()


def learn(brought: Mapping[str, Capability]) -> None:
    """Know the capabilities of an installed definition from now on, in this process."""
    if brought:
        _Known.all = {**catalogue(), **brought}


class _Known:
    all: Mapping[str, Capability] = {}
    """Replaced as a whole, so that whoever reads it needs no lock."""


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Capability]:
    """The capabilities of ``capabilities.yaml``, read once."""
    page = yaml.safe_load(files("processes.connectors").joinpath("capabilities.yaml").read_text("utf-8"))
    types: Mapping[str, Any] = page["types"]
    return {name: read_capability(name, _with_types(body, types)) for name, body in page["capabilities"].items()}


def read_capability(name: str, body: Mapping[str, Any]) -> Capability:
    """A capability from plain data. Raises pydantic's `ValidationError`."""
    return Capability.model_validate(_as_strict({"name": name, **body}))


def walk_fields(fields: Mapping[str, FieldType], prefix: str = "") -> Iterator[tuple[str, FieldType]]:
    """Each field with its dotted path, records and items of lists included (``parcels.number``)."""
    for name, kind in fields.items():
        path = f"{prefix}{name}"
        yield path, kind
        inner = kind.of.fields if kind.of is not None else kind.fields
        yield from walk_fields(inner, f"{path}.")


def _with_types(body: Any, types: Mapping[str, Any]) -> Any:
    """Replace ``{type: NAME, …}`` by the named type, the keys beside it winning."""
    if isinstance(body, list):
        return [_with_types(item, types) for item in body]
    if not isinstance(body, dict):
        return body
    own = {key: _with_types(value, types) for key, value in body.items() if key != "type"}
    named = body.get("type")
    return {**_with_types(types[named], types), **own} if isinstance(named, str) else own


def _as_strict(body: dict[str, Any]) -> dict[str, Any]:
    """YAML has no tuples: give the strict model the one it asks for."""
    return {**body, **{key: tuple(body.get(key, ())) for key in ("once_per", "decisive")}}
