"""The shop's after-sales back office: an in-house API, ``/backoffice/v1``, with a Bearer token.

Acts are POSTs that must carry an ``Idempotency-Key``. The same key with the same body gets the answer of the first
time; the same key with another body is refused (409). ``GET /backoffice/v1/requests/{key}`` says what became of a key.
Only what was done is kept under a key: a refusal did nothing, so the same call may be made again.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from ariane.demo.company import AFTERSALES_TOKEN
from ariane.demo.models import Product
from ariane.demo.services import acts, labels
from ariane.demo.services.acts import Answer, Refused
from ariane.demo.services.answers import as_json
from ariane.demo.services.store import Store


def doors(store: Store) -> Blueprint:
    """The office's routes."""
    pages = Blueprint("aftersales", __name__, url_prefix="/backoffice/v1")

    @pages.before_request
    def known_token() -> Response | None:
        if request.headers.get("Authorization") == f"Bearer {AFTERSALES_TOKEN}":
            return None
        return _refusal(Refused(401, "UNAUTHORIZED", "Bearer token missing or wrong."))

    pages.register_error_handler(Refused, _refusal)
    _reading_doors(pages, store)

    @pages.post("/reshipments")
    def reship() -> Response:
        return _once(store, lambda body: acts.reship(store, body))

    @pages.post("/refunds")
    def refund() -> Response:
        return _once(store, lambda body: acts.refund(store, body))

    @pages.post("/return-labels")
    def return_label() -> Response:
        address = request.host_url.rstrip("/")
        return _once(store, lambda body: acts.return_label(store, body, address))

    @pages.post("/vouchers")
    def voucher() -> Response:
        return _once(store, lambda body: acts.voucher(store, body))

    @pages.post("/orders/<number>/cancellation")
    def cancel_order(number: str) -> Response:
        return _once(store, lambda body: acts.cancel_order(store, number.upper(), body))

    @pages.post("/orders/<number>/stop")
    def stop_order(number: str) -> Response:
        return _once(store, lambda body: acts.stop_order(store, number.upper()))

    return pages


def _reading_doors(pages: Blueprint, store: Store) -> None:
    @pages.get("/order-checks")
    def order_check() -> Response:
        return as_json(check(store, request.args))

    @pages.get("/stock")
    def stock() -> Response:
        skus = [sku for given in request.args.getlist("sku") for sku in given.split(",") if sku]
        return as_json({"items": [_stock_shape(sku, store.product(sku)) for sku in skus]})

    @pages.get("/refunds/<reference>")
    def refund_state(reference: str) -> Response:
        return as_json(acts.refund_state(store, reference))

    @pages.get("/orders/<number>/stop")
    def stop_state(number: str) -> Response:
        return as_json(acts.stop_state(store, number.upper()))

    @pages.get("/orders/<number>/refunds")
    def refunds(number: str) -> Response:
        return as_json(acts.refunds_of(store, number.upper()))

    @pages.get("/<any(reshipments, 'return-labels', vouchers):kind>/<reference>")
    def made(kind: str, reference: str) -> Response:
        found = store.made({"return-labels": "label"}.get(kind, kind.rstrip("s")), reference)
        if found is None:
            raise Refused(404, "NOT_FOUND", f"No {reference}.")
        return as_json(found)

    @pages.get("/requests/<path:key>")
    def earlier_request(key: str) -> Response:
        kept = store.answer_to(key)
        if kept is None:
            raise Refused(404, "KEY_UNKNOWN", "Nothing was done under this key.")
        _, line, status, answer = kept
        return as_json({"key": key, "request": line, "status": status, "answer": json.loads(answer)})


def label_doors(store: Store) -> Blueprint:
    """Return labels as PDF; a link that the customer opens, so without a token."""
    pages = Blueprint("labels", __name__)

    @pages.get("/labels/<reference>.pdf")
    def label(reference: str) -> Response:
        made = store.made("label", reference)
        if made is None:
            return Response("Not found", 404, content_type="text/plain")
        return Response(labels.pdf(made), content_type="application/pdf")

    return pages


def check(store: Store, given: Any) -> Answer:
    """Whether an order number belongs to the postcode and the mail given: each of them must agree, and one be given.

    An unknown order answers like a wrong postcode.
    """
    number = str(given.get("orderNumber", "")).strip().upper()
    order = store.order(number)
    told = {"postcode": _plain(given.get("postcode")), "email": _plain(given.get("email"))}
    matched: list[str] = []
    if order is not None and order.placed_at <= store.now():
        true = {"postcode": _plain(order.address.postcode), "email": _plain(order.mail)}
        matched = [name for name, value in told.items() if value and value == true[name]]
    wanted = [name for name, value in told.items() if value]
    return {"orderNumber": number, "match": bool(wanted) and matched == wanted}


def _plain(value: object) -> str:
    return "".join(str(value or "").split()).lower()


def _stock_shape(sku: str, product: Product | None) -> Answer:
    back = product.back_on if product else None
    return {
        "sku": sku,
        "available": product.stock if product else 0,
        "nextDelivery": back.isoformat() if back else None,
    }


def _once(store: Store, act: Callable[[Answer], Answer]) -> Response:
    """Do `act` unless its key already was, the doing and the keeping in one transaction."""
    key = request.headers.get("Idempotency-Key", "").strip()
    body = request.get_json(silent=True)
    if not key or len(key) > 255:
        raise Refused(400, "IDEMPOTENCY_KEY_REQUIRED", "Send an Idempotency-Key of 1 to 255 characters.")
    if not isinstance(body, dict):
        raise Refused(400, "BAD_JSON", "The body is a JSON object.")
    line = f"{request.method} {request.path}"
    fingerprint = hashlib.sha256(f"{line}\n{json.dumps(body, sort_keys=True)}".encode()).hexdigest()
    with store.unit():
        kept = store.answer_to(key)
        if kept is None:
            answer = json.dumps(act(body), ensure_ascii=False)
            store.keep_answer(key, fingerprint, line, 201, answer)
            return _written(answer, 201, replayed=False)
    if kept[0] != fingerprint:
        raise Refused(409, "IDEMPOTENCY_KEY_REUSED", "This key was used for another request.")
    return _written(kept[3], kept[2], replayed=True)


def _written(answer: str, status: int, *, replayed: bool) -> Response:
    response = Response(answer, status, content_type="application/json; charset=utf-8")
    response.headers["Idempotent-Replayed"] = "true" if replayed else "false"
    return response


def _refusal(refused: Refused) -> Response:
    return as_json({"error": {"code": refused.code, "message": refused.message}}, refused.status)
