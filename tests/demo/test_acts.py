"""The after-sales office acts once under a key, says no with a reason, and remembers after a restart."""

from collections.abc import Callable
from typing import Any

import pytest

from ariane.demo.services.store import Store
from tests.demo.conftest import Company


def reship(company: Company, key: str = "key-1", **more: Any) -> Any:
    body = {"orderNumber": "RC-1001", "trackingNumber": company.parcel("RC-1001"), **more}
    return company.office("reshipments", body, key=key)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def test_the_same_key_and_body_get_the_first_answer_and_no_second_parcel(company: Company) -> None:
    first, again = reship(company), reship(company)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert (first.headers["Idempotent-Replayed"], again.headers["Idempotent-Replayed"]) == ("false", "true")
    assert len(company.order("RC-1001")["fulfillments"]) == 2


def test_the_same_key_with_another_body_is_refused(company: Company) -> None:
    reship(company)
    assert code(reship(company, reason="lost")) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_another_key_does_not_send_the_same_parcel_twice(company: Company) -> None:
    reship(company)
    assert code(reship(company, key="key-2")) == (409, "ALREADY_RESHIPPED")


def test_a_refusal_is_not_kept_under_its_key(company: Company) -> None:
    assert code(company.office("reshipments", {"orderNumber": "RC-4"})) == (404, "ORDER_NOT_FOUND")
    assert company.office("requests/key-1").status_code == 404
    assert reship(company).status_code == 201


def test_what_became_of_a_key_can_be_looked_up(company: Company) -> None:
    assert code(company.office("requests/walk:abc:reship:1")) == (404, "KEY_UNKNOWN")
    made = reship(company, key="walk:abc:reship:1")
    kept = company.office("requests/walk:abc:reship:1").get_json()
    assert kept["answer"] == made.get_json()
    assert (kept["status"], kept["request"]) == (201, "POST /backoffice/v1/reshipments")


def test_an_act_needs_a_key_and_a_body(company: Company) -> None:
    assert code(company.office("vouchers", {"orderNumber": "RC-1001"}, key=None)) == (400, "IDEMPOTENCY_KEY_REQUIRED")
    headers = {"Authorization": "Bearer demo-aftersales-token", "Idempotency-Key": "x"}
    assert code(company.clients["shop"].post("/backoffice/v1/refunds", data="{", headers=headers)) == (400, "BAD_JSON")


def test_stock_is_told_and_taken(company: Company) -> None:
    def stock() -> list[dict[str, Any]]:
        return list(company.office("stock?sku=LAMPE-01,VASE-BLEU&sku=NOTHING").get_json()["items"])

    assert stock() == [
        {"sku": "LAMPE-01", "available": 38, "nextDelivery": None},
        {"sku": "VASE-BLEU", "available": 0, "nextDelivery": "2026-12-04"},
        {"sku": "NOTHING", "available": 0, "nextDelivery": None},
    ]
    reship(company)
    assert stock()[0]["available"] == 37
    body = {"orderNumber": "RC-1000", "trackingNumber": company.parcel("RC-1000")}
    assert code(company.office("reshipments", body, key="key-2")) == (422, "OUT_OF_STOCK")


def test_a_refund_is_pending_and_then_settled_some_business_days_later(company: Company) -> None:
    made = company.office("refunds", {"orderNumber": "RC-1000", "skus": ["VASE-BLEU"]}).get_json()
    assert (made["status"], made["amount"], made["settledAt"]) == ("PENDING", {"cents": 2400, "currency": "EUR"}, None)
    company.be("2026-11-20", "09:01")
    settled = company.office(f"refunds/{made['reference']}").get_json()
    assert (settled["status"], settled["settledAt"]) == ("SETTLED", "2026-11-20T09:00:00+01:00")
    order = company.order("RC-1000")
    assert order["financial_status"] == "refunded"
    assert order["refunds"][0]["transactions"][0]["amount"] == "24.00"


