"""The outbox: every message is a row, written in the same commit as what it tells of; the texts that staff changed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.database import Base, choice
from portal.personal import Kept, Purpose, impersonal, personal

SENDING = personal(Purpose.DELIVER, Kept.WITH_THE_FIGURES)
SOON = personal(Purpose.DELIVER, Kept.DAYS_AFTER_ACTIVITY)


class MessageState(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    ERASED = "erased"


class Fault(StrEnum):
    """Why the last try did not succeed: the server cannot be reached, refused the mail or the mailbox for now or
    for good, or the mail cannot be put together.
    """

    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    NO_MAILBOX = "no_mailbox"
    BROKEN = "broken"


class ReceiverGroup(StrEnum):
    """Which of an activity's parties a mail to many goes to."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    EVERYBODY = "everybody"


class Mailing(Base):
    """A mail to many: to an activity's parties, or to the associations that a saved search finds.

    A draft until `sent_at`; then each reader has a message in the outbox that takes its text from here. `query` is the
    saved search's own query string when it was chosen. `receivers` counts the messages that were queued; stopping
    takes those that are not sent yet out of the outbox again. `submission` is the form's own number; `revision` rises
    with each change of the draft, so that nobody sends another text than the one they looked at.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint("activity_id IS NULL OR query = ''", name="to_one_kind"),
        CheckConstraint("(receiver_group IS NULL) = (activity_id IS NULL)", name="receiver_group_of_activity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True, info=impersonal())
    receiver_group: Mapped[ReceiverGroup | None] = mapped_column(choice(ReceiverGroup), info=impersonal())
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id", ondelete="SET NULL"), info=impersonal())
    query: Mapped[str] = mapped_column(String(1000), default="", info=impersonal())
    subject_da: Mapped[str | None] = mapped_column(String(160), info=SOON)
    subject_en: Mapped[str | None] = mapped_column(String(160), info=SOON)
    body_da: Mapped[str | None] = mapped_column(Text, info=SOON)
    body_en: Mapped[str | None] = mapped_column(Text, info=SOON)
    receivers: Mapped[int] = mapped_column(default=0, info=impersonal())
    revision: Mapped[int] = mapped_column(default=0, info=impersonal())
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), info=personal(Purpose.ACCOUNT_FOR, Kept.WHILE_EMPLOYED)
    )
    created_at: Mapped[datetime] = mapped_column(info=impersonal())
    sent_at: Mapped[datetime | None] = mapped_column(info=impersonal())
    stopped_at: Mapped[datetime | None] = mapped_column(info=impersonal())

    created_by: Mapped[User | None] = relationship()


class Message(Base):
    """One mail to one reader. `message_id` is stable over retries, so that a second copy is recognisable.

    `next_try_at` is when it is tried, and while a worker has it, when another one may take it. `bulk` mail lets all
    other mail go first. `calendar` is an iCalendar stream: an object with its own METHOD for each meeting.
    `unsubscribe` is the address for who wants no more of such mail. Where `mailing_id` is set, the text stands in the
    mailing and `link` is the address behind the reader's own button. `fault` is why the last try did not succeed;
    `settled_at` is when staff put a message aside that did not arrive.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "state", "bulk", "next_try_at"),
        Index("ix_message_mailing", "mailing_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True, info=SENDING)
    kind: Mapped[str] = mapped_column(String(40), info=SENDING)
    language: Mapped[str] = mapped_column(String(2), info=SENDING)
    recipient: Mapped[str | None] = mapped_column(String(254), info=SOON)
    subject: Mapped[str | None] = mapped_column(String(200), info=SOON)
    body_text: Mapped[str | None] = mapped_column(Text, info=SOON)
    body_html: Mapped[str | None] = mapped_column(Text, info=SOON)
    calendar: Mapped[str | None] = mapped_column(Text, info=SOON)
    unsubscribe: Mapped[str | None] = mapped_column(String(500), info=SOON)
    link: Mapped[str | None] = mapped_column(String(500), info=SOON)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True, info=SENDING)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True, info=SENDING)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True, info=SENDING)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"), info=SENDING)
    bulk: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), info=SENDING)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), info=SENDING)
    fault: Mapped[Fault | None] = mapped_column(choice(Fault), info=SENDING)
    attempts: Mapped[int] = mapped_column(default=0, info=SENDING)
    created_at: Mapped[datetime] = mapped_column(info=SENDING)
    next_try_at: Mapped[datetime] = mapped_column(info=SENDING)
    sent_at: Mapped[datetime | None] = mapped_column(info=SENDING)
    settled_at: Mapped[datetime | None] = mapped_column(info=SENDING)

    mailing: Mapped[Mailing | None] = relationship()


class MailText(Base):
    """The words of one kind of message as staff changed them, for every activity type or for one.

    Words with {placeholders}; where there is no row, the portal's own words hold.
    """

    __tablename__ = "mail_text"
    __table_args__ = (
        Index("uq_mail_text_type", "kind", "type_id", unique=True),
        Index(
            "uq_mail_text_all", "kind", unique=True,
            sqlite_where=text("type_id IS NULL"), postgresql_where=text("type_id IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), info=impersonal())
    type_id: Mapped[int | None] = mapped_column(ForeignKey("activity_type.id"), info=impersonal())
    subject_da: Mapped[str] = mapped_column(String(160), info=impersonal())
    subject_en: Mapped[str] = mapped_column(String(160), info=impersonal())
    heading_da: Mapped[str] = mapped_column(String(160), info=impersonal())
    heading_en: Mapped[str] = mapped_column(String(160), info=impersonal())
    body_da: Mapped[str] = mapped_column(Text, info=impersonal())
    body_en: Mapped[str] = mapped_column(Text, info=impersonal())
    closing_da: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    closing_en: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    revision: Mapped[int] = mapped_column(default=0, info=impersonal())
    changed_at: Mapped[datetime] = mapped_column(info=impersonal())
    changed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), info=personal(Purpose.ACCOUNT_FOR, Kept.WHILE_EMPLOYED)
    )

    changed_by: Mapped[User | None] = relationship()
