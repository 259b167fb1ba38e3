"""Files of cases and outbound calls."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "attachment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stored", sa.String(length=80), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("actor", JSON, nullable=False),
        sa.CheckConstraint("kind IN ('photo', 'document')", name=op.f("ck_attachment_kind")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_attachment_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_attachment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachment_public_id")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_brand_id"), ["brand_id"], unique=False)
        batch_op.create_index("uq_attachment_content", ["case_id", "digest"], unique=True)

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call", JSON, nullable=True))
        batch_op.add_column(sa.Column("tries", NUMBER, server_default="0", nullable=False))
