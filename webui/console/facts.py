"""Which fields of a fact come first in its panel: what is known and says something, the rest one click away."""

from processes.views import ShownFact, ShownField

IN_THE_HEAD = frozenset({"currency", "number", "status", "carrier"})
"""Shown in the head of the panel or beside an amount."""
ASIDE = ("customer.", "address.")
MOST = 7


def main_fields(fact: ShownFact) -> list[ShownField]:
    """The fields that the panel shows at once."""
    told = [field for field in _told(fact) if not field.name.startswith(ASIDE)]
    return told[:MOST]


def other_fields(fact: ShownFact) -> list[ShownField]:
    """The others that the service says something of."""
    first = {field.name for field in main_fields(fact)}
    return [field for field in _told(fact) if field.name not in first]


def _told(fact: ShownFact) -> list[ShownField]:
    return [field for field in fact.fields if field.state != "missing" and field.name not in IN_THE_HEAD]
