"""Counts: appended, never overwritten, each with method, who and when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activities.models import Activity, Audience
from portal.attendance.rules import CountKind, Method
from portal.database import Base, choice
from portal.personal import Kept, Purpose, impersonal, personal
from portal.registrations.models import Registration

FIGURES = Kept.WITH_THE_FIGURES


class Closing(Base):
    """A count that was closed. A correction is a further closing with its reason; the newest holds, and is one."""

    __tablename__ = "closing"
    __table_args__ = (
        UniqueConstraint("activity_id", "number"),
        Index(
            "ix_closing_newest", "activity_id", unique=True,
            sqlite_where=text("newest = 1"), postgresql_where=text("newest"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), info=impersonal())
    number: Mapped[int] = mapped_column(info=impersonal())
    newest: Mapped[bool] = mapped_column(default=True, info=impersonal())
    method: Mapped[Method] = mapped_column(choice(Method), info=impersonal())
    reason: Mapped[str] = mapped_column(String(300), default="", info=personal(Purpose.COUNT, FIGURES))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), info=personal(Purpose.COUNT, FIGURES))
    closed_at: Mapped[datetime] = mapped_column(info=impersonal())

    activity: Mapped[Activity] = relationship()
    closed_by: Mapped[User | None] = relationship()
    counts: Mapped[list["Count"]] = relationship(back_populates="closing")

    @property
    def heads(self) -> int:
        """Everybody this closing counted."""
        return sum(count.heads for count in self.counts)


class Count(Base):
    """Heads of one audience or one party at one activity.

    `id` is made by the device that counted, so that a phone which was offline can send it twice.
    `arrived`: a party's heads, the newest row holds. `walk_in`: plus or minus, summed. `final`: an
    audience's heads in a closing.
    """

    __tablename__ = "count"
    __table_args__ = (
        CheckConstraint("kind = 'walk_in' OR heads BETWEEN 0 AND 5000", name="heads"),
        CheckConstraint("(kind = 'arrived') = (registration_id IS NOT NULL)", name="arrived_party"),
        CheckConstraint("(kind = 'final') = (closing_id IS NOT NULL)", name="final_closing"),
        CheckConstraint("kind = 'arrived' OR audience_id IS NOT NULL", name="audience"),
        Index("ix_count_room", "activity_id", "kind"),
        Index("ix_count_closing", "closing_id", "audience_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, info=impersonal())
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), info=impersonal())
    kind: Mapped[CountKind] = mapped_column(choice(CountKind), info=impersonal())
    method: Mapped[Method] = mapped_column(choice(Method), info=impersonal())
    heads: Mapped[int] = mapped_column(info=impersonal())
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audience.id"), info=impersonal())
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration.id"), index=True, info=personal(Purpose.COUNT, FIGURES)
    )
    closing_id: Mapped[int | None] = mapped_column(ForeignKey("closing.id"), info=impersonal())
    number: Mapped[int] = mapped_column(info=impersonal())
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), info=personal(Purpose.COUNT, FIGURES))
    counted_at: Mapped[datetime] = mapped_column(info=impersonal())
    recorded_at: Mapped[datetime] = mapped_column(info=impersonal())

    audience: Mapped[Audience | None] = relationship()
    registration: Mapped[Registration | None] = relationship()
    counted_by: Mapped[User | None] = relationship()
    closing: Mapped[Closing | None] = relationship(back_populates="counts")
