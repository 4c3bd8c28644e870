"""Registrations: one party of N heads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.activities.models import Activity
from portal.activities.rules import AgeBand
from portal.associations.models import Association
from portal.database import Base, choice
from portal.personal import Basis, Kept, Purpose, personal
from portal.registrations.rules import PassReason, Standing

SOON = Kept.DAYS_AFTER_ACTIVITY
COUNTED = personal(Purpose.COUNT, Kept.WITH_THE_FIGURES)


class Registration(Base):
    """One party, by a person, a group's adult or an association.

    `reference` is the secret behind the signed manage link; `submission` is the form's own number,
    so that a repeated POST registers once; `queue_number` is the activity's turn when the party came.
    `told_free` is the number of free places, too few for it, that the first in line was last told of.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("heads BETWEEN 1 AND 500", name="heads"),
        CheckConstraint("(standing = 'offered') = (offer_expires_at IS NOT NULL)", name="offer_expires"),
        Index("ix_registration_places", "activity_id", "standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), info=COUNTED)
    reference: Mapped[str | None] = mapped_column(String(40), unique=True, info=personal(Purpose.TAKE_PART, SOON))
    submission: Mapped[str | None] = mapped_column(String(40), unique=True, info=personal(Purpose.TAKE_PART, SOON))
    standing: Mapped[Standing] = mapped_column(choice(Standing), index=True, info=COUNTED)
    heads: Mapped[int] = mapped_column(info=COUNTED)
    queue_number: Mapped[int] = mapped_column(info=COUNTED)
    name: Mapped[str | None] = mapped_column(String(120), info=personal(Purpose.TAKE_PART, SOON))
    email: Mapped[str | None] = mapped_column(String(254), info=personal(Purpose.TAKE_PART, SOON))
    phone: Mapped[str | None] = mapped_column(String(20), info=personal(Purpose.TAKE_PART, SOON))
    group_name: Mapped[str | None] = mapped_column(String(120), info=personal(Purpose.TAKE_PART, SOON))
    association_name: Mapped[str | None] = mapped_column(String(160), info=personal(Purpose.TAKE_PART, SOON))
    association_id: Mapped[int | None] = mapped_column(
        ForeignKey("association.id"), index=True, info=personal(Purpose.COUNT, Kept.WITH_THE_FIGURES)
    )
    age_band: Mapped[AgeBand | None] = mapped_column(choice(AgeBand), info=personal(Purpose.COUNT, SOON))
    access_needs: Mapped[str | None] = mapped_column(String(500), info=personal(Purpose.ACCESS, SOON, Basis.OWN_CHOICE))
    language: Mapped[str] = mapped_column(String(2), info=personal(Purpose.CONTACT, Kept.WITH_THE_FIGURES))
    created_at: Mapped[datetime] = mapped_column(info=COUNTED)
    offer_expires_at: Mapped[datetime | None] = mapped_column(info=COUNTED)
    told_free: Mapped[int | None] = mapped_column(info=COUNTED)
    told_free_at: Mapped[datetime | None] = mapped_column(info=COUNTED)
    erased_at: Mapped[datetime | None] = mapped_column(info=COUNTED)

    activity: Mapped[Activity] = relationship()
    association: Mapped[Association | None] = relationship()

    @property
    def party_name(self) -> str | None:
        """The group's or the association's name, for lists; never a faith-based body's contact."""
        known = self.association.name if self.association else self.association_name
        return self.group_name or known


class PassedOver(Base):
    """A waiting party was passed over: others behind it got the `free` heads that it was too big for, and why.

    `heads` is how many it needed then. One row for each time.
    """

    __tablename__ = "passed_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True, info=COUNTED)
    at: Mapped[datetime] = mapped_column(info=COUNTED)
    reason: Mapped[PassReason] = mapped_column(choice(PassReason), info=COUNTED)
    heads: Mapped[int] = mapped_column(info=COUNTED)
    free: Mapped[int] = mapped_column(info=COUNTED)

    registration: Mapped[Registration] = relationship()
