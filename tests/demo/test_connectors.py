"""The services, read through Ariane's definitions: what a process sees of the imaginary company."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from ariane.demo.connections import DEFINITIONS, connections
from ariane.demo.services import Addresses
from base.money import Money
from processes.connectors.definitions import Definition, library, load_file
from processes.connectors.reader import interpret, interpret_act
from processes.connectors.readings import ActAnswer, Reading
from processes.connectors.requesting import build
from processes.walk.values import UNKNOWN
from tests.demo.conftest import Company

ADDRESSES = Addresses(shop="http://shop", laposte="http://laposte", dhl="http://dhl", mail="http://mail", smtp="")


def definition(key: str) -> Definition:
    return library()[key] if key in library() else load_file(DEFINITIONS / f"{key}.yaml")


class Ariane:
    """Asks the services as the connector client would, without a network between them."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def read(self, capability: str, **inputs: Any) -> Reading:
        operation, answer = self._call(capability, inputs)
        return interpret(operation, answer.status_code, dict(answer.headers), answer.data, inputs)

    def act(self, capability: str, key: str = "walk-1:reship:1", **inputs: Any) -> ActAnswer:
        operation, answer = self._call(capability, inputs, key)
        return interpret_act(operation, answer.status_code, dict(answer.headers), answer.data, inputs)

    def _call(self, capability: str, inputs: Mapping[str, Any], key: str | None = None) -> tuple[Any, Any]:
        for connection in connections(ADDRESSES):
            for route in connection.routes:
                if route.capability == capability and route.carrier in (None, inputs.get("carrier")):
                    operation = definition(connection.definition).operations[route.operation]
                    request = build(operation, inputs, secret=connection.secret, request_id="r", key=key)
                    client = self.company.clients[str(urlsplit(connection.base_url).hostname)]
                    return operation, client.open(
                        request.target, method=request.method, headers=dict(request.headers), data=request.body
                    )
        raise AssertionError(f"no route for {capability}")

    def statuses(self, number: str) -> list[Any]:
        """Of each parcel of an order, what its carrier says."""
        parcels = self.read("shop.order", number=number).value["parcels"]
        return [self.track(parcel).value["status"] for parcel in parcels]

    def track(self, parcel: Mapping[str, Any]) -> Reading:
        carrier = {"Colissimo": "laposte", "DHL": "dhl"}.get(parcel["carrier"], parcel["carrier"])
        return self.read("carrier.tracking", carrier=carrier, number=parcel["number"])


@pytest.fixture
def ariane(company: Company) -> Ariane:
    return Ariane(company)


def test_every_capability_of_the_shop_and_of_the_carriers_has_its_operation() -> None:
    for connection in connections(ADDRESSES):
        for route in connection.routes:
            assert definition(connection.definition).operations[route.operation].answers(route.capability)


def test_the_heroines_order_is_read_whole(ariane: Ariane) -> None:
    order = ariane.read("shop.order", number="RC-1001").value
    assert order["status"] == "shipped"
    assert order["promised_on"] == date(2026, 11, 13)
    assert order["total"] == Money(6240, "EUR")
    assert (order["customer"]["name"], order["customer"]["phone"]) == ("Claire Martin", "+33639980101")
    assert (order["language"], order["segment"], order["delivered_twice"]) == ("fr", "standard", False)
    (parcel,) = order["parcels"]
    assert (parcel["direction"], parcel["value"], parcel["lines"]) == (
        "out",
        Money(6240, "EUR"),
        ["LAMPE-01", "AMP-LED"],
    )
    tracking = ariane.track(parcel).value
    assert tracking["status"] == "in_transit"
    assert tracking["last_event_at"] == datetime(2026, 11, 11, 4, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "statuses"),
    [
        ("RC-1006", ["customs"]),
        ("RC-1007", ["in_transit"]),
        ("RC-1005", ["ready_for_pickup"]),
        ("RC-1008", ["delivered"]),
        ("RC-1009", ["delivered"]),
        ("RC-1010", ["partially_delivered"]),
        ("RC-1011", ["out_for_delivery"]),
        ("RC-1012", ["delivery_failed"]),
        ("RC-996", ["returning"]),
        ("RC-993", ["returned"]),
        ("RC-1013", ["announced"]),
        ("RC-1014", [UNKNOWN]),
        ("RC-1015", ["unknown_parcel"]),
        ("RC-1016", ["delivered", "in_transit"]),
        ("RC-1018", ["in_transit"]),
        ("RC-1026", ["announced"]),
    ],
)
def test_the_cast_shows_the_states_of_the_vocabulary(ariane: Ariane, number: str, statuses: list[Any]) -> None:
    assert ariane.statuses(number) == statuses


