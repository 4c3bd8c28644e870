"""A private feed as a calendar file: how many come is in it for staff, but no name of anybody."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from portal.accounts.models import User
from portal.activities.calendar import Entry, Head, calendar_file
from portal.activities.models import Activity
from portal.activities.rules import EntryStatus, State
from portal.associations.models import Association
from portal.calendars.models import CalendarFeed
from portal.calendars.queries import association_meetings, staff_activities
from portal.calendars.rules import Scope
from portal.config import Settings
from portal.forum.rules import FORUM_TYPE
from portal.registrations.queries import heads_of
from portal.web.links import link_to

IN_FILE = {State.DRAFT: EntryStatus.TENTATIVE}


def feed_file(feed: CalendarFeed, lang: str, settings: Settings, *, now: datetime) -> bytes:
    """The feed's file. It does not name its own address, since whoever is handed the file must not get the feed."""
    with force_locale(lang):
        if feed.user is not None:
            return _staff_file(feed.user, feed.scope, lang, settings, now)
        if feed.association is not None:
            return _association_file(feed.association, lang, settings, now)
        raise ValueError("a feed without an owner")  # the table's check forbids it


def _staff_file(user: User, scope: Scope, lang: str, settings: Settings, now: datetime) -> bytes:
    activities = staff_activities(user, scope, now)
    heads = heads_of({activity.desk_id for activity in activities})
    entries = [
        Entry(
            activity,
            status=IN_FILE.get(activity.state),
            note=_heads_text(activity.registers_at or activity, heads),
            address=link_to("activities_staff.show", lang, id=activity.id),
            blocks=activity.contact_id == user.id or user in activity.facilitators,
        )
        for activity in activities
    ]
    name = _("my activities") if scope is Scope.MINE else _("all activities")
    return calendar_file(entries, lang, settings, head=Head(f"{settings.wordmark}: {name}"))


def _heads_text(desk: Activity, heads: dict[int, tuple[int, int]]) -> str:
    """`18 of 28 taken`; how many have signed up where there is no limit."""
    taken, _waiting = heads.get(desk.id, (0, 0))
    if desk.capacity is not None:
        return str(_("%(taken)s of %(capacity)s taken", taken=taken, capacity=desk.capacity))
    return str(ngettext("%(num)d place taken", "%(num)d places taken", taken)) if taken else ""


def _association_file(association: Association, lang: str, settings: Settings, now: datetime) -> bytes:
    entries: Sequence[Entry] = [
        Entry(
            meeting,
            status=status,
            address=link_to("my_forum.meeting", lang, id=meeting.id) if meeting.type.key == FORUM_TYPE else None,
            blocks=status is EntryStatus.CONFIRMED,
        )
        for meeting, status in association_meetings(association.id, now)
    ]
    return calendar_file(entries, lang, settings, head=Head(f"{settings.wordmark}: {association.name}"))
