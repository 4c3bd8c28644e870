"""How many places there are left, and the parties behind them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from portal import clock
from portal.activities.models import Activity
from portal.activities.rules import Closed, RegistrationMode, State, sign_up_closed
from portal.associations.models import Association
from portal.database import db
from portal.registrations.models import PassedOver, Registration
from portal.registrations.rules import (
    ALIVE,
    HOLDS_PLACES,
    HOLDS_TURN_UNTIL,
    Party,
    Share,
    Standing,
    free_places,
    open_to,
    share_out,
)


@dataclass(frozen=True)
class Places:
    """An activity's places in heads. `taken` counts confirmed heads and those held by offers;
    `waiting` is parties in line; `left` and `capacity` are None where there is no limit.
    """

    mode: RegistrationMode
    capacity: int | None
    taken: int
    waiting: int
    closed: Closed | None

    @property
    def left(self) -> int | None:
        """Heads still free."""
        return free_places(self.capacity, self.taken)


def places_of(activity_ids: Iterable[int]) -> dict[int, Places]:
    """The places of each activity, in two queries. A later meeting of the same group shows its first one's,
    except that each meeting is called off by itself.
    """
    desk = aliased(Activity)
    rows = db.session.execute(
        select(Activity, desk)
        .join(desk, desk.id == func.coalesce(Activity.registers_at_id, Activity.id))
        .where(Activity.id.in_(list(activity_ids)))
        .options(lazyload("*"))
    ).all()
    sums = heads_of({first.id for _activity, first in rows})
    now = clock.now()
    found = {}
    for activity, first in rows:
        taken, waiting = sums.get(first.id, (0, 0))
        closed = sign_up_closed(first.terms, now)
        if activity.state is State.CALLED_OFF:
            closed = Closed.CALLED_OFF
        elif closed is Closed.STARTED and now < activity.starts_at:
            closed = Closed.COURSE_STARTED
        found[activity.id] = Places(first.mode, first.capacity, taken, waiting, closed)
    return found


def heads_of(activity_ids: Iterable[int], session: Session | None = None) -> dict[int, tuple[int, int]]:
    """Heads that hold places and parties that wait, by activity; activities without any are left out."""
    holding = func.sum(case((Registration.standing.in_(HOLDS_PLACES), Registration.heads), else_=0))
    waiting = func.sum(case((Registration.standing == Standing.WAITING, 1), else_=0))
    rows = (session or db.session).execute(
        select(Registration.activity_id, holding, waiting)
        .where(Registration.activity_id.in_(list(activity_ids)), Registration.standing.in_(ALIVE))
        .group_by(Registration.activity_id)
    )
    return {number: (int(heads), int(parties)) for number, heads, parties in rows}


def lines_of(activity_ids: Iterable[int], session: Session | None = None) -> dict[int, list[Party]]:
    """Who waits at each activity, in order of arrival; activities without anybody are left out."""
    rows = (session or db.session).execute(
        select(
            Registration.activity_id,
            Registration.id,
            Registration.queue_number,
            Registration.heads,
            Registration.told_free,
            Registration.told_free_at,
        )
        .where(Registration.activity_id.in_(list(activity_ids)), Registration.standing == Standing.WAITING)
        .order_by(Registration.queue_number)
    )
    found: dict[int, list[Party]] = {}
    for activity_id, number, queue_number, heads, told_free, told_at in rows:
        found.setdefault(activity_id, []).append(Party(number, queue_number, heads, told_free, told_at))
    return found


@dataclass(frozen=True)
class Line:
    """An activity's waiting list: who waits, in order, and how many heads are free (None without a limit)."""

    parties: list[Party]
    free: int | None
    starts_at: datetime

    @property
    def turn_kept_until(self) -> datetime:
        """Until when a party too big for the free places keeps those behind it waiting."""
        return self.starts_at - HOLDS_TURN_UNTIL

    def number_of(self, registration_id: int) -> int | None:
        """Which number the party is, from 1; None where it does not wait."""
        return next((n for n, party in enumerate(self.parties, 1) if party.id == registration_id), None)

    def heads_before(self, registration_id: int) -> int:
        """How many heads wait before the party."""
        return sum(p.heads for p in self.parties[: (self.number_of(registration_id) or 1) - 1])

    def part_of(self, registration_id: int, now: datetime) -> int:
        """How many heads the party gets at once if it makes do with so many."""
        return open_to(registration_id, self.parties, self.free, self.starts_at, now)

    def shared(self, now: datetime) -> Share:
        """What becomes of the free places now."""
        return share_out(self.parties, self.free, self.starts_at, now)