def test_nobody_gets_more_back_than_was_paid(company: Company) -> None:
    whole = company.office("refunds", {"orderNumber": "RC-1001"}).get_json()
    assert whole["amount"]["cents"] == 6240
    again = company.office(
        "refunds", {"orderNumber": "RC-1001", "amount": {"cents": 1, "currency": "EUR"}}, key="key-2"
    )
    assert code(again) == (422, "AMOUNT_TOO_HIGH")
    assert code(company.office("refunds", {"orderNumber": "RC-1022"}, key="key-3")) == (409, "NOT_PAID")


@pytest.mark.parametrize("amount", [None, 5, {"cents": "5", "currency": "EUR"}, {"cents": 5, "currency": "USD"}])
def test_an_amount_is_cents_of_the_shops_currency(company: Company, amount: object) -> None:
    assert company.office("vouchers", {"orderNumber": "RC-1001", "amount": amount}).status_code == 422


def test_a_voucher_has_a_code_and_a_limit(company: Company) -> None:
    made = company.office(
        "vouchers", {"orderNumber": "RC-1001", "amount": {"cents": 500, "currency": "EUR"}}
    ).get_json()
    assert made["code"].startswith("MERCI-1001-")
    assert company.office(f"vouchers/{made['voucherId']}").get_json() == made
    much = company.office("vouchers", {"orderNumber": "RC-1001", "amount": {"cents": 5001, "currency": "EUR"}}, key="k")
    assert code(much) == (422, "AMOUNT_TOO_HIGH")


def test_an_order_is_cancelled_only_before_it_leaves(company: Company) -> None:
    done = company.office("orders/RC-1029/cancellation", {"reason": "customer"}).get_json()
    assert (done["status"], done["refund"]["amount"]["cents"]) == ("CANCELLED", 1890)
    order = company.order("RC-1029")
    assert (order["cancel_reason"], order["financial_status"]) == ("customer", "refunded")
    assert code(company.office("orders/RC-1029/cancellation", {}, key="k2")) == (409, "ALREADY_CANCELLED")
    assert code(company.office("orders/RC-1001/cancellation", {}, key="k3")) == (409, "ALREADY_SHIPPED")
    assert code(company.office("orders/RC-1027/cancellation", {}, key="k4")) == (409, "BEING_PICKED")
    assert company.office("orders/RC-1028/cancellation", {}, key="k5").get_json()["refund"] is None
    assert company.order("RC-1028")["financial_status"] == "voided"


def test_an_order_number_is_checked_against_a_postcode_or_a_mail(company: Company) -> None:
    def matches(**query: str) -> bool:
        path = "order-checks?" + "&".join(f"{key}={value}" for key, value in query.items())
        return bool(company.office(path).get_json()["match"])

    assert matches(orderNumber="rc-1001", postcode="37000")
    assert matches(orderNumber="RC-1001", postcode="37 000")
    assert matches(orderNumber="RC-1001", email="Claire.Martin@example.test")
    assert matches(orderNumber="RC-1001", email="claire.martin@example.test", postcode="37000")
    assert matches(orderNumber="RC-1006", postcode="bs14nd")
    assert not matches(orderNumber="RC-1001", postcode="75011")
    assert not matches(orderNumber="RC-1001", email="claire.martin@example.test", postcode="75011")
    assert not matches(orderNumber="RC-1001")
    assert not matches(orderNumber="RC-9999", postcode="37000")


def test_all_is_remembered_after_a_restart(company: Company, open_store: Callable[[], Store]) -> None:
    company.be("2026-11-18", "18:01")
    first = reship(company)
    company.store.close()
    later = Company(open_store())
    assert reship(later).data == first.data
    assert later.clients["shop"].get("/clock").get_json()["now"] == "2026-11-18T18:01:00+01:00"
    assert len(later.order("RC-1001")["fulfillments"]) == 2
