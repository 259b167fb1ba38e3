"""Acts whose service cannot tell whether they were done: what publication has to know of the connections."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.logs import logger
from processes.connectors import definitions
from processes.connectors.definitions import BadDefinition, Definition
from processes.connectors.rows import Connection, DefinitionRow, Route

log = logger(__name__)


def blind_acts(session: Session, brand_id: int) -> frozenset[str]:
    """Capabilities that a connection of the brand does blindly, for any carrier; what nobody serves is not among them.

    One blind carrier is enough: an author does not know which one a case will meet.
    """
    routes = session.execute(
        select(Route.capability, Route.operation, Connection.definition_key, DefinitionRow.document)
        .join(Connection, Connection.id == Route.connection_id)
        .outerjoin(DefinitionRow, DefinitionRow.key == Connection.definition_key)
        .where(Route.brand_id == brand_id, Connection.enabled)
    ).all()
    known: dict[str, Definition | None] = {}
    blind = set()
    for capability, word, key, document in routes:
        if key not in known:
            known[key] = _definition(key, document)
        definition = known[key]
        operation = definition.operations.get(word) if definition is not None else None
        if operation is not None and operation.is_act and operation.document.safety == "blind":
            blind.add(capability)
    return frozenset(blind)


def _definition(key: str, document: dict[str, object] | None) -> Definition | None:
    if document is None:
        return definitions.library().get(key)
    try:
        return definitions.make(document)
    except BadDefinition as error:
        log.error("definition_unusable", definition=key, faults=error.faults)
        return None
