"""Engagements: continuous work with one institution. About the board as a whole, never about a person."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.associations.models import Association
from portal.database import Base, choice
from portal.engagements.rules import Moment, Phase
from portal.personal import Kept, Purpose, impersonal, personal

SHARED = personal(Purpose.PARTNERSHIP, Kept.WHILE_COOPERATING)
BY_STAFF = personal(Purpose.PLAN, Kept.WHILE_EMPLOYED)


class EngagementTopic(Base):
    """What a board can work on, as data, with the statement it assesses itself by before and after."""

    __tablename__ = "engagement_topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(80), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(80), info=impersonal())
    statement_da: Mapped[str] = mapped_column(String(200), info=impersonal())
    statement_en: Mapped[str] = mapped_column(String(200), info=impersonal())
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class Engagement(Base):
    """Work with one institution, from contact to follow-up. Dates are days on Copenhagen's calendar.

    `next_step` and `next_step_on` say what happens next; `revision` rises with each change.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        Index("ix_engagement_board", "phase", "next_step_on"),
        CheckConstraint("plan_agreed_on IS NULL OR plan_agreed_on >= started_on", name="plan_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True, info=SHARED)
    phase: Mapped[Phase] = mapped_column(choice(Phase), default=Phase.CONTACT, info=SHARED)
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True, info=BY_STAFF)
    started_on: Mapped[date] = mapped_column(info=SHARED)
    needs_talk_on: Mapped[date | None] = mapped_column(info=SHARED)
    needs: Mapped[str] = mapped_column(String(1000), default="", info=SHARED)
    plan_agreed_on: Mapped[date | None] = mapped_column(info=SHARED)
    plan: Mapped[str] = mapped_column(String(1000), default="", info=SHARED)
    follow_up_on: Mapped[date | None] = mapped_column(info=SHARED)
    followed_up_on: Mapped[date | None] = mapped_column(info=SHARED)
    follow_up: Mapped[str] = mapped_column(String(1000), default="", info=SHARED)
    ended_on: Mapped[date | None] = mapped_column(info=SHARED)
    next_step: Mapped[str] = mapped_column(String(200), default="", info=SHARED)
    next_step_on: Mapped[date | None] = mapped_column(info=SHARED)
    revision: Mapped[int] = mapped_column(default=0, info=SHARED)
    created_at: Mapped[datetime] = mapped_column(info=SHARED)
    changed_at: Mapped[datetime] = mapped_column(info=SHARED)

    association: Mapped[Association] = relationship()
    responsible: Mapped[User | None] = relationship()
    goals: Mapped[list["EngagementGoal"]] = relationship(
        back_populates="engagement", cascade="all, delete-orphan", order_by="EngagementGoal.id"
    )
    sessions: Mapped[list["EngagementSession"]] = relationship(
        back_populates="engagement", cascade="all, delete-orphan", order_by="EngagementSession.activity_id"
    )
    assessments: Mapped[list["Assessment"]] = relationship(
        back_populates="engagement", cascade="all, delete-orphan", order_by="Assessment.id"
    )


class EngagementGoal(Base):
    """One goal of an agreed plan: a topic, and perhaps in the board's own words what it wants."""

    __tablename__ = "engagement_goal"
    __table_args__ = (UniqueConstraint("engagement_id", "topic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id", ondelete="CASCADE"), info=SHARED)
    topic_id: Mapped[int] = mapped_column(ForeignKey("engagement_topic.id"), info=SHARED)
    words: Mapped[str] = mapped_column(String(200), default="", info=SHARED)
    reached: Mapped[bool] = mapped_column(default=False, info=SHARED)

    engagement: Mapped[Engagement] = relationship(back_populates="goals")
    topic: Mapped[EngagementTopic] = relationship()


class EngagementSession(Base):
    """An activity that is a session of an engagement; an activity belongs to one at most."""

    __tablename__ = "engagement_session"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True, info=SHARED)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id", ondelete="CASCADE"), index=True, info=SHARED)

    engagement: Mapped[Engagement] = relationship(back_populates="sessions")
    activity: Mapped[Activity] = relationship()


class Assessment(Base):
    """How a board as a whole assesses itself, before or after; shown to that board and staff, never as a score."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("engagement_id", "moment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id", ondelete="CASCADE"), info=SHARED)
    moment: Mapped[Moment] = mapped_column(choice(Moment), info=SHARED)
    made_on: Mapped[date] = mapped_column(info=SHARED)

    engagement: Mapped[Engagement] = relationship(back_populates="assessments")
    ratings: Mapped[list["Rating"]] = relationship(cascade="all, delete-orphan", order_by="Rating.topic_id")


class Rating(Base):
    """One statement's place on the scale, 1 (not at all) to 5 (fully)."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"),)

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True, info=SHARED
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("engagement_topic.id"), primary_key=True, info=SHARED)
    level: Mapped[int] = mapped_column(info=SHARED)

    topic: Mapped[EngagementTopic] = relationship()
