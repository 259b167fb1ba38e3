"""Values of processes and services in the reader's words."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel import Locale

from base.business_time import Delay
from base.languages import N_, pick
from base.money import Money
from cases.telling import failure_name, said
from processes.connectors.carriers import carrier_name
from processes.connectors.catalogue import catalogue
from processes.walk.values import MISSING, UNKNOWN
from webui import formats
from webui.i18n import language, tell, zone

OUTCOMES: Mapping[str, str] = {
    "bought": N_("kept and paid for"),
    "cancelled": N_("cancelled"),
    "closed": N_("closed"),
    "duplicate": N_("duplicate of another case"),
    "found": N_("found"),
    "gift": N_("offered"),
    "given_up": N_("given up"),
    "informed": N_("informed"),
    "no_statement": N_("statement never came"),
    "not_found": N_("not found"),
    "not_returned": N_("not returned"),
    "not_twice": N_("not delivered twice"),
    "received": N_("received"),
    "refunded": N_("refunded"),
    "refused": N_("refused"),
    "reshipped": N_("sent again"),
    "returned": N_("returned"),
    "unanswered": N_("no answer from the customer"),
    "wrong_number": N_("wrong order number"),
}
"""Outcomes that shipped processes use; any other is shown as its author wrote it."""

BECAUSE: Mapping[str, str] = {
    "address_not_corrected": N_("the address was not corrected in time"),
    "already_sent_again": N_("it has been sent again already"),
    "came_back": N_("the parcel came back"),
    "in_doubt": N_("live data leave a doubt"),
    "no_label": N_("no return label could be made"),
    "no_new_attempt": N_("the carrier has not come again"),
    "nobody_knows": N_("nobody knows where it is"),
    "not_cancelled": N_("the order could not be cancelled"),
    "other_item": N_("another item has come"),
    "part_missing": N_("a part is missing"),
    "refund_failed": N_("the refund was not made"),
    "return_lost": N_("the return is taking too long"),
    "second_late": N_("the new parcel is late too"),
    "shop_down": N_("the shop does not answer"),
    "still_at_pickup": N_("still at the pick-up point"),
    "still_not_sent": N_("still not sent"),
    "still_not_there": N_("still not there"),
    "tracking_down": N_("tracking does not answer"),
    "warehouse_silent": N_("the warehouse has not answered"),
}
"""Why shipped processes hand over; any other cause is shown as its author wrote it."""

UNREAD: Mapping[str, str] = {
    "budget": N_("the day’s number of calls is used up"),
    "circuit_open": N_("the service has been failing; it is left alone for a moment"),
    "connect": N_("the service cannot be reached"),
    "content": N_("the answer makes no sense"),
    "inputs": N_("what is needed to ask is not known"),
    "name": N_("the service cannot be reached"),
    "rate": N_("too many calls at once"),
    "size": N_("the answer is too large"),
    "status": N_("the service answers with an error"),
    "switched_off": N_("the service is switched off"),
    "time": N_("the service takes too long to answer"),
    "tls": N_("the service cannot prove who it is"),
    "unmapped": N_("the service uses a code that is not known here"),
    "unserved": N_("no service is connected for this"),
}
"""Why a fact could not be read."""


REASONS: Mapping[str, str] = {
    "delivery.damaged": N_("parcel damaged"),
    "delivery.delivered_twice": N_("delivered twice"),
    "delivery.late": N_("parcel late"),
    "delivery.not_received": N_("parcel not received"),
    "delivery.returned_to_sender": N_("parcel on its way back"),
    "order.cancel": N_("order to cancel"),
    "order.change": N_("order to change"),
    "order.seller_dispute": N_("dispute with a seller"),
    "product.damaged": N_("product damaged"),
    "product.missing": N_("item missing or wrong"),
    "product.question": N_("question about a product"),
    "refund.not_received": N_("refund not received"),
    "refund.where": N_("refund awaited"),
    "return.how": N_("return to make"),
    "return.where": N_("return on its way"),
    "return.withdrawal": N_("item to give back"),
}
"""Reasons of shipped processes; any other is shown as its author wrote it."""


def reason_name(key: str | None) -> str:
    """A reason as a reader says it."""
    return tell(REASONS[key]) if key and key in REASONS else _named({}, (key or "").rpartition(".")[2])


def told(texts: Mapping[str, str] | None) -> str:
    """A text of the business in the reader's language."""
    return pick(texts or {}, language())


def capital(text: str) -> str:
    """With a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def source_name(definition: str) -> str:
    """Which service answered: a carrier as people call it, any other by its definition."""
    listed = carrier_name(definition)
    return listed if listed != definition else capital(definition.replace("_", " ").replace("-", " "))


def language_name(code: str) -> str:
    """A language as the reader calls it."""
    return capital(Locale.parse(language()).languages.get(code, code))


def input_label(name: str, operation: str) -> str:
    """What an input of a capability is called."""
    capability = catalogue().get(operation)
    field = capability.inputs.get(name) if capability else None
    return capital(field.label.tell(language()) if field else name.replace("_", " "))


def stored(value: Any) -> str:
    """A value of a row, tagged as timelines tag them, as a reader writes it."""
    return said(value, language(), str(zone()))


def iso_day(moment: datetime, later: int = 0) -> str:
    """The reader's day, some days later, as a date field wants it."""
    return (moment.astimezone(zone()) + timedelta(days=later)).date().isoformat()


def outcome_name(key: str | None) -> str:
    """An outcome as a reader says it."""
    return _named(OUTCOMES, key)


def because_name(key: str | None) -> str:
    """A cause as a reader says it."""
    return _named(BECAUSE, key)


def why_unread(reason: str | None) -> str:
    """Why a fact could not be read, as a reader says it."""
    return tell(UNREAD.get(reason or "", N_("the service did not answer")))


def why_failed(failure: str) -> str:
    """Why an act or a message failed, as a reader says it."""
    return failure_name(failure, language())


def in_words(value: Any) -> str:
    """A live value as a reader writes it."""
    match value:
        case bool():
            return tell(N_("yes") if value else N_("no"))
        case Money():
            return formats.money(value)
        case datetime():
            return formats.when(value)
        case date():
            return formats.short_day(value)
        case int() | float() | Decimal():
            return formats.number(value)
        case Delay():
            return str(value)
        case Mapping():
            return " · ".join(in_words(part) for part in value.values() if _known(part))
        case list() | tuple():
            return ", ".join(in_words(part) for part in value if _known(part))
        case _:
            return str(value) if _known(value) else ""


def _known(value: Any) -> bool:
    return value is not MISSING and value is not UNKNOWN and value is not None


def _named(names: Mapping[str, str], key: str | None) -> str:
    if not key:
        return ""
    return tell(names[key]) if key in names else key.replace("_", " ")
