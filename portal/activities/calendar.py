"""Calendar files: one activity for somebody's own calendar, an invitation, or a list as a feed (RFC 5545, 5546, 7986).

What is written here is what Outlook, Apple and Google read alike; why each line is there stands in docs/decisions.md.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText, vUri
from sqlalchemy import inspect

from portal import clock
from portal.activities.links import activity_address
from portal.activities.models import Activity
from portal.activities.rules import REFRESH, EntryStatus, State, Visibility
from portal.config import Settings
from portal.web.links import link_to, mail_address
from portal.web.locale import Text, text_of
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


@dataclass(frozen=True)
class Attendee:
    """Whom an invitation is for: the address alone, since calendars are shared. `shared`: an association's mailbox."""

    email: str
    shared: bool


@dataclass(frozen=True)
class Entry:
    """An activity as one calendar has it; what is None or empty follows from the activity.

    `stamp` is when the entry was written, where it is mailed. `note` stands before the description, `address` is the
    page that it leads to. `blocks` is whether the time is taken in the calendar.
    """

    activity: Activity
    status: EntryStatus | None = None
    sequence: int | None = None
    stamp: datetime | None = None
    attendee: Attendee | None = None
    note: str = ""
    address: str | None = None
    blocks: bool = True


@dataclass(frozen=True)
class Head:
    """What a feed says of itself: its name, its own address where that is no secret, and its page."""

    name: str
    source: str = ""
    page: str = ""


def neutral_title(settings: Settings, lang: str) -> str:
    """What a calendar shows of an activity whose title others should not see: `Møde med VINK`."""
    with force_locale(lang):
        return str(_("Meeting with %(unit)s", unit=settings.wordmark))


def uid_of(activity: Activity, settings: Settings) -> str:
    """The event's identifier in every calendar, the same as long as the activity exists."""
    return f"activity-{activity.id}@{urlsplit(settings.base_url).hostname}"


def subscription_address(address: str) -> str:
    """The address as calendar programs take it from a link: `webcal://` instead of `https://`."""
    return "webcal" + address[address.index(":") :]


def _status(entry: Entry) -> EntryStatus:
    if entry.activity.state is State.CALLED_OFF:
        return EntryStatus.CANCELLED
    return entry.status or EntryStatus.CONFIRMED


def _title(activity: Activity, lang: str, settings: Settings, *, says_called_off: bool) -> Text:
    """The title; in feeds and files also that it is called off, since Outlook shows no status there."""
    title = text_of(activity, "title", lang)
    if not title.text:  # a draft may have none yet
        title = text_of(activity.type, "name", lang)
    if activity.type.neutral_mail:
        title = Text(neutral_title(settings, lang), lang, False)
    if not says_called_off:
        return title
    with force_locale(title.lang):
        return Text(_("Called off: %(title)s", title=title.text), title.lang, False)


def event_of(entry: Entry, lang: str, settings: Settings, method: str = "PUBLISH") -> Event:
    """The entry as an event; of a neutral type neither title, description nor an address that tells them."""
    activity, status = entry.activity, _status(entry)
    cancelled = status is EntryStatus.CANCELLED
    event = Event()
    event.add("uid", uid_of(activity, settings))
    event.add("sequence", activity.revision if entry.sequence is None else entry.sequence)
    event.add("dtstamp", entry.stamp or activity.changed_at)
    event.add("last-modified", activity.changed_at)
    event.add("created", activity.created_at)
    event.add("dtstart", _on_the_clock(activity.starts_at))
    event.add("dtend", _on_the_clock(activity.ends_at))
    called_off = activity.state is State.CALLED_OFF and method == "PUBLISH"
    title = _title(activity, lang, settings, says_called_off=called_off)
    event.add("summary", title.text, parameters={"LANGUAGE": title.lang})
    event.add("status", status.value)
    event.add("transp", "OPAQUE" if entry.blocks and not cancelled else "TRANSPARENT")
    place = ", ".join(part for part in (activity.venue, activity.address) if part)
    if place:
        event.add("location", place)
    _add_description(event, entry, lang)
    address = _address(activity, lang) if entry.address is None else entry.address
    if address:
        event.add("url", address)
    if activity.type.neutral_mail:
        event.add("class", "PRIVATE")
    _add_people(event, entry.attendee, lang, settings)
    return event


