"""The API described in OpenAPI 3.1, from the models that check and make its bodies."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from base.languages import N_
from webui.api import models
from webui.api.models import Given, Taken

PLACE = "#/components/schemas/{model}"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value in the address."""

    name: str
    words: str
    needed: bool = False


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the API."""

    id: str
    method: str
    path: str
    words: str
    """English sentence of the catalogue."""
    gives: type[Given]
    takes: type[Taken] | None = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()

    @property
    def in_path(self) -> list[str]:
        """Names of the values in the path."""
        return ["walk"] if "{walk}" in self.path else []


LANGUAGE = Parameter(name="language", words=N_("Language of the answer, fr or en."))
CALLS = (
    Call(
        id="search", method="get", path="/search", gives=models.Hits,
        words=N_("Find articles and processes by their words."),
        parameters=(
            Parameter(name="q", words=N_("Words to look for."), needed=True),
            LANGUAGE,
            Parameter(name="limit", words=N_("Most hits wanted, up to 50.")),
        ),
    ),
    Call(
        id="processes", method="get", path="/processes", gives=models.Processes,
        words=N_("List the published processes you may start, with what each needs to know first."),
    ),
    Call(
        id="start", method="post", path="/walks", takes=models.Start, gives=models.State, status=201,
        words=N_("Begin a process about an order; the open case about it is taken up instead (200), if there is one."),
        refusals=(404, 422, 503),
    ),
    Call(
        id="answer", method="post", path="/walks/{walk}/answers", takes=models.Answer, gives=models.State,
        words=N_("Answer the question in hand, and learn what comes next."), refusals=(404, 409, 422),
    ),
    Call(
        id="confirm", method="post", path="/walks/{walk}/confirmations", takes=models.Confirmation, gives=models.State,
        words=N_("Let an act be done that waits for a yes, or not."), refusals=(404, 409, 422),
    ),
    Call(
        id="state", method="get", path="/walks/{walk}", gives=models.State, parameters=(LANGUAGE,),
        words=N_("See where a guided path stands."), refusals=(404,),
    ),
)  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The whole description, in English."""
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ariane",
            "version": version("ariane"),
            "description": "Guided resolution: the same processes for agents, customers, robots and assistants.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> dict[str, Any]:
    taken: list[tuple[type[BaseModel], Any]] = [(call.takes, "validation") for call in CALLS if call.takes]
    given: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in _given()]
    _, schema = models_json_schema([*taken, *given], ref_template=PLACE)
    return dict(schema["$defs"])


def _given() -> list[type[Given]]:
    return list(dict.fromkeys([*(call.gives for call in CALLS), models.Problem]))


def _paths() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = _operation(call)
    return paths


def _operation(call: Call) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": call.id,
        "summary": call.words,
        "parameters": [*_in_path(call), *_in_query(call)],
        "responses": {
            str(call.status): {"description": call.gives.__name__, **_json(call.gives)},
            **{str(status): {"description": "Problem", **_json(models.Problem)} for status in (401, *call.refusals)},
        },
    }
    if call.takes is not None:
        described["requestBody"] = {"required": True, **_json(call.takes)}
    if call.status != 200:
        described["responses"]["200"] = described["responses"][str(call.status)]
    return described


def _in_path(call: Call) -> list[Mapping[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in call.in_path]


def _in_query(call: Call) -> list[Mapping[str, Any]]:
    return [
        {
            "name": each.name, "in": "query", "required": each.needed, "description": each.words,
            "schema": {"type": "string"},
        }
        for each in call.parameters
    ]  # fmt: skip


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": PLACE.format(model=model.__name__)}}}}
