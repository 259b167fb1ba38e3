"""When an act was last sent: a look-up concludes nothing before its service had the time to show it."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import MOMENT

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_at", MOMENT, nullable=True))
