"""A definition made ready: its document checked as a whole and its expressions compiled.

`load(text)` reads YAML or JSON, `load_file` a file, `library()` the ready-made ones. Every fault is reported at once,
with its place. A definition is known by the hash of its content: two that say the same are the same.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from base.errors import Invalid
from base.languages import N_
from processes.connectors.catalogue import Capability, built_in, read_capability
from processes.connectors.documents import DefinitionDocument, WebhookDocument
from processes.connectors.expressions import Expression
from processes.connectors.operations import Operation, prepare
from processes.connectors.strict_json import Garbage, read_json
from processes.connectors.strict_yaml import BadYaml, read_yaml


class BadDefinition(Invalid):
    """A document that is no definition, or contradicts itself."""

    sentence = N_("This connector definition cannot be used: %(faults)s")

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults="; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True, eq=False)
class Definition:
    """How a web service speaks, ready for use."""

    key: str
    hash: str
    document: DefinitionDocument
    operations: Mapping[str, Operation]
    capabilities: Mapping[str, Capability]
    """Those it brings, which the catalogue does not know by itself."""
    event_id: Expression | None = None
    """Of the webhook: what tells a repeated delivery."""

    @property
    def webhook(self) -> WebhookDocument | None:
        """How the service signs what it sends by itself."""
        return self.document.webhook

    def answering(self, capability: str) -> Operation | None:
        """The first operation that answers a capability."""
        return next((one for one in self.operations.values() if one.answers(capability)), None)


def load(text: str) -> Definition:
    """A definition from YAML or JSON text. Raises `BadDefinition` with every fault."""
    return make(read_document(text))


def read_document(text: str) -> Any:
    """The plain data of a definition's YAML or JSON text. Raises `BadDefinition`."""
    try:
        return read_json(text.encode()) if text.lstrip().startswith("{") else read_yaml(text)
    except (BadYaml, Garbage, UnicodeEncodeError) as error:
        raise BadDefinition([str(error)]) from error


def load_file(path: Path) -> Definition:
    """A definition from a file. Raises `BadDefinition`, also when there is no such file."""
    try:
        return load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadDefinition([f"{path.name}: {error}"]) from error


def make(data: Any) -> Definition:
    """A definition from plain data, as its row keeps it. Raises `BadDefinition`."""
    try:
        document = DefinitionDocument.model_validate(data)
    except ValidationError as error:
        raise BadDefinition(_sentences(error)) from error
    faults: list[str] = []
    own = _own_capabilities(document, faults)
    known = {**built_in(), **own}
    operations = {word: prepare(word, one, document, known, faults) for word, one in document.operations.items()}
    _check_chains(document, faults)
    event_id = _check_webhook(document, faults)
    if faults:
        raise BadDefinition(faults)
    return Definition(
        key=document.definition,
        hash=content_hash(data),
        document=document,
        operations={word: one for word, one in operations.items() if one is not None},
        capabilities=own,
        event_id=event_id,
    )


def content_hash(data: Any) -> str:
    """What a definition is known by: SHA-256 of its canonical JSON."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@lru_cache(maxsize=1)
def library() -> dict[str, Definition]:
    """The ready-made definitions that come with Ariane, by key."""
    folder = files("processes.connectors").joinpath("library")
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".yaml")), key=lambda page: page.name)
    return {one.key: one for one in (load(page.read_text("utf-8")) for page in pages)}


def _own_capabilities(document: DefinitionDocument, faults: list[str]) -> dict[str, Capability]:
    own: dict[str, Capability] = {}
    for name, body in document.capabilities.items():
        if name in built_in():
            faults.append(f"capabilities.{name}: the catalogue has it already")
            continue
        try:
            own[name] = read_capability(name, body)
        except ValidationError as error:
            faults.extend(f"capabilities.{name}.{sentence}" for sentence in _sentences(error))
    return own


def _check_chains(document: DefinitionDocument, faults: list[str]) -> None:
    for word in document.operations:
        chain, waiting = [word], [before.operation for before in document.operations[word].first]
        while waiting:
            step = waiting.pop()
            if step not in document.operations:
                faults.append(f"operations.{word}.first: there is no operation {step}")
            elif step in chain or len(chain) > 4:
                faults.append(f"operations.{word}.first: calls in a circle, or more than 4 in a chain")
            else:
                chain.append(step)
                waiting.extend(before.operation for before in document.operations[step].first)


def _check_webhook(document: DefinitionDocument, faults: list[str]) -> Expression | None:
    webhook = document.webhook
    if webhook is None:
        return None
    if webhook.operation not in document.operations:
        faults.append(f"webhook.operation: there is no operation {webhook.operation}")
    try:
        return Expression(webhook.event_id) if webhook.event_id else None
    except ValueError as error:
        faults.append(f"webhook.event_id: {error}")
        return None


def _sentences(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, fault['loc'])) or 'document'}: {fault['msg']}" for fault in error.errors()]
