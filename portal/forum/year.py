"""Planning the forum's year: all its meetings in one go, each with the agenda to start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.activities.models import Activity, Series
from portal.activities.rules import State
from portal.activities.service import ActivityDraft, create_activity, moved_to, publish
from portal.database import writing
from portal.errors import RuleError
from portal.forum.agenda import append_points, points_of_standard
from portal.forum.meetings import meeting_to_work_on
from portal.forum.queries import former_meetings, of_forum
from portal.forum.rules import MOST_MEETINGS, suggested_days, usual_weekday


@dataclass(frozen=True)
class YearPlan:
    """What every meeting is like, and when they are. `agenda` is a standard agenda's key, empty for none."""

    draft: ActivityDraft
    days: Sequence[date]
    agenda: str = ""
    publish: bool = False


def suggest_days(year: int, number: int, *, now: datetime) -> list[date]:
    """Days for `number` meetings, on the weekday that former meetings had, none on a public holiday.

    For the year that runs, the first one is two weeks ahead.
    """
    today = clock.local(now).date()
    soonest = date.fromordinal(today.toordinal() + 14)
    days = [clock.local(meeting.starts_at).date() for meeting in former_meetings(now, 12)]
    closed = clock.public_holidays(year)
    return suggested_days(year, number, usual_weekday(days), not_before=soonest, closed=closed)


def plan_year(plan: YearPlan, *, now: datetime) -> list[Activity]:
    """Makes every meeting, or none: a series with sign-ups of its own for each, and a copy of the agenda with each.

    RuleError with the fact `day`, on field `days`: `no_dates`, `too_many_dates`, `same_day_twice`, `in_the_past`,
    `meeting_that_day`; `unknown_agenda` on `start_from`; those of `activities.service.apply_draft`.
    """
    days = sorted(plan.days)
    if not days:
        raise RuleError("no_dates", "days")
    if len(days) > MOST_MEETINGS:
        raise RuleError("too_many_dates", "days")
    points = points_of_standard(plan.agenda) if plan.agenda else []
    today = clock.local(now).date()
    for before, day in zip([None, *days], days, strict=False):
        if day == before:
            raise RuleError("same_day_twice", "days", day=day)
        if day <= today:
            raise RuleError("in_the_past", "days", day=day)
    with writing() as session:
        since, until = clock.day_span(days[0], days[-1])
        taken = session.scalars(
            of_forum()
            .with_only_columns(Activity.starts_at)
            .where(Activity.state != State.CALLED_OFF)
            .where(Activity.starts_at >= since, Activity.starts_at < until)
        )
        already = {clock.local(moment).date() for moment in taken}
        for day in days:
            if day in already:
                raise RuleError("meeting_that_day", "days", day=day)
        series = Series(same_group=False, created_at=now)
        made = []
        for day in days:
            meeting = create_activity(moved_to(plan.draft, day), now=now)
            meeting.series = series
            session.flush()
            if points:
                meeting_to_work_on(session, meeting.id)
                append_points(session, meeting.id, points)
            if plan.publish:
                publish(meeting.id, now=now)
            made.append(meeting)
        return made
