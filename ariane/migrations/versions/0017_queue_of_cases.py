"""The queue of open cases in its order."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_queue",
            ["brand_id", "opened_at", "id"],
            unique=False,
            sqlite_where=sa.text("state != 'closed'"),
            postgresql_where=sa.text("state != 'closed'"),
        )
