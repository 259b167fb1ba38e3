"""Mails."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import MOMENT, NUMBER

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "mail",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('sent', 'message', 'courtesy', 'automatic', 'bounce')", name=op.f("ck_mail_kind")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_mail_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_mail_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(op.f("ix_mail_brand_id_address_at"), "mail", ["brand_id", "address", "at"])
    op.create_index(op.f("ix_mail_case_id"), "mail", ["case_id"])
    op.create_index("uq_mail_message_id", "mail", ["brand_id", "message_id"], unique=True)
