"""A course gets further meetings: the parties whose sign-up holds for them hear of it in the same commit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.activities import service as activities
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.database import writing
from portal.registrations.letters import tell
from portal.registrations.queries import parties_to_come
from portal.registrations.reminder_rules import is_due_again
from portal.registrations.waiting_list import activity_afresh, take_both_turns


def plan_series(activity_id: int, dates: Sequence[date], same_group: bool, *, now: datetime) -> list[Activity]:
    """Plans further meetings as `activities.service.plan_series` does, and tells the course's parties of those that
    are published; RuleError as there.
    """
    with writing() as session:
        take_both_turns(session, activity_id)
        made = activities.plan_series(activity_id, dates, same_group, now=now)
        _tell_of(session, made, now)
    return made


def publish(activity_id: int, *, now: datetime, whole_series: bool = False) -> list[Activity]:
    """Publishes as `activities.service.publish` does, and tells the parties of a course that got longer by it;
    RuleError as there.
    """
    with writing() as session:
        take_both_turns(session, activity_id)
        done = activities.publish(activity_id, now=now, whole_series=whole_series)
        _tell_of(session, done, now)
    return done


def _tell_of(session: Session, meetings: Sequence[Activity], now: datetime) -> None:
    """One letter to each party about all meetings that are new to it. Where the course is a draft or called off,
    nobody has a sign-up that holds.
    """
    session.flush()
    new = [m for m in meetings if m.registers_at_id is not None and m.state is State.PUBLISHED and m.starts_at > now]
    if not new or activity_afresh(session, new[0].desk_id).state is not State.PUBLISHED:
        return
    new.sort(key=lambda meeting: meeting.starts_at)
    parties = parties_to_come(session, new[0])
    for party in parties:
        tell(session, party, "meeting_added", activity=new[0], now=now, added=new)
    for meeting in new if parties else ():
        if meeting.type.reminder_hours and not is_due_again(meeting.starts_at, meeting.type.reminder_hours, now):
            meeting.reminded_at = now  # they have just heard of it
