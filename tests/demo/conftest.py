"""The imaginary company with its real clock standing still: the demo's time moves only when a test moves it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from ariane.demo.clock import at
from ariane.demo.company import AFTERSALES_TOKEN, DHL_KEY, LAPOSTE_KEY, SHOP_TOKEN
from ariane.demo.services.apps import application
from ariane.demo.services.store import Store

REAL = datetime(2030, 1, 1, tzinfo=UTC)


class Company:
    """The services, asked in the process, as their callers do."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clients = {name: _client(store, name) for name in ("shop", "laposte", "dhl", "mail")}

    def be(self, day: str, clock: str) -> datetime:
        """It is this moment in the demo: ``be("2026-11-18", "18:01")``."""
        now = at(datetime.fromisoformat(day).date(), clock)
        answer = self.clients["shop"].post("/clock", json={"now": now.isoformat()})
        assert answer.status_code == 200
        return now

    def order(self, number: str) -> dict[str, Any]:
        answer = self.clients["shop"].get(
            "/admin/api/2024-10/orders.json",
            query_string={"name": number, "status": "any"},
            headers={"X-Shopify-Access-Token": SHOP_TOKEN},
        )
        (order,) = answer.get_json()["orders"]
        return dict(order)

    def laposte(self, numbers: str, **query: str) -> Any:
        headers = {"X-Okapi-Key": LAPOSTE_KEY}
        return self.clients["laposte"].get(f"/suivi/v2/idships/{numbers}", query_string=query, headers=headers)

    def dhl(self, number: str, **query: str) -> Any:
        query = {"trackingNumber": number, **query}
        return self.clients["dhl"].get("/track/shipments", query_string=query, headers={"DHL-API-Key": DHL_KEY})

    def office(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = "key-1") -> Any:
        """The back office: a POST under a key when there is a body, else a GET."""
        headers = {"Authorization": f"Bearer {AFTERSALES_TOKEN}"} | ({"Idempotency-Key": key} if key else {})
        client = self.clients["shop"]
        if body is None:
            return client.get(f"/backoffice/v1/{path}", headers=headers)
        return client.post(f"/backoffice/v1/{path}", json=body, headers=headers)

    def parcel(self, order: str, nth: int = 0) -> str:
        """Number of the `nth` parcel that the shop shows for an order."""
        return str(self.order(order)["fulfillments"][nth]["tracking_number"])


def _client(store: Store, name: str) -> FlaskClient:
    return application(store, name).test_client()


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Open the data file, again if need be: what a restart does."""
    opened: list[Store] = []

    def open_() -> Store:
        opened.append(Store(tmp_path / "services.sqlite3", clock=lambda: REAL))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def company(open_store: Callable[[], Store]) -> Company:
    return Company(open_store())
