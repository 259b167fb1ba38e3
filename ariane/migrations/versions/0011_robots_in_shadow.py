"""Robots_in_shadow."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "robot_shadow",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by", JSON, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", JSON, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_robot_shadow_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_shadow")),
    )
    with op.batch_alter_table("robot_shadow", schema=None) as batch_op:
        batch_op.create_index(
            "uq_robot_shadow_on",
            ["brand_id", "process"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "robot_shadow_turn",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("would", JSON, nullable=False),
        sa.Column("would_end", sa.String(), nullable=False),
        sa.Column("did", JSON, nullable=True),
        sa.Column("did_end", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("compared_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_robot_shadow_turn_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_robot_shadow_turn_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_shadow_turn")),
        sa.UniqueConstraint("public_id", name=op.f("uq_robot_shadow_turn_public_id")),
    )
    with op.batch_alter_table("robot_shadow_turn", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_robot_shadow_turn_brand_id_process_id"), ["brand_id", "process", "id"], unique=False
        )
        batch_op.create_index(
            "ix_robot_shadow_turn_open",
            ["brand_id"],
            unique=False,
            sqlite_where=sa.text("verdict IS NULL"),
            postgresql_where=sa.text("verdict IS NULL"),
        )
