"""The story of the demo, day by day, as its web services tell it."""

from tests.demo.conftest import Company


def status(company: Company, nth: int) -> str:
    return str(company.order("RC-1001")["fulfillments"][nth]["shipment_status"])


def test_the_first_parcel_is_lost_sent_again_and_then_both_arrive(company: Company) -> None:
    first = company.parcel("RC-1001")
    assert company.laposte(first).get_json()["shipment"]["event"][0]["date"] == "2026-11-11T05:40:00+01:00"

    company.be("2026-11-18", "18:01")
    assert company.laposte(first).get_json()["shipment"]["event"][0]["code"] == "ET1"
    made = company.office("reshipments", {"orderNumber": "RC-1001", "trackingNumber": first})
    assert made.status_code == 201
    second = made.get_json()["shipment"]
    assert second["carrier"] == "DHL"
    assert second["expectedDelivery"] == "2026-11-20"
    assert company.parcel("RC-1001", 1) == second["trackingNumber"]
    assert status(company, 1) == "label_printed"

    company.be("2026-11-19", "18:01")
    assert company.dhl(second["trackingNumber"]).get_json()["shipments"][0]["status"]["statusCode"] == "transit"
    company.be("2026-11-20", "08:30")
    assert status(company, 1) == "out_for_delivery"
    company.be("2026-11-20", "18:01")
    assert company.dhl(second["trackingNumber"]).get_json()["shipments"][0]["status"]["statusCode"] == "delivered"
    assert (status(company, 0), status(company, 1)) == ("in_transit", "delivered")

    company.be("2026-11-24", "18:01")
    arrived = company.laposte(first).get_json()["shipment"]
    assert (arrived["event"][0]["code"], arrived["deliveryDate"]) == ("DI1", "2026-11-24T11:36:00+01:00")
    assert (status(company, 0), status(company, 1)) == ("delivered", "delivered")
    lines = [[line["id"] for line in one["line_items"]] for one in company.order("RC-1001")["fulfillments"]]
    assert lines[0] == lines[1]

    label = company.office("return-labels", {"orderNumber": "RC-1001", "trackingNumber": first}, key="key-2").get_json()
    assert label["validUntil"] == "2026-12-08"
    page = company.clients["shop"].get(label["url"].partition("localhost")[2])
    assert page.data.startswith(b"%PDF-1.4") and page.data.endswith(b"%%EOF\n")
    assert label["trackingNumber"].encode() in page.data
    assert company.laposte(label["trackingNumber"]).get_json()["shipment"]["event"][0]["code"] == "DR1"
    company.be("2026-12-02", "18:01")
    assert company.laposte(label["trackingNumber"]).get_json()["shipment"]["event"][0]["code"] == "DI1"


def test_the_clock_uncovers_scans_and_covers_them_again(company: Company) -> None:
    def code() -> str:
        return str(company.laposte(company.parcel("RC-1011")).get_json()["shipment"]["event"][0]["code"])

    assert code() == "MD2"
    company.be("2026-11-17", "14:30")
    assert code() == "DI1"
    company.be("2026-11-16", "12:00")
    assert code() == "ET1"


def test_one_late_parcel_comes_before_the_robot_looks(company: Company) -> None:
    company.be("2026-11-18", "18:01")
    assert company.order("RC-1004")["fulfillments"][0]["shipment_status"] == "delivered"


def test_the_clock_wants_a_moment_with_its_offset(company: Company) -> None:
    for wrong in ({}, {"now": "soon"}, {"now": "2026-11-18T18:00:00"}, {"now": 5}, ["now"]):
        assert company.clients["dhl"].post("/clock", json=wrong).status_code == 422


def test_moved_at_one_service_the_clock_is_moved_at_all(company: Company) -> None:
    company.clients["dhl"].post("/clock", json={"now": "2026-11-20T07:00:00Z"})
    assert company.clients["laposte"].get("/clock").get_json() == {"now": "2026-11-20T08:00:00+01:00"}
