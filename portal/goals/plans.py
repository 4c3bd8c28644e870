"""Which plans and goals there are."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.activities.models import ActivityType, Audience
from portal.clock import local
from portal.database import db
from portal.goals.models import Area, Goal, Plan
from portal.goals.rules import CountingRule, GoalKind


def _loaded(query: Select[Plan]) -> Select[Plan]:
    goals = selectinload(Plan.areas).selectinload(Area.goals)
    return query.options(
        goals.selectinload(Goal.types), goals.selectinload(Goal.audiences), goals.joinedload(Goal.area),
        selectinload(Plan.areas).selectinload(Area.efforts),
    )  # fmt: skip


def all_plans() -> Sequence[Plan]:
    """Every plan with its goals, the latest first."""
    return db.session.scalars(_loaded(select(Plan)).order_by(Plan.starts.desc())).all()


def plan_by_id(plan_id: int) -> Plan | None:
    """One plan with its goals."""
    return db.session.scalar(_loaded(select(Plan)).where(Plan.id == plan_id))


def plans_of(year: int) -> Sequence[Plan]:
    """The plans that hold in a year, with their goals; two where one ends and the next begins."""
    query = _loaded(select(Plan)).where(Plan.starts <= date(year, 12, 31), Plan.ends >= date(year, 1, 1))
    return db.session.scalars(query.order_by(Plan.starts)).all()


def goals_of(year: int, kind: GoalKind) -> Sequence[Goal]:
    """The goals of one kind that hold in a year, with their types, audiences and plan. One query."""
    query = select(Goal).join(Goal.area).join(Area.plan)
    query = query.where(Goal.kind == kind, Plan.starts <= date(year, 12, 31), Plan.ends >= date(year, 1, 1))
    loaded = (contains_eager(Goal.area).contains_eager(Area.plan), joinedload(Goal.types), joinedload(Goal.audiences))
    return db.session.scalars(query.options(*loaded).order_by(Plan.starts, Area.number, Goal.position)).unique().all()


def planned_years(now: datetime) -> list[int]:
    """This year and every year that a plan holds in, in order."""
    years = {local(now).year}
    for starts, ends in db.session.execute(select(Plan.starts, Plan.ends)):
        years |= set(range(starts.year, ends.year + 1))
    return sorted(years)


def goal_by_id(goal_id: int) -> Goal | None:
    """One goal with its types, audiences, area and plan."""
    loaded = (selectinload(Goal.types), selectinload(Goal.audiences), joinedload(Goal.area).joinedload(Area.plan))
    return db.session.scalar(select(Goal).where(Goal.id == goal_id).options(*loaded))


def counting_rule(goal: Goal) -> CountingRule:
    """The goal's rule as plain data."""
    return CountingRule(goal.unit, frozenset(t.id for t in goal.types), frozenset(a.id for a in goal.audiences))


def activity_types() -> Sequence[ActivityType]:
    """Every activity type, in order; a goal may count one that is no longer used."""
    return db.session.scalars(select(ActivityType).order_by(ActivityType.position)).all()


def audiences_by_id() -> dict[int, Audience]:
    """Every audience by id, in order."""
    return {a.id: a for a in db.session.scalars(select(Audience).order_by(Audience.position))}
