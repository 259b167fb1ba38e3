"""News_of_services."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import MOMENT, NUMBER

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "service_news",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("connection_id", NUMBER, nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("walks", NUMBER, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("worked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_service_news_brand_id")),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=op.f("fk_service_news_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_news")),
        sa.UniqueConstraint("connection_id", "event_id", name=op.f("uq_service_news_connection_id_event_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_service_news_public_id")),
    )
    with op.batch_alter_table("service_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_news_brand_id_id"), ["brand_id", "id"], unique=False)
        batch_op.create_index(
            "ix_service_news_new",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        )

    with op.batch_alter_table("fact_reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=120), nullable=True))
        batch_op.create_index(batch_op.f("ix_fact_reading_about_walk_id"), ["about", "walk_id"], unique=False)
