"""The activity's turn, and who gets the places that come free."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.activities.rules import State
from portal.database import db, writing
from portal.errors import RuleError
from portal.registrations.letters import tell
from portal.registrations.models import Registration
from portal.registrations.queries import heads_of, waiting_parties
from portal.registrations.rules import Standing, free_places, grants


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


def leave(registration: Registration, standing: Standing) -> None:
    """Gives the party another standing; an offer that was open is no more."""
    registration.standing = standing
    registration.offer_expires_at = None


def tend(session: Session, activity: Activity, *, now: datetime, newcomer: Registration | None = None) -> int:
    """Lets expired offers lapse and gives free places to those who wait; the caller has the turn.

    Returns how many parties changed. The newcomer is not told here where it is confirmed: it gets one letter.
    """
    if activity.state is not State.PUBLISHED or now >= activity.starts_at:
        return 0
    changed = 0
    for registration in session.scalars(
        select(Registration).where(
            Registration.activity_id == activity.id,
            Registration.standing == Standing.OFFERED,
            Registration.offer_expires_at <= now,
        )
    ).all():
        leave(registration, Standing.LAPSED)
        tell(session, registration, "lapsed", now=now)
        changed += 1
    session.flush()
    waiting = waiting_parties(session, activity.id)
    if not waiting:
        return changed
    taken, _count = heads_of([activity.id], session).get(activity.id, (0, 0))
    for grant in grants(waiting, free_places(activity.capacity, taken), activity.starts_at, now):
        registration = session.get_one(Registration, grant.party_id)
        registration.standing = Standing.OFFERED if grant.expires_at else Standing.CONFIRMED
        registration.offer_expires_at = grant.expires_at
        changed += 1
        if grant.expires_at:
            tell(session, registration, "offer", now=now)
        elif registration is not newcomer:
            tell(session, registration, "moved_up", now=now)
    session.flush()
    return changed


def tend_waiting_lists(*, now: datetime) -> int:
    """Tends every activity with somebody waiting or an open offer; returns how many parties changed."""
    pending: ColumnElement[bool] = Registration.standing.in_([Standing.WAITING, Standing.OFFERED])
    due = db.session.scalars(  # a read, so that a quiet minute takes nobody's turn
        select(Registration.activity_id)
        .join(Activity)
        .where(pending, Activity.state == State.PUBLISHED, Activity.starts_at > now)
        .distinct()
    ).all()
    changed = 0
    for activity_id in due:
        with writing() as session:
            take_turn(session, activity_id)
            changed += tend(session, activity_afresh(session, activity_id), now=now)
    return changed
