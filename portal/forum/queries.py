"""Reading the forum: its meetings, what is on their agendas, their papers, decisions and what is still to be done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.activities.models import Activity, ActivityType
from portal.activities.queries import activity_by_id
from portal.activities.rules import State, Visibility
from portal.associations.models import Association
from portal.database import db
from portal.forum.models import AgendaItem, Decision, Invitation, Meeting, Paper, Topic
from portal.forum.rules import FORUM_TYPE, PUBLIC_READS, Readers, TopicState
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


def of_forum() -> Select[Activity]:
    """The forum's meetings, drafts and all."""
    return (
        select(Activity).join(ActivityType, ActivityType.id == Activity.type_id).where(ActivityType.key == FORUM_TYPE)
    )


def in_period(query: Select[Activity], period: Literal["coming", "past"], now: datetime) -> Select[Activity]:
    """Those to come, the nearest first, or those that are over, the latest first."""
    if period == "coming":
        return query.where(Activity.ends_at > now).order_by(Activity.starts_at, Activity.id)
    return query.where(Activity.ends_at <= now).order_by(Activity.starts_at.desc(), Activity.id.desc())


def forum_meetings(period: Literal["coming", "past"], now: datetime, page: int = 1) -> Page[Activity]:
    """The forum's meetings, drafts and those called off among them, 20 a page; in the order of `in_period`."""
    query = in_period(of_forum(), period, now)
    return page_of(query, page, options=[joinedload(Activity.type), joinedload(Activity.district)])


def former_meetings(now: datetime, most: int) -> Sequence[Activity]:
    """The last `most` meetings that began and were not called off, the latest first."""
    query = of_forum().where(Activity.starts_at <= now, Activity.state == State.PUBLISHED)
    return db.session.scalars(query.order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(most)).all()


def meetings_with_agenda(but: int, most: int = 12) -> Sequence[Activity]:
    """Other meetings that have an agenda to start from, the latest first."""
    query = of_forum().where(
        Activity.id != but, Activity.id.in_(select(AgendaItem.activity_id).where(AgendaItem.topic_id.is_(None)))
    )
    return db.session.scalars(query.order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(most)).all()


def meetings_to_come(now: datetime, most: int = 30) -> Sequence[Activity]:
    """Every meeting that a topic can still be put on, drafts among them, the nearest first."""
    query = of_forum().where(Activity.ends_at > now, Activity.state != State.CALLED_OFF)
    return db.session.scalars(query.order_by(Activity.starts_at, Activity.id).limit(most)).all()


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


def agenda_sizes(activity_ids: Collection[int]) -> dict[int, int]:
    """How many points each meeting's agenda has; meetings without any are left out."""
    query = select(AgendaItem.activity_id, func.count()).where(AgendaItem.activity_id.in_(list(activity_ids)))
    return {number: int(size) for number, size in db.session.execute(query.group_by(AgendaItem.activity_id))}


def invited_numbers(activity_ids: Collection[int]) -> dict[int, int]:
    """How many associations each meeting invited; meetings without any are left out."""
    query = select(Invitation.activity_id, func.count()).where(Invitation.activity_id.in_(list(activity_ids)))
    return {number: int(size) for number, size in db.session.execute(query.group_by(Invitation.activity_id))}


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


@dataclass(frozen=True)
class PublicPart:
    """What a meeting's public page shows beyond the activity. `tasks` are earlier meetings' that are not done, for a
    meeting to come; `key` is an unlisted meeting's, for the links.
    """

    agenda: Sequence[AgendaItem]
    tasks: Sequence[Decision]
    papers: Sequence[Paper]
    minutes: bool
    key: str | None


def public_part(activity: Activity, now: datetime) -> PublicPart | None:
    """The published agenda with what it follows up, papers for everybody and whether there are minutes.

    None for other types of activity.
    """
    if activity.type.key != FORUM_TYPE:
        return None
    found = ForumMeeting(activity, db.session.get(Meeting, activity.id))
    return PublicPart(
        agenda_of(activity.id) if found.agenda_published else [],
        open_tasks(activity.starts_at, readers=PUBLIC_READS)
        if found.agenda_published and activity.ends_at > now
        else [],
        papers_of(activity.id, PUBLIC_READS),
        found.minutes_for(PUBLIC_READS),
        activity.link_key if activity.visibility is Visibility.UNLISTED else None,
    )


def paper_count(activity_id: int) -> int:
    """How many papers a meeting has."""
    return int(db.session.scalar(select(func.count(Paper.id)).where(Paper.activity_id == activity_id)) or 0)


def paper_by_id(paper_id: int) -> Paper | None:
    """A paper, its content still to be loaded; None where there is none."""
    return db.session.get(Paper, paper_id)


def decision_by_id(decision_id: int) -> Decision | None:
    """A decision with its meeting and association; None where there is none."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.id == decision_id)
        .options(joinedload(Decision.activity), joinedload(Decision.association))
    )


def topic_by_id(topic_id: int) -> Topic | None:
    """A topic with its proposer, its meeting and who answered it; None where there is none."""
    return db.session.scalar(
        select(Topic)
        .where(Topic.id == topic_id)
        .options(joinedload(Topic.association), joinedload(Topic.meeting), joinedload(Topic.answered_by))
    )


def topics_to_place(most: int = 10) -> Sequence[Topic]:
    """Topics that could go on an agenda: waiting for an answer, or kept for later; the oldest first."""
    return db.session.scalars(
        select(Topic)
        .where(Topic.state.in_([TopicState.PROPOSED, TopicState.LATER]))
        .options(joinedload(Topic.association))
        .order_by(Topic.created_at, Topic.id)
        .limit(most)
    ).all()


def members() -> Sequence[Association]:
    """The active members of the forum, by name."""
    return db.session.scalars(
        select(Association)
        .where(Association.active, Association.forum_since.is_not(None), Association.forum_until.is_(None))
        .order_by(Association.search_name)
    ).all()


def decisions_of(activity_id: int) -> Sequence[Decision]:
    """What a meeting decided, in its order, each with the association that does it."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.activity_id == activity_id)
        .options(joinedload(Decision.association))
        .order_by(Decision.position, Decision.id)
    ).all()


def open_tasks(
    before: datetime, *, association_id: int | None = None, readers: Collection[Readers] | None = None
) -> Sequence[Decision]:
    """What earlier meetings decided that is not done, of meetings that began before `before`, the oldest first.

    `association_id` asks for those of one association only, `readers` for those whose minutes are published for them.
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
    if readers is not None:
        published = select(Meeting.activity_id).where(
            Meeting.minutes_published_at.is_not(None), Meeting.minutes_readers.in_(list(readers))
        )
        query = query.where(Decision.activity_id.in_(published))
    return db.session.scalars(query).all()


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
