"""First tables."""

import sqlalchemy as sa
from alembic import op

from ariane.migrations.types import JSON, MOMENT, NUMBER

revision = "0001"
down_revision = None


def upgrade() -> None:
    """There is no way back but the copy made before: see `ariane.migrations.upgrade`."""
    op.create_table(
        "attempt",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_subject"), ["subject"], unique=False)

    op.create_table(
        "calendar",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("closures", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("key", name=op.f("uq_calendar_key")),
    )
    op.create_table(
        "clock_offset",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("microseconds", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_offset")),
    )
    op.create_table(
        "connector_definition",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("installed_at", MOMENT, nullable=False),
        sa.Column("installed_by", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_definition")),
        sa.UniqueConstraint("key", name=op.f("uq_connector_definition_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_connector_definition_public_id")),
    )
    op.create_table(
        "connector_secret",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_connector_secret")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("worked", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "brand",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("default_language", sa.String(length=10), nullable=False),
        sa.Column("colours", JSON, nullable=False),
        sa.Column("logo_text", sa.String(), nullable=False),
        sa.Column("calendar_id", NUMBER, nullable=False),
        sa.Column("hand_over_words", JSON, nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_brand_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("key", name=op.f("uq_brand_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_brand_public_id")),
    )
    op.create_table(
        "article",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_article_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_article_brand_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_article_public_id")),
    )
    op.create_table(
        "connector_connection",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("definition_key", sa.String(length=60), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("secret_name", sa.String(length=120), nullable=False),
        sa.Column("networks", JSON, nullable=False),
        sa.Column("authority_file", sa.String(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("calls_per_day", NUMBER, nullable=True),
        sa.Column("calls_per_second", NUMBER, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_connector_connection_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_connection")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_connector_connection_brand_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_connector_connection_public_id")),
    )
    op.create_table(
        "customer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "folded_first_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("folded_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_customer_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_customer_public_id")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_customer_brand_id_folded_first_name"), ["brand_id", "folded_first_name"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_customer_brand_id_folded_name"), ["brand_id", "folded_name"], unique=False)

    op.create_table(
        "partner",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_partner_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_partner_brand_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partner_public_id")),
    )
    op.create_table(
        "passage_link",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("article_key", sa.String(length=60), nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_passage_link_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_link")),
    )
    with op.batch_alter_table("passage_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_passage_link_brand_id_article_key"), ["brand_id", "article_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_passage_link_brand_id_kind_ref"), ["brand_id", "kind", "ref"], unique=False
        )

    op.create_table(
        "process",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("live_number", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_process_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_process_brand_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_process_public_id")),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_search_entry_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("uq_search_entry_ref", ["brand_id", "kind", "ref", "language"], unique=True)

    op.create_table(
        "setting",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(length=20), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_setting_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_setting_brand_id_key")),
    )
    op.create_table(
        "connector_call_count",
        sa.Column("connection_id", NUMBER, nullable=False),
        sa.Column("seconds", NUMBER, nullable=False),
        sa.Column("window_from", MOMENT, nullable=False),
        sa.Column("used", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=op.f("fk_connector_call_count_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "seconds", name=op.f("pk_connector_call_count")),
    )
    op.create_table(
        "connector_health",
        sa.Column("connection_id", NUMBER, nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("window_from", MOMENT, nullable=False),
        sa.Column("open_until", MOMENT, nullable=True),
        sa.Column("probe_until", MOMENT, nullable=True),
        sa.Column("last_reason", sa.String(length=40), nullable=False),
        sa.Column("last_failed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=op.f("fk_connector_health_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_connector_health")),
    )
    op.create_table(
        "connector_route",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("capability", sa.String(length=120), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("connection_id", NUMBER, nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_connector_route_brand_id")),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=op.f("fk_connector_route_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_route")),
        sa.UniqueConstraint(
            "brand_id", "capability", "carrier", name=op.f("uq_connector_route_brand_id_capability_carrier")
        ),
    )
    with op.batch_alter_table("connector_route", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_connector_route_connection_id"), ["connection_id"], unique=False)

    op.create_table(
        "connector_unknown_code",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("connection_id", NUMBER, nullable=False),
        sa.Column("operation", sa.String(length=130), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("seen", NUMBER, nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=op.f("fk_connector_unknown_code_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_unknown_code")),
        sa.UniqueConstraint(
            "connection_id",
            "operation",
            "field",
            "code",
            name=op.f("uq_connector_unknown_code_connection_id_operation_field_code"),
        ),
    )
    op.create_table(
        "identifier",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("value", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('mail', 'phone', 'account', 'external')", name=op.f("ck_identifier_kind")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_identifier_brand_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_identifier_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifier")),
    )
    with op.batch_alter_table("identifier", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identifier_brand_id_kind_value"), ["brand_id", "kind", "value"], unique=False
        )
        batch_op.create_index("uq_identifier_own", ["customer_id", "kind", "source", "value"], unique=True)
        batch_op.create_index(
            "uq_identifier_strong",
            ["brand_id", "kind", "source", "value"],
            unique=True,
            sqlite_where=sa.text("kind IN ('account', 'external')"),
            postgresql_where=sa.text("kind IN ('account', 'external')"),
        )

    op.create_table(
        "order",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("folded_number", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_order_brand_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_order_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("public_id", name=op.f("uq_order_public_id")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_order_brand_id_folded_number"), ["brand_id", "folded_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_order_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("uq_order_number", ["brand_id", "source", "folded_number"], unique=True)

    op.create_table(
        "person",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("partner_id", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("last_login_at", MOMENT, nullable=True),
        sa.Column("current_login_at", MOMENT, nullable=True),
        sa.Column("last_login_ip", sa.String(length=64), nullable=True),
        sa.Column("current_login_ip", sa.String(length=64), nullable=True),
        sa.Column("login_count", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_person_brand_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_person_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "process_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("logic_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("override", sa.String(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_process_version_process_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_version")),
        sa.UniqueConstraint("process_id", "number", name=op.f("uq_process_version_process_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_process_version_public_id")),
    )
    op.create_table(
        "revision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("author", JSON, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_revision_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("article_id", "language", "number", name=op.f("uq_revision_article_id_language_number")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_revision_draft",
            ["article_id", "language"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "uq_revision_published",
            ["article_id", "language"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "search_word",
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column(
            "word", sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("weight", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["search_entry.id"], name=op.f("fk_search_word_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("brand_id", "language", "word", "entry_id", name=op.f("pk_search_word")),
    )
    with op.batch_alter_table("search_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_word_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "team",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("names", JSON, nullable=False),
        sa.Column("calendar_id", NUMBER, nullable=True),
        sa.Column("partner_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_team_brand_id")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_team_calendar_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_team_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("brand_id", "key", name=op.f("uq_team_brand_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_public_id")),
    )
    op.create_table(
        "order_line",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("order_id", NUMBER, nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index("uq_order_line_external_id", ["order_id", "external_id"], unique=True)

    op.create_table(
        "passage",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("revision_id", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_passage_revision_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("revision_id", "anchor", name=op.f("uq_passage_revision_id_anchor")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("granted_by", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_person_role")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "team_member",
        sa.Column("team_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_team_member_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "case",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=True),
        sa.Column("order_id", NUMBER, nullable=True),
        sa.Column("order_line_id", NUMBER, nullable=True),
        sa.Column("parcel_number", sa.String(), nullable=True),
        sa.Column("seller", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("title", JSON, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("team_because", sa.String(), nullable=True),
        sa.Column("answer_by", MOMENT, nullable=True),
        sa.Column("front_walk_id", NUMBER, nullable=True),
        sa.Column("linked_case_id", NUMBER, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'waiting', 'with_people', 'closed')", name=op.f("ck_case_state")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_case_brand_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_case_customer_id")),
        sa.ForeignKeyConstraint(["linked_case_id"], ["case.id"], name=op.f("fk_case_linked_case_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_case_order_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_case_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_brand_id_state_opened_at"), ["brand_id", "state", "opened_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_case_customer_id_opened_at"), ["customer_id", "opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_front_walk_id"), ["front_walk_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_order_id"), ["order_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("customer_id", NUMBER, nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("visit", sa.String(length=64), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("active_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("actor", JSON, nullable=False),
        sa.CheckConstraint("direction IN ('inbound', 'outbound', 'internal')", name=op.f("ck_contact_direction")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_contact_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_contact_case_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contact_public_id")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_brand_id_started_at"), ["brand_id", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_case_id_started_at"), ["case_id", "started_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contact_customer_id_started_at"), ["customer_id", "started_at"], unique=False
        )

    op.create_table(
        "dirty_matter",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=True),
        sa.Column("case_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_dirty_matter_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_dirty_matter_case_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_dirty_matter_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_matter")),
    )
    op.create_table(
        "effect",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=True),
        sa.Column("version_id", NUMBER, nullable=True),
        sa.Column("process", sa.String(), nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("visit", NUMBER, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("once_per_key", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("safety", sa.String(length=16), nullable=False),
        sa.Column("label", JSON, nullable=True),
        sa.Column("request", JSON, nullable=False),
        sa.Column("amount_minor", NUMBER, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("look_first", sa.Boolean(), nullable=False),
        sa.Column("answer", JSON, nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("decided_by", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", NUMBER, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('act', 'message')", name=op.f("ck_effect_kind")),
        sa.CheckConstraint("safety IN ('keyed', 'queryable', 'blind')", name=op.f("ck_effect_safety")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'done', 'failed', 'unknown', 'cancelled')", name=op.f("ck_effect_state")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_effect_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_effect_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        sa.UniqueConstraint("key", name=op.f("uq_effect_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_effect_public_id")),
    )
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_effect_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_effect_due",
            ["lane", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_effect_lease",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(
            "ix_effect_unknown",
            ["brand_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'unknown'"),
            postgresql_where=sa.text("state = 'unknown'"),
        )
        batch_op.create_index(batch_op.f("ix_effect_walk_id"), ["walk_id"], unique=False)
        batch_op.create_index(
            "uq_effect_once",
            ["brand_id", "operation", "once_per_key"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('failed', 'cancelled')"),
            postgresql_where=sa.text("state NOT IN ('failed', 'cancelled')"),
        )

    op.create_table(
        "follow_up",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("visit", NUMBER, nullable=False),
        sa.Column("label", JSON, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rule", JSON, nullable=True),
        sa.Column("patience_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", NUMBER, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'queued', 'running', 'done', 'parked', 'cancelled')", name=op.f("ck_follow_up_state")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_follow_up_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_follow_up_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("public_id", name=op.f("uq_follow_up_public_id")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(
            "ix_follow_up_agenda",
            ["brand_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'queued', 'running', 'parked')"),
            postgresql_where=sa.text("state IN ('waiting', 'queued', 'running', 'parked')"),
        )
        batch_op.create_index(batch_op.f("ix_follow_up_case_id_due_at"), ["case_id", "due_at"], unique=False)
        batch_op.create_index(
            "ix_follow_up_due",
            ["lane", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_follow_up_lease",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'running')"),
            postgresql_where=sa.text("state IN ('queued', 'running')"),
        )
        batch_op.create_index(batch_op.f("ix_follow_up_walk_id"), ["walk_id"], unique=False)
        batch_op.create_index(
            "uq_follow_up_open",
            ["walk_id", "step", "visit"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'queued', 'running', 'parked')"),
            postgresql_where=sa.text("state IN ('waiting', 'queued', 'running', 'parked')"),
        )

    op.create_table(
        "link",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("visit", NUMBER, nullable=True),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("purpose IN ('follow', 'answer', 'sign_in')", name=op.f("ck_link_purpose")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_link_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_link_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_link_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_token_hash")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_case_id"), ["case_id"], unique=False)

    op.create_table(
        "promise",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("visit", NUMBER, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("by", MOMENT, nullable=False),
        sa.Column("keep", JSON, nullable=True),
        sa.Column("hold_until", MOMENT, nullable=True),
        sa.Column("if_broken", JSON, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'broken', 'excused', 'withdrawn')", name=op.f("ck_promise_state")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_promise_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_promise_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
        sa.UniqueConstraint("key", name=op.f("uq_promise_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_promise_public_id")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_brand_id_state"), ["brand_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_promise_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_promise_due",
            ["brand_id", "by"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "walk",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("state", JSON, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("waiting", sa.String(length=20), nullable=False),
        sa.Column("needs", JSON, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_walk_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_walk_case_id")),
        sa.ForeignKeyConstraint(["version_id"], ["process_version.id"], name=op.f("fk_walk_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk")),
        sa.UniqueConstraint("public_id", name=op.f("uq_walk_public_id")),
    )
    with op.batch_alter_table("walk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_walk_case_id"), ["case_id"], unique=False)

    op.create_table(
        "fact_reading",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("walk_id", NUMBER, nullable=False),
        sa.Column("fact", sa.String(length=60), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("raw_codes", JSON, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("definition_hash", sa.String(length=64), nullable=True),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["walk_id"], ["walk.id"], name=op.f("fk_fact_reading_walk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_reading")),
        sa.UniqueConstraint("public_id", name=op.f("uq_fact_reading_public_id")),
    )
    with op.batch_alter_table("fact_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_reading_walk_id"), ["walk_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("brand_id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("visit", NUMBER, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("text", JSON, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("form", JSON, nullable=True),
        sa.Column("answers", JSON, nullable=True),
        sa.Column("attach", JSON, nullable=True),
        sa.Column("amount_minor", NUMBER, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("effect_id", NUMBER, nullable=True),
        sa.Column("claimed_by", NUMBER, nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", JSON, nullable=True),
        sa.CheckConstraint(
            "purpose IN ('task', 'approval', 'hand_over', 'parked', 'unknown_effect')", name=op.f("ck_task_purpose")
        ),
        sa.CheckConstraint("state IN ('open', 'claimed', 'done', 'cancelled')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_task_brand_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_task_claimed_by")),
        sa.ForeignKeyConstraint(["effect_id"], ["effect.id"], name=op.f("fk_task_effect_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("key", name=op.f("uq_task_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_task_public_id")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_task_queue",
            ["brand_id", "team", "due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'claimed')"),
            postgresql_where=sa.text("state IN ('open', 'claimed')"),
        )
        batch_op.create_index(batch_op.f("ix_task_walk_id"), ["walk_id"], unique=False)

    op.create_table(
        "timeline_entry",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("case_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("words", JSON, nullable=True),
        sa.Column("actor", JSON, nullable=False),
        sa.Column("contact_id", NUMBER, nullable=True),
        sa.Column("walk_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_timeline_entry_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_timeline_entry_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entry")),
    )
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timeline_entry_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_timeline_entry_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "walk_event",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("walk_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("trace", JSON, nullable=False),
        sa.Column("words", JSON, nullable=True),
        sa.Column("actor", JSON, nullable=False),
        sa.Column("contact_id", NUMBER, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_walk_event_contact_id")),
        sa.ForeignKeyConstraint(["walk_id"], ["walk.id"], name=op.f("fk_walk_event_walk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_event")),
        sa.UniqueConstraint("walk_id", "number", name=op.f("uq_walk_event_walk_id_number")),
    )
