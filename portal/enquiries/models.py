"""Enquiries: somebody asks for an activity or an engagement, and gets an answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import AgeBand
from portal.associations.models import Association, District
from portal.database import Base, choice
from portal.engagements.models import Engagement
from portal.enquiries.rules import EnquiryState, Wish
from portal.personal import Basis, Kept, Purpose, personal
from portal.registrations.models import Registration

ASKED = personal(Purpose.ANSWER, Kept.AFTER_THE_ANSWER)
STAYS = personal(Purpose.ANSWER, Kept.WITH_THE_FIGURES)


class Enquiry(Base):
    """What somebody asks for. `reference` is the secret behind the signed follow-up link, `submission` the form's
    own number, so that a repeated POST asks once.

    `last_words_at` is when the asker wrote what waits for an answer, the first of it, which the five working days
    count from while the state is new.
    """

    __tablename__ = "enquiry"
    __table_args__ = (
        CheckConstraint("heads IS NULL OR heads BETWEEN 1 AND 500", name="heads"),
        Index("ix_enquiry_inbox", "state", "last_words_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(40), unique=True, info=ASKED)
    submission: Mapped[str | None] = mapped_column(String(40), unique=True, info=ASKED)
    wish: Mapped[Wish] = mapped_column(choice(Wish), info=STAYS)
    state: Mapped[EnquiryState] = mapped_column(choice(EnquiryState), default=EnquiryState.NEW, info=STAYS)
    organisation: Mapped[str | None] = mapped_column(String(160), info=ASKED)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True, info=STAYS)
    group_name: Mapped[str | None] = mapped_column(String(120), info=ASKED)
    name: Mapped[str | None] = mapped_column(String(120), info=ASKED)
    email: Mapped[str | None] = mapped_column(String(254), info=ASKED)
    phone: Mapped[str | None] = mapped_column(String(20), info=ASKED)
    heads: Mapped[int | None] = mapped_column(info=STAYS)
    age_band: Mapped[AgeBand | None] = mapped_column(choice(AgeBand), info=STAYS)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"), info=STAYS)
    when_text: Mapped[str | None] = mapped_column(String(300), info=ASKED)
    needs: Mapped[str | None] = mapped_column(
        String(500), info=personal(Purpose.ACCESS, Kept.AFTER_THE_ANSWER, Basis.OWN_CHOICE)
    )
    spoken: Mapped[str] = mapped_column(String(60), default="da", info=STAYS)
    language: Mapped[str] = mapped_column(String(2), info=STAYS)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), index=True, info=personal(Purpose.PLAN, Kept.WHILE_EMPLOYED)
    )
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True, info=STAYS)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True, info=STAYS)
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), index=True, info=STAYS)
    created_at: Mapped[datetime] = mapped_column(info=STAYS)
    last_words_at: Mapped[datetime] = mapped_column(info=STAYS)
    closed_at: Mapped[datetime | None] = mapped_column(index=True, info=STAYS)
    erased_at: Mapped[datetime | None] = mapped_column(info=STAYS)

    association: Mapped[Association | None] = relationship()
    district: Mapped[District | None] = relationship()
    owner: Mapped[User | None] = relationship()
    activity: Mapped[Activity | None] = relationship()
    registration: Mapped[Registration | None] = relationship()
    engagement: Mapped[Engagement | None] = relationship()
    notes: Mapped[list["EnquiryNote"]] = relationship(
        back_populates="enquiry", cascade="all, delete-orphan", order_by="EnquiryNote.id"
    )

    @property
    def seen_mark(self) -> str:
        """What stands here at the moment, in short: a page sends it back, so that two who write hear of each other."""
        return f"{self.state.value}-{self.notes[-1].id if self.notes else 0}-{self.activity_id or 0}"

    @property
    def asker(self) -> str | None:
        """Whom it is from, for lists: the association, the organisation or the group; never a person."""
        return self.association.name if self.association else self.organisation or self.group_name


class EnquiryNote(Base):
    """One message between the asker and staff; `user_id` None means that the asker wrote it.

    The asker reads all of them; there are no hidden remarks about an asker.
    """

    __tablename__ = "enquiry_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"), index=True, info=STAYS)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), info=personal(Purpose.ANSWER, Kept.WHILE_EMPLOYED)
    )
    text: Mapped[str | None] = mapped_column(String(2000), info=ASKED)
    at: Mapped[datetime] = mapped_column(info=STAYS)

    enquiry: Mapped[Enquiry] = relationship(back_populates="notes")
    user: Mapped[User | None] = relationship()
