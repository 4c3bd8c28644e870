"""The activity's turn, and who gets the places that come free."""

from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session, lazyload

from portal.activities.models import Activity
from portal.activities.rules import State
from portal.database import db, writing
from portal.errors import RuleError
from portal.jobs.service import one_after_another
from portal.registrations.letters import tell
from portal.registrations.models import PassedOver, Registration
from portal.registrations.queries import Line, heads_of, line_of, lines_of
from portal.registrations.rules import Standing, free_places


def take_turn(session: Session, activity_id: int) -> int:
    """Takes the activity's turn: whoever else wants it waits until this transaction ends.

    Returns the turn's number. RuleError `unknown_activity`. What the turn guards is read after it:
    `with_for_update()` is silently dropped on SQLite, this locks on both databases.
    """
    turn = session.scalar(
        update(Activity)
        .where(Activity.id == activity_id)
        .values(turn=Activity.turn + 1)
        .returning(Activity.turn)
        .execution_options(synchronize_session=False)
    )
    if turn is None:
        raise RuleError("unknown_activity")
    return int(turn)


def activity_afresh(session: Session, activity_id: int) -> Activity:
    """The activity as it is now that the turn is ours."""
    return session.get_one(Activity, activity_id, populate_existing=True)


def take_both_turns(session: Session, activity_id: int) -> Activity:
    """Takes the turn of the meeting and, before it, of the one where its sign-ups are; returns it as it is now.

    So nobody signs up between what is told to the parties and who they are. RuleError `unknown_activity`.
    """
    while True:
        desk_id = session.scalar(select(Activity.registers_at_id).where(Activity.id == activity_id)) or activity_id
        for number in dict.fromkeys((desk_id, activity_id)):
            take_turn(session, number)
        activity = activity_afresh(session, activity_id)
        if activity.desk_id == desk_id:  # its first meeting was not called off meanwhile
            return activity


def leave(registration: Registration, standing: Standing) -> None:
    """Gives the party another standing; an offer that was open is no more."""
    registration.standing = standing
    registration.offer_expires_at = None


def tend(session: Session, activity: Activity, *, now: datetime, asker: Registration | None = None) -> int:
    """Lets expired offers lapse and gives free places to those who wait; the caller has the turn.

    Keeps why somebody was passed over. Returns how many parties changed. The asker is whoever is asking for places
    this very moment, as by signing up: what it gets, it has said yes to, and the caller tells it.
    """
    if activity.state is not State.PUBLISHED:
        return 0
    changed = _end_offers(session, activity, now)
    if now >= activity.starts_at:
        return changed
    share = line_of(activity, session).shared(now)
    for grant in share.grants:
        registration = session.get_one(Registration, grant.party_id)
        expires = None if registration is asker else grant.expires_at
        registration.standing = Standing.OFFERED if expires else Standing.CONFIRMED
        registration.offer_expires_at = expires
        if registration is not asker:
            tell(session, registration, "offer" if expires else "moved_up", now=now)
    session.add_all(
        PassedOver(registration_id=each.party_id, at=now, reason=each.reason, heads=each.heads, free=each.free)
        for each in share.passings
    )
    first = share.tells(now)
    if first is not None:
        registration = session.get_one(Registration, first.id)
        registration.told_free, registration.told_free_at = share.free, now
        if registration is not asker:
            tell(session, registration, "some_free", now=now, free=share.free)
    session.flush()
    return changed + len(share.grants)


def _end_offers(session: Session, activity: Activity, now: datetime) -> int:
    """Lets offers lapse whose time is over, and ends the others at the start, if that was moved before their end."""
    changed = 0
    for registration in session.scalars(
        select(Registration).where(
            Registration.activity_id == activity.id,
            Registration.standing == Standing.OFFERED,
            or_(Registration.offer_expires_at <= now, Registration.offer_expires_at > activity.starts_at),
        )
    ).all():
        if now >= activity.starts_at:  # too late for anybody else: there is nothing to tell
            leave(registration, Standing.LAPSED)
        elif registration.offer_expires_at and registration.offer_expires_at <= now:
            leave(registration, Standing.LAPSED)
            tell(session, registration, "lapsed", now=now)
        else:
            registration.offer_expires_at = activity.starts_at
            tell(session, registration, "offer", now=now)
        changed += 1
    session.flush()
    return changed


def tend_waiting_lists(*, now: datetime) -> int:
    """Tends every activity where somebody's standing is about to change; returns how many parties changed."""
    return sum(one_after_another(_due(now), lambda number: _tend_one(number, now)))


def _tend_one(activity_id: int, now: datetime) -> int:
    with writing() as session:
        take_turn(session, activity_id)
        return tend(session, activity_afresh(session, activity_id), now=now)


def _due(now: datetime) -> list[int]:
    """Where there is something to do: read without a turn, so that a quiet minute takes nobody's."""
    ended = and_(
        Registration.standing == Standing.OFFERED,
        or_(Registration.offer_expires_at <= now, Registration.offer_expires_at > Activity.starts_at),
    )
    waits = and_(Registration.standing == Standing.WAITING, Activity.starts_at > now)
    pending = select(Registration.activity_id).join(Activity, Activity.id == Registration.activity_id)
    ending = set(db.session.scalars(pending.where(Activity.state == State.PUBLISHED, ended)))
    found = db.session.scalars(
        select(Activity)
        .where(Activity.state == State.PUBLISHED, Activity.id.in_(pending.where(waits)))
        .options(lazyload("*"))
    ).all()
    lines = lines_of([activity.id for activity in found])
    sums = heads_of([activity.id for activity in found])
    for activity in found:
        taken, _waiting = sums.get(activity.id, (0, 0))
        line = Line(lines.get(activity.id, []), free_places(activity.capacity, taken), activity.starts_at)
        share = line.shared(now)
        if share.grants or share.tells(now):
            ending.add(activity.id)
    return sorted(ending)
