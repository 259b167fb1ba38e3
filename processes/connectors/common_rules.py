"""What Ariane works out by itself on the common shapes, the same for every service.

An order counts as delivered when every line lies in a delivered parcel; a line was delivered twice when delivered
outgoing parcels hold more of it than was ordered; a parcel is replaced when later ones bring its lines again. A parcel
of several pieces of which some came is partially delivered. What cannot be told stays unknown, never "no".
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from processes.walk.values import UNKNOWN, Unknown

Fields = dict[str, Any]

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


def complete(capability: str, fields: Fields) -> Fields:
    """The fields with those that are ours to work out."""
    rule = _RULES.get(capability)
    return fields if rule is None else rule(fields)


def _complete_tracking(fields: Fields) -> Fields:
    pieces, delivered = fields.get("pieces"), fields.get("pieces_delivered")
    if fields.get("status") != "delivered" or not isinstance(pieces, int) or not isinstance(delivered, int):
        return fields
    if not 0 < delivered < pieces:
        return fields
    return {**{key: value for key, value in fields.items() if key != "delivered_at"}, "status": "partially_delivered"}


def _complete_order(fields: Fields) -> Fields:
    parcels, lines = fields.get("parcels"), fields.get("lines")
    if not isinstance(parcels, list) or not isinstance(lines, list):
        return {**fields, "delivered_twice": fields.get("delivered_twice", UNKNOWN)}
    ordered = _ordered(lines)
    replaced = _replaced(parcels, ordered)
    told = [
        parcel | {"replaced": parcel.get("replaced", answer)} for parcel, answer in zip(parcels, replaced, strict=True)
    ]
    twice = fields["delivered_twice"] if "delivered_twice" in fields else _delivered_twice(parcels, ordered)
    completed = {**fields, "parcels": told, "delivered_twice": twice}
    if fields.get("status") == "shipped" and _all_delivered(parcels, ordered):
        completed["status"] = "delivered"
    return completed


def _ordered(lines: list[Fields]) -> Counter[str]:
    ordered: Counter[str] = Counter()
    for line in lines:
        sku, quantity = line.get("sku"), line.get("quantity")
        if isinstance(sku, str):
            ordered[sku] += quantity if isinstance(quantity, int) else 1
    return ordered


def _delivered_twice(parcels: list[Fields], ordered: Mapping[str, int]) -> bool | Unknown:
    out = [parcel for parcel in parcels if parcel.get("direction") != "return"]
    if _too_much([parcel for parcel in out if parcel.get("status") == "delivered"], ordered) is True:
        return True
    possible = [parcel for parcel in out if parcel.get("status") in ("delivered", "partially_delivered", UNKNOWN)]
    return False if _too_much(possible, ordered) is False else UNKNOWN


def _too_much(parcels: list[Fields], ordered: Mapping[str, int]) -> bool | Unknown:
    """Whether two or more of these parcels together hold more of a line than was ordered."""
    if len(parcels) < 2:
        return False
    contents = [_contents(parcel) for parcel in parcels]
    known = [content for content in contents if content is not None]
    total = sum(known, Counter[str]())
    if any(count > ordered.get(sku, 0) > 0 and _in_two(sku, known) for sku, count in total.items()):
        return True
    return UNKNOWN if len(known) < len(contents) else False


def _in_two(sku: str, contents: list[Counter[str]]) -> bool:
    return sum(1 for content in contents if content[sku]) > 1


def _contents(parcel: Fields) -> Counter[str] | None:
    """How much of each line a parcel holds; without quantities, one of each. None: nobody says."""
    items = parcel.get("contents")
    if isinstance(items, list):
        pairs = [(item.get("sku"), item.get("quantity")) for item in items]
        if all(isinstance(sku, str) and isinstance(quantity, int) for sku, quantity in pairs):
            return sum((Counter({sku: quantity}) for sku, quantity in pairs), Counter[str]())
        return None
    skus = parcel.get("lines")
    return Counter(skus) if isinstance(skus, list) and all(isinstance(sku, str) for sku in skus) else None


def _replaced(parcels: list[Fields], ordered: Mapping[str, int]) -> list[bool | Unknown]:
    """Of each parcel: whether later outgoing ones bring again what it held."""
    answers: list[bool | Unknown] = [False] * len(parcels)
    sent = [place for place, parcel in enumerate(parcels) if parcel.get("direction") != "return"]
    later: list[Fields] = []
    for place in sorted(sent, key=lambda place: _sent_at(parcels[place]), reverse=True):
        held = _contents(parcels[place])
        if later and held is None:
            answers[place] = UNKNOWN
        elif later and held is not None:
            own = {sku: ordered.get(sku, 0) for sku in held}
            answers[place] = _too_much([parcels[place], *later], own)
        later.append(parcels[place])
    return answers


def _sent_at(parcel: Fields) -> datetime:
    sent = parcel.get("sent_at")
    return sent if isinstance(sent, datetime) else _EARLIEST


def _all_delivered(parcels: list[Fields], ordered: Mapping[str, int]) -> bool:
    arrived = [
        parcel for parcel in parcels if parcel.get("direction") != "return" and parcel.get("status") == "delivered"
    ]
    contents = [_contents(parcel) for parcel in arrived]
    total = sum((content for content in contents if content is not None), Counter[str]())
    return bool(ordered) and all(total[sku] >= count for sku, count in ordered.items())


_RULES: Final[dict[str, Callable[[Fields], Fields]]] = {
    "carrier.tracking": _complete_tracking,
    "shop.order": _complete_order,
}
