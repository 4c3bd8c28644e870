"""Figures: sums and counts in SQL over the newest closing of each held activity.

Held means published, in the period on Copenhagen's calendar (both ends included), and with a closed count.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Select, and_, case, distinct, func, literal, select, true
from sqlalchemy.orm import aliased

from portal.activities.models import Activity, ActivityType, Audience, Series
from portal.activities.rules import State
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind
from portal.clock import day_span
from portal.database import db
from portal.engagements.models import Engagement, EngagementSession
from portal.goals.rules import KEY_FIGURES, CountingRule, Held, KeyFigure, Unit
from portal.registrations.models import Registration

Condition = ColumnElement[bool]


def held(query: Select[*tuple[Any, ...]], first: date, last: date) -> Select[*tuple[Any, ...]]:
    """`query`, which selects from Activity, narrowed to held activities; joins their newest closing."""
    start, end = day_span(first, last)
    return query.join(Closing, and_(Closing.activity_id == Activity.id, Closing.newest)).where(
        Activity.state == State.PUBLISHED, Activity.starts_at >= start, Activity.starts_at < end
    )


def _final() -> Condition:
    return and_(Count.closing_id == Closing.id, Count.kind == CountKind.FINAL)


def _of_engagements(query: Select[*tuple[Any, ...]], *, outer: bool = False) -> Select[*tuple[Any, ...]]:
    """Joins what an activity is a session of."""
    query = query.join(EngagementSession, EngagementSession.activity_id == Activity.id, isouter=outer)
    return query.join(Engagement, Engagement.id == EngagementSession.engagement_id, isouter=outer)


def _figure(unit: Unit, first: date, last: date, types: Condition, audiences: Condition | None) -> ScalarSelect[int]:
    """One figure as a scalar. `audiences` speaks of Audience; None takes all of them."""
    named = true() if audiences is None else audiences
    came = select(Count.id).join(Audience).where(_final(), Count.heads > 0, named).exists()
    query: Select[*tuple[Any, ...]]
    match unit:
        case Unit.ACTIVITIES | Unit.INSTITUTIONS:
            what = Activity.id if unit is Unit.ACTIVITIES else Engagement.association_id
            query = held(select(func.count(distinct(what))).select_from(Activity), first, last).where(types)
            if unit is Unit.INSTITUTIONS:  # sessions of an engagement whose plan was agreed by the period's end
                query = _of_engagements(query).where(Engagement.plan_agreed_on <= last)
            if audiences is not None:
                query = query.where(came.correlate(Closing))
        case Unit.ATTENDANCES:
            query = held(select(func.coalesce(func.sum(Count.heads), 0)).select_from(Activity), first, last)
            query = query.join(Count, _final()).join(Audience).where(types, named)
        case Unit.PEOPLE:
            # The same group counts once, by its largest meeting; anything else each time.
            group = case((Series.same_group, Series.id))
            once = case((Series.same_group, None), else_=Activity.id)
            largest = held(select(func.max(Count.heads).label("heads")).select_from(Activity), first, last)
            largest = largest.outerjoin(Series, Series.id == Activity.series_id).join(Count, _final()).join(Audience)
            parts = largest.where(types, named).group_by(group, once, Count.audience_id).subquery()
            query = select(func.coalesce(func.sum(parts.c.heads), 0))
        case Unit.PROFESSIONAL_GROUPS:
            query = held(select(func.count(distinct(Count.audience_id))).select_from(Activity), first, last)
            query = query.join(Count, _final()).join(Audience)
            query = query.where(types, named, Audience.professional_group, Count.heads > 0)
        case Unit.PERCENT:
            query = select(literal(0, Integer))
    return query.scalar_subquery()


def figures_of(wanted: Sequence[tuple[CountingRule, date, date]]) -> list[int]:
    """The figure of each counting rule and period, all in one statement. 0 for reported ones."""
    if not wanted:
        return []
    columns = []
    for number, (rule, first, last) in enumerate(wanted):
        types = Activity.type_id.in_(rule.types) if rule.types else true()
        audiences = Audience.id.in_(rule.audiences) if rule.audiences else None
        columns.append(_figure(rule.unit, first, last, types, audiences).label(f"figure_{number}"))
    return [int(value) for value in db.session.execute(select(*columns)).one()]


def _forum_associations(first: date, last: date, types: Condition) -> ScalarSelect[int]:
    """Distinct associations that sent somebody: the newest figure of a party's arrived heads is above 0."""
    newer = aliased(Count)
    newest = select(func.max(newer.number)).where(
        newer.activity_id == Count.activity_id,  # a series counts the same registration at each meeting
        newer.registration_id == Count.registration_id,
        newer.kind == CountKind.ARRIVED,
    )
    query = held(select(func.count(distinct(Registration.association_id))).select_from(Activity), first, last)
    query = query.join(Count, and_(Count.activity_id == Activity.id, Count.kind == CountKind.ARRIVED))
    query = query.join(Registration, Registration.id == Count.registration_id)
    query = query.where(types, Count.heads > 0, Count.number == newest.correlate(Count).scalar_subquery())
    return query.scalar_subquery()


