"""A made-up shop as a definition and a server, and connections to it."""

from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr

from base.actors import Actor
from base.config import Configuration
from base.database import Database
from processes.connectors.addresses import parse_base_url, parse_networks
from processes.connectors.client import Line
from processes.connectors.definitions import Definition
from processes.connectors.installing import install_connection, install_definition
from processes.connectors.secret_store import Secrets
from processes.connectors.service import Connectors
from processes.connectors.transport import Transport

KEY = SecretStr(Fernet.generate_key().decode())
SECRET = {"key": "planted-secret"}

SHOP = """
ariane_connector: 1
definition: acme
title: {fr: "Acme", en: "Acme"}
sign_in: {kind: header, name: X-Api-Key}
operations:
  tracking:
    capability: carrier.tracking
    path: /parcels/{number}
    not_found: [{http: 404, if: "error == 'none'"}]
    fields:
      number: number
      carrier: "input('carrier')"
      status: {from: state, codes: {go: in_transit, done: delivered}}
      attempts: "`0`"
  refund:
    capability: shop.refund
    method: POST
    path: /orders/{order}/refunds
    body: {json: {lines: "{lines}", cents: "{amount.minor}", currency: "{amount.currency}", note: "order {order}"}}
    safety: keyed
    key_header: Idempotency-Key
    refused: [{http: 409, if: "error == 'done'", because: already_done}]
    fields:
      reference: id
      amount: {from: cents, minor: true, currency: currency}
  reship:
    capability: shop.reship
    method: POST
    path: /orders/{order}/reshipments
    body: {json: {parcel: "{parcel}", reference: "{key}"}}
    safety: queryable
    lookup: find_reshipment
    seconds: 1
    fields: {parcel_number: number, carrier: "'acme'"}
  find_reshipment:
    capability: shop.reship
    path: /reshipments/{key}
    not_found: [{http: 404}]
    fields: {parcel_number: number, carrier: "'acme'"}
  cancel:
    capability: shop.cancel_order
    method: POST
    path: /orders/{order}/cancel
    seconds: 1
    fields: {reference: id}
"""

HERE = ("127.0.0.1/32",)
ROUTES = [
    ("carrier.tracking", "tracking", "Acme"),
    ("shop.refund", "refund", None),
    ("shop.reship", "reship", None),
    ("shop.cancel_order", "cancel", None),
]


def line_to(port: int, definition: Definition, secret: Mapping[str, str] | None = None) -> Line:
    networks = parse_networks(HERE)
    transport = Transport(parse_base_url(f"http://127.0.0.1:{port}/api", networks), networks=networks)
    return Line(name="acme", definition=definition, transport=transport, secret=lambda: secret or SECRET)


def connect(database: Database, actor: Actor, now: Any, port: int, **more: Any) -> Connectors:
    """Acme installed for the actor's brand, and what asks it."""
    with database.unit() as session:
        install_definition(session, actor, now, more.pop("text", SHOP))
        install_connection(
            session, actor, now, definition="acme", base_url=f"http://127.0.0.1:{port}/api", networks=HERE,
            keys=[KEY], secret=SECRET, routes=more.pop("routes", ROUTES), **more,
        )  # fmt: skip
    return connectors(database)


def connectors(database: Database) -> Connectors:
    configuration = Configuration(encryption_keys=(KEY,))
    return Connectors(database, configuration, secrets=Secrets([KEY], environment={}))
