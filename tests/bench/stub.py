"""The web service of the benches: an order that takes 20 ms to read, always the same, on this machine."""

import json
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

DELAY = 0.02
"""Seconds an answer takes."""
NUMBER = "RC-1"
PAYLOAD = Path(__file__).parent.parent / "payloads" / "shopify_order_partial.json"
ORDER = {"orders": [{**json.loads(PAYLOAD.read_text("utf-8"))["order"], "name": NUMBER}]}
"""In the shape of a real shop, read with the ready-made definition."""


class _Order(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one packet: else the client's delayed acknowledgement adds 40 ms to each answer.
    wbufsize = -1

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
    """The service while the block runs, in a process of its own; its address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=[theirs], daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ours.recv()}"
    process.terminate()
    process.join()


def _serve(pipe: Connection) -> None:
    server = _Server(("127.0.0.1", 0), _Order)
    pipe.send(server.server_address[1])
    server.serve_forever()
