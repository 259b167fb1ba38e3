"""Who answers what: connections, routes and definitions of all brands, as this process last saw them.

Read from the rows at most once a second, so that a new code in a table serves waiting cases at once.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.clock import offset
from base.database import Database
from base.logs import logger
from processes.connectors.addresses import RefusedAddress, parse_base_url, parse_networks
from processes.connectors.carriers import carrier_key
from processes.connectors.client import Line
from processes.connectors.definitions import Definition
from processes.connectors.installed import in_use
from processes.connectors.operations import Operation
from processes.connectors.rows import Connection, DefinitionRow, Route, StoredSecret
from processes.connectors.secret_store import Secrets
from processes.connectors.transport import Transport

_LOOK_AGAIN: Final = 1.0
log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Extension:
    """A line with its limits."""

    connection_id: int
    brand_id: int
    line: Line
    enabled: bool
    calls_per_day: int | None
    calls_per_second: int | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One look at the rows."""

    looked_at: float
    clock: timedelta
    """By how much the business clock was ahead."""
    extensions: Mapping[int, Extension]
    routes: Mapping[tuple[int, str, str], tuple[int, str]]
    """(brand, capability, carrier) → (connection, operation)."""


class Book:
    """One per process; safe to share between threads."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database, self._secrets = database, secrets
        self._page: Page | None = None
        self._transports: dict[tuple[Any, ...], Transport] = {}
        self._lock = threading.Lock()

    def page(self) -> Page:
        """The book as of at most a second ago."""
        page = self._page
        if page is not None and time.monotonic() - page.looked_at < _LOOK_AGAIN:
            return page
        with self._lock:
            page = self._page
            if page is None or time.monotonic() - page.looked_at >= _LOOK_AGAIN:
                page = self._page = self._read()
        return page

    def forget(self) -> None:
        """Look at the rows again at the next use."""
        self._page = None

    def answering(self, name: str, inputs: Mapping[str, Any], brand_id: int) -> tuple[Extension, Operation] | None:
        """Who answers a capability (`carrier.tracking`) or an operation (`laposte.tracking`) for a brand."""
        page = self.page()
        routed = page.routes.get((brand_id, name, _carrier(inputs))) or page.routes.get((brand_id, name, ""))
        if routed is not None:
            extension = page.extensions.get(routed[0])
            operation = extension.line.definition.operations.get(routed[1]) if extension is not None else None
            return (extension, operation) if extension is not None and operation is not None else None
        return _by_operation(page, name, brand_id)

    def _read(self) -> Page:
        looked_at = time.monotonic()
        with self._database.reading() as session:
            documents = {row.key: row for row in session.scalars(select(DefinitionRow))}
            sealed = {row.name: row.sealed for row in session.scalars(select(StoredSecret))}
            extensions = [
                self._extension(row, documents.get(row.definition_key), sealed.get(row.secret_name))
                for row in session.scalars(select(Connection))
            ]
            return Page(
                looked_at=looked_at,
                clock=offset(session),
                extensions={one.connection_id: one for one in extensions if one is not None},
                routes=_routes(session),
            )

    def _extension(self, row: Connection, document: DefinitionRow | None, sealed: str | None) -> Extension | None:
        definition = in_use(row.definition_key, document)
        transport = self._transport(row)
        if definition is None or transport is None:
            log.error("connection_unusable", connection=row.name, definition=row.definition_key)
            return None
        name, secrets = row.secret_name, self._secrets
        # Held sealed, opened call by call.
        line = Line(
            name=row.lane,
            definition=definition,
            transport=transport,
            secret=lambda: secrets.open(name, sealed) or _none_needed(definition),
        )
        return Extension(
            connection_id=row.id,
            brand_id=row.brand_id,
            line=line,
            enabled=row.enabled,
            calls_per_day=row.calls_per_day,
            calls_per_second=row.calls_per_second,
        )

    def _transport(self, row: Connection) -> Transport | None:
        key = (row.base_url, tuple(row.networks), row.authority_file)
        if key not in self._transports:
            try:
                networks = parse_networks(row.networks)
                origin = parse_base_url(row.base_url, networks)
            except (RefusedAddress, ValueError):
                return None
            self._transports[key] = Transport(origin, networks=networks, authority_file=row.authority_file)
        return self._transports[key]


def _routes(session: Session) -> dict[tuple[int, str, str], tuple[int, str]]:
    return {
        (row.brand_id, row.capability, row.carrier): (row.connection_id, row.operation)
        for row in session.scalars(select(Route))
    }


def _by_operation(page: Page, name: str, brand_id: int) -> tuple[Extension, Operation] | None:
    for extension in page.extensions.values():
        if extension.brand_id == brand_id:
            for operation in extension.line.definition.operations.values():
                if operation.name == name:
                    return extension, operation
    return None


def _carrier(inputs: Mapping[str, Any]) -> str:
    carrier = inputs.get("carrier")
    return carrier_key(carrier) if isinstance(carrier, str) else ""


def _none_needed(definition: Definition) -> dict[str, str] | None:
    return {} if definition.document.sign_in.kind == "none" else None
