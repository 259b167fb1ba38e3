"""The web service of the benches: an order that takes 20 ms to read, always the same, on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DELAY = 0.02
"""Seconds an answer takes."""
ORDER = {
    "number": "RC-1", "placed_at": "2031-02-22T09:00:00Z", "status": "shipped", "paid": True, "total": "49.90",
    "currency": "EUR", "promised_on": "2031-02-28", "delivered_twice": False,
}  # fmt: skip
DEFINITION = """
ariane_connector: 1
definition: bench-shop
title: {fr: "Boutique du banc", en: "Bench shop"}
source: "tests/bench/stub.py"
sign_in: {kind: none}
time: {zone: UTC, formats: ["%Y-%m-%dT%H:%M:%SZ"]}
operations:
  order:
    capability: shop.order
    path: /order
    query: {number: "{number}"}
    fields:
      number: number
      status: status
      paid: paid
      currency: currency
"""


class _Order(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(DELAY)
        body = json.dumps(ORDER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


@contextmanager
def running() -> Iterator[str]:
    """The service while the block runs; its address."""
    server = _Server(("127.0.0.1", 0), _Order)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
