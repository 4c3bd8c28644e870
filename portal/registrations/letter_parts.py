"""What letters about a registration are made of."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.activities.models import Activity
from portal.activities.rules import State
from portal.registrations.models import Registration
from portal.registrations.queries import meetings_told_of
from portal.web.links import link_to, sign
from portal.web.locale import when


def place_text(activity: Activity) -> str:
    """Venue and address on one line."""
    return ", ".join(part for part in (activity.venue, activity.address) if part)


def when_and_where(meetings: Sequence[Activity], place: str) -> list[tuple[str, str]]:
    """A line for each meeting, and one for the place of all of them where there is one."""
    facts = [(_("When"), when(meeting.starts_at, meeting.ends_at)) for meeting in meetings]
    return [*facts, (_("Where"), place)] if place else facts


def facts_of(activity: Activity, registration: Registration) -> list[tuple[str, str]]:
    """When (every meeting that is on), where, and how many places."""
    meetings = [m for m in meetings_told_of(activity) if m.state is not State.CALLED_OFF] or [activity]
    return [*when_and_where(meetings, place_text(activity)), (_("Places"), str(registration.heads))]


def manage_button(registration: Registration, lang: str) -> tuple[str, str]:
    """The button to the registration's own page."""
    address = link_to("registrations.manage", lang, token=sign(registration.reference or ""))
    return _("See or change the registration"), address
