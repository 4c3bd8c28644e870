"""How the year stands: goals, what is coming, what waits for its count."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.activities.models import Activity, Audience, Series, activity_audience, activity_facilitator
from portal.activities.rules import State
from portal.attendance.models import Closing
from portal.clock import day_span, local
from portal.database import db
from portal.engagements.models import Engagement, EngagementSession
from portal.goals.figures import figures_of, held_already, held_rows, usual_attendance
from portal.goals.figures import key_figures as key_figures
from portal.goals.forecast import USUAL_MONTHS, Coming, forecast, matches, rests_on_few
from portal.goals.models import Goal
from portal.goals.plans import counting_rule, goals_of
from portal.goals.rules import CountingRule, GoalKind, Pace, Unit, lines, pace, reached_on, span_of_year, year_share
from portal.goals.status import PublicGoal, Status, public_goal
from portal.registrations.models import Registration
from portal.registrations.rules import HOLDS_PLACES

COMING_DAYS = 14
RECENT_DAYS = 30


def coming_activities(first: date, last: date, now: datetime) -> list[Coming]:
    """Published activities from `first` to `last` that are not counted yet, as the forecast needs them. One query.

    One that is held and waits for its count is among them, or it would be nowhere for as long as it waits.
    """
    start, end = day_span(first, last)
    desk = func.coalesce(Activity.registers_at_id, Activity.id)
    heads = (
        select(func.coalesce(func.sum(Registration.heads), 0))
        .where(Registration.activity_id == desk, Registration.standing.in_(HOLDS_PLACES))
        .correlate(Activity)
        .scalar_subquery()
    )
    also = exists().where(
        activity_audience.c.activity_id == Activity.id, activity_audience.c.audience_id == Audience.id
    )
    counted = exists().where(Closing.activity_id == Activity.id)
    rows = db.session.execute(
        select(
            Activity.id, Activity.starts_at, Activity.type_id, case((Series.same_group, Series.id)),
            Engagement.association_id, Engagement.plan_agreed_on, Activity.capacity, heads, Audience.id,
            Audience.professional_group,
        )
        .select_from(Activity)
        .join(Audience, or_(Audience.id == Activity.audience_id, also))
        .outerjoin(Series, Series.id == Activity.series_id)
        .outerjoin(EngagementSession, EngagementSession.activity_id == Activity.id)
        .outerjoin(Engagement, Engagement.id == EngagementSession.engagement_id)
        .where(Activity.state == State.PUBLISHED, or_(Activity.starts_at > now, ~counted),
               Activity.starts_at >= start, Activity.starts_at < end)
        .order_by(Activity.starts_at, Activity.id, Audience.id != Activity.audience_id, Audience.position)
    )  # fmt: skip
    found: dict[int, Coming] = {}
    audiences: dict[int, dict[int, bool]] = {}
    for number, starts_at, type_id, group, whose, agreed_on, capacity, taken, audience, professional in rows:
        seen = audiences.setdefault(number, {})
        seen[audience] = professional
        plan = Coming(number, starts_at, type_id, group, whose, agreed_on, seen, capacity, int(taken))
        found.setdefault(number, plan)
    return list(found.values())


Spans = dict[Goal, tuple[date, date]]


def _spans(goals: Iterable[Goal], year: int) -> Spans:
    """The days of the year that count for each goal that is counted here."""
    spans: Spans = {}
    for goal in goals:
        span = span_of_year(year, goal.area.plan.starts, goal.area.plan.ends)
        if goal.unit is not Unit.PERCENT and span:
            spans[goal] = span
    return spans


def _usual(now: datetime) -> Mapping[tuple[int, int], float]:
    today = local(now).date()
    return usual_attendance(today - timedelta(days=USUAL_MONTHS * 365 // 12), today)


def _planned(rule: CountingRule, span: tuple[date, date], coming: Iterable[Coming]) -> list[Coming]:
    return [c for c in coming if span[0] <= local(c.starts_at).date() <= span[1] and matches(rule, c)]


def statuses(goals: Iterable[Goal], year: int, now: datetime) -> dict[int, Status]:
    """How each goal stands in a year, by its id; reported goals are left out.

    The number of queries depends neither on how many goals nor on how many activities there are.
    """
    spans = _spans(goals, year)
    if not spans:
        return {}
    first, last = min(s[0] for s in spans.values()), max(s[1] for s in spans.values())
    values = figures_of([(counting_rule(goal), *span) for goal, span in spans.items()])
    rows = held_rows(first, last)
    coming = coming_activities(first, last, now)
    today = local(now).date()
    usual = _usual(now)
    found = {}
    for (goal, span), value in zip(spans.items(), values, strict=True):
        rule = counting_rule(goal)
        held = [row for row in rows if span[0] <= local(row.starts_at).date() <= span[1]]
        planned = _planned(rule, span, coming)
        behind, ahead = lines(rule, held, span[1]), forecast(rule, held, planned, usual, span[1])
        stands = pace(value, ahead.brings, goal.target, year_over=today > span[1])
        reached = reached_on(goal.target, behind, lambda moment: local(moment).date())
        found[goal.id] = Status(
            goal, year, span, value, ahead, goal.target, stands, reached if stands is Pace.REACHED else None,
            behind, planned, sum(activity.starts_at <= now for activity in planned),
        )  # fmt: skip
    return found


def goal_status(goal: Goal, year: int, now: datetime) -> Status | None:
    """How one goal stands in a year; None for a reported goal and for a year outside its plan."""
    return statuses([goal], year, now).get(goal.id)


def year_gone(year: int, now: datetime) -> int:
    """How many per cent of the year have gone by."""
    return round(year_share(year, local(now).date()) * 100)


def public_goals(year: int, now: datetime) -> list[PublicGoal]:
    """The year's goals for the front page: counted here, and small figures of people hidden.

    Five queries, whatever there is: the figures are sums in SQL, and no held activity is loaded.
    """
    spans = _spans(goals_of(year, GoalKind.GOAL), year)
    if not spans:
        return []
    values = figures_of([(counting_rule(goal), *span) for goal, span in spans.items()])
    coming = coming_activities(min(s[0] for s in spans.values()), max(s[1] for s in spans.values()), now)
    usual = _usual(now)
    held = {span: held_already(*span) for span in set(spans.values())}  # one span, but where a plan ends in the year
    shown = []
    for (goal, span), value in zip(spans.items(), values, strict=True):
        rule = counting_rule(goal)
        planned = _planned(rule, span, coming)
        ahead = forecast(rule, held[span], planned, usual, span[1])
        on_few, over = rests_on_few(rule, planned, usual), local(now).date() > span[1]
        shown.append(public_goal(goal, value, ahead, on_few=on_few, year_over=over))
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
