"""Publishing."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "process_move",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("moved", NUMBER, nullable=False),
        sa.Column("stayed", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_move_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_move")),
    )
    with op.batch_alter_table("process_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_move_brand_id_key"), ["brand_id", "key"], unique=False)

    op.create_table(
        "process_proposal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("override", sa.String(), nullable=True),
        sa.Column("based_on", NUMBER, nullable=False),
        sa.Column("publish_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", JSON, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", JSON, nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("number", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_proposal_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_process_proposal_public_id")),
    )
    with op.batch_alter_table("process_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_proposal_brand_id_key"), ["brand_id", "key"], unique=False)
        batch_op.create_index(batch_op.f("ix_process_proposal_state_publish_at"), ["state", "publish_at"], unique=False)

    op.create_table(
        "process_remark",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", JSON, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", JSON, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_remark_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_remark")),
        sa.UniqueConstraint("public_id", name=op.f("uq_process_remark_public_id")),
    )
    with op.batch_alter_table("process_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_remark_brand_id_key"), ["brand_id", "key"], unique=False)

    op.create_table(
        "process_rule",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("teams", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_rule_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_rule")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_process_rule_brand_id_key")),
    )
    op.create_table(
        "process_review",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("partner_id", NUMBER, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("invited_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_review_brand_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_process_review_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_review")),
    )
    with op.batch_alter_table("process_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_review_brand_id_key"), ["brand_id", "key"], unique=False)
