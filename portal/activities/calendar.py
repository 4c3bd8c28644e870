"""Calendar files: one activity for somebody's own calendar, or the whole list as a feed (RFC 5545)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone

from portal import clock
from portal.activities.links import activity_address
from portal.activities.models import Activity
from portal.activities.rules import State, Visibility
from portal.config import Settings
from portal.web.links import link_to
from portal.web.locale import text_of
from portal.web.markdown import markdown

# Copenhagen's rule since 1996, the same in all of the European Union (directive 2000/84/EC).
VTIMEZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19970330T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def neutral_title(settings: Settings, lang: str) -> str:
    """What a calendar shows of an activity whose title others should not see: `VINK møde`, `VINK meeting`."""
    with force_locale(lang):
        word = _("meeting")
    return f"{settings.wordmark} {word}"


def uid_of(activity: Activity, settings: Settings) -> str:
    """The event's identifier in every calendar, the same as long as the activity exists."""
    return f"activity-{activity.id}@{urlsplit(settings.base_url).hostname}"


def event_of(activity: Activity, lang: str, settings: Settings) -> Event:
    """The activity as an event; of a neutral type neither title, description nor an address that tells them."""
    neutral = activity.type.neutral_mail
    title = text_of(activity, "title", lang)
    event = Event()
    event.add("uid", uid_of(activity, settings))
    event.add("sequence", activity.revision)
    event.add("dtstamp", activity.changed_at)
    event.add("last-modified", activity.changed_at)
    event.add("created", activity.created_at)
    event.add("dtstart", clock.local(activity.starts_at))
    event.add("dtend", clock.local(activity.ends_at))
    if neutral:
        event.add("summary", neutral_title(settings, lang), parameters={"LANGUAGE": lang})
    else:
        event.add("summary", title.text, parameters={"LANGUAGE": title.lang})
    event.add("status", "CANCELLED" if activity.state is State.CALLED_OFF else "CONFIRMED")
    place = ", ".join(part for part in (activity.venue, activity.address) if part)
    if place:
        event.add("location", place)
    if not neutral:
        about = text_of(activity, "description", lang)
        reason = text_of(activity, "called_off", lang)
        texts = [reason.text if activity.state is State.CALLED_OFF else "", markdown(about.text).striptags()]
        if any(texts):
            event.add("description", "\n\n".join(t for t in texts if t), parameters={"LANGUAGE": about.lang})
    event.add("url", _address(activity, lang, neutral))
    return event


def _address(activity: Activity, lang: str, neutral: bool) -> str:
    if neutral and activity.visibility is Visibility.PUBLIC:  # the page sends on to its full address
        return link_to("activities.show", lang, id=activity.id, slug="x")
    return activity_address(activity, lang)


def calendar_file(activities: Iterable[Activity], lang: str, settings: Settings, *, name: str = "") -> bytes:
    """An iCalendar file with an event for each activity; the same activities give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.wordmark}//portal//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name, parameters={"LANGUAGE": lang})
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", "Europe/Copenhagen")
    calendar.add_component(Timezone.from_ical(VTIMEZONE))
    for activity in activities:
        calendar.add_component(event_of(activity, lang, settings))
    return bytes(calendar.to_ical())
