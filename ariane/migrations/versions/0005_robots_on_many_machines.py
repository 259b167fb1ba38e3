"""Robots on many machines."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "installation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("restored_from", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_installation_public_id")),
    )
    op.create_table(
        "follow_up_past",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("visit", NUMBER, nullable=False),
        sa.Column("label", JSON, nullable=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_follow_up_past_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_follow_up_past_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_past")),
    )
    with op.batch_alter_table("follow_up_past", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_past_case_id_due_at"), ["case_id", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_past_month"), ["month"], unique=False)

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(
            "ix_follow_up_ended",
            ["done_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NOT NULL"),
            postgresql_where=sa.text("done_at IS NOT NULL"),
        )

    with op.batch_alter_table("heartbeat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slots", NUMBER, server_default="0", nullable=False))

    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.drop_index("ix_effect_lease")
        held = sa.text("lease_until IS NOT NULL")
        batch_op.create_index("ix_effect_held", ["lease_until"], sqlite_where=held, postgresql_where=held)

    if op.get_bind().dialect.name == "postgresql":
        # Rows are rewritten several times a life: their dead versions must go early, or the indexes swell.
        for table in ("follow_up", "effect"):
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01)")
