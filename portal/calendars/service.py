"""Making a private feed, its address anew, and ending it."""

import secrets
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.rules import STAFF
from portal.calendars.models import CalendarFeed
from portal.calendars.queries import Owner, feed_of, owned_by
from portal.calendars.rules import Scope
from portal.database import writing
from portal.log.models import Event
from portal.log.service import note

TOKEN_BYTES = 32


def make_feed(owner: Owner, scope: Scope = Scope.MINE, *, now: datetime) -> None:
    """Makes the owner's feed; one that is there already stays, so that a second press changes nothing."""
    try:
        with writing() as session:
            if feed_of(owner, session) is not None:
                return
            feed = CalendarFeed(token=_token(), scope=_allowed(owner, scope), created_at=now)
            if isinstance(owner, User):
                feed.user_id = owner.id
            else:
                feed.association_id = owner.id
            session.add(feed)
            session.flush()
            _note(session, owner, now)
    except IntegrityError:  # somebody else of the association pressed at the same moment: theirs is as good
        return


def renew_address(owner: Owner, *, now: datetime) -> None:
    """Gives the feed a new address; the old one ends at once. Nothing where there is no feed."""
    with writing() as session:
        feed = feed_of(owner, session)
        if feed is not None:
            feed.token, feed.created_at = _token(), now
            _note(session, owner, now)


def choose_scope(user: User, scope: Scope) -> None:
    """Changes what a member of staff sees in the feed, at the same address."""
    with writing() as session:
        feed = feed_of(user, session)
        if feed is not None:
            feed.scope = _allowed(user, scope)


def end_feed(owner: Owner, *, now: datetime) -> None:
    """Ends the feed; its address leads nowhere from now on. Ending it again changes nothing."""
    with writing() as session:
        ended = session.scalars(delete(CalendarFeed).where(owned_by(owner)).returning(CalendarFeed.id)).all()
        if ended:
            _note(session, owner, now)


def _token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _allowed(owner: Owner, scope: Scope) -> Scope:
    """Only staff may follow everything."""
    return scope if isinstance(owner, User) and owner.role in STAFF else Scope.MINE


def _note(session: Session, owner: Owner, now: datetime) -> None:
    """An association's log says that its calendar's address changed; staff's own is nobody else's business."""
    if not isinstance(owner, User):
        note(session, Event.CHANGED, now=now, actor=None, association_id=owner.id, subject="calendar_feed")
