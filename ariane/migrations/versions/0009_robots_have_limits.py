"""Robots_have_limits."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "robot_limit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("operation", sa.String(length=130), nullable=False),
        sa.Column("per", sa.String(length=16), nullable=False),
        sa.Column("days", NUMBER, nullable=False),
        sa.Column("most", NUMBER, nullable=True),
        sa.Column("most_minor", NUMBER, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("people_too", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by", JSON, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", JSON, nullable=True),
        sa.CheckConstraint("per IN ('act', 'customer', 'all')", name=op.f("ck_robot_limit_per")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_robot_limit_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_limit")),
        sa.UniqueConstraint("public_id", name=op.f("uq_robot_limit_public_id")),
    )
    with op.batch_alter_table("robot_limit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_robot_limit_brand_id"),
            ["brand_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_staff", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("held", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("limit_id", NUMBER, nullable=True))
        batch_op.create_index(
            "ix_effect_acts",
            ["brand_id", "created_at"],
            unique=False,
            sqlite_where=sa.text("kind = 'act'"),
            postgresql_where=sa.text("kind = 'act'"),
        )
        batch_op.create_index(
            "ix_effect_on_hold",
            ["brand_id", "id"],
            unique=False,
            sqlite_where=sa.text("held IS NOT NULL"),
            postgresql_where=sa.text("held IS NOT NULL"),
        )
