"""What Ariane works out by itself on the common shapes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from processes.connectors.common_rules import complete
from processes.walk.values import UNKNOWN

START = datetime(2026, 11, 2, tzinfo=UTC)


def parcel(status: Any, *items: tuple[str, int], day: int = 0, **more: Any) -> dict[str, Any]:
    contents = [{"sku": sku, "quantity": quantity} for sku, quantity in items]
    sent = START + timedelta(days=day)
    return {
        "status": status, "direction": "out", "contents": contents, "lines": [sku for sku, _ in items], "sent_at": sent,
    } | more  # fmt: skip


def order(*parcels: dict[str, Any], status: str = "shipped", **lines: int) -> dict[str, Any]:
    listed = [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()]
    return complete("shop.order", {"status": status, "lines": listed, "parcels": list(parcels)})


def test_the_same_line_in_two_delivered_parcels_was_delivered_twice() -> None:
    told = order(parcel("delivered", ("lamp", 1)), parcel("delivered", ("lamp", 1), day=9), lamp=1)
    assert told["delivered_twice"] is True
    assert [one["replaced"] for one in told["parcels"]] == [True, False]
    assert told["status"] == "delivered"


def test_two_lamps_in_two_parcels_are_what_was_ordered() -> None:
    told = order(parcel("delivered", ("lamp", 1)), parcel("delivered", ("lamp", 1), day=1), lamp=2)
    assert told["delivered_twice"] is False
    assert [one["replaced"] for one in told["parcels"]] == [False, False]


def test_a_return_is_no_second_delivery() -> None:
    back = parcel("delivered", ("lamp", 1), day=9, direction="return")
    assert order(parcel("delivered", ("lamp", 1)), back, lamp=1)["delivered_twice"] is False


def test_a_parcel_still_on_its_way_is_not_yet_twice() -> None:
    told = order(parcel("in_transit", ("lamp", 1)), parcel("delivered", ("lamp", 1), day=9), lamp=1)
    assert (told["delivered_twice"], told["status"]) == (False, "delivered")


def test_what_cannot_be_told_is_unknown_never_no() -> None:
    told = order(parcel(UNKNOWN, ("lamp", 1)), parcel("delivered", ("lamp", 1), day=9), lamp=1)
    assert told["delivered_twice"] is UNKNOWN
    hidden = {"contents": UNKNOWN, "lines": UNKNOWN}
    told = order(parcel("delivered", ("lamp", 1)), parcel("delivered", day=9) | hidden, lamp=1)
    assert told["delivered_twice"] is UNKNOWN


def test_half_an_order_delivered_is_not_delivered() -> None:
    assert order(parcel("delivered", ("lamp", 1)), lamp=1, bulb=2)["status"] == "shipped"


def test_what_the_service_says_itself_is_left_alone() -> None:
    told = complete("shop.order", {"status": "shipped", "lines": [], "parcels": [], "delivered_twice": True})
    assert told["delivered_twice"] is True
    assert complete("shop.order", {"status": "shipped"})["delivered_twice"] is UNKNOWN


@pytest.mark.parametrize(
    ("status", "pieces", "arrived", "said"),
    [
        ("delivered", 2, 1, "partially_delivered"),
        ("delivered", 2, 2, "delivered"),
        ("delivered", 2, None, "delivered"),
        ("delivered", 1, 0, "delivered"),
        ("in_transit", 2, 1, "in_transit"),
    ],
)
def test_one_piece_of_two_is_partially_delivered(status: str, pieces: int, arrived: int | None, said: str) -> None:
    fields = {"status": status, "pieces": pieces, "pieces_delivered": arrived, "delivered_at": START}
    told = complete("carrier.tracking", fields)
    assert told["status"] == said
    assert ("delivered_at" in told) == (said != "partially_delivered")
