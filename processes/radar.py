"""The radar of unknown statuses: codes of services that no table holds, how often they came, and whom they touch.

Such a code reads as *unknown* and takes the safe branch. An author who knows what it means adds it to the table in one
click: definitions are live, so cases that wait are served at their next look.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from base.actors import Actor, system_actor
from base.errors import Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, require
from processes.connectors import definitions
from processes.connectors.catalogue import FieldType, Label
from processes.connectors.installing import install_definition, installed
from processes.connectors.rows import Connection, DefinitionRow, UnknownCode
from processes.versions import document_of, live_versions


class NoSuchCode(NotFound):
    """The code is known by now, or was never met."""

    sentence = N_("This code is in the table already, or was never met.")


class NoSuchValue(Invalid):
    """The meaning chosen is none of the vocabulary."""

    sentence = N_("Choose one of the values of the list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """A code that no table holds."""

    id: int
    definition: str
    operation: str
    capability: str
    field: str
    """Path of the field, `parcels[].status`."""
    label: Label | None
    """Of the field."""
    code: str
    seen: int
    first_seen_at: datetime
    last_seen_at: datetime
    table: str
    """Of the definition that it is missing from; empty where the field has none."""
    values: Mapping[str, Label]
    """What it may mean."""
    processes: tuple[tuple[str, dict[str, str]], ...]
    """Live processes that read this: key and title."""


def radar(session: Session, brand_id: int) -> list[Spotted]:
    """Every unknown code that the brand's connections met, most frequent first."""
    wanted = (
        select(UnknownCode, Connection.definition_key)
        .join(Connection, Connection.id == UnknownCode.connection_id)
        .where(Connection.brand_id == brand_id)
        .order_by(UnknownCode.seen.desc(), UnknownCode.id)
    )
    readers = _readers(session, brand_id)
    return [_spotted(session, row, key, readers) for row, key in session.execute(wanted)]


def add_code(session: Session, actor: Actor, now: datetime, id_: int, value: str) -> Spotted:
    """Say what a code means: it goes into the definition's table, and off the radar.

    Raises NoSuchCode, NoSuchValue and NotPermitted.
    """
    require(actor, Permission.CODES_WRITE)
    found = next((each for each in radar(session, actor.brand_id) if each.id == id_), None)
    if found is None or not found.table:
        raise NoSuchCode
    if value not in found.values:
        raise NoSuchValue
    body = deepcopy(document_of_definition(session, found.definition))
    body["tables"][found.table][found.code] = value
    # Tables are the author's; everything else of a definition stays the administrator's.
    owner = system_actor(actor.brand_id, actor.name)
    install_definition(session, owner, now, json.dumps(body, ensure_ascii=False))
    same = select(Connection.id).where(Connection.definition_key == found.definition)
    session.execute(
        delete(UnknownCode)
        .where(UnknownCode.code == found.code, UnknownCode.connection_id.in_(same))
        .where(UnknownCode.operation.endswith(found.operation), UnknownCode.field == found.field)
        .execution_options(synchronize_session=False)
    )
    return found


def document_of_definition(session: Session, key: str) -> dict[str, Any]:
    """The plain data of a definition, installed or ready-made."""
    row = session.scalars(select(DefinitionRow).where(DefinitionRow.key == key)).one_or_none()
    if row is not None:
        return dict(row.document)
    text = files("processes.connectors.library").joinpath(f"{key}.yaml").read_text("utf-8")
    return dict(definitions.read_document(text))


def _spotted(session: Session, row: UnknownCode, key: str, readers: Mapping[str, Any]) -> Spotted:
    name = row.operation.rpartition(".")[2]
    made = installed(session, key)
    operation = made.operations.get(name)
    capability = operation.capability if operation is not None else None
    kind = _field_of(capability.fields, row.field) if capability is not None else None
    named = capability.name if capability is not None else ""
    return Spotted(
        id=row.id, definition=key, operation=name, capability=named, field=row.field, code=row.code, seen=row.seen,
        first_seen_at=row.first_seen_at, last_seen_at=row.last_seen_at, label=kind.label if kind else None,
        values=kind.values if kind else {}, processes=tuple(readers.get(named, ())),
        table=_table_of(document_of_definition(session, key), name, row.field),
    )  # fmt: skip


def _field_of(fields: Mapping[str, FieldType], path: str) -> FieldType | None:
    kind: FieldType | None = None
    for part in path.replace("[]", "").split("."):
        kind = fields.get(part)
        if kind is None:
            return None
        fields = kind.of.fields if kind.of is not None else kind.fields
    return kind


def _table_of(document: Mapping[str, Any], operation: str, path: str) -> str:
    """Name of the table that a field's codes are looked up in."""
    node: Any = document.get("operations", {}).get(operation, {})
    for part in path.replace("[]", "").split("."):
        node = (node.get("fields") or {}).get(part) if isinstance(node, Mapping) else None
    named = node.get("codes") if isinstance(node, Mapping) else None
    return named if isinstance(named, str) else ""


def _readers(session: Session, brand_id: int) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Live processes by the capabilities they read."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for version in live_versions(session, brand_id):
        document = document_of(version)
        for capability in sorted({fact.from_ for fact in document.facts.values()}):
            found.setdefault(capability, []).append((document.process, dict(document.title)))
    return found
