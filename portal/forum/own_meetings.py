"""What an association has in front of it: the meetings it is invited to or registered at, of any type of activity."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from portal.activities.models import Activity
from portal.activities.queries import SHOWN
from portal.activities.rules import Visibility
from portal.database import db
from portal.forum.models import Invitation
from portal.registrations.models import Registration
from portal.registrations.rules import ALIVE

MOST = 8


def own_meetings(association_id: int, now: datetime) -> Sequence[Activity]:
    """The next ones that the association is invited to or registered at, the nearest first."""
    invited = select(Invitation.activity_id).where(Invitation.association_id == association_id)
    registered = select(Registration.activity_id).where(
        Registration.association_id == association_id, Registration.standing.in_(ALIVE)
    )
    desk = func.coalesce(Activity.registers_at_id, Activity.id)
    return db.session.scalars(
        select(Activity)
        .where(
            Activity.ends_at > now,
            Activity.state.in_(SHOWN),
            Activity.visibility != Visibility.CLOSED,
            or_(Activity.id.in_(invited), desk.in_(registered)),
        )
        .order_by(Activity.starts_at, Activity.id)
        .options(joinedload(Activity.type), joinedload(Activity.registers_at))
        .limit(MOST)
    ).all()
