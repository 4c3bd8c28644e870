"""How the year stands: goals, what is coming, what waits for its count."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.activities.models import Activity, Audience, Series, activity_audience, activity_facilitator
from portal.activities.rules import State
from portal.attendance.models import Closing
from portal.clock import day_span, local
from portal.database import db
from portal.goals.figures import figures_of, held_rows, usual_attendance
from portal.goals.figures import key_figures as key_figures
from portal.goals.models import Goal
from portal.goals.plans import counting_rule, plans_of
from portal.goals.rules import (
    HEAD_UNITS,
    SMALL,
    USUAL_MONTHS,
    Coming,
    GoalKind,
    Pace,
    Unit,
    forecast,
    lines,
    matches,
    pace,
    reached_at,
    span_of_year,
    year_share,
)
from portal.goals.status import PublicGoal, Status
from portal.registrations.models import Registration
from portal.registrations.rules import HOLDS_PLACES

COMING_DAYS = 14
RECENT_DAYS = 30


def coming_activities(first: date, last: date, now: datetime) -> list[Coming]:
    """Published activities after `now` from `first` to `last`, as the forecast needs them. Two queries."""
    start, end = day_span(first, last)
    published = (Activity.state == State.PUBLISHED, Activity.starts_at > now,
                 Activity.starts_at >= start, Activity.starts_at < end)  # fmt: skip
    desk = func.coalesce(Activity.registers_at_id, Activity.id)
    heads = (
        select(func.coalesce(func.sum(Registration.heads), 0))
        .where(Registration.activity_id == desk, Registration.standing.in_(HOLDS_PLACES))
        .correlate(Activity)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Activity, Series.same_group, Audience.professional_group, heads)
        .join(Audience, Audience.id == Activity.audience_id)
        .outerjoin(Series, Series.id == Activity.series_id)
        .where(*published)
        .order_by(Activity.starts_at, Activity.id)
    ).all()
    audiences = {activity.id: {activity.audience_id: professional} for activity, _same, professional, _heads in rows}
    others = (
        select(Activity.id, Audience.id, Audience.professional_group)
        .select_from(activity_audience)
        .join(Activity, Activity.id == activity_audience.c.activity_id)
        .join(Audience, Audience.id == activity_audience.c.audience_id)
        .where(*published)
    )
    for number, audience_id, professional in db.session.execute(others):
        audiences.get(number, {}).setdefault(audience_id, professional)
    return [
        Coming(
            a.id, a.starts_at, a.type_id, a.series_id if same else None, a.partner_id, audiences[a.id], a.capacity,
            int(taken),
        )
        for a, same, _professional, taken in rows
    ]  # fmt: skip


def statuses(goals: Iterable[Goal], year: int, now: datetime) -> dict[int, Status]:
    """How each goal stands in a year, by its id; reported goals are left out.

    The number of queries depends neither on how many goals nor on how many activities there are.
    """
    spans: dict[Goal, tuple[date, date]] = {}
    for goal in goals:
        span = span_of_year(year, goal.area.plan.starts, goal.area.plan.ends)
        if goal.unit is not Unit.PERCENT and span:
            spans[goal] = span
    if not spans:
        return {}
    first, last = min(s[0] for s in spans.values()), max(s[1] for s in spans.values())
    values = figures_of([(counting_rule(goal), *span) for goal, span in spans.items()])
    rows = held_rows(first, last)
    coming = coming_activities(first, last, now)
    today = local(now).date()
    usual = usual_attendance(today - timedelta(days=USUAL_MONTHS * 365 // 12), today)
    found = {}
    for (goal, span), value in zip(spans.items(), values, strict=True):
        rule = counting_rule(goal)
        held = [row for row in rows if span[0] <= local(row.starts_at).date() <= span[1]]
        planned = [c for c in coming if span[0] <= local(c.starts_at).date() <= span[1] and matches(rule, c)]
        behind, ahead = lines(rule, held), forecast(rule, held, planned, usual)
        stands = pace(value, ahead.brings, goal.target, year_over=today > span[1])
        reached = reached_at(goal.target, behind) if stands is Pace.REACHED else None
        found[goal.id] = Status(
            goal, year, span, value, ahead, goal.target, stands, local(reached).date() if reached else None,
            behind, planned,
        )  # fmt: skip
    return found


def goal_status(goal: Goal, year: int, now: datetime) -> Status | None:
    """How one goal stands in a year; None for a reported goal and for a year outside its plan."""
    return statuses([goal], year, now).get(goal.id)


def year_gone(year: int, now: datetime) -> int:
    """How many per cent of the year have gone by."""
    return round(year_share(year, local(now).date()) * 100)


def public_goals(year: int, now: datetime) -> list[PublicGoal]:
    """The year's goals for the front page: counted here, and small figures of people hidden."""
    goals = [g for plan in plans_of(year) for area in plan.areas for g in area.goals if g.kind is GoalKind.GOAL]
    shown = []
    for status in statuses(goals, year, now).values():
        small = status.goal.unit in HEAD_UNITS and 0 < status.value < SMALL  # nobody hides behind a 0
        shown.append(PublicGoal(status, small))
    return shown


def _list(query: Select[Activity]) -> Sequence[Activity]:
    loaded = (joinedload(Activity.type), joinedload(Activity.audience), joinedload(Activity.district),
              joinedload(Activity.partner))  # fmt: skip
    return db.session.scalars(query.options(*loaded)).all()


def activities_by_id(numbers: Iterable[int]) -> dict[int, Activity]:
    """Activities with their type, audience, district and partner, by id."""
    return {a.id: a for a in _list(select(Activity).where(Activity.id.in_(list(numbers))))}


def _uncounted() -> Select[Activity]:
    counted = exists().where(Closing.activity_id == Activity.id, Closing.newest)
    return select(Activity).where(Activity.state == State.PUBLISHED, ~counted)


def uncounted_activities(now: datetime, limit: int) -> tuple[Sequence[Activity], int]:
    """Held activities whose count is not closed yet, the oldest first, at most `limit`; and how many there are."""
    query = _uncounted().where(Activity.ends_at <= now)
    total = db.session.scalar(select(func.count()).select_from(query.subquery()))
    return _list(query.order_by(Activity.starts_at, Activity.id).limit(limit)), int(total or 0)


def next_activities(now: datetime, limit: int, days: int = COMING_DAYS) -> tuple[Sequence[Activity], int]:
    """What is on now or starts within `days` days, at most `limit`; and how many there are."""
    query = select(Activity).where(
        Activity.state == State.PUBLISHED, Activity.ends_at > now, Activity.starts_at < now + timedelta(days=days)
    )
    total = db.session.scalar(select(func.count()).select_from(query.subquery()))
    return _list(query.order_by(Activity.starts_at, Activity.id).limit(limit)), int(total or 0)


def activities_given_to(user: User, now: datetime) -> tuple[Sequence[Activity], Sequence[Activity]]:
    """A facilitator's own published activities: coming ones, and those of the last 30 days, newest first."""
    given = select(Activity).join(
        activity_facilitator,
        and_(activity_facilitator.c.activity_id == Activity.id, activity_facilitator.c.user_id == user.id),
    )
    given = given.where(Activity.state == State.PUBLISHED)
    recent = given.where(Activity.ends_at <= now, Activity.ends_at > now - timedelta(days=RECENT_DAYS))
    return (
        _list(given.where(Activity.ends_at > now).order_by(Activity.starts_at, Activity.id)),
        _list(recent.order_by(Activity.starts_at.desc(), Activity.id)),
    )
