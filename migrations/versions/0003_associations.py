"""The address book, the charter, the citizen forum, engagements, enquiries, uploads and the log.

Revision ID: 0003
Revises: 0002

Tables that are there already are altered in place: on SQLite, rebuilding one that others point to would break
what points to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def added() -> tuple[sa.Column, ...]:
    """What the table of associations gets, anew for each use."""
    return (
        sa.Column("cvr", sa.String(8)),
        sa.Column("web_page", sa.String(200), nullable=False, server_default=sa.text("''")),
        sa.Column("language", sa.String(2), nullable=False, server_default="da"),
        sa.Column("can_host", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("forum_since", sa.Date()),
        sa.Column("forum_until", sa.Date()),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("changed_at", sa.DateTime(timezone=True)),
    )


def upgrade():
    for column in added():
        op.add_column("association", column)
    op.create_index("ix_association_filters", "association", ["active", "district_id", "kind_id"])
    op.create_index("ix_association_cvr", "association", ["cvr"], unique=True)
    op.add_column(
        "association_kind", sa.Column("other_names", sa.String(500), nullable=False, server_default=sa.text("''"))
    )
    # Written out, since SQLite takes a reference only with its column.
    op.execute(
        "ALTER TABLE message ADD COLUMN association_id INTEGER "
        "CONSTRAINT fk_message_association_id_association REFERENCES association (id)"
    )
    op.create_index("ix_message_association_id", "message", ["association_id"])
    op.create_table(
        "charter_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_da", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_version")),
        sa.UniqueConstraint("number", name=op.f("uq_charter_version_number")),
    )
    op.create_table(
        "engagement_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_da", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("statement_da", sa.String(length=200), nullable=False),
        sa.Column("statement_en", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_topic")),
        sa.UniqueConstraint("key", name=op.f("uq_engagement_topic_key")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_da", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("key", name=op.f("uq_tag_key")),
    )
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_segment_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name", name=op.f("uq_segment_name")),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "previewed",
                "writing",
                "done",
                "failed",
                name="uploadstate",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=500), nullable=False),
        sa.Column("unread_columns", sa.String(length=500), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_upload_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_created_at"), ["created_at"], unique=False)

    op.create_table(
        "association_other_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("search_name", sa.String(length=640), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_association_other_name_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association_other_name")),
        sa.UniqueConstraint("search_name", name=op.f("uq_association_other_name_search_name")),
    )
    with op.batch_alter_table("association_other_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_association_other_name_association_id"), ["association_id"], unique=False)

    op.create_table(
        "association_tag",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_association_tag_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_association_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("association_id", "tag_id", name=op.f("pk_association_tag")),
    )
    with op.batch_alter_table("association_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_association_tag_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "charter_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "declined",
                "withdrawn",
                name="charteranswerkind",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("case_reference", sa.String(length=40), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_charter_answer_association_id_association")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_charter_answer_recorded_by_id_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["charter_version.id"], name=op.f("fk_charter_answer_version_id_charter_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_answer")),
    )
    with op.batch_alter_table("charter_answer", schema=None) as batch_op:
        batch_op.create_index("ix_charter_answer_newest", ["association_id", "id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("session_key", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_contact_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("association_id", "email", name=op.f("uq_contact_association_id_email")),
        sa.UniqueConstraint("session_key", name=op.f("uq_contact_session_key")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_email", ["email"], unique=False)

    op.create_table(
        "engagement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "contact",
                "needs_talk",
                "plan",
                "sessions",
                "follow_up",
                "ended",
                "stopped",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("needs_talk_on", sa.Date(), nullable=True),
        sa.Column("needs", sa.String(length=1000), nullable=False),
        sa.Column("plan_agreed_on", sa.Date(), nullable=True),
        sa.Column("plan", sa.String(length=1000), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_up_on", sa.Date(), nullable=True),
        sa.Column("follow_up", sa.String(length=1000), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "plan_agreed_on IS NULL OR plan_agreed_on >= started_on", name=op.f("ck_engagement_plan_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_engagement_association_id_association")
        ),
        sa.ForeignKeyConstraint(["responsible_id"], ["user.id"], name=op.f("fk_engagement_responsible_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
    )
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_association_id"), ["association_id"], unique=False)
        batch_op.create_index("ix_engagement_board", ["phase", "next_step_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagement_responsible_id"), ["responsible_id"], unique=False)

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "looked",
                "exported",
                "created",
                "changed",
                "merged",
                "imported",
                "contact_added",
                "contact_changed",
                "contact_removed",
                "confirmed",
                "charter_answered",
                "logged_in",
                "invited",
                "wrote",
                name="event",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_log_entry_association_id_association")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_log_entry_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_association", ["association_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_user_id"), ["user_id"], unique=False)

    op.create_table(
        "upload_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "new",
                "changed",
                "unchanged",
                "probably_same",
                "faulty",
                name="rowoutcome",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("can_be_new", sa.Boolean(), nullable=False),
        sa.Column("take", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["same_as_id"], ["association.id"], name=op.f("fk_upload_row_same_as_id_association"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_upload_row_upload_id_upload"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_row")),
    )
    with op.batch_alter_table("upload_row", schema=None) as batch_op:
        batch_op.create_index("ix_upload_row_list", ["upload_id", "outcome", "number"], unique=False)

    op.create_table(
        "access_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "log_in", "confirm", "charter", name="linkpurpose", native_enum=False, create_constraint=True, length=30
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_access_link_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_link_token_hash")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_link_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_link_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("before", "after", name="moment", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_assessment_engagement_id_engagement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("engagement_id", "moment", name=op.f("uq_assessment_engagement_id_moment")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_da", sa.String(length=500), nullable=False),
        sa.Column("text_en", sa.String(length=500), nullable=False),
        sa.Column("is_task", sa.Boolean(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_decision_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_decision_association_id_association")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_association_id"), ["association_id"], unique=False)
        batch_op.create_index("ix_decision_meeting", ["activity_id", "position"], unique=False)

    op.create_table(
        "engagement_goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_engagement_goal_engagement_id_engagement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["engagement_topic.id"], name=op.f("fk_engagement_goal_topic_id_engagement_topic")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_goal")),
        sa.UniqueConstraint("engagement_id", "topic_id", name=op.f("uq_engagement_goal_engagement_id_topic_id")),
    )
    op.create_table(
        "engagement_session",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_engagement_session_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_engagement_session_engagement_id_engagement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_engagement_session")),
    )
    with op.batch_alter_table("engagement_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_session_engagement_id"), ["engagement_id"], unique=False)

    op.create_table(
        "forum_meeting",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("agenda_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_da", sa.Text(), nullable=False),
        sa.Column("minutes_en", sa.Text(), nullable=False),
        sa.Column(
            "minutes_readers",
            sa.Enum("staff", "members", "all", name="readers", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("minutes_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_forum_meeting_activity_id_activity")),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_forum_meeting")),
    )
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "readers",
            sa.Enum("staff", "members", "all", name="readers", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_paper_activity_id_activity")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_paper_uploaded_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "on_agenda",
                "later",
                "declined",
                name="topicstate",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_topic_answered_by_id_user")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_topic_association_id_association")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["activity.id"], name=op.f("fk_topic_meeting_id_activity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_association_id"), ["association_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topic_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topic_state"), ["state"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_da", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_agenda_item_activity_id_activity")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_agenda_item_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_item_meeting", ["activity_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("submission", sa.String(length=40), nullable=True),
        sa.Column(
            "wish",
            sa.Enum(
                "workshop",
                "dialogue",
                "narrative",
                "capacity",
                "talk",
                "other",
                name="wish",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "answered",
                "scheduled",
                "declined",
                "withdrawn",
                "done",
                name="enquirystate",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=160), nullable=True),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("group_name", sa.String(length=120), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=True),
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
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("when_text", sa.String(length=300), nullable=True),
        sa.Column("needs", sa.String(length=500), nullable=True),
        sa.Column("spoken", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("engagement_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_words_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("heads IS NULL OR heads BETWEEN 1 AND 500", name=op.f("ck_enquiry_heads")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_enquiry_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_enquiry_association_id_association")
        ),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_enquiry_district_id_district")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_enquiry_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_enquiry_owner_id_user")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_enquiry_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("reference", name=op.f("uq_enquiry_reference")),
        sa.UniqueConstraint("submission", name=op.f("uq_enquiry_submission")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_association_id"), ["association_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_engagement_id"), ["engagement_id"], unique=False)
        batch_op.create_index("ix_enquiry_inbox", ["state", "last_words_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("yes", "no", name="answer", native_enum=False, create_constraint=True, length=30),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_invitation_answered")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_invitation_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_invitation_association_id_association")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_invitation_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("activity_id", "association_id", name=op.f("uq_invitation_activity_id_association_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_invitation_reference")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_association_id"), ["association_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_rating_level")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_rating_assessment_id_assessment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["engagement_topic.id"], name=op.f("fk_rating_topic_id_engagement_topic")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "topic_id", name=op.f("pk_rating")),
    )
    op.create_table(
        "enquiry_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_note_enquiry_id_enquiry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_enquiry_note_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_note")),
    )
    with op.batch_alter_table("enquiry_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_note_enquiry_id"), ["enquiry_id"], unique=False)


def downgrade():
    op.drop_index("ix_message_association_id", "message")
    op.drop_column("message", "association_id")
    op.drop_column("association_kind", "other_names")
    op.drop_index("ix_association_cvr", "association")
    op.drop_index("ix_association_filters", "association")
    for column in added():
        op.drop_column("association", column.name)
    with op.batch_alter_table("enquiry_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_note_enquiry_id"))

    op.drop_table("enquiry_note")
    op.drop_table("rating")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_registration_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_association_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_registration_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_owner_id"))
        batch_op.drop_index("ix_enquiry_inbox")
        batch_op.drop_index(batch_op.f("ix_enquiry_engagement_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_closed_at"))
        batch_op.drop_index(batch_op.f("ix_enquiry_association_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_activity_id"))

    op.drop_table("enquiry")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_item_topic_id"))
        batch_op.drop_index("ix_agenda_item_meeting")

    op.drop_table("agenda_item")
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_state"))
        batch_op.drop_index(batch_op.f("ix_topic_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_topic_association_id"))

    op.drop_table("topic")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_activity_id"))

    op.drop_table("paper")
    op.drop_table("forum_meeting")
    with op.batch_alter_table("engagement_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_session_engagement_id"))

    op.drop_table("engagement_session")
    op.drop_table("engagement_goal")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_meeting")
        batch_op.drop_index(batch_op.f("ix_decision_association_id"))

    op.drop_table("decision")
    op.drop_table("assessment")
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_link_expires_at"))
        batch_op.drop_index(batch_op.f("ix_access_link_contact_id"))

    op.drop_table("access_link")
    with op.batch_alter_table("upload_row", schema=None) as batch_op:
        batch_op.drop_index("ix_upload_row_list")

    op.drop_table("upload_row")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entry_user_id"))
        batch_op.drop_index(batch_op.f("ix_log_entry_at"))
        batch_op.drop_index("ix_log_entry_association")

    op.drop_table("log_entry")
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_responsible_id"))
        batch_op.drop_index("ix_engagement_board")
        batch_op.drop_index(batch_op.f("ix_engagement_association_id"))

    op.drop_table("engagement")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_email")

    op.drop_table("contact")
    with op.batch_alter_table("charter_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_answer_newest")

    op.drop_table("charter_answer")
    with op.batch_alter_table("association_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_tag_tag_id"))

    op.drop_table("association_tag")
    with op.batch_alter_table("association_other_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_other_name_association_id"))

    op.drop_table("association_other_name")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_created_at"))

    op.drop_table("upload")
    op.drop_table("segment")
    op.drop_table("tag")
    op.drop_table("engagement_topic")
    op.drop_table("charter_version")
