"""Servers that misbehave, on this machine: each a function that gets the accepted socket."""

import contextlib
import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[[socket.socket, bytes], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Trap:
    """A server, its port, and what it was asked."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._behaviour, self._tls = behaviour, tls
        self._server = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        self.closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.closed.set()
        for one in (self._server, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while not self.closed.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            while request := _whole_request(connection):
                self.requests.append(request)
                self._behaviour(connection, request)
                if b"connection: close" in request.lower():
                    break
            connection.close()


@contextmanager
def trap(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Trap]:
    made = Trap(behaviour, tls)
    try:
        yield made
    finally:
        made.close()


def answering(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Behaviour:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\n" % len(body)
    whole = head + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body
    return lambda connection, request: connection.sendall(whole)


def dripping_headers(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    _drip(connection, b"X: y\r\n" * 1_000)


def dripping_body(connection: socket.socket, request: bytes) -> None:
    connection.sendall(OK + b"Content-Length: 100000\r\n\r\n")
    _drip(connection, b" " * 100_000)


def dripping_chunks(connection: socket.socket, request: bytes) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    _drip(connection, b"1\r\n \r\n" * 1_000)


def for_ever_continue(connection: socket.socket, request: bytes) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def silent(connection: socket.socket, request: bytes) -> None:
    time.sleep(20)


def fifty_megabytes(connection: socket.socket, request: bytes) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(800):
        connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
    connection.sendall(b"0\r\n\r\n")


@cache
def packed_bomb() -> bytes:
    """200 MB in 200 kB; ask for it before the clock runs, packing takes its time."""
    return gzip.compress(b"[" + b" " * 200_000_000, 9)


def gzip_bomb(connection: socket.socket, request: bytes) -> None:
    packed = packed_bomb()
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    connection.sendall(head + packed)


def cut_in_the_middle(connection: socket.socket, request: bytes) -> None:
    connection.sendall(OK + b'Content-Length: 1000\r\n\r\n{"a": ')
    connection.shutdown(socket.SHUT_RDWR)


def cut_at_once(connection: socket.socket, request: bytes) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def not_http(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    connection.shutdown(socket.SHUT_RDWR)


def endless_header(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000)


def _drip(connection: socket.socket, data: bytes) -> None:
    for place in range(len(data)):
        connection.sendall(data[place : place + 1])
        time.sleep(0.1)


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A self-signed certificate for a name: the server's context, and the file that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        called: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        called = x509.DNSName(name)
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([called]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file
