"""Which activities there are: for everybody, and for staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from portal import clock
from portal.activities.models import Activity, ActivityType, Audience
from portal.activities.rules import KEPT_IN_FEEDS, State, Visibility, folded
from portal.associations.models import Association, District
from portal.database import db
from portal.paging import Page, page_of

Q_MAX = 100
FEED_MOST = 3000
SHOWN = (State.PUBLISHED, State.CALLED_OFF)
IN_LISTS = (joinedload(Activity.type), joinedload(Activity.district), joinedload(Activity.audience))
IN_FULL = (
    *IN_LISTS,
    joinedload(Activity.partner),
    joinedload(Activity.contact),
    joinedload(Activity.series),
    joinedload(Activity.registers_at),
    selectinload(Activity.other_audiences),
    selectinload(Activity.facilitators),
)


@dataclass(frozen=True)
class PublicFilter:
    """What a visitor looks for. `first` and `last` are days in Copenhagen, both included."""

    type: ActivityType | None = None
    district: District | None = None
    audience: Audience | None = None
    q: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class StaffFilter:
    """What staff look for. `period` is `coming`, `past`, `all` or a year; `counted` selects the
    activities whose count is closed, where only those without are wanted.
    """

    state: State | None = None
    type: ActivityType | None = None
    period: str = "coming"
    q: str = ""
    counted: Select[int] | None = None


def contains_words(q: str) -> list[ColumnElement[bool]]:
    """Every word of `q` stands in the texts, or in the name of district, type or an audience; in either language,
    in any case. The few names are folded here and now, so that a type renamed is found by its new name at once.
    """
    words = folded(q[:Q_MAX]).split()
    if not words:
        return []
    named = {
        Activity.district_id: {d.id: folded(f"{d.name}\n{d.other_names}") for d in districts()},
        Activity.type_id: {t.id: _names(t) for t in activity_types(active_only=False)},
    }
    groups = {a.id: _names(a) for a in audiences(active_only=False)}
    found = []
    for word in words:
        ways: list[ColumnElement[bool]] = [Activity.search_text.contains(word, autoescape=True)]
        ways += [
            column.in_(ids)
            for column, names in named.items()
            if (ids := [number for number, text in names.items() if word in text])
        ]
        if ids := [number for number, text in groups.items() if word in text]:
            ways += [Activity.audience_id.in_(ids), Activity.other_audiences.any(Audience.id.in_(ids))]
        found.append(or_(*ways))
    return found


def _names(row: ActivityType | Audience) -> str:
    return folded(f"{row.name_da}\n{row.name_en}\n{row.other_names}")


def listed(now: datetime) -> ColumnElement[bool]:
    """What the public may find: public and published; called-off ones until their time is past."""
    called_off = and_(Activity.state == State.CALLED_OFF, Activity.ends_at > now)
    return and_(Activity.visibility == Visibility.PUBLIC, or_(Activity.state == State.PUBLISHED, called_off))


def upcoming_activities(now: datetime, limit: int) -> Sequence[Activity]:
    """The next `limit` public activities that take place, the nearest first."""
    return db.session.scalars(
        select(Activity)
        .where(Activity.visibility == Visibility.PUBLIC, Activity.state == State.PUBLISHED, Activity.ends_at > now)
        .options(*IN_LISTS)
        .order_by(Activity.starts_at, Activity.id)
        .limit(limit)
    ).all()


def _fitting(wanted: PublicFilter) -> Select[Activity]:
    """What fits the filter, whoever may see it."""
    query = select(Activity).where(*contains_words(wanted.q))
    if wanted.type:
        query = query.where(Activity.type_id == wanted.type.id)
    if wanted.district:
        query = query.where(Activity.district_id == wanted.district.id)
    if wanted.audience:
        also = Activity.other_audiences.any(Audience.id == wanted.audience.id)
        query = query.where(or_(Activity.audience_id == wanted.audience.id, also))
    if wanted.first:
        query = query.where(Activity.starts_at >= clock.day_span(wanted.first, wanted.first)[0])
    if wanted.last:
        query = query.where(Activity.starts_at < clock.day_span(wanted.last, wanted.last)[1])
    return query


def _public(wanted: PublicFilter, now: datetime) -> Select[Activity]:
    query = _fitting(wanted).where(listed(now))
    if not wanted.first:
        query = query.where(Activity.ends_at > now)
    return query.order_by(Activity.starts_at, Activity.id)


def public_activities(wanted: PublicFilter, now: datetime, page: int) -> Page[Activity]:
    """The public list, 20 a page, the nearest first; without a first day from `now` on."""
    return page_of(_public(wanted, now), page, options=IN_LISTS)


def all_public_activities(wanted: PublicFilter, now: datetime, limit: int = 500) -> Sequence[Activity]:
    """The public list at once, at most `limit`, for the sitemap."""
    return db.session.scalars(_public(wanted, now).options(*IN_LISTS).limit(limit)).all()


def in_feeds(now: datetime, *, past: bool = False) -> ColumnElement[bool]:
    """What a calendar feed still shows: what is to come or was lately, or all that ever was where `past` is asked for;
    what is called off for 30 days from then, whenever it would have been.
    """
    since = now - KEPT_IN_FEEDS
    held = Activity.state == State.PUBLISHED
    lately_off = and_(Activity.state == State.CALLED_OFF, Activity.called_off_at > since)
    return or_(held if past else and_(held, Activity.ends_at > since), lately_off)


def feed_activities(wanted: PublicFilter, now: datetime) -> Sequence[Activity]:
    """The public feed, at most 3,000 and those the latest, the earliest first."""
    query = _fitting(wanted).where(
        Activity.visibility == Visibility.PUBLIC, in_feeds(now, past=wanted.first is not None)
    )
    latest = query.order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(FEED_MOST)
    return db.session.scalars(latest.options(*IN_LISTS)).all()[::-1]


def feeds_changed_at(now: datetime) -> datetime | None:
    """When the public feed last changed: an activity was changed, or has been in it for as long as it may be."""
    since = now - KEPT_IN_FEEDS
    changed, over, off = db.session.execute(
        select(
            func.max(Activity.changed_at),
            func.max(case((Activity.ends_at <= since, Activity.ends_at))),
            func.max(case((Activity.called_off_at <= since, Activity.called_off_at))),
        )
    ).one()
    left = [moment + KEPT_IN_FEEDS for moment in (over, off) if moment]
    return max([changed, *left]) if changed else None


def activity_by_id(number: int) -> Activity | None:
    """The activity with everything its pages show; None where there is none."""
    return db.session.scalars(select(Activity).where(Activity.id == number).options(*IN_FULL)).unique().one_or_none()


def activities_by_id(numbers: Iterable[int]) -> dict[int, Activity]:
    """These activities with their titles and times only, in one query."""
    columns = load_only(Activity.title_da, Activity.title_en, Activity.starts_at, Activity.ends_at)
    query = select(Activity).where(Activity.id.in_(set(numbers))).options(columns)
    return {activity.id: activity for activity in db.session.scalars(query)}


def series_members(activity: Activity, *, shown_only: bool = True) -> Sequence[Activity]:
    """The meetings of the activity's series in order, itself too; for the public those that its readers may see."""
    if activity.series_id is None:
        return []
    query = select(Activity).where(Activity.series_id == activity.series_id).options(*IN_LISTS)
    if shown_only:
        query = query.where(Activity.state.in_(SHOWN), Activity.visibility == activity.visibility)
    return db.session.scalars(query.order_by(Activity.starts_at, Activity.id)).all()


