"""Skills of people."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("speaks", JSON, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("masters", JSON, server_default="[]", nullable=False))