def _key_figure(figure: KeyFigure, first: date, last: date) -> ScalarSelect[int]:
    wanted = select(ActivityType.id).where(ActivityType.key.in_(figure.types))
    types = Activity.type_id.in_(wanted) if figure.types else true()
    if figure.unit is None:
        return _forum_associations(first, last, types)
    audiences = None if figure.group is None else Audience.group == figure.group
    return _figure(figure.unit, first, last, types, audiences)


def key_figures(first: date, last: date) -> dict[str, int]:
    """The key figures from `first` to `last`, both days included, by the keys of `rules.KEY_FIGURES`."""
    row = db.session.execute(select(*(_key_figure(f, first, last).label(f.key) for f in KEY_FIGURES))).one()
    return {figure.key: int(value) for figure, value in zip(KEY_FIGURES, row, strict=True)}


def held_rows(first: date, last: date) -> list[Held]:
    """What each held activity's newest closing says, one row an audience, oldest first. One query."""
    group = case((Series.same_group, Series.id))
    query = held(
        select(
            Activity.id, Activity.starts_at, Activity.type_id, group, Engagement.association_id,
            Engagement.plan_agreed_on, Count.audience_id, func.coalesce(Audience.professional_group, False),
            func.coalesce(Count.heads, 0),
        ).select_from(Activity),
        first, last,
    )  # fmt: skip
    query = query.outerjoin(Series, Series.id == Activity.series_id).outerjoin(Count, _final())
    query = _of_engagements(query.outerjoin(Audience, Audience.id == Count.audience_id), outer=True)
    rows = db.session.execute(query.order_by(Activity.starts_at, Activity.id, Count.audience_id))
    return [Held(*row) for row in rows]


def held_already(first: date, last: date) -> list[Held]:
    """Who was there at all, once each: types, groups, institutions and audiences of held activities, no figures.

    `heads` is 1 where somebody came and 0 otherwise. It is what a forecast needs of the past, in one query.
    """
    group = case((Series.same_group, Series.id))
    came = case((Count.heads > 0, 1), else_=0)
    professional = func.coalesce(Audience.professional_group, False)
    whose = (Engagement.association_id, Engagement.plan_agreed_on)
    marks = (Activity.type_id, group, *whose, Count.audience_id, professional, came)
    query = held(select(*marks).select_from(Activity).distinct(), first, last)
    query = query.outerjoin(Series, Series.id == Activity.series_id).outerjoin(Count, _final())
    query = _of_engagements(query.outerjoin(Audience, Audience.id == Count.audience_id), outer=True)
    start, _end = day_span(first, last)
    return [Held(0, start, *row) for row in db.session.execute(query)]


def usual_attendance(first: date, last: date) -> Mapping[tuple[int, int], float]:
    """Average final heads of each audience at each type, by type and audience id, from `first` to `last`."""
    sums = (Activity.type_id, Count.audience_id, func.sum(Count.heads), func.count(distinct(Activity.id)))
    query = held(select(*sums).select_from(Activity), first, last)
    query = query.join(Count, _final()).group_by(Activity.type_id, Count.audience_id)
    return {
        (type_id, audience_id): int(heads) / int(times)
        for type_id, audience_id, heads, times in db.session.execute(query)
    }
