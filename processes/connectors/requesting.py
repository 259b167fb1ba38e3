"""The request of an operation: templates filled, values escaped for where they stand, signed in. Pure."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape as escape_xml

from base.business_time import Delay
from base.money import Money
from processes.connectors.documents import (
    Basic,
    Bearer,
    BodySecrets,
    ClientCredentials,
    HeaderKey,
    QueryKey,
)
from processes.connectors.expressions import Context
from processes.connectors.operations import Operation
from processes.connectors.templates import MissingInput, fill_given, fill_json, fill_text
from processes.connectors.times import Unreadable, says_nothing, to_text
from processes.walk.values import MISSING, UNKNOWN

LONGEST_INPUT: Final = 2_000
Secret = Mapping[str, str]


class BadInput(Exception):
    """Something that the call needs is unknown, missing, or could never be part of a request."""


class SecretMissing(Exception):
    """A part of the connection's secret that the definition asks for is not there."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent. Its text holds secrets: it is never logged."""

    method: str
    target: str
    """Path and query, below the connection's base URL."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"<Request {self.method}>"


def build(
    operation: Operation,
    inputs: Mapping[str, Any],
    *,
    secret: Secret,
    request_id: str,
    key: str | None = None,
    first: Mapping[str, Any] | None = None,
) -> Request:
    """The request, signed in unless a token has to be fetched. Raises `BadInput`, `SecretMissing`."""
    values = request_values(operation, inputs, request_id=request_id, key=key, first=first)
    document, sign_in = operation.document, operation.definition.sign_in
    if isinstance(sign_in, BodySecrets):
        values = {**values, "secret": {name: part(secret, name) for name in sign_in.secrets}}
    try:
        request = Request(
            method=document.method,
            target=_target(document.path, document.query, values),
            headers=_headers(operation, values, key),
        )
        return _signed_in(_with_body(request, operation, values), operation, secret)
    except MissingInput as error:
        raise BadInput(str(error)) from error


def request_values(
    operation: Operation,
    inputs: Mapping[str, Any],
    *,
    request_id: str = "",
    key: str | None = None,
    first: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What templates can name: inputs as plain JSON, `key`, results of calls before, and the operation's `values`."""
    plain = plain_inputs(operation, inputs)
    plain["request_id"] = request_id
    if key is not None:
        plain["key"] = key
    plain.update(first or {})
    context = Context(answer=plain, root=plain, inputs=plain, time=operation.time, tables=operation.tables)
    for name, expression in operation.values.items():
        try:
            plain[name] = context.named[name] = expression.of(plain, context)
        except Unreadable as error:
            raise BadInput(name) from error
    return plain


def plain_inputs(operation: Operation, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as plain JSON; those that say nothing are left out. Raises `BadInput` for an unknown one."""
    plain = {name: _plain(value) for name, value in inputs.items() if value is not MISSING}
    required = operation.capability.required_inputs if operation.capability is not None else ()
    for name in required:
        if says_nothing(plain.get(name)):
            raise BadInput(name)
    return {name: value for name, value in plain.items() if not says_nothing(value)}


def token_request(sign_in: ClientCredentials, secret: Secret) -> Request:
    """The call that fetches a token. Raises `SecretMissing`."""
    client, password = part(secret, sign_in.client_id), part(secret, sign_in.client_secret)
    form = {"grant_type": "client_credentials"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **sign_in.headers}
    if sign_in.scope is not None:
        form["scope"] = sign_in.scope
    if sign_in.send == "basic":
        headers["Authorization"] = _basic(client, password)
    else:
        form |= {"client_id": client, "client_secret": password}
    return Request(method="POST", target=sign_in.path, headers=headers, body=urlencode(form).encode())


def with_token(request: Request, token: str) -> Request:
    """The request with a Bearer token."""
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})


def part(secret: Secret, name: str) -> str:
    """One part of a secret; a secret of one part only answers to any name. Raises `SecretMissing`."""
    value = secret.get(name) or (secret.get("") if len(secret) == 1 else None)
    if not value:
        raise SecretMissing(name)
    return value


def _target(path: str, query: Mapping[str, str], values: Mapping[str, Any]) -> str:
    segments = [_segment(segment, values) for segment in path.split("/")]
    asked = fill_given(query, values)
    return "/".join(segments) + (f"?{urlencode(asked, quote_via=quote)}" if asked else "")


def _segment(template: str, values: Mapping[str, Any]) -> str:
    filled = fill_text(template, values, lambda text: quote(_checked(text), safe=""))
    if template and filled in ("", ".", ".."):
        raise BadInput("a path that leaves its place")
    return filled


def _headers(operation: Operation, values: Mapping[str, Any], key: str | None) -> dict[str, str]:
    headers = fill_given({**operation.definition.headers, **operation.document.headers}, values)
    if key is not None and operation.document.key_header is not None:
        headers[operation.document.key_header] = key
    for value in headers.values():
        if not value.isascii() or not value.isprintable():
            raise BadInput("a header that is not plain ASCII")
    return headers


def _with_body(request: Request, operation: Operation, values: Mapping[str, Any]) -> Request:
    body = operation.document.body
    if body is None:
        return request
    if body.xml is not None:
        return _sending(request, "text/xml; charset=utf-8", fill_text(body.xml.strip(), values, _xml_text))
    if body.form is not None:
        return _sending(request, "application/x-www-form-urlencoded", urlencode(fill_given(body.form, values)))
    text = json.dumps(fill_json(body.json_body, values), ensure_ascii=False)
    return _sending(request, "application/json", text)


def _sending(request: Request, kind: str, text: str) -> Request:
    try:
        body = text.encode()
    except UnicodeEncodeError as error:
        raise BadInput("half a character") from error
    named = any(name.lower() == "content-type" for name in request.headers)
    headers = dict(request.headers) if named else {**request.headers, "Content-Type": kind}
    return replace(request, headers=headers, body=body)


def _signed_in(request: Request, operation: Operation, secret: Secret) -> Request:
    sign_in = operation.definition.sign_in
    headers = dict(request.headers)
    if isinstance(sign_in, HeaderKey):
        headers[sign_in.name] = sign_in.prefix + part(secret, sign_in.secret)
    elif isinstance(sign_in, Bearer):
        headers["Authorization"] = f"Bearer {part(secret, sign_in.secret)}"
    elif isinstance(sign_in, Basic):
        password = part(secret, sign_in.password) if sign_in.password is not None else ""
        headers["Authorization"] = _basic(part(secret, sign_in.user), password)
    elif isinstance(sign_in, QueryKey):
        pair = urlencode({sign_in.name: part(secret, sign_in.secret)}, quote_via=quote)
        return replace(request, target=request.target + ("&" if "?" in request.target else "?") + pair)
    return replace(request, headers=headers)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _checked(text: str) -> str:
    if len(text) > LONGEST_INPUT or "\0" in text:
        raise BadInput("too long, or a NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInput("half a character") from error
    return text


def _xml_text(text: str) -> str:
    # Characters that XML cannot hold at all would make the whole envelope unreadable.
    if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in text):
        raise BadInput("a control character")
    return escape_xml(_checked(text), {'"': "&quot;", "'": "&apos;"})


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        raise BadInput("unknown")
    if isinstance(value, Money):
        return {"minor": value.minor, "decimal": str(value.decimal), "currency": value.currency}
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Delay):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items() if part is not MISSING}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
