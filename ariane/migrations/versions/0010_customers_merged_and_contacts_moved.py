"""Customers merged and contacts moved."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "customer_doubt",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("first_id", NUMBER, nullable=False),
        sa.Column("second_id", NUMBER, nullable=False),
        sa.Column("score", NUMBER, nullable=False),
        sa.Column("agrees", JSON, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("same", sa.Boolean(), nullable=True),
        sa.Column("settled_by", JSON, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_customer_doubt_brand_id")),
        sa.ForeignKeyConstraint(["first_id"], ["customer.id"], name=op.f("fk_customer_doubt_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["customer.id"], name=op.f("fk_customer_doubt_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_doubt")),
        sa.UniqueConstraint("public_id", name=op.f("uq_customer_doubt_public_id")),
    )
    op.create_index(op.f("ix_customer_doubt_brand_id_settled_at"), "customer_doubt", ["brand_id", "settled_at"])
    op.create_index(op.f("ix_customer_doubt_second_id"), "customer_doubt", ["second_id"])
    op.create_index("uq_customer_doubt", "customer_doubt", ["first_id", "second_id"], unique=True)

    op.create_table(
        "customer_merge",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_id", NUMBER, nullable=False),
        sa.Column("to_id", NUMBER, nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", JSON, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", JSON, nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'split')", name=op.f("ck_customer_merge_kind")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_customer_merge_brand_id")),
        sa.ForeignKeyConstraint(["from_id"], ["customer.id"], name=op.f("fk_customer_merge_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["customer.id"], name=op.f("fk_customer_merge_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
        sa.UniqueConstraint("public_id", name=op.f("uq_customer_merge_public_id")),
    )
    op.create_index(op.f("ix_customer_merge_from_id"), "customer_merge", ["from_id"])
    op.create_index(op.f("ix_customer_merge_to_id"), "customer_merge", ["to_id"])

    op.add_column("contact", sa.Column("with_whom", sa.String(), nullable=True))
    op.add_column("contact", sa.Column("cost_minor", NUMBER, nullable=True))

    # SQLite adds a constraint with its column or not at all; both databases read this.
    number = NUMBER.compile(op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE customer ADD COLUMN merged_into_id {number} "
        "CONSTRAINT fk_customer_merged_into_id REFERENCES customer (id)"
    )
    op.create_index(op.f("ix_customer_merged_into_id"), "customer", ["merged_into_id"])

    op.add_column("target", sa.Column("grace", sa.String(length=40), nullable=True))
