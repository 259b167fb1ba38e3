"""The services' own data: one SQLite file of their own, restarted from where it was left.

It holds the world as it has become (orders, parcels, stock), what was made in it (reshipments, labels, vouchers), the
answers already given to idempotency keys, the mails, the faults switched on and how far the demo's clock is from the
real one. Ariane never opens this file: it asks over HTTP, as it would ask anybody.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

from ariane.demo.clock import OPENING, ZONE
from ariane.demo.models import Order, Parcel, Product
from ariane.demo.world import SEED, build

_SCHEMA = """
CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), ahead REAL NOT NULL);
CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, external INTEGER UNIQUE, placed TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parcels (number TEXT PRIMARY KEY, order_number TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS parcels_of_order ON parcels (order_number);
CREATE TABLE IF NOT EXISTS products (sku TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS made (kind TEXT, reference TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, reference));
CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, fingerprint TEXT, request TEXT, status INTEGER, answer TEXT);
CREATE TABLE IF NOT EXISTS faults (service TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, received TEXT NOT NULL, recipients TEXT, raw BLOB NOT NULL);
"""


def real_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """The data file. One connection shared by all threads; `unit` is the only way to write."""

    def __init__(self, path: Path, *, seed: int = SEED, clock: Callable[[], datetime] = real_now) -> None:
        self._clock = clock
        self._lock = RLock()
        self._depth = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)
        self._begin_the_world(seed)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def unit(self) -> Iterator[None]:
        """One write transaction, others waiting meanwhile; inside another one, a part of it."""
        with self._lock:
            outermost = self._depth == 0
            self._depth += 1
            try:
                if outermost:
                    self._db.execute("BEGIN IMMEDIATE")
                yield
                if outermost:
                    self._db.execute("COMMIT")
            except BaseException:
                if outermost and self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    # The clock

    def now(self) -> datetime:
        """The demo's time, in the company's zone. It goes on by itself, like any clock."""
        (ahead,) = self._row("SELECT ahead FROM clock") or (0.0,)
        return (self._clock() + timedelta(seconds=ahead)).astimezone(ZONE)

    def move_to(self, now: datetime) -> None:
        """From now on it is `now`."""
        ahead = (now - self._clock()).total_seconds()
        with self.unit():
            self._db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (ahead,))

    # Orders, parcels, products

    def order(self, number: str) -> Order | None:
        row = self._row("SELECT body FROM orders WHERE number = ?", number)
        return Order.model_validate_json(row[0]) if row else None

    def order_by_id(self, external: int) -> Order | None:
        row = self._row("SELECT body FROM orders WHERE external = ?", external)
        return Order.model_validate_json(row[0]) if row else None

    def orders(self) -> list[Order]:
        """All orders, newest first."""
        rows = self._rows("SELECT body FROM orders ORDER BY external DESC")
        return [Order.model_validate_json(row[0]) for row in rows]

    def put_order(self, order: Order) -> None:
        self._put("orders", order.number, order.id, order.placed_at.isoformat(), order.model_dump_json())

    def parcel(self, number: str) -> Parcel | None:
        row = self._row("SELECT body FROM parcels WHERE number = ?", number)
        return Parcel.model_validate_json(row[0]) if row else None

    def parcels(self) -> list[Parcel]:
        """All parcels, those not sent yet included."""
        return [Parcel.model_validate_json(row[0]) for row in self._rows("SELECT body FROM parcels")]

    def parcels_of(self, order: str) -> list[Parcel]:
        """The parcels of an order, oldest first, those not sent yet included."""
        rows = self._rows("SELECT body FROM parcels WHERE order_number = ? ORDER BY rowid", order)
        return sorted((Parcel.model_validate_json(row[0]) for row in rows), key=lambda one: one.created_at)

    def put_parcel(self, parcel: Parcel) -> None:
        self._put("parcels", parcel.number, parcel.order, parcel.model_dump_json())

    def product(self, sku: str) -> Product | None:
        row = self._row("SELECT body FROM products WHERE sku = ?", sku)
        return Product.model_validate_json(row[0]) if row else None

    def put_product(self, product: Product) -> None:
        self._put("products", product.sku, product.model_dump_json())

    # What was made, and the keys it was made under

    def made(self, kind: str, reference: str) -> dict[str, Any] | None:
        row = self._row("SELECT body FROM made WHERE kind = ? AND reference = ?", kind, reference)
        return json.loads(row[0]) if row else None

    def count_made(self, kind: str) -> int:
        row = self._row("SELECT count(*) FROM made WHERE kind = ?", kind)
        return int(row[0]) if row else 0

    def put_made(self, kind: str, reference: str, body: dict[str, Any]) -> None:
        self._put("made", kind, reference, json.dumps(body))

    def answer_to(self, key: str) -> tuple[str, str, int, str] | None:
        """Fingerprint, request line, status and answer kept for an idempotency key."""
        row = self._row("SELECT fingerprint, request, status, answer FROM keys WHERE key = ?", key)
        return (row[0], row[1], row[2], row[3]) if row else None

    def keep_answer(self, key: str, fingerprint: str, request: str, status: int, answer: str) -> None:
        self._put("keys", key, fingerprint, request, status, answer)

    # Faults and mails

    def fault(self, service: str) -> dict[str, Any]:
        row = self._row("SELECT body FROM faults WHERE service = ?", service)
        return json.loads(row[0]) if row else {}

    def put_fault(self, service: str, body: dict[str, Any]) -> None:
        self._put("faults", service, json.dumps(body))

    def keep_mail(self, recipients: list[str], raw: bytes) -> None:
        with self.unit():
            self._db.execute(
                "INSERT INTO mails (received, recipients, raw) VALUES (?, ?, ?)",
                (self.now().isoformat(), json.dumps(recipients), raw),
            )

    def mails(self) -> list[tuple[int, datetime, list[str], bytes]]:
        """Every mail received, newest first: number, moment, recipients, the bytes as they came."""
        rows = self._rows("SELECT id, received, recipients, raw FROM mails ORDER BY id DESC")
        return [(row[0], datetime.fromisoformat(row[1]), json.loads(row[2]), row[3]) for row in rows]

    def mail(self, number: int) -> tuple[int, datetime, list[str], bytes] | None:
        row = self._row("SELECT id, received, recipients, raw FROM mails WHERE id = ?", number)
        return (row[0], datetime.fromisoformat(row[1]), json.loads(row[2]), row[3]) if row else None

    # Inside

    def _begin_the_world(self, seed: int) -> None:
        """Fill an empty file; a file that was filled goes on as it is."""
        if self._row("SELECT 1 FROM clock"):
            return
        world = build(seed)
        with self.unit():
            for order in world.orders.values():
                self.put_order(order)
            for parcel in world.parcels.values():
                self.put_parcel(parcel)
            for product in world.products:
                self.put_product(product)
            self.move_to(OPENING)

    def _put(self, table: str, *values: object) -> None:
        marks = ", ".join("?" for _ in values)
        with self.unit():
            self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)  # table: one of our own names

    def _row(self, sql: str, *values: object) -> Any:
        with self._lock:
            return self._db.execute(sql, values).fetchone()

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()
