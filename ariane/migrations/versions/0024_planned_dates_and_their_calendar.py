"""Planned dates and their calendar."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "date_move",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("calendar", sa.String(length=60), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("by", JSON, nullable=False),
        sa.Column("after_id", NUMBER, nullable=False),
        sa.Column("moved", NUMBER, nullable=False),
        sa.Column("stayed", NUMBER, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_date_move_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_move")),
    )
    with op.batch_alter_table("date_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_date_move_calendar_asked_at"), ["calendar", "asked_at"], unique=False)
        batch_op.create_index(
            "ix_date_move_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.String(length=60), nullable=True))
        batch_op.drop_column("rule")
