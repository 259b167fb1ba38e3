"""The client: asks one operation of one service and says what came of it, within its time.

A read is tried at most three times inside its deadline, an act once. Never inside a write transaction, never by a
redirect, never for longer than declared. One line is logged per call: operation, status, milliseconds, bytes and kind
of trouble, and nothing of what was asked or answered.
"""

import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from base.database import refuse_inside_unit
from base.logs import logger
from processes.connectors.deadline import Deadline
from processes.connectors.definitions import Definition
from processes.connectors.documents import ClientCredentials
from processes.connectors.expressions import Context
from processes.connectors.operations import Operation
from processes.connectors.reader import in_doubt, interpret, interpret_act, raw_values
from processes.connectors.readings import ActAnswer, Reading, Reason
from processes.connectors.requesting import (
    BadInput,
    Request,
    Secret,
    SecretMissing,
    build,
    plain_inputs,
    token_request,
    with_token,
)
from processes.connectors.times import Unreadable
from processes.connectors.tokens import Tokens
from processes.connectors.transport import Exchange, Transport

SECONDS_TO_READ_A_FACT: Final = 3.0
RETRIES: Final = 2
_WORTH_A_RETRY: Final = 0.3
"""Seconds that must be left for another try."""
_GATEWAY_TROUBLES: Final = frozenset({500, 502, 503, 504})

log = logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A connection in use: a definition, where the service is, and how to get at the secret."""

    name: str
    definition: Definition
    transport: Transport
    secret: Callable[[], Secret | None]
    """Called at each call, so that a changed secret serves at once and none is kept about. None: it is not there."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A call that is over: the last exchange, or why there was none."""

    exchange: Exchange
    reading: Reading | None = None
    """Set when a call before this one settled the matter."""


class Client:
    """Stateless but for tokens; safe to share between threads."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._tokens = Tokens()
        self._pause = pause

    def read(self, line: Line, operation: Operation, inputs: Mapping[str, Any], seconds: float) -> Reading:
        """What the service says, within so many seconds (three at most). Raises only `InsideWriteUnit`."""
        return self.look(line, operation, inputs, seconds)[0]

    def look(
        self, line: Line, operation: Operation, inputs: Mapping[str, Any], seconds: float
    ) -> tuple[Reading, Exchange]:
        """The reading, and the raw answer that it was read from: for people who try an operation."""
        refuse_inside_unit(operation.name)
        ends_at = time.monotonic() + min(seconds, SECONDS_TO_READ_A_FACT)
        outcome = self._call(line, operation, inputs, ends_at, None)
        exchange = outcome.exchange
        if outcome.reading is not None:
            reading = outcome.reading
        elif exchange.reason is not None or exchange.status is None:
            reading = Reading(state="unknown", reason=exchange.reason or "connect", operation=operation.name)
        else:
            asked = _asked(operation, inputs)
            reading = interpret(operation, exchange.status, exchange.headers, exchange.body, asked)
        told = replace(
            reading,
            milliseconds=exchange.milliseconds,
            definition_hash=line.definition.hash,
            retry_after=exchange.retry_after,
        )
        return told, exchange

    def act(
        self, line: Line, operation: Operation, inputs: Mapping[str, Any], key: str, seconds: float | None = None
    ) -> ActAnswer:
        """What became of an act. Called once: trying again is the caller's decision. Raises only `InsideWriteUnit`."""
        refuse_inside_unit(operation.name)
        ends_at = time.monotonic() + min(seconds or operation.document.seconds, operation.document.seconds)
        outcome = self._call(line, operation, inputs, ends_at, key)
        exchange, safety = outcome.exchange, operation.document.safety
        if outcome.reading is not None:
            reason = outcome.reading.reason
            state = "retry" if reason in _PASSING else "failed"
            answer = ActAnswer(state=state, safety=safety, reason=reason)  # type: ignore[arg-type]
        elif exchange.reason is not None or exchange.status is None:
            state = in_doubt(safety) if exchange.sent else "retry"
            answer = ActAnswer(state=state, safety=safety, reason=exchange.reason)
        else:
            asked = {**_asked(operation, inputs), "key": key}
            answer = interpret_act(operation, exchange.status, exchange.headers, exchange.body, asked)
        return replace(
            answer,
            milliseconds=exchange.milliseconds,
            operation=operation.name,
            retry_after=exchange.retry_after,
            in_doubt=answer.state == "retry" and _may_have_arrived(exchange),
        )

    def _call(
        self, line: Line, operation: Operation, inputs: Mapping[str, Any], ends_at: float, key: str | None
    ) -> Outcome:
        began = time.monotonic()
        outcome = self._prepared_call(line, operation, inputs, ends_at, key)
        milliseconds = round((time.monotonic() - began) * 1000)
        exchange = replace(outcome.exchange, milliseconds=milliseconds)
        log.info(
            "connector_call",
            operation=operation.name,
            status=exchange.status,
            milliseconds=milliseconds,
            bytes=len(exchange.body),
            kind=exchange.reason or (outcome.reading.reason if outcome.reading else None),
        )
        return replace(outcome, exchange=exchange)

    def _prepared_call(
        self, line: Line, operation: Operation, inputs: Mapping[str, Any], ends_at: float, key: str | None
    ) -> Outcome:
        try:
            secret = line.secret()
            if secret is None:
                raise SecretMissing
            first = self._first_calls(line, operation, inputs, ends_at)
            if isinstance(first, Reading):
                return Outcome(exchange=Exchange(status=first.http), reading=first)
            request = build(operation, inputs, secret=secret, request_id=secrets.token_hex(8), key=key, first=first)
            return Outcome(exchange=self._signed_in(line, operation, request, secret, ends_at))
        except BadInput:
            return _not_called("input", operation)
        except SecretMissing:
            return _not_called("secret", operation)

    def _first_calls(
        self, line: Line, operation: Operation, inputs: Mapping[str, Any], ends_at: float
    ) -> dict[str, Any] | Reading:
        """Results of the calls that come first, by name; or the reading that one of them settles."""
        results: dict[str, Any] = {}
        for before in operation.document.first:
            step = line.definition.operations[before.operation]
            given = _given(operation, before.name, inputs, results)
            outcome = self._call(line, step, given, ends_at, None)
            exchange = outcome.exchange
            if outcome.reading is not None:
                return outcome.reading
            if exchange.reason is not None or exchange.status is None:
                return Reading(state="unknown", reason=exchange.reason, operation=step.name)
            values = raw_values(step, exchange.status, exchange.body, given)
            if values is None:
                told = interpret(step, exchange.status, exchange.headers, exchange.body, given)
                if told.reason == "not_found" and operation.capability is not None:
                    return _not_found_for(operation, inputs, told)
                return replace(told, state="unknown", reason=told.reason or "content")
            results[before.name] = values
        return results

    def _signed_in(
        self, line: Line, operation: Operation, request: Request, secret: Secret, ends_at: float
    ) -> Exchange:
        sign_in = operation.definition.sign_in
        if not isinstance(sign_in, ClientCredentials):
            return self._tried(line, operation, request, ends_at)
        for attempt in (1, 2):
            token = self._tokens.get(line.name, secret)
            if token is None:
                fetched = _once(line, token_request(sign_in, secret), ends_at, fresh=False)
                token = self._tokens.keep(line.name, secret, fetched.body) if fetched.status == 200 else None
                if token is None:
                    # Nothing of the operation itself was sent.
                    trouble: Reason | None = fetched.reason or ("content" if fetched.status == 200 else None)
                    return replace(fetched, reason=trouble, sent=False)
            exchange = self._tried(line, operation, with_token(request, token), ends_at)
            if exchange.status != 401 or attempt == 2:
                return exchange
            self._tokens.forget(line.name, secret, token)
        raise AssertionError("two attempts always answer")

    def _tried(self, line: Line, operation: Operation, request: Request, ends_at: float) -> Exchange:
        exchange = _once(line, request, ends_at, fresh=operation.is_act)
        for _ in range(0 if operation.is_act else RETRIES):
            if not _passing(exchange):
                break
            # Jitter: those who failed together must not come back together.
            pause = random.uniform(0.02, 0.15)  # noqa: S311  nothing secret
            if ends_at - time.monotonic() < pause + _WORTH_A_RETRY:
                break
            self._pause(pause)
            exchange = _once(line, request, ends_at, fresh=False)
        return exchange


