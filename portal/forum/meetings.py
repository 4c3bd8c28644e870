"""A forum meeting's own row, made when somebody first works on it, and its turn."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.activities.models import Activity, ActivityType
from portal.errors import RuleError
from portal.forum.models import Meeting
from portal.forum.rules import FORUM_TYPE
from portal.registrations.waiting_list import take_turn


def meeting_to_work_on(session: Session, activity_id: int) -> Meeting:
    """The meeting, once whoever else writes about it is done; its row is made where there is none yet.

    It is in the caller's transaction. RuleError `unknown_meeting` where it is no forum meeting.
    """
    is_forum = (
        select(Activity.id)
        .join(ActivityType, ActivityType.id == Activity.type_id)
        .where(Activity.id == activity_id, ActivityType.key == FORUM_TYPE)
    )
    if session.scalar(is_forum) is None:
        raise RuleError("unknown_meeting")
    take_turn(session, activity_id)
    meeting = session.get(Meeting, activity_id, populate_existing=True)
    if meeting is None:
        meeting = Meeting(activity_id=activity_id)
        session.add(meeting)
        session.flush()
    return meeting
