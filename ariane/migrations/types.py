"""Column types as the steps of the history spell them. A published step relies on them: they never change.

A type that changes gets a new name here; the rows' own types are in `base.database`.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit integer; on SQLite exactly INTEGER, so that it can number rows."""
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