def _on_the_clock(moment: datetime) -> datetime:
    """On Copenhagen's clock; in the hour that the clock shows twice in October as UTC, since programs differ there."""
    local = clock.local(moment)
    return local if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset() else moment


def _add_description(event: Event, entry: Entry, lang: str) -> None:
    activity = entry.activity
    texts = [Text(entry.note, lang, False)]
    if not activity.type.neutral_mail:
        if activity.state is State.CALLED_OFF:
            texts.append(text_of(activity, "called_off", lang))
        about = text_of(activity, "description", lang)
        texts.append(Text(markdown(about.text).striptags(), about.lang, about.fallback))
    texts = [text for text in texts if text.text]
    if not texts:
        return
    spoken = {text.lang for text in texts}
    parameters = {"LANGUAGE": spoken.pop()} if len(spoken) == 1 else {}
    event.add("description", "\n\n".join(text.text for text in texts), parameters=parameters)


def _add_people(event: Event, attendee: Attendee | None, lang: str, settings: Settings) -> None:
    """The organiser, whom RFC 5546 asks for in each of our methods, and whom an invitation is for."""
    organiser = vCalAddress(mail_address(settings.mail_from))
    organiser.params["CN"] = vText(settings.wordmark)
    event.add("organizer", organiser)
    if attendee is None:
        return
    invited = vCalAddress(mail_address(attendee.email))
    invited.params["CUTYPE"] = vText("GROUP" if attendee.shared else "INDIVIDUAL")
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("ACCEPTED")
    invited.params["RSVP"] = vText("FALSE")
    invited.params["LANGUAGE"] = vText(lang)
    event.add("attendee", invited)


def _address(activity: Activity, lang: str) -> str:
    """The public page; nothing where the public has none."""
    if activity.state is State.DRAFT or activity.visibility is Visibility.CLOSED:
        return ""
    if activity.type.neutral_mail and activity.visibility is Visibility.PUBLIC:  # it sends on to its full address
        return link_to("activities.show", lang, id=activity.id, slug="x")
    return activity_address(activity, lang)


def calendar_file(
    entries: Iterable[Entry], lang: str, settings: Settings, *, method: str = "PUBLISH", head: Head | None = None
) -> bytes:
    """An iCalendar object with an event for each entry; the same activities give the same bytes.

    A REQUEST or CANCEL may have one entry only: all events of such an object share one identifier (RFC 5546, 3.2).
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.wordmark}//portal//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if head:
        _add_head(calendar, head, lang)
    calendar.add_component(Timezone.from_ical(VTIMEZONE))
    for entry in entries:
        calendar.add_component(event_of(entry, lang, settings, method))
    return bytes(calendar.to_ical())


NOT_IN_FEEDS = {"turn", "search_text", "reminded_at", "thanked_at", "capacity"}


def feed_version(head: bytes, entries: Iterable[Entry]) -> str:
    """A short text that is another one when the feed is. Writing a thousand events takes seconds, this does not."""
    digest = hashlib.sha256(head)
    names = [attribute.key for attribute in inspect(Activity).column_attrs if attribute.key not in NOT_IN_FEEDS]
    for entry in entries:
        values = [getattr(entry.activity, name) for name in names]
        digest.update(repr((entry.activity.type.neutral_mail, values)).encode())
    return digest.hexdigest()[:32]


def _add_head(calendar: Calendar, head: Head, lang: str) -> None:
    """Name and refreshing twice: as RFC 7986 has them, and as Outlook, Apple and Google have read them for longer."""
    calendar.add("name", head.name, parameters={"LANGUAGE": lang})
    calendar.add("x-wr-calname", head.name)
    calendar.add("x-wr-timezone", "Europe/Copenhagen")
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    if head.source:
        calendar.add("source", vUri(head.source), parameters={"VALUE": "URI"})
    if head.page:
        calendar.add("url", vUri(head.page))
