"""An order that the shop knows and Ariane does not yet: looked up live, noted with its customer at first sight."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import NotFound, Unavailable
from base.languages import N_
from cases.customers import Customer, Identity, customer_at_first_sight
from cases.orders import Order, SeenLine, fold_number, order_at_first_sight
from processes.connectors.readings import Reading
from processes.walk.fields import ORDER_NUMBER
from webui.identification import as_written
from webui.requests import current_actor, database, now, workings

ORDERS = "shop.order"


class OrderNowhere(NotFound):
    """The shop has no such order."""

    sentence = N_("No order is numbered %(number)s, here or in the shop. Check it with the customer.")


class ShopSilent(Unavailable):
    """The shop could not be asked."""

    sentence = N_("The shop does not answer at the moment: the order %(number)s could not be looked up.")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the shop says of an order number."""

    number: str
    state: Literal["known", "missing", "unknown"]
    reason: str = ""
    fields: Mapping[str, Any]

    @property
    def customer_name(self) -> str:
        """Whose order it is, as the shop tells it."""
        identity = identity_of(self.fields)
        return f"{identity.first_name} {identity.name}".strip()


def could_be_order(typed: str) -> bool:
    """Whether what was typed may be an order number: it has a digit, and no space or @."""
    number = fold_number(typed)
    return any(c.isdigit() for c in number) and ORDER_NUMBER.fullmatch(number) is not None


def sight_of(typed: str) -> Sight:
    """Ask the shop; outside any transaction."""
    number = as_written(typed, current_actor().brand_id)
    reading: Reading = workings().connectors.read(ORDERS, {"number": number}, brand_id=current_actor().brand_id)
    known = str(reading.value.get("number") or number)
    return Sight(number=known, state=reading.state, reason=str(reading.reason or ""), fields=dict(reading.value))


def note_order(typed: str) -> Order:
    """The order with its customer, noted now. Raises OrderNowhere, ShopSilent."""
    sight = sight_of(typed)
    if sight.state == "missing":
        raise OrderNowhere(number=sight.number)
    if sight.state == "unknown":
        raise ShopSilent(number=sight.number)
    with database().unit() as session:
        return _noted(session, current_actor(), sight)


def identity_of(order: Mapping[str, Any]) -> Identity:
    """Who ordered, as the shop tells it."""
    person, address = _record(order.get("customer")), _record(order.get("address"))
    name, first_name = _text(person.get("last_name")), _text(person.get("first_name"))
    if not name:
        first_name, _, name = _text(person.get("name")).rpartition(" ")
    country = _text(address.get("country")).upper()
    return Identity(
        first_name=first_name,
        name=name,
        mail=_text(person.get("mail")) or None,
        phone=_text(person.get("phone")) or None,
        language=_text(order.get("language"))[:2].lower() or None,
        region=country if len(country) == 2 else "FR",
    )


def _noted(session: Session, actor: Actor, sight: Sight) -> Order:
    at = now()
    identity = identity_of(sight.fields)
    known = identity.name or identity.mail or identity.phone
    customer: Customer | None = customer_at_first_sight(session, actor, at, identity) if known else None
    lines = [
        SeenLine(external_id=_text(line.get("sku")), number=_text(line.get("sku")))
        for line in map(_record, sight.fields.get("lines") or ())
        if _text(line.get("sku"))
    ]
    order = order_at_first_sight(session, actor, at, sight.number, customer=customer, lines=lines)
    _ = order.customer
    return order


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
