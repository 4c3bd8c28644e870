"""An engagement's sessions: activities of their own, planned here or put to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.activities.models import Activity, ActivityType, Audience
from portal.activities.rules import AudienceGroup, RegistrationMode, State, Visibility
from portal.activities.service import ActivityDraft, create_activity, publish
from portal.database import writing
from portal.engagements.models import Engagement, EngagementSession
from portal.engagements.queries import LOG_SUBJECT
from portal.engagements.rules import OVER, SESSION_TYPE
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note


@dataclass(frozen=True)
class SessionDraft:
    """What staff decide about a session; the rest follows from its type and its engagement."""

    title_da: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    venue: str = ""
    address: str = ""
    district_id: int | None = None


def plan_session(engagement_id: int, draft: SessionDraft, *, actor: User | None, now: datetime) -> Activity:
    """A new session: an activity with the institution as its partner, by arrangement and by link only, published.

    One that has been held is closed instead: counted, but never shown. RuleError: `unknown`, `is_over`, `no_type`,
    and those of `activities.service.apply_draft` and `publish`.
    """
    with writing() as session:
        engagement = _running(session, engagement_id)
        type_ = session.scalar(select(ActivityType).where(ActivityType.key == SESSION_TYPE))
        boards = select(Audience.id).where(Audience.group == AudienceGroup.ASSOCIATIONS).order_by(Audience.position)
        audience_id = type_.audience_id if type_ and type_.audience_id else session.scalars(boards.limit(1)).first()
        if type_ is None or audience_id is None:
            raise RuleError("no_type")
        activity = create_activity(
            ActivityDraft(
                type_id=type_.id,
                audience_id=audience_id,
                starts_at=draft.starts_at,
                ends_at=draft.ends_at,
                mode=RegistrationMode.ARRANGED,
                visibility=Visibility.UNLISTED if draft.starts_at > now else Visibility.CLOSED,
                title_da=draft.title_da,
                title_en=draft.title_en,
                venue=draft.venue,
                address=draft.address,
                district_id=draft.district_id,
                capacity=type_.capacity,
                max_heads=type_.max_heads,
                partner=engagement.association.name,
                contact_id=engagement.responsible_id,
            ),
            now=now,
        )
        publish(activity.id, now=now)
        _put(session, engagement, activity.id, actor=actor, now=now)
    return activity


def link_session(engagement_id: int, activity_id: int, *, actor: User | None, now: datetime) -> None:
    """Puts an activity of the institution's to its engagement.

    RuleError on field `activity`: `unknown`, `is_over`, `other_partner`, `called_off`, `linked_already`.
    """
    with writing() as session:
        engagement = _running(session, engagement_id)
        # The activity's row is locked, so that two who link it at once do not both find it free.
        lock = update(Activity).where(Activity.id == activity_id).values(turn=Activity.turn + 1)
        session.execute(lock.execution_options(synchronize_session=False))
        activity = session.get(Activity, activity_id, populate_existing=True)
        if activity is None or activity.partner_id != engagement.association_id:
            raise RuleError("other_partner", "activity")
        if activity.state is State.CALLED_OFF:
            raise RuleError("called_off", "activity")
        if session.get(EngagementSession, activity_id) is not None:
            raise RuleError("linked_already", "activity")
        _put(session, engagement, activity_id, actor=actor, now=now)


def unlink_session(engagement_id: int, activity_id: int, *, actor: User | None, now: datetime) -> None:
    """Takes an activity out of the engagement; the activity and its count stay. RuleError `unknown`."""
    with writing() as session:
        linked = session.get(EngagementSession, activity_id)
        if linked is None or linked.engagement_id != engagement_id:
            raise RuleError("unknown")
        _log(session, linked.engagement, "session_unlinked", actor=actor, now=now)
        session.delete(linked)


def _running(session: Session, engagement_id: int) -> Engagement:
    engagement = session.get(Engagement, engagement_id)
    if engagement is None:
        raise RuleError("unknown")
    if engagement.phase in OVER:
        raise RuleError("is_over")
    return engagement


def _put(session: Session, engagement: Engagement, activity_id: int, *, actor: User | None, now: datetime) -> None:
    session.add(EngagementSession(activity_id=activity_id, engagement_id=engagement.id))
    _log(session, engagement, "session_linked", actor=actor, now=now)


def _log(session: Session, engagement: Engagement, what: str, *, actor: User | None, now: datetime) -> None:
    note(session, Event.CHANGED, now=now, actor=actor, association_id=engagement.association_id,
         subject=f"{LOG_SUBJECT} {engagement.id}: {what}")  # fmt: skip
