"""What the organiser tells the parties: a meeting is called off, it has moved, there are more of them, it is soon."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.registrations.letter_parts import manage_button, place_text, when_and_where
from portal.registrations.models import Registration
from portal.web.links import link_to
from portal.web.locale import when


def called_off(
    _session: Session,
    activity: Activity,
    registration: Registration,
    lang: str,
    *,
    whole: bool = False,
    rest: Sequence[Activity] = (),
) -> tuple[str, Mapping[str, str], dict[str, Any]]:
    """A meeting, a whole course, or the only one is called off; `rest` are the course's other meetings."""
    if rest:
        facts = [(_("When"), when(meeting.starts_at, meeting.ends_at)) for meeting in rest]
        return "called_off_meeting", {}, {"facts": facts, "button": manage_button(registration, lang)}
    parts = {
        "facts": [(_("When"), when(activity.starts_at, activity.ends_at))],
        "button": (_("See what else is on"), link_to("activities.index", lang)),
    }
    return "called_off_course" if whole else "called_off", {}, parts


def moved(
    _session: Session,
    activity: Activity,
    registration: Registration,
    lang: str,
    *,
    before: tuple[datetime, datetime, str],
) -> tuple[str, Mapping[str, str], dict[str, Any]]:
    """New time or place; `before` is start, end and place as they were."""
    start, end, place = before
    facts = [
        (_("Before"), when(start, end) + (f", {place}" if place else "")),
        (
            _("Now"),
            when(activity.starts_at, activity.ends_at) + (f", {place_text(activity)}" if place_text(activity) else ""),
        ),
        (_("Places"), str(registration.heads)),
    ]
    return "moved", {}, {"facts": facts, "button": manage_button(registration, lang)}


def meeting_added(
    _session: Session, activity: Activity, registration: Registration, lang: str, *, added: Sequence[Activity]
) -> tuple[str, Mapping[str, str], dict[str, Any]]:
    """The course has got longer; `added` are the meetings that are new, at the same place or each at its own."""
    places = {place_text(meeting) for meeting in added}
    facts = []
    for meeting in added:
        beside = f", {place_text(meeting)}" if len(places) > 1 and place_text(meeting) else ""
        facts.append((_("When"), when(meeting.starts_at, meeting.ends_at) + beside))
    if len(places) == 1 and place_text(added[0]):
        facts.append((_("Where"), place_text(added[0])))
    facts.append((_("Places"), str(registration.heads)))
    meetings = ngettext("one more meeting", "%(num)d more meetings", len(added))
    return "meeting_added", {"meetings": meetings}, {"facts": facts, "button": manage_button(registration, lang)}


def reminder(
    _session: Session, activity: Activity, registration: Registration, lang: str
) -> tuple[str, Mapping[str, str], dict[str, Any]]:
    """The meeting is soon: only this one of a course."""
    facts = [*when_and_where([activity], place_text(activity)), (_("Places"), str(registration.heads))]
    return "reminder", {}, {"facts": facts, "button": manage_button(registration, lang)}