def test_a_code_that_nobody_mapped_is_unknown_and_kept(ariane: Ariane) -> None:
    (parcel,) = ariane.read("shop.order", number="RC-1014").value["parcels"]
    reading = ariane.track(parcel)
    assert reading.raw_codes == {"status": "ZX7"}
    assert reading.unmapped == ("status",)


@pytest.mark.parametrize(
    ("number", "status", "paid"),
    [
        ("RC-1017", "partially_shipped", True),
        ("RC-1020", "processing", True),
        ("RC-1022", "processing", False),
        ("RC-1023", "cancelled", True),
        ("RC-1008", "delivered", True),
    ],
)
def test_orders_are_read_in_every_state(ariane: Ariane, number: str, status: str, paid: bool) -> None:
    order = ariane.read("shop.order", number=number).value
    assert (order["status"], order["paid"]) == (status, paid)


def test_what_a_shop_knows_of_a_line_a_seller_and_a_segment_is_read(ariane: Ariane) -> None:
    assert ariane.read("shop.order", number="RC-1019").value["lines"][0]["personalised"] is True
    assert ariane.read("shop.order", number="RC-1025").value["seller"] == "Vannerie du Lac"
    assert ariane.read("shop.order", number="RC-1003").value["segment"] == "vip"
    directions = [parcel["direction"] for parcel in ariane.read("shop.order", number="RC-970").value["parcels"]]
    assert directions == ["out", "return"]


def test_an_order_that_does_not_exist_is_missing(ariane: Ariane) -> None:
    assert ariane.read("shop.order", number="RC-9999").state == "missing"


def test_a_parcel_waiting_at_the_post_office_has_an_address_and_days_left(ariane: Ariane) -> None:
    for number, until in (("RC-998", date(2026, 11, 20)), ("RC-1005", date(2026, 11, 23))):
        (parcel,) = ariane.read("shop.order", number=number).value["parcels"]
        tracking = ariane.track(parcel).value
        assert tracking["pickup_address"].startswith("Bureau de poste")
        assert (tracking["keep_until"], tracking["attempts"]) == (until, 1)


def test_times_of_dhl_in_ireland_are_irish(ariane: Ariane) -> None:
    (parcel,) = ariane.read("shop.order", number="RC-1007").value["parcels"]
    assert ariane.track(parcel).value["last_event_at"] == datetime(2026, 11, 17, 4, 10, tzinfo=UTC)


def test_an_order_is_verified_by_postcode_or_mail(ariane: Ariane) -> None:
    assert ariane.read("shop.verify", number="RC-1001", postcode="37000").value["verified"] is True
    assert ariane.read("shop.verify", number="RC-1001", mail="claire.martin@example.test").value["verified"] is True
    assert ariane.read("shop.verify", number="RC-1001", postcode="75011").value["verified"] is False
    assert ariane.read("shop.verify", number="RC-9999", postcode="37000").value["verified"] is False


def test_stock_of_several_lines_is_the_worst_of_them(ariane: Ariane) -> None:
    assert ariane.read("shop.stock", lines=["LAMPE-01", "AMP-LED"]).value == {"available": True}
    lacking = ariane.read("shop.stock", lines=["LAMPE-01", "VASE-BLEU"]).value
    assert lacking == {"available": False, "back_on": date(2026, 12, 4)}
    assert ariane.read("shop.stock", lines=["MIROIR"]).value == {"available": False}


def test_the_story_through_connectors(ariane: Ariane) -> None:
    (first,) = ariane.read("shop.order", number="RC-1001").value["parcels"]
    ariane.company.be("2026-11-18", "18:01")
    done = ariane.act("shop.reship", order="RC-1001", parcel=first["number"])
    assert (done.state, done.safety) == ("done", "keyed")
    assert (done.result["carrier"], done.result["promised_on"]) == ("dhl", date(2026, 11, 20))
    assert ariane.act("shop.reship", order="RC-1001", parcel=first["number"]).result == done.result
    refused = ariane.act("shop.reship", key="walk-2:reship:1", order="RC-1001", parcel=first["number"])
    assert (refused.state, refused.reason) == ("failed", "already_done")

    ariane.company.be("2026-11-20", "18:01")
    order = ariane.read("shop.order", number="RC-1001").value
    assert order["delivered_twice"] is False
    assert [parcel["replaced"] for parcel in order["parcels"]] == [True, False]
    assert ariane.statuses("RC-1001") == ["in_transit", "delivered"]

    ariane.company.be("2026-11-24", "18:01")
    assert ariane.read("shop.order", number="RC-1001").value["delivered_twice"] is True
    label = ariane.act("shop.return_label", key="walk-1:label:1", order="RC-1001", parcel=first["number"]).result
    assert label["file"].endswith("/labels/RL-2001.pdf")
    assert (label["carrier"], label["use_by"]) == ("laposte", date(2026, 12, 8))
    order = ariane.read("shop.order", number="RC-1001").value
    assert [parcel["direction"] for parcel in order["parcels"]] == ["out", "out", "return"]
    assert order["delivered_twice"] is True


