"""The charter for democratic values: its versions, and what associations answered. Status only, no assessments."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.associations.models import RECORD, Association
from portal.associations.rules import CharterAnswerKind
from portal.database import Base, choice
from portal.personal import Kept, Purpose, impersonal, personal


class CharterVersion(Base):
    """A version's text. `number` counts from 1; it holds from `published_at`, a draft has none."""

    __tablename__ = "charter_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    text_da: Mapped[str] = mapped_column(Text, info=impersonal())
    text_en: Mapped[str] = mapped_column(Text, info=impersonal())
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class CharterAnswer(Base):
    """What an association answered about a version, in a role, on a date. The one with the highest id holds.

    `own` means that the association answered itself; otherwise `recorded_by_id` put it down, or a list that was
    imported by command said so. `case_reference` is a number in the
    municipality's case system, nothing more.
    """

    __tablename__ = "charter_answer"
    __table_args__ = (Index("ix_charter_answer_newest", "association_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), info=RECORD)
    version_id: Mapped[int] = mapped_column(ForeignKey("charter_version.id"), info=RECORD)
    answer: Mapped[CharterAnswerKind] = mapped_column(choice(CharterAnswerKind), info=RECORD)
    role: Mapped[str] = mapped_column(String(80), info=RECORD)
    answered_on: Mapped[date] = mapped_column(info=RECORD)
    own: Mapped[bool] = mapped_column(default=False, info=RECORD)
    case_reference: Mapped[str] = mapped_column(String(40), default="", info=RECORD)
    recorded_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id"), info=personal(Purpose.ACCOUNT_FOR, Kept.WHILE_COOPERATING)
    )
    created_at: Mapped[datetime] = mapped_column(info=RECORD)

    association: Mapped[Association] = relationship()
    version: Mapped[CharterVersion] = relationship()
    recorded_by: Mapped[User | None] = relationship()
