"""Robots_can_be_stopped."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "robot_stop",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=130), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=False),
        sa.Column("stopped_by", JSON, nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", JSON, nullable=True),
        sa.Column("lifted_because", sa.String(), nullable=True),
        sa.CheckConstraint("scope IN ('all', 'process', 'connection', 'operation')", name=op.f("ck_robot_stop_scope")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_robot_stop_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_stop")),
        sa.UniqueConstraint("public_id", name=op.f("uq_robot_stop_public_id")),
    )
    with op.batch_alter_table("robot_stop", schema=None) as batch_op:
        batch_op.create_index(
            "uq_robot_stop_in_force",
            ["brand_id", "scope", "name"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.create_index("ix_effect_states", ["brand_id", "state", "id"], unique=False)

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(
            "ix_follow_up_done",
            ["brand_id", "done_at"],
            unique=False,
            sqlite_where=sa.text("state = 'done'"),
            postgresql_where=sa.text("state = 'done'"),
        )
