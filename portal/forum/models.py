"""The citizen forum's own tables. A forum meeting is an activity of the type `rules.FORUM_TYPE`."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.associations.models import Association
from portal.database import Base, choice
from portal.forum.rules import Answer, Readers, TopicState
from portal.personal import Kept, Purpose, impersonal, personal
from portal.registrations.models import Registration

SHARED = personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
BY_STAFF = personal(Purpose.ACCOUNT_FOR, Kept.WHILE_COOPERATING)


class Meeting(Base):
    """What a forum meeting has beyond its activity; made when staff first work on it.

    `minutes_da` and `minutes_en` are Markdown. `revision` rises with each change of the minutes, so that two who
    write at once hear of each other. `agenda_published_at` None means that members do not see the agenda yet.
    """

    __tablename__ = "forum_meeting"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    agenda_published_at: Mapped[datetime | None]
    minutes_da: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    minutes_en: Mapped[str] = mapped_column(Text, default="", info=impersonal())
    minutes_readers: Mapped[Readers] = mapped_column(choice(Readers), default=Readers.STAFF, info=impersonal())
    minutes_published_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)

    activity: Mapped[Activity] = relationship()


class Topic(Base):
    """A topic that an association or staff propose; answered one by one, in the language it was written in.

    `association_id` None means that staff proposed it. `meeting_id` is the meeting whose agenda it is on, or where
    it will be taken up. `answer` is what the proposer is told.
    """

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True, info=SHARED)
    title: Mapped[str] = mapped_column(String(160), info=SHARED)
    text: Mapped[str] = mapped_column(String(1000), default="", info=SHARED)
    language: Mapped[str] = mapped_column(String(2), info=SHARED)
    state: Mapped[TopicState] = mapped_column(choice(TopicState), default=TopicState.PROPOSED, index=True, info=SHARED)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True, info=SHARED)
    answer: Mapped[str] = mapped_column(String(500), default="", info=SHARED)
    answered_at: Mapped[datetime | None] = mapped_column(info=SHARED)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), info=BY_STAFF)
    created_at: Mapped[datetime] = mapped_column(info=SHARED)

    association: Mapped[Association | None] = relationship()
    meeting: Mapped[Activity | None] = relationship()
    answered_by: Mapped[User | None] = relationship()


class AgendaItem(Base):
    """A point on a meeting's agenda; `position` counts from 1. `topic_id` is the proposal it comes from."""

    __tablename__ = "agenda_item"
    __table_args__ = (Index("ix_agenda_item_meeting", "activity_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    position: Mapped[int]
    title_da: Mapped[str] = mapped_column(String(200), default="", info=impersonal())
    title_en: Mapped[str] = mapped_column(String(200), default="", info=impersonal())
    minutes: Mapped[int | None]  # how long it may take
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)

    topic: Mapped[Topic | None] = relationship()


class Decision(Base):
    """What a meeting decided and who does it: an association, or the unit itself where there is none.

    What is not `done_on` stands on the follow-up list of the next meeting. No person is named.
    """

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_meeting", "activity_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), info=SHARED)
    position: Mapped[int] = mapped_column(info=SHARED)
    text_da: Mapped[str] = mapped_column(String(500), default="", info=SHARED)
    text_en: Mapped[str] = mapped_column(String(500), default="", info=SHARED)
    is_task: Mapped[bool] = mapped_column(default=False, info=SHARED)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True, info=SHARED)
    due_on: Mapped[date | None] = mapped_column(info=SHARED)
    done_on: Mapped[date | None] = mapped_column(info=SHARED)

    activity: Mapped[Activity] = relationship()
    association: Mapped[Association | None] = relationship()


class Invitation(Base):
    """An association invited to a meeting, once. `reference` is the secret behind the signed answer link.

    A yes makes `registration_id`, whose heads and standing hold; `answer` None means silence.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("activity_id", "association_id"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), info=SHARED)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True, info=SHARED)
    reference: Mapped[str] = mapped_column(
        String(40), unique=True, info=personal(Purpose.SIGN_IN, Kept.WHILE_COOPERATING)
    )
    answer: Mapped[Answer | None] = mapped_column(choice(Answer), info=SHARED)
    answered_at: Mapped[datetime | None] = mapped_column(info=SHARED)
    invited_at: Mapped[datetime] = mapped_column(info=SHARED)
    reminded_at: Mapped[datetime | None] = mapped_column(info=SHARED)
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration.id"), index=True, info=personal(Purpose.COUNT, Kept.WITH_THE_FIGURES)
    )

    activity: Mapped[Activity] = relationship()
    association: Mapped[Association] = relationship()
    registration: Mapped[Registration | None] = relationship()


class Paper(Base):
    """A file for a meeting, kept in the database so that every web machine and every backup has it.

    `media_type` is what the content is, whatever its name said; `size` is in bytes.
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True, info=impersonal())
    title: Mapped[str] = mapped_column(String(160), info=impersonal())
    file_name: Mapped[str] = mapped_column(String(160), info=impersonal())
    media_type: Mapped[str] = mapped_column(String(120), info=impersonal())
    size: Mapped[int] = mapped_column(info=impersonal())
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=impersonal())
    readers: Mapped[Readers] = mapped_column(choice(Readers), info=impersonal())
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), info=BY_STAFF)
    created_at: Mapped[datetime] = mapped_column(info=impersonal())
