"""Reminders: each party once before each meeting, however many workers there are."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from portal.activities.models import Activity, ActivityType
from portal.activities.rules import MOST_REMINDER_HOURS, State
from portal.database import db, writing
from portal.jobs.service import one_after_another
from portal.registrations.letters import tell
from portal.registrations.models import Registration
from portal.registrations.reminder_rules import TOO_LATE, reminder_is_due, reminder_moment
from portal.registrations.rules import Standing
from portal.registrations.waiting_list import take_both_turns


class Told(NamedTuple):
    """How many letters were written, about how many activities."""

    letters: int
    activities: int


def remind_parties(*, now: datetime) -> Told:
    """Reminds the confirmed parties of every meeting whose time has come, one transaction a meeting.

    A party that registered after the reminder's moment has just heard of it and gets none.
    """
    letters = one_after_another(_due(now), lambda number: _remind(number, now))
    return Told(sum(letters), sum(1 for each in letters if each))


def _due(now: datetime) -> list[int]:
    """The meetings whose reminder is due; a read, so that a quiet minute takes nobody's turn."""
    rows = db.session.execute(
        select(Activity.id, Activity.starts_at, ActivityType.reminder_hours, Activity.reminded_at)
        .join(ActivityType, ActivityType.id == Activity.type_id)
        .where(
            Activity.state == State.PUBLISHED,
            Activity.reminded_at.is_(None),
            ActivityType.reminder_hours > 0,
            Activity.starts_at.between(now + TOO_LATE, now + timedelta(hours=MOST_REMINDER_HOURS)),
        )
        .order_by(Activity.starts_at, Activity.id)
    ).all()
    db.session.rollback()
    return [number for number, start, hours, told_at in rows if reminder_is_due(start, hours, told_at, now)]


def _remind(activity_id: int, now: datetime) -> int:
    """Reminds one meeting's parties and notes it in the same commit; returns how many letters it wrote."""
    with writing() as session:
        activity = take_both_turns(session, activity_id)
        if activity.state is not State.PUBLISHED:
            return 0
        hours = activity.type.reminder_hours
        if not reminder_is_due(activity.starts_at, hours, activity.reminded_at, now):
            return 0
        activity.reminded_at = now
        parties = session.scalars(
            select(Registration)
            .where(
                Registration.activity_id == activity.desk_id,
                Registration.standing == Standing.CONFIRMED,
                Registration.created_at <= reminder_moment(activity.starts_at, hours),
                Registration.email.is_not(None),
            )
            .order_by(Registration.queue_number, Registration.id)
        ).all()
        for party in parties:
            tell(session, party, "reminder", activity=activity, now=now)
        return len(parties)
