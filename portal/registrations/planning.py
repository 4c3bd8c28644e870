"""What the organiser does to an activity that has parties: change it, call it off."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from portal.activities.models import Activity, ActivityType
from portal.activities.rules import State
from portal.activities.service import ActivityDraft, apply_draft
from portal.database import writing
from portal.errors import RuleError
from portal.registrations.letter_parts import place_text
from portal.registrations.letters import tell
from portal.registrations.models import Registration
from portal.registrations.queries import heads_of, meetings_of, parties_to_come
from portal.registrations.reminder_rules import is_due_again
from portal.registrations.waiting_list import take_both_turns, take_turn, tend


def change_activity(activity_id: int, draft: ActivityDraft, *, now: datetime) -> Activity:
    """Applies the draft, gives freed places to the waiting list, and writes to the parties where it moved.

    RuleError: `unknown_activity`, `capacity_below_taken` (with `taken`), `mode_with_parties`, and the draft's own.
    """
    with writing() as session:
        activity = take_both_turns(session, activity_id)
        taken, waiting = heads_of([activity_id], session).get(activity_id, (0, 0))
        if draft.capacity is not None and draft.capacity < taken:
            raise RuleError("capacity_below_taken", "capacity", taken=taken)
        if draft.mode is not activity.mode and (taken or waiting):
            raise RuleError("mode_with_parties", "mode")
        before = (activity.starts_at, activity.ends_at, place_text(activity))
        apply_draft(session, activity, draft, now=now)
        if activity.series and activity.series.same_group:  # a course is found as one, or its key would leak
            for meeting in meetings_of(activity):
                meeting.visibility = activity.visibility
        session.flush()
        if before[0] != activity.starts_at:
            hours = session.get_one(ActivityType, activity.type_id).reminder_hours
            if is_due_again(activity.starts_at, hours, now):
                activity.reminded_at = None
        if activity.state is State.PUBLISHED and now < activity.starts_at:
            if before != (activity.starts_at, activity.ends_at, place_text(activity)):
                for registration in parties_to_come(session, activity):
                    tell(session, registration, "moved", now=now, before=before, activity=activity)
            tend(session, activity, now=now)
    return activity


def call_off(
    activity_id: int, reason_da: str, reason_en: str, *, now: datetime, whole_course: bool = False
) -> Activity:
    """Calls a published activity off and tells every party why; with `whole_course`, every meeting still to come
    of a series with the same group.

    Where the first meeting is called off alone, the sign-ups move to the next one, so that the course goes on.
    RuleError: `unknown_activity`, `not_published`, `started`. Calling off again changes nothing.
    """
    with writing() as session:
        activity = take_both_turns(session, activity_id)
        if activity.state is State.CALLED_OFF:
            return activity
        if activity.state is not State.PUBLISHED:
            raise RuleError("not_published")
        if now >= activity.ends_at:
            raise RuleError("started")
        others = [m for m in meetings_to_come(activity, now) if m.id != activity.id]
        parties = parties_to_come(session, activity)
        for meeting in [activity, *others] if whole_course else [activity]:
            meeting.state = State.CALLED_OFF
            meeting.called_off_da, meeting.called_off_en = reason_da, reason_en
            meeting.called_off_at = meeting.changed_at = now
        session.flush()
        rest = [] if whole_course else others
        for registration in parties:
            tell(session, registration, "called_off", now=now, activity=activity, whole=whole_course, rest=rest)
        if rest and activity.registers_at_id is None:
            _move_desk(session, activity, rest[0])
    return activity


def meetings_to_come(activity: Activity, now: datetime) -> list[Activity]:
    """The meetings that the activity's sign-ups hold for and that are still to come, by time."""
    return [m for m in meetings_of(activity) if m.state is State.PUBLISHED and m.ends_at > now]


def _move_desk(session: Session, first: Activity, heir: Activity) -> None:
    """Moves a course's sign-ups to another of its meetings, with their places in line."""
    take_turn(session, heir.id)
    session.execute(update(Registration).where(Registration.activity_id == first.id).values(activity_id=heir.id))
    session.execute(
        update(Activity)
        .where(or_(Activity.registers_at_id == first.id, Activity.id == first.id))
        .values(registers_at_id=heir.id)
    )
    session.execute(
        update(Activity)
        .where(Activity.id == heir.id)
        .values(
            registers_at_id=None,
            turn=max(first.turn, heir.turn) + 1,
            capacity=first.capacity,
            mode=first.mode,
            max_heads=first.max_heads,
        )
    )
    session.expire_all()
