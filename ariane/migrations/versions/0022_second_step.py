"""A second step of signing in: apps that make codes, codes on paper, roles that need them."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import MOMENT, NUMBER

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "factor_rule",
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_factor_rule_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "role", name=op.f("pk_factor_rule")),
    )
    op.create_table(
        "code_app",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("sealed", sa.String(length=500), nullable=False),
        sa.Column("set_up_at", MOMENT, nullable=False),
        sa.Column("counter", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_code_app_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_code_app")),
    )
    op.create_table(
        "paper_code",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_code_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_code")),
    )
    with op.batch_alter_table("paper_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_code_person_id"), ["person_id"], unique=False)