def line_of(activity: Activity, session: Session | None = None) -> Line:
    """The activity's waiting list as it is."""
    taken, _parties = heads_of([activity.id], session).get(activity.id, (0, 0))
    parties = lines_of([activity.id], session).get(activity.id, [])
    return Line(parties, free_places(activity.capacity, taken), activity.starts_at)


def registration_by_reference(reference: str) -> Registration | None:
    """The registration behind a manage link."""
    return db.session.scalar(
        select(Registration).where(Registration.reference == reference).options(joinedload(Registration.activity))
    )


def place_in_line(registration: Registration) -> int:
    """Which number a waiting party is, from 1."""
    ahead = select(func.count(Registration.id)).where(
        Registration.activity_id == registration.activity_id,
        Registration.standing == Standing.WAITING,
        Registration.queue_number < registration.queue_number,
    )
    return int(db.session.scalar(ahead) or 0) + 1


def passings_of(registration_ids: Iterable[int]) -> dict[int, list[PassedOver]]:
    """Each time a party was passed over, the first one first, by registration."""
    rows = db.session.scalars(
        select(PassedOver).where(PassedOver.registration_id.in_(list(registration_ids))).order_by(PassedOver.id)
    )
    found: dict[int, list[PassedOver]] = {}
    for row in rows:
        found.setdefault(row.registration_id, []).append(row)
    return found


def parties_of(activity_id: int) -> Sequence[Registration]:
    """Every party of an activity: confirmed, offered and waiting in order of arrival, then the rest."""
    order = case(
        {Standing.CONFIRMED: 1, Standing.OFFERED: 2, Standing.WAITING: 3}, value=Registration.standing, else_=4
    )
    return db.session.scalars(
        select(Registration)
        .where(Registration.activity_id == activity_id)
        .options(joinedload(Registration.association).joinedload(Association.kind))
        .order_by(order, Registration.queue_number)
    ).all()


def parties_to_come(session: Session, activity: Activity) -> list[Registration]:
    """Who still means to come, to this meeting or to the series whose sign-ups are elsewhere."""
    return list(
        session.scalars(
            select(Registration)
            .where(Registration.activity_id == activity.desk_id, Registration.standing.in_(ALIVE))
            .order_by(Registration.queue_number, Registration.id)
        )
    )


def meetings_of(activity: Activity) -> Sequence[Activity]:
    """Every meeting that one sign-up holds for, the activity's own among them, by time."""
    desk = activity.desk_id
    return db.session.scalars(
        select(Activity).where(or_(Activity.id == desk, Activity.registers_at_id == desk)).order_by(Activity.starts_at)
    ).all()


def meetings_told_of(activity: Activity) -> Sequence[Activity]:
    """The same without those that are drafts still: nobody is told of these."""
    return [meeting for meeting in meetings_of(activity) if meeting.state is not State.DRAFT] or [activity]


def last_start(meetings: Sequence[Activity]) -> datetime:
    """When the last of the meetings that are on begins; of the last one at all where none is."""
    on = [meeting.starts_at for meeting in meetings if meeting.state is not State.CALLED_OFF]
    return max(on or [meeting.starts_at for meeting in meetings])
