"""Reading the forum: its meetings, what is on their agendas, their papers, decisions and what is still to be done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.activities.models import Activity, ActivityType
from portal.activities.queries import SHOWN, activity_by_id
from portal.activities.rules import State, Visibility
from portal.database import db
from portal.forum.models import AgendaItem, Decision, Meeting, Paper, Topic
from portal.forum.rules import FORUM_TYPE, Readers, TopicState
from portal.paging import Page, page_of


@dataclass(frozen=True)
class ForumMeeting:
    """A forum meeting: its activity, and what staff have worked on beyond it (None where nothing yet)."""

    activity: Activity
    meeting: Meeting | None

    @property
    def agenda_published(self) -> bool:
        """Whether the members see the agenda."""
        return self.meeting is not None and self.meeting.agenda_published_at is not None

    def minutes_for(self, readers: Collection[Readers]) -> bool:
        """Whether there are published minutes for somebody who may read what is for `readers`."""
        found = self.meeting
        return found is not None and found.minutes_published_at is not None and found.minutes_readers in readers


def _of_forum() -> Select[Activity]:
    return (
        select(Activity).join(ActivityType, ActivityType.id == Activity.type_id).where(ActivityType.key == FORUM_TYPE)
    )


def forum_meetings(
    period: Literal["coming", "past"], now: datetime, page: int = 1, *, shown_only: bool = False
) -> Page[Activity]:
    """The forum's meetings, 20 a page: coming ones the nearest first, past ones the latest first.

    `shown_only` leaves drafts out, for the members; a meeting that was called off stays in both.
    """
    query = _of_forum()
    if shown_only:
        query = query.where(Activity.state.in_(SHOWN), Activity.visibility != Visibility.CLOSED)
    if period == "coming":
        query = query.where(Activity.ends_at > now).order_by(Activity.starts_at, Activity.id)
    else:
        query = query.where(Activity.ends_at <= now).order_by(Activity.starts_at.desc(), Activity.id.desc())
    return page_of(query, page, options=[joinedload(Activity.type), joinedload(Activity.district)])


def meeting_of(activity_id: int) -> ForumMeeting | None:
    """The forum meeting with that activity's id; None where there is none, or it is another type of activity."""
    activity = activity_by_id(activity_id)
    if activity is None or activity.type.key != FORUM_TYPE:
        return None
    return ForumMeeting(activity, db.session.get(Meeting, activity_id))


def meetings_by_id(activity_ids: Collection[int]) -> dict[int, Meeting]:
    """What staff have worked on, by activity; meetings without anything are left out."""
    found = db.session.scalars(select(Meeting).where(Meeting.activity_id.in_(list(activity_ids))))
    return {meeting.activity_id: meeting for meeting in found}


def agenda_of(activity_id: int) -> Sequence[AgendaItem]:
    """The agenda in its order, each item with the topic and the association it comes from."""
    return db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.activity_id == activity_id)
        .options(joinedload(AgendaItem.topic).joinedload(Topic.association))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def papers_of(activity_id: int, readers: Collection[Readers]) -> Sequence[Paper]:
    """A meeting's papers, without their content, for somebody who may read what is for `readers`."""
    return db.session.scalars(
        select(Paper)
        .where(Paper.activity_id == activity_id, Paper.readers.in_(list(readers)))
        .order_by(Paper.created_at, Paper.id)
    ).all()


def paper_count(activity_id: int) -> int:
    """How many papers a meeting has."""
    return int(db.session.scalar(select(func.count(Paper.id)).where(Paper.activity_id == activity_id)) or 0)


def decisions_of(activity_id: int) -> Sequence[Decision]:
    """What a meeting decided, in its order, each with the association that does it."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.activity_id == activity_id)
        .options(joinedload(Decision.association))
        .order_by(Decision.position, Decision.id)
    ).all()


def open_tasks(before: datetime, *, association_id: int | None = None) -> Sequence[Decision]:
    """What earlier meetings decided that is not done, of meetings that began before `before`, the oldest first.

    `association_id` asks for those of one association only.
    """
    query = (
        select(Decision)
        .join(Activity, Activity.id == Decision.activity_id)
        .where(Decision.is_task, Decision.done_on.is_(None), Activity.starts_at < before)
        .options(joinedload(Decision.association), joinedload(Decision.activity))
        .order_by(Activity.starts_at, Decision.position, Decision.id)
    )
    if association_id is not None:
        query = query.where(Decision.association_id == association_id)
    return db.session.scalars(query).all()


def open_task_count() -> int:
    """How many decisions are still to be done."""
    query = select(func.count(Decision.id)).where(Decision.is_task, Decision.done_on.is_(None))
    return int(db.session.scalar(query) or 0)


def topics(state: TopicState | None = None, page: int = 1) -> Page[Topic]:
    """Proposed topics: those without an answer the oldest first, answered ones the latest first."""
    query = select(Topic)
    if state is not None:
        query = query.where(Topic.state == state)
    if state is TopicState.PROPOSED:
        query = query.order_by(Topic.created_at, Topic.id)
    else:
        query = query.order_by(Topic.created_at.desc(), Topic.id.desc())
    return page_of(query, page, options=[joinedload(Topic.association), joinedload(Topic.meeting)])


def topics_of(association_id: int) -> Sequence[Topic]:
    """Every topic that an association proposed, the latest first, with the meeting it is for."""
    return db.session.scalars(
        select(Topic)
        .where(Topic.association_id == association_id)
        .options(joinedload(Topic.meeting))
        .order_by(Topic.created_at.desc(), Topic.id.desc())
    ).all()


def waiting_topics() -> tuple[int, datetime | None]:
    """How many topics wait for an answer, and when the oldest of them was proposed."""
    query = select(func.count(Topic.id), func.min(Topic.created_at)).where(Topic.state == TopicState.PROPOSED)
    number, oldest = db.session.execute(query).one()
    return int(number), oldest


def next_meeting(now: datetime) -> Activity | None:
    """The forum's next meeting that takes place, drafts left out; None where none is planned."""
    query = _of_forum().where(Activity.ends_at > now, Activity.state == State.PUBLISHED)
    return db.session.scalars(query.order_by(Activity.starts_at, Activity.id).limit(1)).first()