def staff_activities(wanted: StaffFilter, now: datetime, page: int) -> Page[Activity]:
    """Every activity, 20 a page: coming ones the nearest first, past ones and all the latest first."""
    query = select(Activity).where(*contains_words(wanted.q))
    if wanted.state:
        query = query.where(Activity.state == wanted.state)
    if wanted.type:
        query = query.where(Activity.type_id == wanted.type.id)
    if wanted.counted is not None:
        query = query.where(
            Activity.ends_at <= now, Activity.state == State.PUBLISHED, Activity.id.not_in(wanted.counted)
        )
    nearest_first = False
    if wanted.period == "coming" and wanted.counted is None:
        query, nearest_first = query.where(Activity.ends_at > now), True
    elif wanted.period == "past":
        query = query.where(Activity.ends_at <= now)
    elif wanted.period.isdigit():
        first, last = date(int(wanted.period), 1, 1), date(int(wanted.period), 12, 31)
        since, until = clock.day_span(first, last)
        query, nearest_first = query.where(Activity.starts_at >= since, Activity.starts_at < until), True
    if nearest_first:
        query = query.order_by(Activity.starts_at, Activity.id)
    else:
        query = query.order_by(Activity.starts_at.desc(), Activity.id.desc())
    return page_of(query, page, options=IN_LISTS)


def years_with_activities() -> list[int]:
    """Every year from the first activity to the last one, the latest first."""
    first, last = db.session.execute(select(func.min(Activity.starts_at), func.max(Activity.starts_at))).one()
    if first is None:
        return []
    return list(range(clock.local(last).year, clock.local(first).year - 1, -1))


def activity_types(*, active_only: bool = True) -> Sequence[ActivityType]:
    """The types in their order."""
    query = select(ActivityType).options(joinedload(ActivityType.audience)).order_by(ActivityType.position)
    return db.session.scalars(query.where(ActivityType.active) if active_only else query).all()


def audiences(*, active_only: bool = True) -> Sequence[Audience]:
    """The audiences in their order."""
    query = select(Audience).order_by(Audience.position)
    return db.session.scalars(query.where(Audience.active) if active_only else query).all()


def districts() -> Sequence[District]:
    """The districts in their order."""
    return db.session.scalars(select(District).order_by(District.position)).all()


def association_names() -> Sequence[str]:
    """The names of the associations we know, for the partner field's suggestions to staff."""
    return db.session.scalars(select(Association.name).order_by(Association.name).limit(1000)).all()
