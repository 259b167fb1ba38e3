"""Code tables of a definition: what each code of a service means in our words, as business people edit it.

Definitions are live: whoever waits for such a code is served at the next look. Everything else of a definition stays
the administrator's.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor, system_actor
from base.errors import Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, require
from processes.connectors import definitions
from processes.connectors.catalogue import FieldType, Label
from processes.connectors.installing import install_definition, installed
from processes.connectors.operations import EXPLICITLY_UNKNOWN
from processes.connectors.rows import Connection, DefinitionRow, UnknownCode

MOST_CODES = 5_000
"""Lines of a table."""
LONGEST_CODE = 200
_YES_NO = {"true": Label(fr="oui", en="yes"), "false": Label(fr="non", en="no")}
_NOBODY_KNOWS = {EXPLICITLY_UNKNOWN: Label(fr="on ne sait pas (branche prudente)", en="nobody knows (safe branch)")}


class NoSuchTable(NotFound):
    """No definition that the brand uses has a table of that name."""

    sentence = N_("There is no table of codes with this name.")


class BadLine(Invalid):
    """A line of a table that cannot be taken; nothing of the table was changed."""

    sentence = N_("Line %(line)s: “%(said)s” is no meaning of this table. Nothing was changed.")


class CodeTwice(Invalid):
    """A code that stands in two lines with different meanings."""

    sentence = N_("Line %(line)s: “%(code)s” stands in the table already, with another meaning. Nothing was changed.")


class TooManyCodes(Invalid):
    """More lines than a table holds, or a code that is longer than any."""

    sentence = N_("A table holds at most %(most)s codes of %(longest)s characters. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTable:
    """A table as it is edited."""

    definition: str
    title: Label | None
    """Of the definition."""
    name: str
    fields: tuple[Label, ...]
    """What is read with it."""
    meanings: Mapping[str, Label]
    """The words it may give."""
    codes: Mapping[str, str]
    """Code of the service → word."""


def tables(session: Session, actor: Actor) -> list[CodeTable]:
    """Every table of the definitions that the actor's brand is connected to."""
    used = select(Connection.definition_key).where(Connection.brand_id == actor.brand_id).distinct()
    return [table for key in sorted(session.scalars(used)) for table in _tables_of(session, key)]


def table_named(session: Session, actor: Actor, definition: str, name: str) -> CodeTable:
    """Raises NoSuchTable."""
    for table in tables(session, actor):
        if (table.definition, table.name) == (definition, name):
            return table
    raise NoSuchTable


def read_lines(table: CodeTable, text: str) -> dict[str, str]:
    """Codes and meanings as a spreadsheet gives them, a line each: code, tab or semicolon, the word or its label.

    Raises BadLine, CodeTwice and TooManyCodes with the line.
    """
    said = {
        form.casefold(): word for word, label in table.meanings.items() for form in (label.fr, label.en, word)
    }  # fmt: skip
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        code, _, meaning = line.partition("\t") if "\t" in line else line.partition(";")
        known = said.get(meaning.strip().casefold())
        if known is None:
            raise BadLine(line=number, said=meaning.strip()[:80])
        if found.setdefault(code.strip(), known) != known:
            raise CodeTwice(line=number, code=code.strip()[:80])
    return found


def write_codes(
    session: Session, actor: Actor, now: datetime, definition: str, name: str, codes: Mapping[str, str]
) -> None:
    """The table holds these codes from now on. Raises NoSuchTable, BadLine, TooManyCodes and NotPermitted."""
    require(actor, Permission.CODES_WRITE)
    table = table_named(session, actor, definition, name)
    if len(codes) > MOST_CODES or any(not code or len(code) > LONGEST_CODE for code in codes):
        raise TooManyCodes(most=MOST_CODES, longest=LONGEST_CODE)
    for number, word in enumerate(codes.values(), 1):
        if word not in table.meanings:
            raise BadLine(line=number, said=word[:80])
    body = deepcopy(document_of_definition(session, definition))
    body["tables"][name] = dict(codes)
    # Tables are the author's; everything else of a definition stays the administrator's.
    owner = system_actor(actor.brand_id, actor.name)
    install_definition(session, owner, now, json.dumps(body, ensure_ascii=False))
    _forget_unknown(session, definition, body, name)


def document_of_definition(session: Session, key: str) -> dict[str, Any]:
    """The plain data of a definition, installed or ready-made."""
    row = session.scalars(select(DefinitionRow).where(DefinitionRow.key == key)).one_or_none()
    if row is not None:
        return dict(row.document)
    text = files("processes.connectors.library").joinpath(f"{key}.yaml").read_text("utf-8")
    return dict(definitions.read_document(text))


def field_of(fields: Mapping[str, FieldType], path: str) -> FieldType | None:
    """The kind of a field, `parcels[].status`."""
    kind: FieldType | None = None
    for part in path.replace("[]", "").split("."):
        kind = fields.get(part)
        if kind is None:
            return None
        fields = kind.of.fields if kind.of is not None else kind.fields
    return kind


def table_of_field(document: Mapping[str, Any], operation: str, path: str) -> str:
    """Name of the table that a field's codes are looked up in; empty where it has none."""
    node: Any = document.get("operations", {}).get(operation, {})
    for part in path.replace("[]", "").split("."):
        node = (node.get("fields") or {}).get(part) if isinstance(node, Mapping) else None
    named = node.get("codes") if isinstance(node, Mapping) else None
    return named if isinstance(named, str) else ""


def _forget_unknown(session: Session, definition: str, document: Mapping[str, Any], table: str) -> None:
    """Codes that the table now holds are off the radar, of every connection to the service."""
    same = select(Connection.id).where(Connection.definition_key == definition)
    codes = list(document["tables"][table])
    for row in session.scalars(select(UnknownCode).where(UnknownCode.connection_id.in_(same))):
        if row.code in codes and table_of_field(document, row.operation.rpartition(".")[2], row.field) == table:
            session.delete(row)


def _tables_of(session: Session, key: str) -> Iterator[CodeTable]:
    document, made = document_of_definition(session, key), installed(session, key)
    read: dict[str, list[FieldType]] = {}
    for name, operation in document.get("operations", {}).items():
        capability = made.operations[name].capability
        for table, path in _coded(operation.get("fields") or {}, ""):
            kind = field_of(capability.fields, path) if capability else None
            if kind is not None and kind not in read.setdefault(table, []):
                read[table].append(kind)
    title = Label.model_validate(document["title"]) if document.get("title") else None
    for table, kinds in read.items():
        meanings = {word: label for kind in kinds for word, label in (kind.values or _YES_NO).items()}
        yield CodeTable(
            definition=key, title=title, name=table, fields=tuple(dict.fromkeys(kind.label for kind in kinds)),
            meanings=meanings | _NOBODY_KNOWS,
            codes={str(code): str(word) for code, word in document.get("tables", {}).get(table, {}).items()},
        )  # fmt: skip


def _coded(fields: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Tables with the paths of the fields that are looked up in them."""
    for name, rule in fields.items():
        if isinstance(rule, Mapping):
            if isinstance(rule.get("codes"), str):
                yield rule["codes"], f"{prefix}{name}"
            yield from _coded(rule.get("fields") or {}, f"{prefix}{name}.")
