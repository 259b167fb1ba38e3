"""Installing definitions, connections and routes: what an administrator does, all at once or one by one.

Doing the same again changes nothing but what differs, so that a demo or a deployment may do it at each start.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import Conflict, Invalid
from base.languages import N_
from base.permissions import Permission, require
from processes.connectors import definitions
from processes.connectors.addresses import RefusedAddress, parse_base_url, parse_networks
from processes.connectors.carriers import carrier_key
from processes.connectors.catalogue import learn
from processes.connectors.definitions import Definition
from processes.connectors.rows import Connection, DefinitionRow, Route
from processes.connectors.secret_store import Secrets


class BadConnection(Invalid):
    """An address that no connector may use."""

    sentence = N_("This address cannot be used for a connector: %(because)s")


class NoSuchOperation(Invalid):
    """A route to an operation that does not answer its capability."""

    sentence = N_("%(operation)s does not answer %(capability)s.")


class DefinitionInUse(Conflict):
    """A live version of a process uses a field that the new definition does not read any more."""

    sentence = N_("Published processes still use %(fields)s of %(definition)s.")


def install_definition(
    session: Session, actor: Actor, now: datetime, text: str, *, needed: Mapping[str, Iterable[str]] | None = None
) -> Definition:
    """Install a definition from its text, or a newer one in its place.

    `needed`: by capability, the fields that live versions use. Raises `BadDefinition`, `DefinitionInUse`,
    `NoSuchOperation` when a route of some brand would lead nowhere.
    """
    require(actor, Permission.CONNECTOR_WRITE)
    made = definitions.load(text)
    _refuse_incompatible(made, needed or {})
    _refuse_lost_routes(session, made)
    row = session.scalars(select(DefinitionRow).where(DefinitionRow.key == made.key)).one_or_none()
    if row is None:
        row = DefinitionRow(key=made.key)
        session.add(row)
    elif row.content_hash == made.hash:
        return made
    row.document = definitions.read_document(text)
    row.content_hash = made.hash
    row.installed_at, row.installed_by = now, actor.to_json()
    session.flush()
    learn(made.capabilities)
    return made


def install_connection(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    definition: str,
    base_url: str,
    keys: Sequence[SecretStr],
    name: str | None = None,
    secret: Mapping[str, str] | None = None,
    networks: Sequence[str] = (),
    authority_file: str | None = None,
    enabled: bool = True,
    calls_per_day: int | None = None,
    calls_per_second: int | None = None,
    routes: Iterable[tuple[str, str, str | None]] = (),
) -> Connection:
    """Connect the actor's brand to a service, or change its connection of that name (default: the definition's key).

    `routes`: capability, operation, carrier or None. `secret` None leaves what is stored. Raises `BadConnection`,
    `BadDefinition`, `NoSuchOperation`.
    """
    require(actor, Permission.CONNECTOR_WRITE)
    _check_address(base_url, networks)
    made = installed(session, definition)
    name = name or definition
    chosen = select(Connection).where(Connection.brand_id == actor.brand_id, Connection.name == name)
    row = session.scalars(chosen).one_or_none()
    if row is None:
        row = Connection(brand_id=actor.brand_id, name=name)
        session.add(row)
    row.definition_key, row.base_url, row.networks = definition, base_url, list(networks)
    row.authority_file, row.enabled = authority_file, enabled
    row.calls_per_day, row.calls_per_second = calls_per_day, calls_per_second
    row.secret_name = f"{actor.brand_id}.{name}"
    row.changed_at, row.changed_by = now, actor.to_json()
    session.flush()
    if secret is not None:
        Secrets(keys).put(session, row.secret_name, secret, now)
    for capability, operation, carrier in routes:
        _route(session, row, made, capability, operation, carrier)
    session.flush()
    return row


def installed(session: Session, key: str) -> Definition:
    """The definition of a key: the installed one, else the ready-made one. Raises `BadDefinition`."""
    row = session.scalars(select(DefinitionRow).where(DefinitionRow.key == key)).one_or_none()
    if row is not None:
        return definitions.make(row.document)
    ready_made = definitions.library().get(key)
    if ready_made is None:
        raise definitions.BadDefinition([f"there is no definition {key}"])
    return ready_made


def _route(
    session: Session, connection: Connection, made: Definition, capability: str, operation: str, carrier: str | None
) -> None:
    _refuse_other_operation(made, capability, operation)
    key = carrier_key(carrier) if carrier else ""
    session.execute(
        delete(Route).where(Route.brand_id == connection.brand_id, Route.capability == capability, Route.carrier == key)
    )
    session.add(
        Route(
            brand_id=connection.brand_id,
            capability=capability,
            carrier=key,
            connection_id=connection.id,
            operation=operation,
        )
    )


def _check_address(base_url: str, networks: Sequence[str]) -> None:
    try:
        parse_base_url(base_url, parse_networks(networks))
    except (RefusedAddress, ValueError) as error:
        raise BadConnection(because=str(error)) from error


def _refuse_incompatible(made: Definition, needed: Mapping[str, Iterable[str]]) -> None:
    for capability, fields in needed.items():
        operation = made.answering(capability)
        if operation is None or operation.capability is None:
            continue
        known = operation.capability.fields
        gone = sorted(
            name for name in fields if name in known and name not in operation.fields and not known[name].computed
        )
        if gone:
            raise DefinitionInUse(fields=", ".join(gone), definition=made.key)


def _refuse_lost_routes(session: Session, made: Definition) -> None:
    routes = select(Route.capability, Route.operation).join(Connection, Connection.id == Route.connection_id)
    for capability, operation in session.execute(routes.where(Connection.definition_key == made.key)):
        _refuse_other_operation(made, capability, operation)


def _refuse_other_operation(made: Definition, capability: str, operation: str) -> None:
    answering = made.operations.get(operation)
    if answering is None or not answering.answers(capability):
        raise NoSuchOperation(operation=f"{made.key}.{operation}", capability=capability)
