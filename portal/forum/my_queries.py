"""The forum as one association sees it: members all of it, others what is public and what they are invited to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.activities.models import Activity
from portal.activities.queries import SHOWN
from portal.activities.rules import Visibility
from portal.associations.models import Association
from portal.database import db
from portal.forum.models import Decision, Invitation, Paper
from portal.forum.queries import ForumMeeting, in_period, meeting_of, of_forum, open_tasks
from portal.forum.rules import MEMBERS_READ, Readers, readable_by
from portal.paging import Page, page_of


def readers_like(association: Association) -> frozenset[Readers]:
    """Whose minutes and papers the association may read."""
    return readable_by(staff=False, member=association.active and association.is_member)


def meetings_for(
    association: Association, period: Literal["coming", "past"], now: datetime, page: int = 1
) -> Page[Activity]:
    """The meetings that the association sees, 20 a page: coming ones the nearest first, past ones the latest first."""
    query = of_forum().where(Activity.state.in_(SHOWN), Activity.visibility != Visibility.CLOSED)
    if not association.is_member:
        invited = select(Invitation.activity_id).where(Invitation.association_id == association.id)
        query = query.where(or_(Activity.visibility == Visibility.PUBLIC, Activity.id.in_(invited)))
    query = in_period(query, period, now)
    return page_of(query, page, options=[joinedload(Activity.type), joinedload(Activity.registers_at)])


def meeting_for(association: Association, activity_id: int) -> ForumMeeting | None:
    """The meeting where the association may see it, None where it may not or where there is none."""
    found = meeting_of(activity_id)
    if found is None or found.activity.state not in SHOWN or found.activity.visibility is Visibility.CLOSED:
        return None
    if association.is_member or found.activity.visibility is Visibility.PUBLIC:
        return found
    invited = select(Invitation.id).where(
        Invitation.association_id == association.id, Invitation.activity_id == activity_id
    )
    return found if db.session.scalar(invited) is not None else None


def papers_by_meeting(activity_ids: Collection[int], readers: Collection[Readers]) -> dict[int, list[Paper]]:
    """The papers of each meeting that may be read, without their content; meetings without any are left out."""
    found: dict[int, list[Paper]] = {}
    for paper in db.session.scalars(
        select(Paper)
        .where(Paper.activity_id.in_(list(activity_ids)), Paper.readers.in_(list(readers)))
        .order_by(Paper.created_at, Paper.id)
    ):
        found.setdefault(paper.activity_id, []).append(paper)
    return found


def tasks_for(association: Association, now: datetime) -> Sequence[Decision]:
    """What the association has undertaken and not done yet, of meetings whose minutes are published."""
    return open_tasks(now, association_id=association.id, readers=MEMBERS_READ)
