"""Plans, their areas, and the goals in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.activities.models import ActivityType, Audience
from portal.database import Base, choice
from portal.goals.rules import GoalKind, Unit
from portal.personal import impersonal


class Plan(Base):
    """An action plan with a period of whole days, both ends included. `key` recognises a loaded file."""

    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("ends >= starts", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True, info=impersonal())
    name_da: Mapped[str] = mapped_column(String(160), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(160), info=impersonal())
    source_da: Mapped[str] = mapped_column(String(300), default="", info=impersonal())
    source_en: Mapped[str] = mapped_column(String(300), default="", info=impersonal())
    starts: Mapped[date]
    ends: Mapped[date]
    created_at: Mapped[datetime]

    areas: Mapped[list["Area"]] = relationship(
        back_populates="plan", order_by="Area.number", cascade="all, delete-orphan"
    )


class Area(Base):
    """One of a plan's areas of effort."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    name_da: Mapped[str] = mapped_column(String(200), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(200), info=impersonal())

    plan: Mapped[Plan] = relationship(back_populates="areas")
    efforts: Mapped[list["Effort"]] = relationship(order_by="Effort.position", cascade="all, delete-orphan")
    goals: Mapped[list["Goal"]] = relationship(
        back_populates="area", order_by="Goal.position", cascade="all, delete-orphan"
    )


class Effort(Base):
    """An effort inside an area."""

    __tablename__ = "effort"
    __table_args__ = (UniqueConstraint("area_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60), info=impersonal())
    name_da: Mapped[str] = mapped_column(String(200), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(200), info=impersonal())
    position: Mapped[int]


goal_activity_type = Table(
    "goal_activity_type",
    Base.metadata,
    Column("goal_id", ForeignKey("goal.id", ondelete="CASCADE"), primary_key=True),
    Column("activity_type_id", ForeignKey("activity_type.id"), primary_key=True),
)

goal_audience = Table(
    "goal_audience",
    Base.metadata,
    Column("goal_id", ForeignKey("goal.id", ondelete="CASCADE"), primary_key=True),
    Column("audience_id", ForeignKey("audience.id"), primary_key=True),
)


class Goal(Base):
    """A yearly target and what it counts: activity types and audiences (none named: all).

    The target holds for each year of the plan's period.
    """

    __tablename__ = "goal"
    __table_args__ = (
        UniqueConstraint("area_id", "key"),
        CheckConstraint("target BETWEEN 1 AND 100000", name="target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(60), info=impersonal())
    kind: Mapped[GoalKind] = mapped_column(choice(GoalKind), info=impersonal())
    unit: Mapped[Unit] = mapped_column(choice(Unit), info=impersonal())
    name_da: Mapped[str] = mapped_column(String(300), info=impersonal())
    name_en: Mapped[str] = mapped_column(String(300), info=impersonal())
    target: Mapped[int]
    position: Mapped[int]

    area: Mapped[Area] = relationship(back_populates="goals")
    types: Mapped[list[ActivityType]] = relationship(secondary=goal_activity_type, order_by=ActivityType.position)
    audiences: Mapped[list[Audience]] = relationship(secondary=goal_audience, order_by=Audience.position)
