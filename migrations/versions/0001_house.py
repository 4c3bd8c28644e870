"""The house: every table of the first release.

Revision ID: 0001
Revises:


"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():

    op.create_table(
        "association_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_da", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("faith_based", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_kind")),
        sa.UniqueConstraint("key", name=op.f("uq_association_kind_key")),
    )
    op.create_table(
        "audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_da", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("other_names", sa.String(length=500), nullable=False),
        sa.Column(
            "group",
            sa.Enum(
                "young_people",
                "parents",
                "residents",
                "associations",
                "professionals",
                name="audiencegroup",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("professional_group", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("key", name=op.f("uq_audience_key")),
    )
    op.create_table(
        "district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("other_names", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("key", name=op.f("uq_district_key")),
        sa.UniqueConstraint("name", name=op.f("uq_district_name")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name_da", sa.String(length=160), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("source_da", sa.String(length=300), nullable=False),
        sa.Column("source_en", sa.String(length=300), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_plan_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("key", name=op.f("uq_plan_key")),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    with op.batch_alter_table("rate_limit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_limit_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("same_group", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_key", sa.String(length=40), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "facilitator",
                "staff",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("session_key", name=op.f("uq_user_session_key")),
    )
    op.create_table(
        "activity_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_da", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("other_names", sa.String(length=500), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "open",
                "person",
                "group",
                "association",
                "arranged",
                name="registrationmode",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "public", "unlisted", "closed", name="visibility", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("max_heads", sa.Integer(), nullable=False),
        sa.Column("asks_name", sa.Boolean(), nullable=False),
        sa.Column("asks_age_band", sa.Boolean(), nullable=False),
        sa.Column("neutral_mail", sa.Boolean(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_activity_type_audience_id_audience")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_type")),
        sa.UniqueConstraint("key", name=op.f("uq_activity_type_key")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_da", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_area_plan_id_plan"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_area_plan_id_number")),
    )
    op.create_table(
        "association",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("search_name", sa.String(length=640), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_association_district_id_district")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["association_kind.id"], name=op.f("fk_association_kind_id_association_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association")),
        sa.UniqueConstraint("search_name", name=op.f("uq_association_search_name")),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("registers_at_id", sa.Integer(), nullable=True),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("title_da", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("description_da", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(length=160), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column(
            "wheelchair",
            sa.Enum("yes", "no", "ask", name="wheelchair", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column(
            "hearing_loop",
            sa.Enum("yes", "no", "ask", name="hearing_loop", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column(
            "interpreter",
            sa.Enum("yes", "no", "ask", name="interpreter", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("languages", sa.String(length=60), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "open",
                "person",
                "group",
                "association",
                "arranged",
                name="registrationmode",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "public", "unlisted", "closed", name="visibility", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "published", "called_off", name="state", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("max_heads", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("called_off_da", sa.String(length=500), nullable=False),
        sa.Column("called_off_en", sa.String(length=500), nullable=False),
        sa.Column("link_key", sa.String(length=24), nullable=False),
        sa.Column("import_key", sa.String(length=64), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity IS NULL OR capacity BETWEEN 1 AND 5000", name=op.f("ck_activity_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_activity_ends_after_start")),
        sa.CheckConstraint("max_heads BETWEEN 1 AND 500", name=op.f("ck_activity_max_heads")),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_activity_audience_id_audience")),
        sa.ForeignKeyConstraint(["contact_id"], ["user.id"], name=op.f("fk_activity_contact_id_user")),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_activity_district_id_district")),
        sa.ForeignKeyConstraint(["partner_id"], ["association.id"], name=op.f("fk_activity_partner_id_association")),
        sa.ForeignKeyConstraint(
            ["registers_at_id"], ["activity.id"], name=op.f("fk_activity_registers_at_id_activity")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_activity_series_id_series")),
        sa.ForeignKeyConstraint(["type_id"], ["activity_type.id"], name=op.f("fk_activity_type_id_activity_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("import_key", name=op.f("uq_activity_import_key")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_district_id"), ["district_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index("ix_activity_public", ["visibility", "state", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_registers_at_id"), ["registers_at_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_series_id"), ["series_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_type_id"), ["type_id"], unique=False)

    op.create_table(
        "effort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name_da", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_effort_area_id_area"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort")),
        sa.UniqueConstraint("area_id", "key", name=op.f("uq_effort_area_id_key")),
    )
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("goal", "expectation", name="goalkind", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column(
            "unit",
            sa.Enum(
                "activities",
                "attendances",
                "people",
                "institutions",
                "professional_groups",
                "percent",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name_da", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("target BETWEEN 1 AND 100000", name=op.f("ck_goal_target")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_goal_area_id_area"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("area_id", "key", name=op.f("uq_goal_area_id_key")),
    )
    op.create_table(
        "activity_audience",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_audience_activity_id_activity"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audience.id"], name=op.f("fk_activity_audience_audience_id_audience")
        ),
        sa.PrimaryKeyConstraint("activity_id", "audience_id", name=op.f("pk_activity_audience")),
    )
    op.create_table(
        "activity_facilitator",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_activity_facilitator_activity_id_activity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_activity_facilitator_user_id_user")),
        sa.PrimaryKeyConstraint("activity_id", "user_id", name=op.f("pk_activity_facilitator")),
    )
    with op.batch_alter_table("activity_facilitator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_facilitator_user_id"), ["user_id"], unique=False)

    op.create_table(
        "closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "list",
                "clicker",
                "scan",
                "group_leader",
                "estimate",
                "import",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_closing_activity_id_activity")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_closing_closed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        sa.UniqueConstraint("activity_id", "number", name=op.f("uq_closing_activity_id_number")),
    )
    with op.batch_alter_table("closing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_closing_newest",
            ["activity_id"],
            unique=True,
            sqlite_where=sa.text("newest = 1"),
            postgresql_where=sa.text("newest"),
        )

    op.create_table(
        "goal_activity_type",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("activity_type_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_type_id"],
            ["activity_type.id"],
            name=op.f("fk_goal_activity_type_activity_type_id_activity_type"),
        ),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_goal_activity_type_goal_id_goal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("goal_id", "activity_type_id", name=op.f("pk_goal_activity_type")),
    )
    op.create_table(
        "goal_audience",
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_goal_audience_audience_id_audience")),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["goal.id"], name=op.f("fk_goal_audience_goal_id_goal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("goal_id", "audience_id", name=op.f("pk_goal_audience")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("submission", sa.String(length=40), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "confirmed",
                "waiting",
                "offered",
                "lapsed",
                "cancelled",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("queue_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("group_name", sa.String(length=120), nullable=True),
        sa.Column("association_name", sa.String(length=160), nullable=True),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column(
            "age_band",
            sa.Enum(
                "under_15",
                "15_17",
                "18_24",
                "25_up",
                "mixed",
                name="ageband",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("access_needs", sa.String(length=500), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(standing = 'offered') = (offer_expires_at IS NOT NULL)", name=op.f("ck_registration_offer_expires")
        ),
        sa.CheckConstraint("heads BETWEEN 1 AND 500", name=op.f("ck_registration_heads")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_registration_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_registration_association_id_association")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("reference", name=op.f("uq_registration_reference")),
        sa.UniqueConstraint("submission", name=op.f("uq_registration_submission")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_association_id"), ["association_id"], unique=False)
        batch_op.create_index("ix_registration_places", ["activity_id", "standing"], unique=False)
        batch_op.create_index(batch_op.f("ix_registration_standing"), ["standing"], unique=False)

    op.create_table(
        "count",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "arrived", "walk_in", "final", name="countkind", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "list",
                "clicker",
                "scan",
                "group_leader",
                "estimate",
                "import",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("closing_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_by_id", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'arrived') = (registration_id IS NOT NULL)", name=op.f("ck_count_arrived_party")),
        sa.CheckConstraint("(kind = 'final') = (closing_id IS NOT NULL)", name=op.f("ck_count_final_closing")),
        sa.CheckConstraint("kind = 'arrived' OR audience_id IS NOT NULL", name=op.f("ck_count_audience")),
        sa.CheckConstraint("kind = 'walk_in' OR heads BETWEEN 0 AND 5000", name=op.f("ck_count_heads")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_count_activity_id_activity")),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_count_audience_id_audience")),
        sa.ForeignKeyConstraint(["closing_id"], ["closing.id"], name=op.f("fk_count_closing_id_closing")),
        sa.ForeignKeyConstraint(["counted_by_id"], ["user.id"], name=op.f("fk_count_counted_by_id_user")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_count_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count")),
    )
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.create_index("ix_count_closing", ["closing_id", "audience_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_count_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index("ix_count_room", ["activity_id", "kind"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("body_text", sa.Text(), nullable=True),
        sa.Column("body_html", sa.Text(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sent",
                "failed",
                "erased",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_message_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_due", ["state", "next_try_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_registration_id"), ["registration_id"], unique=False)


def downgrade():

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_registration_id"))
        batch_op.drop_index("ix_message_due")

    op.drop_table("message")
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.drop_index("ix_count_room")
        batch_op.drop_index(batch_op.f("ix_count_registration_id"))
        batch_op.drop_index("ix_count_closing")

    op.drop_table("count")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_standing"))
        batch_op.drop_index("ix_registration_places")
        batch_op.drop_index(batch_op.f("ix_registration_association_id"))

    op.drop_table("registration")
    op.drop_table("goal_audience")
    op.drop_table("goal_activity_type")
    with op.batch_alter_table("closing", schema=None) as batch_op:
        batch_op.drop_index("ix_closing_newest")

    op.drop_table("closing")
    with op.batch_alter_table("activity_facilitator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_facilitator_user_id"))

    op.drop_table("activity_facilitator")
    op.drop_table("activity_audience")
    op.drop_table("goal")
    op.drop_table("effort")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_type_id"))
        batch_op.drop_index(batch_op.f("ix_activity_starts_at"))
        batch_op.drop_index(batch_op.f("ix_activity_series_id"))
        batch_op.drop_index(batch_op.f("ix_activity_registers_at_id"))
        batch_op.drop_index("ix_activity_public")
        batch_op.drop_index(batch_op.f("ix_activity_partner_id"))
        batch_op.drop_index(batch_op.f("ix_activity_district_id"))

    op.drop_table("activity")
    op.drop_table("association")
    op.drop_table("area")
    op.drop_table("activity_type")
    op.drop_table("user")
    op.drop_table("series")
    with op.batch_alter_table("rate_limit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_limit_expires_at"))

    op.drop_table("rate_limit")
    op.drop_table("plan")
    op.drop_table("district")
    op.drop_table("audience")
    op.drop_table("association_kind")
