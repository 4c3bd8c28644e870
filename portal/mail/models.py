"""The outbox: every message is a row, written in the same commit as what it tells of."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, choice
from portal.personal import Kept, Purpose, personal

SENDING = personal(Purpose.DELIVER, Kept.WITH_THE_FIGURES)


class MessageState(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    ERASED = "erased"


class Message(Base):
    """One mail to one reader. `message_id` is stable over retries, so that a second copy is recognisable."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_due", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True, info=SENDING)
    kind: Mapped[str] = mapped_column(String(40), info=SENDING)
    language: Mapped[str] = mapped_column(String(2), info=SENDING)
    recipient: Mapped[str | None] = mapped_column(String(254), info=personal(Purpose.DELIVER, Kept.DAYS_AFTER_ACTIVITY))
    subject: Mapped[str | None] = mapped_column(String(200), info=personal(Purpose.DELIVER, Kept.DAYS_AFTER_ACTIVITY))
    body_text: Mapped[str | None] = mapped_column(Text, info=personal(Purpose.DELIVER, Kept.DAYS_AFTER_ACTIVITY))
    body_html: Mapped[str | None] = mapped_column(Text, info=personal(Purpose.DELIVER, Kept.DAYS_AFTER_ACTIVITY))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True, info=SENDING)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True, info=SENDING)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), info=SENDING)
    attempts: Mapped[int] = mapped_column(default=0, info=SENDING)
    created_at: Mapped[datetime] = mapped_column(info=SENDING)
    next_try_at: Mapped[datetime] = mapped_column(info=SENDING)
    sent_at: Mapped[datetime | None] = mapped_column(info=SENDING)
