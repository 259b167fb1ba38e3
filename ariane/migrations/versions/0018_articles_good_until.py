"""Until when an article is known to be right."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("good_until", sa.Date(), nullable=True))
