"""Mail that staff write, texts they change, calendars in mail and private feeds, why a party was passed over, jobs.

Revision ID: 0005
Revises: 0004

Tables that are there already are altered in place: on SQLite, rebuilding one that others point to would break
what points to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FAULTS = "'no_answer', 'refused', 'no_mailbox', 'broken'"
# Written out, since SQLite takes a reference or a check only with its column.
WRITTEN_OUT = (
    "activity_id INTEGER CONSTRAINT fk_message_activity_id_activity REFERENCES activity (id)",
    "mailing_id INTEGER CONSTRAINT fk_message_mailing_id_mailing REFERENCES mailing (id)",
    f"fault VARCHAR(30) CONSTRAINT ck_message_fault CHECK (fault IN ({FAULTS}))",
)


def added() -> list[tuple[str, sa.Column]]:
    """What tables that are there already get, anew for each use."""
    return [
        ("activity_type", sa.Column("reminder_hours", sa.Integer(), server_default="48")),
        ("activity_type", sa.Column("thanks", sa.Boolean(), nullable=False, server_default=sa.true())),
        ("activity", sa.Column("called_off_at", MOMENT)),
        ("activity", sa.Column("reminded_at", MOMENT)),
        ("activity", sa.Column("thanked_at", MOMENT)),
        ("contact", sa.Column("unsubscribed_at", MOMENT)),
        ("registration", sa.Column("told_free", sa.Integer())),
        ("registration", sa.Column("told_free_at", MOMENT)),
        ("message", sa.Column("calendar", sa.Text())),
        ("message", sa.Column("unsubscribe", sa.String(500))),
        ("message", sa.Column("link", sa.String(500))),
        ("message", sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("message", sa.Column("settled_at", MOMENT)),
    ]


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("submission", sa.String(40), nullable=False),
        sa.Column("activity_id", sa.Integer()),
        sa.Column("receiver_group", sa.String(30)),
        sa.Column("segment_id", sa.Integer()),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("subject_da", sa.String(160)),
        sa.Column("subject_en", sa.String(160)),
        sa.Column("body_da", sa.Text()),
        sa.Column("body_en", sa.Text()),
        sa.Column("receivers", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("stopped_at", MOMENT),
        sa.CheckConstraint("activity_id IS NULL OR query = ''", name=op.f("ck_mailing_to_one_kind")),
        sa.CheckConstraint(
            "(receiver_group IS NULL) = (activity_id IS NULL)", name=op.f("ck_mailing_receiver_group_of_activity")
        ),
        sa.CheckConstraint(
            "receiver_group IN ('confirmed', 'waiting', 'everybody')", name=op.f("ck_mailing_receivergroup")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_mailing_activity_id_activity")),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_mailing_segment_id_segment"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_mailing_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("submission", name=op.f("uq_mailing_submission")),
    )
    op.create_index("ix_mailing_activity_id", "mailing", ["activity_id"])
    op.create_table(
        "mail_text",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("type_id", sa.Integer()),
        *(
            sa.Column(f"{part}_{lang}", sa.String(160) if part in ("subject", "heading") else sa.Text(), nullable=False)
            for part in ("subject", "heading", "body", "closing")
            for lang in ("da", "en")
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_id", sa.Integer()),
        sa.ForeignKeyConstraint(["type_id"], ["activity_type.id"], name=op.f("fk_mail_text_type_id_activity_type")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_mail_text_changed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_text")),
    )
    op.create_index("uq_mail_text_type", "mail_text", ["kind", "type_id"], unique=True)
    nobody = sa.text("type_id IS NULL")
    op.create_index(
        "uq_mail_text_all", "mail_text", ["kind"], unique=True, sqlite_where=nobody, postgresql_where=nobody
    )
    op.create_table(
        "passed_over",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason IN ('too_big', 'too_big_now')", name=op.f("ck_passed_over_passreason")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_passed_over_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_over")),
    )
    op.create_index("ix_passed_over_registration_id", "passed_over", ["registration_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(60), nullable=False),
        sa.Column("association_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("scope", sa.String(30), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("(association_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_calendar_feed_one_owner")),
        sa.CheckConstraint("scope IN ('mine', 'all')", name=op.f("ck_calendar_feed_scope")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_calendar_feed_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token", name=op.f("uq_calendar_feed_token")),
        sa.UniqueConstraint("association_id", name=op.f("uq_calendar_feed_association_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feed_user_id")),
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("ok", sa.Boolean()),
        sa.Column("said", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    for table, column in added():
        op.add_column(table, column)
    for column in WRITTEN_OUT:
        op.execute(f"ALTER TABLE message ADD COLUMN {column}")
    # What was called off before has the moment of the last change. Whoever came to what is counted by now is not
    # thanked afterwards; those of a course that goes on are thanked after its last meeting.
    op.execute("UPDATE activity SET called_off_at = changed_at WHERE state = 'called_off'")
    op.execute(
        "UPDATE activity SET thanked_at = changed_at WHERE EXISTS "
        "(SELECT 1 FROM closing WHERE closing.activity_id = activity.id) AND NOT EXISTS "
        "(SELECT 1 FROM activity AS later WHERE later.state = 'published' AND later.ends_at > activity.ends_at "
        "AND COALESCE(later.registers_at_id, later.id) = COALESCE(activity.registers_at_id, activity.id))"
    )
    # The mails sent so far belong to their registration's activity.
    op.execute(
        "UPDATE message SET activity_id = (SELECT registration.activity_id FROM registration "
        "WHERE registration.id = message.registration_id) WHERE registration_id IS NOT NULL"
    )
    op.create_index("ix_activity_called_off_at", "activity", ["called_off_at"])
    op.create_index("ix_message_activity_id", "message", ["activity_id"])
    op.create_index("ix_message_mailing", "message", ["mailing_id", "state"])
    op.drop_index("ix_message_due", "message")
    op.create_index("ix_message_due", "message", ["state", "bulk", "next_try_at"])


def downgrade() -> None:
    op.drop_index("ix_message_due", "message")
    op.create_index("ix_message_due", "message", ["state", "next_try_at"])
    op.drop_index("ix_message_mailing", "message")
    op.drop_index("ix_message_activity_id", "message")
    op.drop_index("ix_activity_called_off_at", "activity")
    # A mail to many has its text in a table that goes.
    op.execute("DELETE FROM message WHERE mailing_id IS NOT NULL")
    for column in WRITTEN_OUT:
        op.drop_column("message", column.split()[0])
    for table, column in reversed(added()):
        op.drop_column(table, column.name)
    for table in ("job", "calendar_feed", "passed_over", "mail_text", "mailing"):
        op.drop_table(table)
