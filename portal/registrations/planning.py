"""What the organiser does to an activity that has parties: change it, call it off."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.activities.rules import State
from portal.activities.service import ActivityDraft, apply_draft
from portal.database import writing
from portal.errors import RuleError
from portal.registrations.letters import place_text, tell
from portal.registrations.models import Registration
from portal.registrations.queries import heads_of
from portal.registrations.rules import ALIVE
from portal.registrations.service import take_turn, tend


def _parties(session: Session, activity: Activity) -> list[Registration]:
    """Who still means to come, to this meeting or to the series whose sign-ups are elsewhere."""
    return list(
        session.scalars(
            select(Registration).where(Registration.activity_id == activity.desk_id, Registration.standing.in_(ALIVE))
        )
    )


def change_activity(activity_id: int, draft: ActivityDraft, *, now: datetime) -> Activity:
    """Applies the draft, gives freed places to the waiting list, and writes to the parties where it moved.

    RuleError: `unknown_activity`, `capacity_below_taken` (with `taken`), `mode_with_parties`, and the draft's own.
    """
    with writing() as session:
        take_turn(session, activity_id)
        activity = session.get_one(Activity, activity_id, populate_existing=True)
        taken, waiting = heads_of([activity_id], session).get(activity_id, (0, 0))
        if draft.capacity is not None and draft.capacity < taken:
            raise RuleError("capacity_below_taken", "capacity", taken=taken)
        if draft.mode is not activity.mode and (taken or waiting):
            raise RuleError("mode_with_parties", "mode")
        before = (activity.starts_at, activity.ends_at, place_text(activity))
        apply_draft(session, activity, draft, now=now)
        session.flush()
        if activity.state is State.PUBLISHED and now < activity.starts_at:
            if before != (activity.starts_at, activity.ends_at, place_text(activity)):
                for registration in _parties(session, activity):
                    tell(session, registration, "moved", now=now, before=before, activity=activity)
            tend(session, activity, now=now)
    return activity


def call_off(activity_id: int, reason_da: str, reason_en: str, *, now: datetime) -> Activity:
    """Calls a published activity off and tells every party why.

    RuleError: `unknown_activity`, `not_published`, `started`. Calling off again changes nothing.
    """
    with writing() as session:
        take_turn(session, activity_id)
        activity = session.get_one(Activity, activity_id, populate_existing=True)
        if activity.state is State.CALLED_OFF:
            return activity
        if activity.state is not State.PUBLISHED:
            raise RuleError("not_published")
        if now >= activity.ends_at:
            raise RuleError("started")
        activity.state = State.CALLED_OFF
        activity.called_off_da, activity.called_off_en = reason_da, reason_en
        activity.revision += 1
        activity.changed_at = now
        session.flush()
        for registration in _parties(session, activity):
            tell(session, registration, "called_off", now=now, activity=activity)
    return activity
