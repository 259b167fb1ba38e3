"""Which fields of a fact come first in its panel: what is known and says something, the rest one click away."""

from base.languages import N_
from cases.effects import Effect
from processes.connectors.carriers import carrier_name
from processes.connectors.catalogue import catalogue
from processes.views import ShownFact, ShownField
from processes.walk.values import decode
from webui.console.words import capital, in_words
from webui.i18n import language, tell

IN_THE_HEAD = frozenset({"currency", "number", "status", "carrier"})
"""Shown in the head of the panel or beside an amount."""
ASIDE = ("customer.", "address.")
FIRST = {"shop.order": ("placed_at", "promised_on", "total", "seller")}
"""Of capabilities that tell more than a panel shows at once: what it shows."""
MOST = 7


def main_fields(fact: ShownFact) -> list[ShownField]:
    """The fields that the panel shows at once."""
    told = [field for field in _told(fact) if not field.name.startswith(ASIDE)]
    first = FIRST.get(fact.capability)
    if first is not None:
        told = [field for field in told if field.name in first or (field.name == "delivered_twice" and field.value)]
    return told[:MOST]


def number_of(fact: ShownFact) -> str:
    """The number that people call it by, for the head of the panel."""
    number = next((field.value for field in fact.fields if field.name == "number" and field.state == "known"), "")
    asked = fact.asked.get("number")
    return str(number or fact.item or (asked if isinstance(asked, str) else ""))


def fact_title(fact: ShownFact) -> str:
    """What the panel is called."""
    named = {"carrier.tracking": N_("Parcel"), "shop.order": N_("Order")}.get(fact.capability)
    return tell(named) if named else capital(fact.title)


def is_main(fact: ShownFact) -> bool:
    """Whether it has a panel of its own; the others share one."""
    return fact.capability in ("carrier.tracking", "shop.order", "shop.refund_state")


def result_of(effect: Effect) -> str:
    """What came of an act, in words: the fields its service answered."""
    capability = catalogue().get(effect.operation)
    answer = effect.answer if isinstance(effect.answer, dict) else {}
    if capability is None:
        return ""
    told = [
        f"{field.label.tell(language())} {carrier_name(str(value)) if name == 'carrier' else in_words(value)}"
        for name, field in capability.fields.items()
        if (value := decode(answer).get(name)) not in (None, "") and field.kind in ("text", "money", "date", "moment")
    ]
    return " · ".join(part for part in told if not part.endswith(" "))


def carrier_of(fact: ShownFact) -> str:
    """Who carries it; empty for what nobody does."""
    carrier = next((field.value for field in fact.fields if field.name == "carrier" and field.state == "known"), "")
    return carrier_name(str(carrier)) if carrier else ""


def other_fields(fact: ShownFact) -> list[ShownField]:
    """The others that the service says something of."""
    first = {field.name for field in main_fields(fact)}
    return [field for field in _told(fact) if field.name not in first]


def _told(fact: ShownFact) -> list[ShownField]:
    return [field for field in fact.fields if field.state != "missing" and field.name not in IN_THE_HEAD]
