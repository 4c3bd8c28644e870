"""The log: who looked at or changed what, without the personal values themselves. Appended to, never changed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.database import Base, choice
from portal.personal import Kept, Purpose, personal

LOGGED = personal(Purpose.ACCOUNT_FOR, Kept.TWO_YEARS)


class Event(StrEnum):
    """What was done."""

    LOOKED = "looked"
    EXPORTED = "exported"
    CREATED = "created"
    CHANGED = "changed"
    MERGED = "merged"
    IMPORTED = "imported"
    CONTACT_ADDED = "contact_added"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    CONFIRMED = "confirmed"
    CHARTER_ANSWERED = "charter_answered"
    LOGGED_IN = "logged_in"
    INVITED = "invited"
    WROTE = "wrote"


class LogEntry(Base):
    """One line of the log. `user_id` is the member of staff, None where the association did it itself.

    `association_id` None means that it was about several, such as a list or an export. `subject` names a thing in
    our own words, never a person: field names, a file's kind, the name that an association had before a merge.
    """

    __tablename__ = "log_entry"
    __table_args__ = (Index("ix_log_entry_association", "association_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True, info=LOGGED)
    event: Mapped[Event] = mapped_column(choice(Event), info=LOGGED)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True, info=LOGGED)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), info=LOGGED)
    subject: Mapped[str] = mapped_column(String(500), default="", info=LOGGED)

    user: Mapped[User | None] = relationship()
