"""The radar of unknown statuses: codes of services that no table holds, how often they came, and whom they touch.

Such a code reads as *unknown* and takes the safe branch. An author who knows what it means adds it to the table in one
click: definitions are live, so cases that wait are served at their next look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, require
from processes.code_tables import document_of_definition, field_of, table_named, table_of_field, write_codes
from processes.connectors.catalogue import Label
from processes.connectors.installing import installed
from processes.connectors.rows import Connection, UnknownCode
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
    table = table_named(session, actor, found.definition, found.table)
    write_codes(session, actor, now, found.definition, found.table, {**table.codes, found.code: value})
    return found


def _spotted(session: Session, row: UnknownCode, key: str, readers: Mapping[str, Any]) -> Spotted:
    name = row.operation.rpartition(".")[2]
    made = installed(session, key)
    operation = made.operations.get(name)
    capability = operation.capability if operation is not None else None
    kind = field_of(capability.fields, row.field) if capability is not None else None
    named = capability.name if capability is not None else ""
    return Spotted(
        id=row.id, definition=key, operation=name, capability=named, field=row.field, code=row.code, seen=row.seen,
        first_seen_at=row.first_seen_at, last_seen_at=row.last_seen_at, label=kind.label if kind else None,
        values=kind.values if kind else {}, processes=tuple(readers.get(named, ())),
        table=table_of_field(document_of_definition(session, key), name, row.field),
    )  # fmt: skip


def _readers(session: Session, brand_id: int) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Live processes by the capabilities they read."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for version in live_versions(session, brand_id):
        document = document_of(version)
        for capability in sorted({fact.from_ for fact in document.facts.values()}):
            found.setdefault(capability, []).append((document.process, dict(document.title)))
    return found
