"""The services answer like the real ones: the recorded payloads can be told from the same scripts, byte for byte."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from ariane.demo.clock import OPENING, ZONE
from ariane.demo.models import Kind, Parcel, Scan
from ariane.demo.services import dhl, laposte
from tests.demo.conftest import Company

PAYLOADS = Path(__file__).parents[1] / "payloads"
LATER = datetime(2027, 1, 1, tzinfo=ZONE)
KINDS: dict[str, Kind] = {
    "DR1": "announced",
    "PC1": "taken",
    "ET1": "transit",
    "MD2": "out",
    "ND1": "absent",
    "AG1": "ready",
    "RE1": "returning",
    "DI1": "delivered",
    "DI2": "returned",
    "pre-transit": "announced",
    "transit": "transit",
    "delivered": "delivered",
}


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_text())


def parcel_of_laposte(shipment: dict[str, Any]) -> Parcel:
    script = tuple(
        Scan(at=event["date"], kind=KINDS[event["code"]], label=event["label"]) for event in shipment["event"]
    )
    expected = shipment.get("estimDate")
    return Parcel(
        number=shipment["idShip"],
        carrier="laposte",
        order="RC-1",
        skus=("X",),
        created_at=script[-1].at,
        script=script,
        expected_on=datetime.fromisoformat(expected).date() if expected else None,
    )


def test_la_poste_tells_a_parcel_in_transit_as_recorded() -> None:
    recorded = payload("laposte_in_transit.json")
    told = laposte.tracking(parcel_of_laposte(recorded["shipment"]), LATER)
    assert json.dumps(told) == json.dumps(recorded)


def test_la_poste_tells_each_parcel_of_a_batch_as_recorded() -> None:
    for recorded in payload("laposte_batch_207.json")[:3]:
        told = laposte.tracking(parcel_of_laposte(recorded["shipment"]), LATER)
        assert json.dumps(told) == json.dumps(recorded)


def test_la_poste_knows_nothing_of_a_number_in_the_recorded_words(company: Company) -> None:
    answer = company.laposte("6A55555555501")
    assert (answer.status_code, answer.get_json()) == (404, payload("laposte_batch_207.json")[3])


def test_several_numbers_at_la_poste_answer_a_list_under_207(company: Company) -> None:
    answer = company.laposte(f"{company.parcel('RC-1001')},6A55555555501,nonsense")
    assert answer.status_code == 207
    assert [one["returnCode"] for one in answer.get_json()] == [200, 404, 400]


def test_la_poste_translates_labels_and_never_codes(company: Company) -> None:
    number = company.parcel("RC-1001")
    french, english = company.laposte(number).get_json(), company.laposte(number, lang="en_GB").get_json()
    assert [one["code"] for one in french["shipment"]["event"]] == [one["code"] for one in english["shipment"]["event"]]
    assert french["shipment"]["event"][0]["label"] != english["shipment"]["event"][0]["label"]


def test_dhl_tells_two_pieces_as_recorded() -> None:
    recorded = payload("dhl_delivered_one_of_two.json")
    shipment = recorded["shipments"][0]
    script = tuple(
        Scan(
            at=datetime.fromisoformat(event["timestamp"]).replace(tzinfo=ZONE),
            kind=KINDS[event["statusCode"]],
            label=event["description"],
            place=event.get("location", {}).get("address", {}).get("addressLocality"),
            pieces=tuple(event.get("pieceIds", ())),
        )
        for event in shipment["events"]
    )
    parcel = Parcel(
        number=shipment["id"],
        carrier="dhl",
        order="RC-1",
        skus=("X",),
        created_at=script[-1].at,
        script=script,
        origin="DE",
        destination_city="Strasbourg",
        pieces=tuple(shipment["details"]["pieceIds"]),
        grams=4200,
    )
    assert json.dumps(dhl.tracking(parcel, LATER)) == json.dumps(recorded)


def test_dhl_knows_nothing_of_a_number_as_recorded(company: Company) -> None:
    answer = company.dhl("00340434169999999999")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.get_json() == payload("dhl_not_found.json")


def test_the_same_number_in_another_service_of_dhl_is_not_found(company: Company) -> None:
    number = company.parcel("RC-1007")
    assert company.dhl(number, service="parcel-de").status_code == 200
    assert company.dhl(number, service="parcel-nl").status_code == 404


def shape(value: Any) -> Any:
    """Keys and types, first item for a list."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def covers(ours: Any, theirs: Any, path: str = "order") -> list[str]:
    """Where `ours` lacks a key of `theirs` or has another type; null is allowed wherever it is."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        lacking = [f"{path}.{key}" for key in theirs if key not in ours]
        return lacking + [
            bad for key in theirs if key in ours for bad in covers(ours[key], theirs[key], f"{path}.{key}")
        ]
    if isinstance(theirs, list) and isinstance(ours, list):
        return covers(ours[0], theirs[0], f"{path}[]") if ours and theirs else []
    return [] if ours == theirs or "NoneType" in (ours, theirs) else [f"{path}: {ours} is no {theirs}"]


def test_orders_have_every_field_of_shopify_with_its_type(company: Company) -> None:
    for name in ("shopify_order_partial.json", "shopify_order_delivered_twice.json"):
        recorded = shape(payload(name)["order"])
        for number in ("RC-1017", "RC-985", "RC-1001"):
            assert covers(shape(company.order(number)), recorded) == []


def test_an_order_says_what_shopify_would_say(company: Company) -> None:
    def told(number: str) -> tuple[Any, ...]:
        order = company.order(number)
        return order["financial_status"], order["fulfillment_status"], bool(order["cancelled_at"])

    assert told("RC-1017") == ("paid", "partial", False)
    assert told("RC-1022") == ("pending", None, False)
    assert told("RC-1023") == ("refunded", None, True)
    assert told("RC-1028") == ("authorized", None, False)
    assert told("RC-975") == ("refunded", "fulfilled", False)
    assert company.order("RC-980")["customer"] is None
    assert company.order("RC-1005")["shipping_address"]["zip"] == "01000"


def test_closed_orders_are_listed_only_when_asked_for(company: Company) -> None:
    def names(**query: str) -> list[str]:
        headers = {"X-Shopify-Access-Token": "demo-shop-token"}
        answer = company.clients["shop"].get("/admin/api/2024-10/orders.json", query_string=query, headers=headers)
        return [one["name"] for one in answer.get_json()["orders"]]

    assert names(name="RC-985") == []
    assert names(name="#rc-985", status="any") == ["RC-985"]
    assert names(name="RC-9999", status="any") == []
    assert len(names(status="any", limit="250")) == 150
    assert "RC-1001" in names()


def test_an_order_is_found_by_its_own_id_too(company: Company) -> None:
    headers = {"X-Shopify-Access-Token": "demo-shop-token"}
    by_id = company.clients["shop"].get(
        f"/admin/api/2024-10/orders/{company.order('RC-1001')['id']}.json", headers=headers
    )
    assert by_id.get_json() == {"order": company.order("RC-1001")}
    unknown = company.clients["shop"].get("/admin/api/2024-10/orders/1.json", headers=headers)
    assert (unknown.status_code, unknown.get_json()) == (404, {"errors": "Not Found"})


def test_no_key_no_answer(company: Company) -> None:
    assert company.clients["shop"].get("/admin/api/2024-10/orders.json").status_code == 401
    assert company.clients["shop"].get("/backoffice/v1/stock?sku=BOUGIE").status_code == 401
    assert company.clients["laposte"].get("/suivi/v2/idships/6A55555555501").status_code == 401
    assert company.clients["dhl"].get("/track/shipments?trackingNumber=1").status_code == 401


def test_the_demo_opens_on_a_tuesday_at_ten(company: Company) -> None:
    assert f"{OPENING:%A %d %B %Y %H:%M}" == "Tuesday 17 November 2026 10:00"
    assert company.store.now() == OPENING
