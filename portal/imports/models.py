"""Spreadsheets uploaded in the back office: the file and its preview, kept for a day."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.database import Base, choice
from portal.personal import Kept, Purpose, impersonal, personal

A_DAY = personal(Purpose.PARTNERSHIP, Kept.MINUTES)


class UploadState(StrEnum):
    """How far an upload has come. `WAITING` and `WRITING` are taken on by the worker, or at once where it is small."""

    WAITING = "waiting"
    PREVIEWED = "previewed"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"


class RowOutcome(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    PROBABLY_SAME = "probably_same"
    FAULTY = "faulty"


class Upload(Base):
    """One file. `done_rows` of `total_rows` are read or written so far; `fault` is why it failed."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), info=A_DAY)
    file_name: Mapped[str] = mapped_column(String(160), info=A_DAY)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info=A_DAY)
    language: Mapped[str] = mapped_column(String(2), info=A_DAY)
    state: Mapped[UploadState] = mapped_column(choice(UploadState), default=UploadState.WAITING, info=A_DAY)
    total_rows: Mapped[int] = mapped_column(default=0, info=A_DAY)
    done_rows: Mapped[int] = mapped_column(default=0, info=A_DAY)
    fault: Mapped[str] = mapped_column(String(500), default="", info=A_DAY)
    unread_columns: Mapped[str] = mapped_column(String(500), default="", info=A_DAY)
    claimed_at: Mapped[datetime | None] = mapped_column(info=A_DAY)
    created_at: Mapped[datetime] = mapped_column(index=True, info=A_DAY)

    user: Mapped[User] = relationship()


class UploadRow(Base):
    """One row of an upload's preview. `number` is the spreadsheet's; `text` says in words what would happen or why not.

    `same_as_id` is the association that it is, is probably the same as, or has become. `take` is what staff chose to
    do with one that is probably the same; only where `can_be_new` may it be taken for another association.
    """

    __tablename__ = "upload_row"
    __table_args__ = (Index("ix_upload_row_list", "upload_id", "outcome", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), info=A_DAY)
    number: Mapped[int] = mapped_column(info=A_DAY)
    name: Mapped[str] = mapped_column(String(160), default="", info=A_DAY)
    outcome: Mapped[RowOutcome] = mapped_column(choice(RowOutcome), info=A_DAY)
    text: Mapped[str] = mapped_column(String(1000), default="", info=A_DAY)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("association.id", ondelete="SET NULL"), info=A_DAY)
    can_be_new: Mapped[bool] = mapped_column(default=False, info=impersonal())
    take: Mapped[str] = mapped_column(String(10), default="", info=impersonal())

    upload: Mapped[Upload] = relationship()
