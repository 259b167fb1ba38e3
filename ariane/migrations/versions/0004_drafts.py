"""Drafts."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "process_draft",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("based_on", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_draft_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_draft")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_process_draft_brand_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_process_draft_public_id")),
    )
    op.create_table(
        "process_draft_kept",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", JSON, nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_draft_kept_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_draft_kept")),
        sa.UniqueConstraint(
            "brand_id", "key", "revision", "kept_at", name=op.f("uq_process_draft_kept_brand_id_key_revision_kept_at")
        ),
    )
    op.create_table(
        "process_draft_reader",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["process_draft.id"], name=op.f("fk_process_draft_reader_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_process_draft_reader_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_draft_reader")),
        sa.UniqueConstraint("draft_id", "person_id", name=op.f("uq_process_draft_reader_draft_id_person_id")),
    )
