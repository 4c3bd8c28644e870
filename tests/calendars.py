"""A calendar program in small: keeps entries by UID, takes what is newer (RFC 5546, 2.1.5), read by either library."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import icalendar
import vobject

from portal.mail.models import Message


@dataclass(frozen=True)
class Read:
    """One event as a library read it. Times are UTC."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    place: str
    status: str
    summary: str


def by_icalendar(stream: str) -> Iterator[tuple[str, Read]]:
    """Method and event of each object, read by the library that wrote it."""
    for calendar in icalendar.Calendar.from_ical(stream, multiple=True):
        for event in calendar.walk("VEVENT"):
            yield str(calendar["METHOD"]), Read(
                str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt.astimezone(UTC),
                event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC),
                str(event.get("LOCATION", "")), str(event["STATUS"]), str(event["SUMMARY"]),
            )  # fmt: skip


def by_vobject(stream: str) -> Iterator[tuple[str, Read]]:
    """The same, read by a library that had nothing to do with it."""
    for calendar in vobject.readComponents(stream):
        for event in calendar.contents.get("vevent", []):
            place = event.location.value if hasattr(event, "location") else ""
            yield calendar.method.value, Read(
                event.uid.value, int(event.sequence.value), event.dtstamp.value.astimezone(UTC),
                event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC),
                place, event.status.value, event.summary.value,
            )  # fmt: skip


READERS = (by_icalendar, by_vobject)


@dataclass
class Calendar:
    """Somebody's calendar."""

    reader: Callable[[str], Iterator[tuple[str, Read]]]
    entries: dict[str, Read] = field(default_factory=dict)

    def take(self, stream: str) -> None:
        """Imports the stream; what is older than what is there changes nothing."""
        for method, event in self.reader(stream):
            assert method in {"PUBLISH", "REQUEST", "CANCEL"}
            assert (event.status == "CANCELLED") == (method == "CANCEL") or method == "PUBLISH"
            there = self.entries.get(event.uid)
            if there is None or (event.sequence, event.stamp) >= (there.sequence, there.stamp):
                self.entries[event.uid] = event

    @property
    def on(self) -> list[Read]:
        """What takes place, by time."""
        return sorted((e for e in self.entries.values() if e.status != "CANCELLED"), key=lambda e: e.start)


class Programs:
    """One calendar for each library; what they hold must be the same after each import."""

    def __init__(self) -> None:
        self.calendars = [Calendar(reader) for reader in READERS]

    def take(self, *messages: Message | bytes | str) -> "Programs":
        """Imports what came with the mails, in their order, or a file."""
        for message in messages:
            stream = (message.calendar or "") if isinstance(message, Message) else message
            text = stream.decode() if isinstance(stream, bytes) else stream
            for calendar in self.calendars:
                calendar.take(text)
        ours, theirs = self.calendars
        assert ours.entries == theirs.entries
        return self

    @property
    def on(self) -> list[Read]:
        """What takes place, by time."""
        return self.calendars[0].on

    @property
    def entries(self) -> dict[str, Read]:
        """Everything that is there, by UID."""
        return self.calendars[0].entries
