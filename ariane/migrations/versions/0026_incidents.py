"""Incidents."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "incident",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("orders", JSON, nullable=False),
        sa.Column("banner", JSON, nullable=False),
        sa.Column("opening", JSON, nullable=False),
        sa.Column("closing", JSON, nullable=False),
        sa.Column("holds_robots", sa.Boolean(), nullable=False),
        sa.Column("closes_cases", sa.Boolean(), nullable=False),
        sa.Column("per_hour", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", JSON, nullable=False),
        sa.Column("began_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", JSON, nullable=True),
        sa.CheckConstraint("state IN ('planned', 'on', 'over')", name=op.f("ck_incident_state")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_incident_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("public_id", name=op.f("uq_incident_public_id")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_brand_id_created_at"), ["brand_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_incident_on",
            ["brand_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'on'"),
            postgresql_where=sa.text("state = 'on'"),
        )

    op.create_table(
        "incident_case",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("incident_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_incident_case_case_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_case_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_case")),
    )
    with op.batch_alter_table("incident_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_case_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_incident_case_to_tell",
            ["incident_id", "id"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )
        batch_op.create_index("uq_incident_case", ["incident_id", "case_id"], unique=True)

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("incident_id", NUMBER, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_contact_incident_id"), "incident", ["incident_id"], ["id"])
    with op.batch_alter_table("robot_stop", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_robot_stop_scope"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_robot_stop_scope"), "scope IN ('all', 'process', 'connection', 'operation', 'incident')"
        )