_PASSING: Final[frozenset[Reason | None]] = frozenset(
    {"connect", "time", "tls", "name", "status", "content", "size", "secret", "circuit_open", "budget"}
)


def _once(line: Line, request: Request, ends_at: float, *, fresh: bool) -> Exchange:
    return line.transport.exchange(request, Deadline(ends_at - time.monotonic()), fresh=fresh)


def _passing(exchange: Exchange) -> bool:
    """Whether the same read may well succeed at once: a cut or refused connection, a gateway's hiccup."""
    if exchange.reason is not None:
        return exchange.reason in ("connect", "time")
    return exchange.status in _GATEWAY_TROUBLES and exchange.retry_after is None


def _given(operation: Operation, name: str, inputs: Mapping[str, Any], results: Mapping[str, Any]) -> dict[str, Any]:
    plain = {**_asked(operation, inputs), **results}
    context = Context(answer=plain, root=plain, inputs=plain, time=operation.time, tables=operation.tables)
    try:
        return {word: expression.of(plain, context) for word, expression in operation.given[name].items()}
    except Unreadable as error:
        raise BadInput(name) from error


def _not_found_for(operation: Operation, inputs: Mapping[str, Any], told: Reading) -> Reading:
    """The first call knows nothing of it, so neither would this one: said in this operation's own words."""
    capability = operation.capability
    if capability is None or capability.not_found is None:
        return replace(told, state="missing", operation=operation.name)
    asked = {name: value for name, value in _asked(operation, inputs).items() if name in capability.fields}
    return replace(told, state="known", value={**asked, **capability.not_found}, operation=operation.name)


def _asked(operation: Operation, inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return plain_inputs(operation, inputs)
    except BadInput:
        return {}


def _not_called(reason: Reason, operation: Operation) -> Outcome:
    return Outcome(exchange=Exchange(), reading=Reading(state="unknown", reason=reason, operation=operation.name))


def _may_have_arrived(exchange: Exchange) -> bool:
    """Whether a call that is to be made again may have been done: it left, and nobody refused it beforehand."""
    if exchange.status is None:
        return exchange.sent
    return exchange.status >= 500 and not (exchange.status == 503 and exchange.retry_after is not None)
