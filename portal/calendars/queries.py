"""Which private feeds there are, and the activities in them."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.accounts.models import User
from portal.accounts.rules import STAFF
from portal.activities.models import Activity, activity_facilitator
from portal.activities.queries import IN_LISTS, SHOWN, in_feeds
from portal.activities.rules import EntryStatus, State, Visibility
from portal.associations.models import Association
from portal.calendars.models import CalendarFeed
from portal.calendars.rules import Scope, Ties, association_status
from portal.database import db
from portal.engagements.models import Engagement, EngagementSession
from portal.forum.models import Invitation
from portal.forum.own_answers import living_parties
from portal.forum.rules import Answer
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE, Standing

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")
MOST = 1000  # activities in one feed
IN_STAFF_FEED = (*IN_LISTS, joinedload(Activity.registers_at), selectinload(Activity.facilitators))
Owner = User | Association


def owned_by(owner: Owner) -> ColumnElement[bool]:
    """The feed of this member of staff, or of this association."""
    return CalendarFeed.user_id == owner.id if isinstance(owner, User) else CalendarFeed.association_id == owner.id


def feed_of(owner: Owner, session: Session | None = None) -> CalendarFeed | None:
    """The owner's feed, None where there is none."""
    return (session or db.session).scalar(select(CalendarFeed).where(owned_by(owner)))


def feed_by_token(token: str) -> CalendarFeed | None:
    """The feed at this address, with its owner; None once its user may not log in, or its association has closed.

    What could be no token is looked for all the same, as an empty one: every address costs the same.
    """
    if not TOKEN.fullmatch(token):
        token = ""
    return db.session.scalar(
        select(CalendarFeed)
        .outerjoin(CalendarFeed.user)
        .outerjoin(CalendarFeed.association)
        .where(CalendarFeed.token == token, or_(User.active, Association.active))
        .options(joinedload(CalendarFeed.user), joinedload(CalendarFeed.association))
    )


def staff_activities(user: User, scope: Scope, now: datetime) -> Sequence[Activity]:
    """The activities that are planned, or those where the user is contact or facilitator, the earliest first.

    Drafts are there for staff only; a facilitator never sees others' activities, whatever the feed says.
    """
    staff = user.role in STAFF
    given = select(activity_facilitator.c.activity_id).where(activity_facilitator.c.user_id == user.id)
    wanted = in_feeds(now)
    if staff:
        wanted = or_(wanted, (Activity.state == State.DRAFT) & (Activity.ends_at > now))
    query = select(Activity).where(wanted)
    if not staff or scope is Scope.MINE:
        mine = Activity.id.in_(given)
        query = query.where(or_(mine, Activity.contact_id == user.id) if staff else mine)
    latest = query.order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(MOST)
    return db.session.scalars(latest.options(*IN_STAFF_FEED)).all()[::-1]


def association_meetings(association_id: int, now: datetime) -> list[tuple[Activity, EntryStatus]]:
    """The meetings in an association's calendar and how each stands, the earliest first."""
    invitations = {
        invitation.activity_id: invitation
        for invitation in db.session.scalars(select(Invitation).where(Invitation.association_id == association_id))
    }
    sessions = set(
        db.session.scalars(
            select(EngagementSession.activity_id)
            .join(EngagementSession.engagement)
            .where(Engagement.association_id == association_id)
        )
    )
    registered = select(Registration.activity_id).where(
        Registration.association_id == association_id, Registration.standing.in_(ALIVE)
    )
    desk = func.coalesce(Activity.registers_at_id, Activity.id)
    meetings = db.session.scalars(
        select(Activity)
        .where(
            in_feeds(now),
            Activity.state.in_(SHOWN),
            Activity.visibility != Visibility.CLOSED,
            or_(Activity.id.in_(invitations), Activity.id.in_(sessions), desk.in_(registered)),
        )
        .options(*IN_LISTS)
        .order_by(Activity.starts_at.desc(), Activity.id.desc())
        .limit(MOST)
    ).all()[::-1]
    parties: dict[int, list[tuple[Registration, bool]]] = {}
    for party, own in living_parties({meeting.desk_id for meeting in meetings}, association_id):
        parties.setdefault(party.activity_id, []).append((party, own))
    found = []
    for meeting in meetings:
        invitation = invitations.get(meeting.id)
        there = [(party.standing is Standing.CONFIRMED, own) for party, own in parties.get(meeting.desk_id, [])]
        status = association_status(
            Ties(
                own=[confirmed for confirmed, own in there if own],
                others=[confirmed for confirmed, own in there if not own],
                invited=invitation is not None and invitation.answer is None,
                declined=invitation is not None and invitation.answer is Answer.NO,
                session=meeting.id in sessions,
            )
        )
        if status is not None:
            found.append((meeting, status))
    return found
