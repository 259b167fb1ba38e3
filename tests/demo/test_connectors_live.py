"""The whole way to the imaginary company's services, on real sockets: rows, routes, secrets, client, mapping."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ariane.assembly import Installation
from ariane.demo import services
from ariane.demo.clock import OPENING, at
from ariane.demo.loading import connect
from ariane.demo.services import RunningServices
from base.actors import system_actor
from base.brands import Brand
from base.config import load
from base.database import Database, InsideWriteUnit
from processes.connectors.readings import Reading
from processes.connectors.service import Connectors
from processes.walk.values import UNKNOWN


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServices]:
    """The services in their own process, as the demo runs them."""
    with services.started(tmp_path_factory.mktemp("company")) as running:
        yield running


class Shop:
    """The brand, connected as `ariane demo` connects it."""

    def __init__(self, company: RunningServices, installation: Installation, brand_id: int) -> None:
        self.company, self.installation, self.brand_id = company, installation, brand_id
        self.connectors = installation.connectors

    def read(self, capability: str, max_age: timedelta | None = None, **inputs: Any) -> Reading:
        return self.connectors.read(capability, inputs, brand_id=self.brand_id, max_age=max_age)

    def parcels(self, order: str) -> list[dict[str, Any]]:
        parcels: list[dict[str, Any]] = self.read("shop.order", number=order).value["parcels"]
        return parcels

    def track(self, parcel: dict[str, Any], max_age: timedelta | None = None) -> Reading:
        return self.read("carrier.tracking", max_age, carrier=parcel["carrier"], number=parcel["number"])


@pytest.fixture
def shop(company: RunningServices, database: Database, brand: Brand, tmp_path: Path) -> Iterator[Shop]:
    company.move_clock(OPENING)
    for service in ("shop", "laposte", "dhl"):
        company.switch_fault(service, "none")
    installation = Installation(load(data_folder=tmp_path), database)
    connect(installation, system_actor(brand.id), company.addresses)
    yield Shop(company, installation, brand.id)


def test_an_order_and_its_parcel_are_read_from_shop_and_carrier(shop: Shop) -> None:
    order = shop.read("shop.order", number="RC-1001")
    assert (order.state, order.http, order.value["status"]) == ("known", 200, "shipped")
    tracking = shop.track(order.value["parcels"][0])
    assert (tracking.operation, tracking.value["status"]) == ("laposte.tracking", "in_transit")
    assert tracking.definition_hash


def test_each_parcel_is_asked_from_the_carrier_that_has_it(shop: Shop) -> None:
    """The shop says Colissimo and DHL; the routes know La Poste and DHL."""
    readings = [shop.track(parcel) for parcel in shop.parcels("RC-1016")]
    assert [(one.operation, one.value["status"]) for one in readings] == [
        ("laposte.tracking", "delivered"),
        ("dhl.tracking", "in_transit"),
    ]


def test_a_carrier_that_nobody_serves_is_unknown_with_its_reason(shop: Shop) -> None:
    reading = shop.read("carrier.tracking", carrier="pigeon post", number="P1")
    assert (reading.state, reading.reason) == ("unknown", "unserved")


def test_an_order_that_does_not_exist_is_missing(shop: Shop) -> None:
    assert shop.read("shop.order", number="RC-9999").state == "missing"


def test_a_parcel_sent_again_is_sent_once_under_one_key(shop: Shop) -> None:
    inputs = {"order": "RC-1001", "parcel": shop.parcels("RC-1001")[0]["number"]}
    shop.company.move_clock(at(date(2026, 11, 18), "18:01"))
    done, again = (
        shop.connectors.act("shop.reship", inputs, key=f"k:{shop.brand_id}", brand_id=shop.brand_id) for _ in "12"
    )
    assert (done.state, done.safety, done.result["carrier"]) == ("done", "keyed", "dhl")
    assert again.result == done.result
    other = shop.connectors.act("shop.reship", inputs, key="another", brand_id=shop.brand_id)
    assert (other.state, other.reason) == ("failed", "already_done")


@pytest.mark.parametrize("kind", ["down", "hang_up", "html", "truncated"])
def test_a_carrier_in_trouble_is_unknown_while_the_other_goes_on(shop: Shop, kind: str) -> None:
    at_the_post, at_dhl = shop.parcels("RC-1016")
    shop.company.switch_fault("laposte", kind)
    assert shop.track(at_the_post).state == "unknown"
    assert shop.track(at_dhl).value["status"] == "in_transit"


def test_a_slow_carrier_is_given_up_within_three_seconds(shop: Shop) -> None:
    parcel = shop.parcels("RC-1016")[0]
    shop.company.switch_fault("laposte", "slow", seconds=5, times=3)
    reading = shop.track(parcel)
    assert (reading.state, reading.reason) == ("unknown", "time")
    assert reading.milliseconds <= 3_100


def test_a_status_that_nobody_knows_is_unknown_and_keeps_its_code(shop: Shop) -> None:
    shop.company.switch_fault("dhl", "unknown_status")
    reading = shop.track(shop.parcels("RC-1016")[1])
    assert reading.value["status"] is UNKNOWN
    assert (reading.reason, reading.raw_codes["status"]) == ("unmapped", "rerouted")


def test_a_reading_young_enough_is_given_again_with_its_age(shop: Shop) -> None:
    parcel = shop.parcels("RC-1016")[0]
    first = shop.track(parcel)
    shop.company.switch_fault("laposte", "down")
    kept = shop.track(parcel, max_age=timedelta(minutes=15))
    assert kept.value == first.value
    assert kept.age > timedelta()
    assert shop.track(parcel).state == "unknown"


def test_connecting_again_at_the_next_start_changes_nothing(shop: Shop) -> None:
    connect(shop.installation, system_actor(shop.brand_id), shop.company.addresses)
    assert Connectors(shop.installation.database, shop.installation.configuration).read(
        "shop.order", {"number": "RC-1001"}, brand_id=shop.brand_id
    ).state == "known"  # fmt: skip


def test_no_service_is_called_inside_a_write_transaction(shop: Shop) -> None:
    with shop.installation.database.unit(), pytest.raises(InsideWriteUnit):
        shop.read("shop.order", number="RC-1001")
