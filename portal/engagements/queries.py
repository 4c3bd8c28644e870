"""Which engagements there are, and how far each has come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind
from portal.clock import local
from portal.database import db
from portal.engagements.models import Assessment, Engagement, EngagementGoal, EngagementSession, EngagementTopic, Rating
from portal.engagements.rules import ON_BOARD, OVER, Facts, Moment, Phase, follow_up_due
from portal.log.models import LogEntry
from portal.paging import Page, page_of

LOG_SUBJECT = "engagement"
LINKABLE = 50
IN_FULL = (
    joinedload(Engagement.association),
    joinedload(Engagement.responsible),
    selectinload(Engagement.goals).joinedload(EngagementGoal.topic),
    selectinload(Engagement.assessments).selectinload(Assessment.ratings).joinedload(Rating.topic),
)


@dataclass(frozen=True)
class Sums:
    """An engagement's sessions: `planned` are all that are on, `held` those with a closed count, `over` those whose
    time has gone by, counted or not.
    """

    planned: int = 0
    held: int = 0
    over: int = 0
    last_held: datetime | None = None
    coming: datetime | None = None


@dataclass(frozen=True)
class SessionRow:
    """One session; `heads` None where its count is not closed."""

    activity: Activity
    heads: int | None


@dataclass(frozen=True)
class Row:
    """An engagement with what its sessions add up to. Days are on Copenhagen's calendar."""

    engagement: Engagement
    sums: Sums
    sessions: Sequence[SessionRow] = ()

    @property
    def follow_up_due(self) -> date | None:
        """When to follow up: the day that staff set, else half a year after the last session held."""
        if self.engagement.follow_up_on or self.sums.last_held is None:
            return self.engagement.follow_up_on
        return follow_up_due(local(self.sums.last_held).date())

    @property
    def due(self) -> date | None:
        """The day of the next step; in the follow-up phase without one, the day to follow up."""
        waits = self.engagement.phase is Phase.FOLLOW_UP and self.engagement.followed_up_on is None
        return self.engagement.next_step_on or (self.follow_up_due if waits else None)

    @property
    def facts(self) -> Facts:
        """What decides about a move."""
        one = self.engagement
        return Facts(
            one.phase, one.needs_talk_on is not None, one.plan_agreed_on is not None, self.sums.over,
            one.followed_up_on is not None,
        )  # fmt: skip


def _is_counted() -> ColumnElement[bool]:
    return exists().where(Closing.activity_id == Activity.id, Closing.newest)


def sums_of(engagement_ids: Iterable[int], now: datetime) -> dict[int, Sums]:
    """What the sessions of each engagement add up to, by its id. One query."""
    counted, over = _is_counted(), Activity.ends_at <= now
    rows = db.session.execute(
        select(
            EngagementSession.engagement_id,
            func.count(),
            func.coalesce(func.sum(case((counted, 1), else_=0)), 0),
            func.coalesce(func.sum(case((over, 1), else_=0)), 0),
            func.max(case((counted, Activity.starts_at))),
            func.min(case((~over, Activity.starts_at))),
        )
        .join(Activity, Activity.id == EngagementSession.activity_id)
        .where(EngagementSession.engagement_id.in_(list(engagement_ids)), Activity.state == State.PUBLISHED)
        .group_by(EngagementSession.engagement_id)
    )
    return {
        number: Sums(int(planned), int(held), int(past), last, coming)
        for number, planned, held, past, last, coming in rows
    }


def _rows(engagements: Iterable[Engagement], now: datetime) -> list[Row]:
    found = list(engagements)
    sums = sums_of([one.id for one in found], now)
    return [Row(one, sums.get(one.id, Sums())) for one in found]


def _of(responsible_id: int | None) -> list[ColumnElement[bool]]:
    return [] if responsible_id is None else [Engagement.responsible_id == responsible_id]


def board(now: datetime, responsible_id: int | None = None) -> dict[Phase, list[Row]]:
    """Every engagement that runs, by phase, the next step that is due first. Two queries."""
    loaded = (joinedload(Engagement.association), joinedload(Engagement.responsible))
    query = select(Engagement).where(Engagement.phase.in_(ON_BOARD), *_of(responsible_id)).options(*loaded)
    rows = _rows(db.session.scalars(query), now)
    rows.sort(key=lambda row: (row.due is None, row.due or date.max, row.engagement.association.search_name))
    return {phase: [row for row in rows if row.engagement.phase is phase] for phase in ON_BOARD}


def ended_engagements(page: int, responsible_id: int | None = None) -> Page[Engagement]:
    """Those that are over, the latest first."""
    loaded = (joinedload(Engagement.association), joinedload(Engagement.responsible))
    query = select(Engagement).where(Engagement.phase.in_(OVER), *_of(responsible_id))
    return page_of(query.order_by(Engagement.ended_on.desc(), Engagement.id.desc()), page, options=loaded)


