"""What is installed here: definitions by their rows, the capabilities they bring, and how they serve a brand."""

from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.logs import logger
from processes.connectors import definitions
from processes.connectors.catalogue import learn
from processes.connectors.definitions import BadDefinition, Definition
from processes.connectors.rows import Connection, DefinitionRow, Route

_made: dict[str, Definition | None] = {}
"""Definitions by content hash; None: it cannot be used."""
_making = Lock()
log = logger(__name__)


def in_use(key: str, row: DefinitionRow | None) -> Definition | None:
    """The definition of a key: the installed one, else the ready-made one."""
    return definitions.library().get(key) if row is None else _definition_of(row)


def _definition_of(row: DefinitionRow) -> Definition | None:
    """The definition of a row, made once in this process; None (and a line in the log) when it cannot be used."""
    if row.content_hash not in _made:
        with _making:
            try:
                _made[row.content_hash] = definitions.make(row.document)
            except BadDefinition as error:
                log.error("definition_unusable", definition=row.key, faults=error.faults)
                _made[row.content_hash] = None
    return _made[row.content_hash]


def learn_installed(session: Session) -> None:
    """Have the catalogue know the capabilities that installed definitions brought. Cheap once they are known."""
    known = select(DefinitionRow.id, DefinitionRow.content_hash)
    new = [id_ for id_, content_hash in session.execute(known) if content_hash not in _made]
    for row in session.scalars(select(DefinitionRow).where(DefinitionRow.id.in_(new))) if new else ():
        definition = _definition_of(row)
        if definition is not None:
            learn(definition.capabilities)


def served(session: Session, brand_id: int) -> frozenset[str]:
    """Capabilities that some connection of the brand serves."""
    return frozenset(session.scalars(select(Route.capability).where(Route.brand_id == brand_id)))


def blind_acts(session: Session, brand_id: int) -> frozenset[str]:
    """Capabilities that a connection of the brand does blindly, for any carrier; what nobody serves is not among them.

    One blind carrier is enough: an author does not know which one a case will meet.
    """
    routes = session.execute(
        select(Route.capability, Route.operation, Connection.definition_key)
        .join(Connection, Connection.id == Route.connection_id)
        .where(Route.brand_id == brand_id, Connection.enabled)
    ).all()
    rows = {row.key: row for row in session.scalars(select(DefinitionRow))} if routes else {}
    blind = set()
    for capability, word, key in routes:
        definition = in_use(key, rows.get(key))
        operation = definition.operations.get(word) if definition is not None else None
        if operation is not None and operation.is_act and operation.document.safety == "blind":
            blind.add(capability)
    return frozenset(blind)
