"""Reasons: why customers contact the company, as a tree of keys with names in every language.

The company's own list is the setting `reasons`, edited like any other; processes and contacts name its keys.
"""

from sqlalchemy.orm import Session

from base.languages import pick
from base.settings import values_of

REASONS = "reasons"
"""Setting: rows of `key` (family and leaf with a dot between, `delivery.late`) and the name by language."""


def reason_names(session: Session, brand_id: int, *languages: str) -> dict[str, str]:
    """Names of the brand's reasons by key, in the first of `languages` they have."""
    rows = values_of(session, brand_id).get(REASONS) or []
    return {row["key"]: pick({k: v for k, v in row.items() if k != "key"}, *languages) for row in rows}
