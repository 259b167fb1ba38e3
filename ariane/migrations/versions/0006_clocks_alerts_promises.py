"""Clocks alerts promises."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "target",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("contact_budget", NUMBER, nullable=True),
        sa.Column("goal", sa.String(length=40), nullable=True),
        sa.Column("deadline", sa.String(length=40), nullable=True),
        sa.Column("calendar_id", NUMBER, nullable=True),
        sa.Column("pauses", JSON, nullable=False),
        sa.Column("warn_at", NUMBER, nullable=False),
        sa.Column("complexity", sa.String(length=16), nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("written_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_target_brand_id")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_target_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_index(op.f("ix_target_brand_id_reason_valid_from"), "target", ["brand_id", "reason", "valid_from"])

    op.create_table(
        "alert",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("crossed_at", MOMENT, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("acknowledged_by", NUMBER, nullable=True),
        sa.Column("escalates_at", MOMENT, nullable=False),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('deadline_near', 'goal_missed', 'deadline_missed', 'budget_near', 'budget_missed', 'answer_late', 'robot_late', 'task_near', 'task_late', 'partner_late', 'promise_broken')",
            name=op.f("ck_alert_kind"),
        ),
        sa.CheckConstraint("subject IN ('case', 'task', 'follow_up', 'promise')", name=op.f("ck_alert_subject")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_alert_acknowledged_by")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_alert_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_alert_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("public_id", name=op.f("uq_alert_public_id")),
    )
    op.create_index(op.f("ix_alert_case_id"), "alert", ["case_id"])
    op.create_index(
        "ix_alert_escalates",
        "alert",
        ["escalates_at"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_alert_inbox",
        "alert",
        ["brand_id", "raised_at"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index("uq_alert_crossing", "alert", ["kind", "subject_id", "crossed_at"], unique=True)

    op.create_table(
        "case_wait",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("party", sa.String(length=16), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("actor", JSON, nullable=False),
        sa.CheckConstraint(
            "party IN ('customer', 'partner', 'robot', 'team', 'hand', 'closed')", name=op.f("ck_case_wait_party")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_wait_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_wait")),
    )
    op.create_index(op.f("ix_case_wait_case_id_began_at"), "case_wait", ["case_id", "began_at"])
    op.create_index(
        "uq_case_wait_lasts",
        "case_wait",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "notice",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", NUMBER, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sending', 'done', 'failed')", name=op.f("ck_notice_state")),
        sa.CheckConstraint("way IN ('mail', 'webhook')", name=op.f("ck_notice_way")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_notice_alert_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_notice_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
    )
    op.create_index(op.f("ix_notice_alert_id"), "notice", ["alert_id"])
    op.create_index(
        "ix_notice_due",
        "notice",
        ["due_at"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.add_column("case", sa.Column("contact_budget", NUMBER, nullable=True))
    op.add_column("case", sa.Column("inbound", NUMBER, nullable=False, server_default="0"))
    op.add_column("case", sa.Column("goal_at", MOMENT, nullable=True))
    op.add_column("case", sa.Column("deadline_at", MOMENT, nullable=True))
    op.add_column("case", sa.Column("alert_at", MOMENT, nullable=True))
    op.create_index(
        "ix_case_alert",
        "case",
        ["alert_at"],
        sqlite_where=sa.text("state != 'closed'"),
        postgresql_where=sa.text("state != 'closed'"),
    )
    op.create_index(
        "ix_case_deadline",
        "case",
        ["brand_id", "deadline_at"],
        sqlite_where=sa.text("state != 'closed'"),
        postgresql_where=sa.text("state != 'closed'"),
    )

    op.add_column("contact", sa.Column("courtesy", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("contact", sa.Column("planned", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.add_column("promise", sa.Column("hold", JSON, nullable=True))
    op.add_column("promise", sa.Column("check_at", MOMENT, nullable=True))
    op.create_index(
        "ix_promise_check",
        "promise",
        ["check_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
