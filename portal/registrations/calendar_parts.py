"""The calendar entry that goes with a message about a registration (RFC 5546), and the file on its own page.

SEQUENCE is the activity's revision, and two more for each time that the same address had cancelled before: its own
CANCEL is one more than its REQUEST was, and the REQUEST of a new sign-up one more than that.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.activities.calendar import Attendee, Entry, calendar_file
from portal.activities.models import Activity
from portal.activities.rules import EntryStatus, State
from portal.config import Settings
from portal.mail.models import Message
from portal.registrations.models import Registration
from portal.registrations.queries import meetings_of, meetings_told_of
from portal.registrations.rules import ALIVE, Standing

INVITES = {"confirmed", "moved_up"}


def calendar_for(
    session: Session, kind: str, activity: Activity, registration: Registration, *, now: datetime, **facts: Any
) -> str:
    """The iCalendar stream for the message: an object with its own METHOD for each meeting; empty where none goes.

    Only who is confirmed, or was, has the meetings in a calendar. Called after the standing has changed.
    """
    if not registration.email:
        return ""
    confirmed = registration.standing is Standing.CONFIRMED
    if kind in INVITES and confirmed:
        return _stream(session, registration, _to_come(activity, now), "REQUEST", now)
    if kind == "moved" and confirmed:
        return _stream(session, registration, [activity], "REQUEST", now)
    if kind == "meeting_added" and confirmed:
        return _stream(session, registration, facts["added"], "REQUEST", now)
    if kind == "called_off" and confirmed:
        return _stream(session, registration, _just_called_off(activity, now, **facts), "CANCEL", now)
    left = registration.standing is Standing.CANCELLED
    if left and _was_invited(session, registration) and not _comes_all_the_same(session, registration):
        return _stream(session, registration, _to_come(activity, now), "CANCEL", now)
    return ""


def party_file(session: Session, registration: Registration, lang: str) -> bytes:
    """Every meeting that the registration holds for, as it stands, for the party's own calendar."""
    settings: Settings = current_app.extensions["settings"]
    status, left = _status_of(registration.standing), _left_before(session, registration)
    entries = [
        Entry(meeting, status=status, sequence=meeting.revision + left, note=_note(lang))
        for meeting in meetings_told_of(registration.activity)
    ]
    return calendar_file(entries, lang, settings)


def _status_of(standing: Standing) -> EntryStatus:
    if standing is Standing.CONFIRMED:
        return EntryStatus.CONFIRMED
    return EntryStatus.TENTATIVE if standing in ALIVE else EntryStatus.CANCELLED


def _to_come(activity: Activity, now: datetime) -> list[Activity]:
    return [m for m in meetings_of(activity) if m.state is State.PUBLISHED and m.ends_at > now]


def _just_called_off(activity: Activity, now: datetime, *, whole: bool = False, **_facts: Any) -> Sequence[Activity]:
    """The meeting, or every meeting of the course that was called off with it."""
    if not whole:
        return [activity]
    return [m for m in meetings_of(activity) if m.state is State.CALLED_OFF and m.called_off_at == now]


def _was_invited(session: Session, registration: Registration) -> bool:
    """Whether it was confirmed before: then the meetings stand in its calendar."""
    invitation = select(Message.id).where(Message.registration_id == registration.id, Message.calendar.is_not(None))
    return session.scalar(invitation.limit(1)) is not None


def _comes_all_the_same(session: Session, registration: Registration) -> bool:
    """Whether another party from the same address is confirmed: one entry stands for both."""
    return _others(session, registration, Standing.CONFIRMED) > 0


def _others(session: Session, registration: Registration, standing: Standing) -> int:
    """How many other parties of the same address stand so, at the same desk."""
    if not registration.email:
        return 0
    found = session.scalar(
        select(func.count(Registration.id)).where(
            Registration.activity_id == registration.activity_id,
            func.lower(Registration.email) == registration.email.lower(),
            Registration.id != registration.id,
            Registration.standing == standing,
        )
    )
    return int(found or 0)


def _left_before(session: Session, registration: Registration) -> int:
    """What the address's earlier cancellations, and this party's own, add to each meeting's SEQUENCE."""
    own = int(registration.standing is Standing.CANCELLED)
    return 2 * _others(session, registration, Standing.CANCELLED) + own


def _note(lang: str) -> str:
    """Who only deletes the entry has not cancelled; the link itself must not stand in a calendar that others see."""
    with force_locale(lang):
        return str(_("To change the registration or cancel it, use the link in our mail."))


def _stream(
    session: Session, registration: Registration, meetings: Iterable[Activity], method: str, now: datetime
) -> str:
    settings: Settings = current_app.extensions["settings"]
    lang, left = registration.language, _left_before(session, registration)
    status = EntryStatus.CANCELLED if method == "CANCEL" else EntryStatus.CONFIRMED
    attendee = Attendee(registration.email or "", shared=registration.association_id is not None)
    note = "" if method == "CANCEL" else _note(lang)
    objects = [
        calendar_file(
            [Entry(meeting, status, meeting.revision + left, now, attendee, note)], lang, settings, method=method
        )
        for meeting in meetings
    ]
    return b"".join(objects).decode()