def test_a_month_late_the_first_parcel_makes_an_order_delivered_twice(ariane: Ariane) -> None:
    assert ariane.read("shop.order", number="RC-985").value["delivered_twice"] is True


def test_money_goes_back_and_its_state_is_followed(ariane: Ariane) -> None:
    done = ariane.act("shop.refund", order="RC-1000", lines=["VASE-BLEU"], amount=Money(2400, "EUR"))
    assert (done.state, done.result["amount"]) == ("done", Money(2400, "EUR"))
    reference = done.result["reference"]
    assert ariane.read("shop.refund_state", reference=reference).value["settled"] is False
    ariane.company.be("2026-11-20", "09:01")
    assert ariane.read("shop.refund_state", reference=reference).value["settled"] is True
    assert ariane.read("shop.refund_state", reference="RB-0-0").state == "missing"
    much = ariane.act("shop.refund", key="k2", order="RC-1000", lines=["VASE-BLEU"], amount=Money(2400, "EUR"))
    assert (much.state, much.reason) == ("failed", "over_cap")


def test_out_of_stock_is_a_clear_no(ariane: Ariane) -> None:
    (parcel,) = ariane.read("shop.order", number="RC-1000").value["parcels"]
    answer = ariane.act("shop.reship", order="RC-1000", parcel=parcel["number"])
    assert (answer.state, answer.reason) == ("failed", "out_of_stock")


def test_vouchers_and_cancellations(ariane: Ariane) -> None:
    voucher = ariane.act("shop.voucher", order="RC-1004", amount=Money(500, "EUR"))
    assert voucher.result["amount"] == Money(500, "EUR")
    cancelled = ariane.act("shop.cancel_order", key="k2", order="RC-1029", reason="customer")
    assert cancelled.result["refunded"] == Money(1890, "EUR")
    assert ariane.act("shop.cancel_order", key="k3", order="RC-1001").reason == "shipped"
    assert ariane.act("shop.cancel_order", key="k4", order="RC-1027").reason == "being_picked"
    assert ariane.act("shop.cancel_order", key="k5", order="RC-1028").state == "done"


@pytest.mark.parametrize("kind", ["down", "html", "truncated", "unknown_status"])
def test_a_carrier_in_trouble_reads_unknown_and_never_breaks(ariane: Ariane, kind: str) -> None:
    parcels = ariane.read("shop.order", number="RC-1016").value["parcels"]
    ariane.company.clients["laposte"].post("/faults", json={"kind": kind})
    post, other = (ariane.track(parcel) for parcel in parcels)
    assert post.state == "unknown" or post.value["status"] is UNKNOWN
    assert other.value["status"] == "in_transit"


def test_the_warehouse_is_asked_to_stop_an_order_and_answers_later(ariane: Ariane) -> None:
    ariane.company.be("2026-11-18", "10:00")
    assert ariane.read("shop.stop_state", order="RC-1027").state == "missing"
    assert ariane.act("shop.stop_order", order="RC-1029").reason == "not_being_picked"
    assert ariane.act("shop.stop_order", key="k2", order="RC-1027").state == "done"
    assert ariane.read("shop.stop_state", order="RC-1027").value == {"answer": "pending"}
    ariane.company.be("2026-11-18", "10:45")
    assert ariane.read("shop.stop_state", order="RC-1027").value == {"answer": "stopped"}
    assert ariane.act("shop.cancel_order", key="k3", order="RC-1027").state == "done"


def test_refunds_of_an_order_are_listed_with_what_they_are_for(ariane: Ariane) -> None:
    assert ariane.read("shop.refunds", order="RC-1000").value["count"] == 0
    ariane.act("shop.refund", order="RC-1000", lines=["VASE-BLEU"], amount=Money(2400, "EUR"))
    (made,) = ariane.read("shop.refunds", order="RC-1000").value["refunds"]
    assert (made["amount"], made["settled"]) == (Money(2400, "EUR"), False)
    assert "ase" in made["items"]
