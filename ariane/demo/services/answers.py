"""How all the services write an answer."""

import json
from datetime import datetime
from typing import Any

from flask import Response

from ariane.demo.clock import ZONE


def as_json(body: Any, status: int = 200, kind: str = "application/json; charset=utf-8") -> Response:
    """`body` as JSON, keys in the order given, accents as they are."""
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=kind)


def money(amount: int) -> str:
    """Cents as shops write an amount: "89.80"."""
    return f"{amount // 100}.{amount % 100:02d}"


def cents(amount: int) -> dict[str, Any]:
    """Cents as the back office writes an amount."""
    return {"cents": amount, "currency": "EUR"}


def written(moment: datetime) -> str:
    """A moment with the company's offset, to the second."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds")
