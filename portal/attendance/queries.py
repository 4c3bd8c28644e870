"""The room of an activity, and the history of its closed counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.accounts.rules import STAFF
from portal.activities.models import Activity, Audience, activity_facilitator
from portal.associations.models import Association, AssociationKind
from portal.attendance.models import Closing, Count
from portal.attendance.rules import CountKind, Room, room_so_far
from portal.database import db
from portal.registrations.models import Registration
from portal.registrations.rules import Standing
from portal.web.locale import danish_order


@dataclass(frozen=True)
class PartyRow:
    """One party on the room's list. `label` is None where it is only told by its heads and `signed_up_at`.

    `arrived` is the newest count of this activity, 0 where there is none yet. `confirmed` is False for a
    party that cancelled after it was counted: it stays on the list, since it is in the room.
    """

    id: int
    heads: int
    arrived: int
    label: str | None
    signed_up_at: datetime
    access_needs: bool
    confirmed: bool


@dataclass(frozen=True)
class RoomList:
    """All the room's page needs: the parties, the walk-ins by audience, and their sums."""

    parties: Sequence[PartyRow]
    walk_ins: Sequence[tuple[Audience, int]]
    room: Room

    @property
    def audiences(self) -> list[Audience]:
        """The audiences that are counted, the activity's main one first."""
        return [audience for audience, _heads in self.walk_ins]


def activity_to_count(activity_id: int) -> Activity | None:
    """The activity with what the room shows of it, or None."""
    return db.session.scalar(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(joinedload(Activity.type), joinedload(Activity.audience), selectinload(Activity.other_audiences))
    )


def may_count(user: User, activity_id: int) -> bool:
    """Staff count every activity, a facilitator those given to them."""
    if user.role in STAFF:
        return True
    given = select(activity_facilitator.c.user_id).where(
        activity_facilitator.c.activity_id == activity_id, activity_facilitator.c.user_id == user.id
    )
    return db.session.scalar(given) is not None


def room_of(activity: Activity, *, with_names: bool) -> RoomList:
    """The room so far; in a series with the same group, the sign-ups of its first meeting.

    `with_names` (staff only) tells a party without a group or an association by the person's name, unless
    the association is faith-based, and says whether there are access needs.
    """
    parties = _parties(activity, with_names)
    sums = _walk_in_sums(activity.id)
    listed = activity.audiences
    shown = {audience.id for audience in listed}
    audiences = [*listed, *(audience for audience, _heads in sums if audience.id not in shown)]
    by_id = {audience.id: heads for audience, heads in sums}
    room = room_so_far(
        sum(party.heads for party in parties if party.confirmed),
        sum(party.arrived for party in parties),
        activity.audience_id,
        by_id.items(),
    )
    return RoomList(parties, [(audience, max(0, by_id.get(audience.id, 0))) for audience in audiences], room)


def walk_ins_of(activity_id: int, audience_id: int) -> int:
    """One audience's walk-ins so far, in heads."""
    total = db.session.scalar(
        select(func.coalesce(func.sum(Count.heads), 0)).where(
            Count.activity_id == activity_id, Count.kind == CountKind.WALK_IN, Count.audience_id == audience_id
        )
    )
    return int(total or 0)


def closings_of(activity_id: int) -> Sequence[Closing]:
    """Every closing of an activity's count, the newest first, with figures and who closed it."""
    return db.session.scalars(
        select(Closing)
        .where(Closing.activity_id == activity_id)
        .order_by(Closing.number.desc())
        .options(joinedload(Closing.closed_by), selectinload(Closing.counts).joinedload(Count.audience))
    ).all()


def audiences_to_close(activity: Activity, newest: Closing | None) -> list[Audience]:
    """The audiences a closing has figures for: the activity's, those with walk-ins, those closed before."""
    counted = [*activity.audiences, *(audience for audience, _heads in _walk_in_sums(activity.id))]
    counted += [count.audience for count in newest.counts if count.audience] if newest else []
    return list({audience.id: audience for audience in counted}.values())


def newest_closing(activity_id: int) -> Closing | None:
    """The closing that holds, or None while the count is open."""
    return db.session.scalar(
        select(Closing)
        .where(Closing.activity_id == activity_id, Closing.newest)
        .options(joinedload(Closing.closed_by), selectinload(Closing.counts).joinedload(Count.audience))
    )


def arrived_of(activity_id: int, registration_id: int) -> int:
    """A party's newest count at this activity, in heads."""
    heads = db.session.scalar(
        select(Count.heads)
        .where(
            Count.activity_id == activity_id,
            Count.kind == CountKind.ARRIVED,
            Count.registration_id == registration_id,
        )
        .order_by(Count.number.desc())
        .limit(1)
    )
    return int(heads or 0)


def _parties(activity: Activity, with_names: bool) -> list[PartyRow]:
    newest = (
        select(Count.registration_id, func.max(Count.number).label("number"))
        .where(Count.activity_id == activity.id, Count.kind == CountKind.ARRIVED)
        .group_by(Count.registration_id)
        .subquery()
    )
    # A facilitator's page never loads a person's name, so no template can show one by mistake.
    person = (Registration.name, Registration.access_needs.is_not(None)) if with_names else ()
    rows = db.session.execute(
        select(
            Registration.id,
            Registration.heads,
            Registration.standing,
            Registration.created_at,
            func.coalesce(Count.heads, 0),
            func.coalesce(Registration.group_name, Association.name, Registration.association_name),
            func.coalesce(AssociationKind.faith_based, False),
            *person,
        )
        .outerjoin(Association, Association.id == Registration.association_id)
        .outerjoin(AssociationKind, AssociationKind.id == Association.kind_id)
        .outerjoin(newest, newest.c.registration_id == Registration.id)
        .outerjoin(
            Count,
            and_(
                Count.activity_id == activity.id,
                Count.kind == CountKind.ARRIVED,
                Count.registration_id == newest.c.registration_id,
                Count.number == newest.c.number,
            ),
        )
        .where(
            Registration.activity_id == activity.desk_id,
            or_(Registration.standing == Standing.CONFIRMED, Count.heads > 0),
        )
        .order_by(Registration.queue_number, Registration.id)
    )
    parties = []
    for number, heads, standing, created_at, arrived, party_name, faith_based, *known in rows:
        name, needs = known or (None, False)
        label = party_name or (None if faith_based else name)
        parties.append(PartyRow(number, heads, arrived, label, created_at, bool(needs), standing is Standing.CONFIRMED))
    return sorted(parties, key=lambda party: (party.label is None, danish_order(party.label or "")))


def _walk_in_sums(activity_id: int) -> list[tuple[Audience, int]]:
    sums = (
        select(Count.audience_id, func.sum(Count.heads).label("heads"))
        .where(Count.activity_id == activity_id, Count.kind == CountKind.WALK_IN)
        .group_by(Count.audience_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Audience, sums.c.heads).join(sums, sums.c.audience_id == Audience.id).order_by(Audience.position)
    )
    return [(audience, int(heads)) for audience, heads in rows]
