"""What a partner's people see: the cases that concern it, unless its reach is the whole brand."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import MOMENT, NUMBER

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "case_share",
        sa.Column("partner_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_share_case_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_case_share_partner_id")),
        sa.PrimaryKeyConstraint("partner_id", "case_id", name=op.f("pk_case_share")),
    )
    with op.batch_alter_table("case_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_share_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reach", sa.String(length=10), server_default="share", nullable=False))

    op.execute(
        "INSERT INTO case_share (partner_id, case_id, since) "
        "SELECT team.partner_id, task.case_id, MIN(task.created_at) FROM task "
        "JOIN team ON team.brand_id = task.brand_id AND team.key = task.team "
        "WHERE team.partner_id IS NOT NULL GROUP BY team.partner_id, task.case_id"
    )