def sums_of_page(page: Page[Engagement], now: datetime) -> dict[int, Sums]:
    """What the sessions of a page's engagements add up to, by id."""
    found = sums_of([one.id for one in page.items], now)
    return {one.id: found.get(one.id, Sums()) for one in page.items}


def responsible_people() -> Sequence[User]:
    """Who is responsible for an engagement, by name."""
    asked = select(Engagement.responsible_id).distinct()
    return db.session.scalars(select(User).where(User.id.in_(asked)).order_by(User.name)).all()


def _sessions(engagement_ids: Sequence[int]) -> dict[int, list[SessionRow]]:
    heads = (
        select(func.coalesce(func.sum(Count.heads), 0))
        .where(Count.closing_id == Closing.id, Count.kind == CountKind.FINAL)
        .correlate(Closing)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(EngagementSession.engagement_id, Activity, case((Closing.id.is_not(None), heads)))
        .join(Activity, Activity.id == EngagementSession.activity_id)
        .outerjoin(Closing, and_(Closing.activity_id == Activity.id, Closing.newest))
        .where(EngagementSession.engagement_id.in_(engagement_ids))
        .options(joinedload(Activity.district), joinedload(Activity.type))
        .order_by(Activity.starts_at, Activity.id)
    )
    found: dict[int, list[SessionRow]] = {}
    for number, activity, came in rows:
        found.setdefault(number, []).append(SessionRow(activity, None if came is None else int(came)))
    return found


def _in_full(query: Select[Engagement], now: datetime) -> list[Row]:
    rows = _rows(db.session.scalars(query.options(*IN_FULL)).unique(), now)
    sessions = _sessions([row.engagement.id for row in rows])
    return [Row(row.engagement, row.sums, sessions.get(row.engagement.id, [])) for row in rows]


def engagement_by_id(engagement_id: int, now: datetime) -> Row | None:
    """One engagement with its goals, sessions and assessments; None where there is none."""
    return next(iter(_in_full(select(Engagement).where(Engagement.id == engagement_id), now)), None)


def association_of(engagement_id: int) -> int | None:
    """The id of the association that the engagement is with; None where there is no such engagement."""
    return db.session.scalar(select(Engagement.association_id).where(Engagement.id == engagement_id))


def engagements_of(association_id: int, now: datetime) -> list[Row]:
    """An association's engagements in full, the latest first, for its own pages and for staff's page about it.

    The number of queries does not depend on how many there are.
    """
    query = select(Engagement).where(Engagement.association_id == association_id)
    return _in_full(query.order_by(Engagement.started_on.desc(), Engagement.id.desc()), now)


def engagements_by_activity(activity_ids: Iterable[int]) -> Mapping[int, Engagement]:
    """The engagement that each activity is a session of, with its association, by the activity's id. One query."""
    rows = db.session.execute(
        select(EngagementSession.activity_id, Engagement)
        .join(Engagement, Engagement.id == EngagementSession.engagement_id)
        .where(EngagementSession.activity_id.in_(list(activity_ids)))
        .options(joinedload(Engagement.association))
    )
    return {row[0]: row[1] for row in rows}


def linkable_activities(association_id: int) -> Sequence[Activity]:
    """The association's activities as a partner that belong to no engagement yet, the latest first."""
    taken = exists().where(EngagementSession.activity_id == Activity.id)
    query = select(Activity).where(Activity.partner_id == association_id, Activity.state != State.CALLED_OFF, ~taken)
    query = query.options(joinedload(Activity.type)).order_by(Activity.starts_at.desc(), Activity.id.desc())
    return db.session.scalars(query.limit(LINKABLE)).all()


def topics(also: Iterable[int] = ()) -> Sequence[EngagementTopic]:
    """The topics in use, and those of `also`, in their order."""
    query = select(EngagementTopic).where(EngagementTopic.active | EngagementTopic.id.in_(list(also)))
    return db.session.scalars(query.order_by(EngagementTopic.position, EngagementTopic.id)).all()


def assessed_topics(engagement: Engagement) -> list[tuple[EngagementTopic, dict[Moment, int]]]:
    """The topics that the board assessed itself by, in their order, with the level before and after."""
    levels: dict[int, dict[Moment, int]] = {}
    known: dict[int, EngagementTopic] = {}
    for made in engagement.assessments:
        for rating in made.ratings:
            known[rating.topic_id] = rating.topic
            levels.setdefault(rating.topic_id, {})[made.moment] = rating.level
    return [(topic, levels[topic.id]) for topic in sorted(known.values(), key=lambda topic: (topic.position, topic.id))]


def last_change(engagement: Engagement) -> LogEntry | None:
    """Who changed the engagement last, and when, as the log has it."""
    query = select(LogEntry).where(
        LogEntry.association_id == engagement.association_id,
        LogEntry.subject.startswith(f"{LOG_SUBJECT} {engagement.id}:", autoescape=True),
    )
    query = query.options(joinedload(LogEntry.user)).order_by(LogEntry.at.desc(), LogEntry.id.desc())
    return db.session.scalars(query.limit(1)).first()
