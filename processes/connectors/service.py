"""Facts and acts by capability: what the shell and the robots call.

`Connectors.read` answers within three seconds in all, whatever the service does; `Connectors.act` says honestly what
is known of an act. Neither ever raises because a service misbehaves; both refuse to run inside a write transaction.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from base.clock import offset, real_now
from base.config import Configuration
from base.database import Database, DatabaseBusy, refuse_inside_unit
from base.logs import logger
from processes.connectors.allowance import Allowance
from processes.connectors.book import Book, Extension
from processes.connectors.cache import FactCache, cache_key
from processes.connectors.client import SECONDS_TO_READ_A_FACT, Client
from processes.connectors.health import Breaker, Failure
from processes.connectors.operations import Operation
from processes.connectors.readings import ActAnswer, Reading, Reason, Safety
from processes.connectors.rows import Connection
from processes.connectors.secret_store import Secrets
from processes.connectors.unknown_codes import count_unknown_codes
from processes.walk.values import UNKNOWN

_FAILURES: Final = frozenset({"connect", "tls", "time", "name", "size", "content"})
_OTHERS_TURN: Final = timedelta(seconds=1.2)
"""A wait for the next second is worth it; a wait for the next day is not."""
log = logger(__name__)


class Connectors:
    """The web services of an installation. One per process, shared by its threads."""

    def __init__(
        self,
        database: Database,
        configuration: Configuration,
        *,
        secrets: Secrets | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._book = Book(database, secrets or Secrets(configuration.encryption_keys))
        self._client = Client(pause)
        self._breaker, self._allowance, self._cache = Breaker(database), Allowance(database), FactCache()
        self._pause = pause

    def read(
        self,
        capability: str,
        inputs: Mapping[str, Any],
        *,
        brand_id: int,
        deadline_s: float = SECONDS_TO_READ_A_FACT,
        max_age: timedelta | None = None,
    ) -> Reading:
        """A fact, by capability or as `definition.operation`. `max_age` None reads anew; else a kept reading serves.

        Unknown with its reason when nobody serves it, when the service is down, or when it is not asked at all.
        """
        refuse_inside_unit(capability)
        ends_at = time.monotonic() + deadline_s
        found = self._book.answering(capability, inputs, brand_id)
        if found is None:
            reason: Reason = "input" if inputs.get("carrier") is UNKNOWN else "unserved"
            return Reading(state="unknown", reason=reason)
        extension, operation = found
        key = cache_key(extension.connection_id, operation.name, extension.line.definition.hash, inputs)
        kept = self._kept(key, max_age) if max_age is not None else None
        return kept or self._read_anew(extension, operation, inputs, ends_at, key)[0]

    def look(self, capability: str, inputs: Mapping[str, Any], *, brand_id: int) -> tuple[Reading, bytes]:
        """A fact read anew, and the raw answer it was read from: for people who try an operation."""
        refuse_inside_unit(capability)
        found = self._book.answering(capability, inputs, brand_id)
        if found is None:
            return Reading(state="unknown", reason="unserved"), b""
        extension, operation = found
        key = cache_key(extension.connection_id, operation.name, extension.line.definition.hash, inputs)
        return self._read_anew(extension, operation, inputs, time.monotonic() + SECONDS_TO_READ_A_FACT, key)

    def act(
        self,
        capability: str,
        inputs: Mapping[str, Any],
        *,
        key: str,
        brand_id: int,
        look_first: bool = False,
        since: timedelta | None = None,
    ) -> ActAnswer:
        """Do it once under this key; trying again is the caller's decision.

        `look_first`: an earlier try, made `since` ago, is in doubt. A queryable act is looked up, and done only when it
        is not there though its service has had the time to show it.
        """
        refuse_inside_unit(capability)
        found = self._book.answering(capability, inputs, brand_id)
        if found is None:
            return ActAnswer(state="retry", safety="blind", reason="unserved")
        extension, operation = found
        shut = self._shut(extension, wait_until=time.monotonic() + operation.document.seconds)
        if shut is not None:
            return replace(shut, safety=operation.document.safety, operation=operation.name)
        if look_first and operation.document.safety == "queryable":
            looked = self._looked_up(extension, operation, inputs, key, since)
            if looked is not None:
                return looked
        answer = self._client.act(extension.line, operation, inputs, key)
        self._report(extension, answer.reason, answer.http, answer.retry_after)
        self._cache.forget()
        return answer

    def operation(self, name: str, inputs: Mapping[str, Any], brand_id: int) -> Operation | None:
        """What would answer: a capability for these inputs, or `definition.operation`. None: nobody serves it."""
        found = self._book.answering(name, inputs, brand_id)
        return None if found is None else found[1]

    def lane(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> str:
        """The lane of a call: its connection. Empty when nobody serves it."""
        found = self._book.answering(capability, inputs, brand_id)
        return "" if found is None else found[0].line.name

    def safety(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> Safety:
        """What a cut call of this act would mean, as its definition declares; blind when nobody serves it."""
        found = self._book.answering(capability, inputs, brand_id)
        return "blind" if found is None else found[1].document.safety

    def inbox(self, public_id: str) -> Extension | None:
        """The connection that news are sent to under this public id; None when there is none, or it is off."""
        with self._database.reading() as session:
            found = session.scalars(select(Connection.id).where(Connection.public_id == public_id)).one_or_none()
        extension = self._book.page().extensions.get(found) if found is not None else None
        return extension if extension is not None and extension.enabled else None

    def resting(self) -> dict[str, datetime]:
        """Lanes whose service is to be left alone, and until when (real time)."""
        with self._database.reading() as session:
            now = real_now(session)
        rests = {
            one.line.name: self._breaker.rests_for(one.connection_id) for one in self._book.page().extensions.values()
        }
        return {name: now + rest for name, rest in rests.items() if rest > timedelta()}

    def refresh(self) -> None:
        """Look at the rows again now, not within a second."""
        self._book.forget()
        self._cache.forget()
        self._breaker.forget()

    def _kept(self, key: str, max_age: timedelta) -> Reading | None:
        kept = self._cache.get(key, max_age)
        if kept is None:
            return None
        with self._database.reading() as session:
            return kept[0] if offset(session) == kept[1] else None

    def _read_anew(
        self, extension: Extension, operation: Operation, inputs: Mapping[str, Any], ends_at: float, key: str
    ) -> tuple[Reading, bytes]:
        shut = self._shut(extension, wait_until=ends_at - 1.0)
        if shut is not None:
            return Reading(state="unknown", reason=shut.reason, operation=operation.name), b""  # type: ignore[arg-type]
        clock = self._book.page().clock
        reading, exchange = self._client.look(extension.line, operation, inputs, ends_at - time.monotonic())
        self._report(extension, reading.reason, reading.http, reading.retry_after)
        if reading.unmapped:
            self._count_unknown(extension, operation, reading)
        self._cache.keep(key, reading, clock)
        return reading, exchange.body

    def _looked_up(
        self, extension: Extension, operation: Operation, inputs: Mapping[str, Any], key: str, since: timedelta | None
    ) -> ActAnswer | None:
        """What a queryable act became; None: it is not there, and may be done."""
        lookup = extension.line.definition.operations.get(operation.document.lookup or "")
        if lookup is None:
            return ActAnswer(state="unknown", safety="queryable", reason="unserved", operation=operation.name)
        looked = self._client.read(extension.line, lookup, {**inputs, "key": key}, SECONDS_TO_READ_A_FACT)
        self._report(extension, looked.reason, looked.http, looked.retry_after)
        if looked.reason == "not_found":
            early = timedelta(minutes=operation.document.settling) - since if since is not None else timedelta()
            if early <= timedelta():
                return None
            return ActAnswer(
                state="retry", safety="queryable", reason="settling", operation=operation.name, retry_after=early
            )
        state = "done" if looked.state == "known" else "unknown"
        return ActAnswer(
            state=state,  # type: ignore[arg-type]
            safety="queryable",
            result=looked.value,
            reason=looked.reason,
            http=looked.http,
            milliseconds=looked.milliseconds,
            operation=operation.name,
        )

    def _shut(self, extension: Extension, *, wait_until: float) -> ActAnswer | None:
        """Why the service is not called now: switched off, resting, or its budget spent. None: go ahead."""
        if not extension.enabled:
            return ActAnswer(state="retry", safety="blind", reason="switched_off")
        if self._breaker.may_call(extension.connection_id) == "no":
            rest = self._breaker.rests_for(extension.connection_id)
            return ActAnswer(state="retry", safety="blind", reason="circuit_open", retry_after=rest)
        wait = self._taken(extension)
        while wait is not None and wait <= _OTHERS_TURN and time.monotonic() + wait.total_seconds() < wait_until:
            self._pause(max(wait.total_seconds(), 0.01))
            wait = self._taken(extension)
        return None if wait is None else ActAnswer(state="retry", safety="blind", reason="budget", retry_after=wait)

    def _taken(self, extension: Extension) -> timedelta | None:
        return self._allowance.take(extension.connection_id, extension.calls_per_day, extension.calls_per_second)

    def _report(
        self, extension: Extension, reason: str | None, status: int | None, retry_after: timedelta | None
    ) -> None:
        """Tell the breaker. A database too busy to be told must not cost the caller his answer."""
        try:
            if _is_failure(reason, status):
                self._breaker.failed(extension.connection_id, Failure(reason or "status", status, retry_after))
            elif reason not in ("input", "secret", "refused_address"):
                self._breaker.succeeded(extension.connection_id)
        except DatabaseBusy:
            log.warning("health_not_written", connection=extension.line.name)

    def _count_unknown(self, extension: Extension, operation: Operation, reading: Reading) -> None:
        codes = {path: reading.raw_codes[path] for path in reading.unmapped}
        log.warning("unknown_code", operation=operation.name, fields=sorted(codes))
        try:
            with self._database.unit() as session:
                count_unknown_codes(session, extension.connection_id, operation.name, codes)
        except DatabaseBusy:
            log.warning("unknown_code_not_counted", operation=operation.name)


def _is_failure(reason: str | None, status: int | None) -> bool:
    if status in (401, 403, 429) or (status is not None and status >= 500):
        return True
    return reason in _FAILURES
