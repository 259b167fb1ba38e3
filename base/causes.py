"""Root causes: what went wrong, here or elsewhere, apart from why the customer contacts us; each may have an owner.

The company's own list is the setting `causes`, edited like the list of reasons; until it is, a usual one serves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from base.languages import LANGUAGES, N_, pick, translate
from base.settings import values_of

CAUSES = "causes"
"""Setting: rows of `key`, the name by language, and `team`, the key of the team that owns it (may be empty)."""

USUAL: Mapping[str, str] = {
    "carrier": N_("the carrier"),
    "warehouse": N_("preparation in the warehouse"),
    "product": N_("the product itself"),
    "supplier": N_("the supplier"),
    "seller": N_("the seller"),
    "website": N_("the website"),
    "payment": N_("the payment"),
    "information": N_("unclear information from us"),
    "our_service": N_("a mistake of the customer service"),
    "customer": N_("a mistake of the customer"),
    "nobody": N_("nobody’s fault: a simple question"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One root cause, named in the reader's language."""

    key: str
    name: str
    team: str = ""
    """The key of the team that owns it."""


def cause_rows(session: Session, brand_id: int) -> list[dict[str, str]]:
    """The list as it is edited."""
    stored = values_of(session, brand_id).get(CAUSES)
    if isinstance(stored, list):
        return stored
    return [
        {"key": key, **{each: translate(each, name) for each in LANGUAGES}, "team": ""} for key, name in USUAL.items()
    ]


def causes(session: Session, brand_id: int, *languages: str) -> list[Cause]:
    """The brand's root causes, in the order of its list, named in the first of `languages` they have."""
    return [
        Cause(
            key=row["key"], team=str(row.get("team") or ""),
            name=pick({each: row[each] for each in LANGUAGES if row.get(each)}, *languages) or row["key"],
        )
        for row in cause_rows(session, brand_id)
    ]  # fmt: skip
