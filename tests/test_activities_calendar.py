"""Calendar files, read back as a calendar would."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal import clock
from portal.activities.rules import State
from portal.database import writing
from tests.calendars import READERS, Programs
from tests.make import make_activity
from tests.page import PageClient
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


def events(data: bytes) -> list[icalendar.Event]:
    """The file's events."""
    calendar = icalendar.Calendar.from_ical(data)
    assert isinstance(calendar, icalendar.Calendar)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Copenhagen"]
    return [part for part in calendar.walk("VEVENT") if isinstance(part, icalendar.Event)]


@pytest.mark.parametrize(("month", "offset"), [(7, 2), (12, 1)])
def test_one_activity(client: PageClient, month: int, offset: int) -> None:
    starts = datetime(2027, month, 1, 15, tzinfo=UTC)
    activity = make_activity(
        starts_at=starts, revision=3, venue="Salen", address="Testvej 1", description_da="Linje\n\nTo"
    )
    answer = client.get(f"/da/activities/{activity.id}-bag-om-skaermen.ics")
    assert answer.mimetype == "text/calendar"
    (event,) = events(answer.data)
    assert event["UID"] == f"activity-{activity.id}@portal.example"
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Bag om skærmen"
    assert event["SUMMARY"].params["LANGUAGE"] == "da"
    assert event["LOCATION"] == "Salen, Testvej 1"
    assert event["DTSTART"].params["TZID"] == "Europe/Copenhagen"
    assert event.start == starts
    assert event.start.utcoffset() == timedelta(hours=offset)
    assert event.end == starts + timedelta(hours=2)
    assert event["URL"].endswith(f"/da/activities/{activity.id}-bag-om-skaermen")
    assert answer.data.count(b"\r\n") == answer.data.count(b"\n")
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75


def test_called_off(client: PageClient) -> None:
    activity = make_activity(state=State.CALLED_OFF, called_off_at=NOON, called_off_en="The hall is closed.")
    (event,) = events(client.get(f"/en/activities/{activity.id}-behind-the-screen.ics").data)
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert event["SUMMARY"] == "Called off: Behind the screen"
    assert "The hall is closed." in event["DESCRIPTION"]


def test_a_neutral_type_tells_nothing(client: PageClient) -> None:
    activity = make_activity(
        "parent_activity", title_en="Your child", title_da="Dit barn", description_en="Secret talk"
    )
    answer = client.get(f"/en/activities/{activity.id}-your-child.ics")
    (event,) = events(answer.data)
    assert event["SUMMARY"] == "Meeting with VINK"
    assert "DESCRIPTION" not in event
    assert b"child" not in answer.data.lower()
    assert "child" not in answer.headers["Content-Disposition"]
    followed = client.get(str(event["URL"]).removeprefix("https://portal.example"), follow_redirects=True)
    assert followed.status_code == 200


def test_the_feed_has_the_lists_filters(client: PageClient) -> None:
    make_activity("youth_workshop", title_da="En")
    make_activity("theme_day", title_da="To")
    make_activity(title_da="Kladde", state=State.DRAFT)
    assert {e["SUMMARY"] for e in events(client.get("/calendar/da.ics").data)} == {"En", "To"}
    assert [e["SUMMARY"] for e in events(client.get("/calendar/da.ics?type=theme_day").data)] == ["To"]
    assert events(client.get("/calendar/da.ics?q=nothing").data) == []
    assert client.get("/calendar/de.ics").status_code == 404


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_unchanged_feed_costs_a_304(client: PageClient, encoding: str) -> None:
    for n in range(20):
        activity = make_activity(title_da=f"En {n}")
    headers = {"Accept-Encoding": encoding}
    first = client.get("/calendar/da.ics", headers=headers)
    again = client.get("/calendar/da.ics", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert "Set-Cookie" not in first.headers
    with writing():
        activity.description_da = "Noget andet"
    changed = client.get("/calendar/da.ics", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("utc", "wall", "hours"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "20270328T015900", 1),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "20270328T030000", 2),
        (datetime(2027, 10, 30, 23, 59, tzinfo=UTC), "20271031T015900", 2),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "20271031T030000", 1),
    ],
)
def test_the_time_zone_is_right_on_both_sides_of_both_clock_changes(
    client: PageClient, utc: datetime, wall: str, hours: int
) -> None:
    activity = make_activity(starts_at=utc)
    text = client.get(f"/da/activities/{activity.id}-bag-om-skaermen.ics").text
    assert f"DTSTART;TZID=Europe/Copenhagen:{wall}\r\n" in text
    # As a reader understands it who knows no zones but what the file itself tells.
    alone = text.replace("Europe/Copenhagen", "Somewhere-of-our-own")
    for reader in READERS:
        [(_method, event)] = list(reader(alone))
        assert event.start == utc
    zone = icalendar.Calendar.from_ical(alone).walk("VTIMEZONE")[0].to_tz()
    assert datetime.strptime(wall, "%Y%m%dT%H%M%S").replace(tzinfo=zone).utcoffset() == timedelta(hours=hours)


def test_the_hour_that_the_clock_shows_twice_is_told_as_it_is_everywhere(client: PageClient) -> None:
    for minutes in (0, 59, 60, 119):
        utc = datetime(2027, 10, 31, 0, tzinfo=UTC) + timedelta(minutes=minutes)
        activity = make_activity(starts_at=utc)
        text = client.get(f"/da/activities/{activity.id}-bag-om-skaermen.ics").text
        assert f"DTSTART:{utc:%Y%m%dT%H%M%S}Z\r\n" in text
        assert {event.start for reader in READERS for _method, event in reader(text)} == {utc}


def test_lines_are_folded_between_characters(client: PageClient) -> None:
    texts = ["æøå" * 40, "🎈👩‍👩‍👧" * 20, "x" * 74 + "å", 'C:\\n; "d", e:\tf', "a\r\nb"]
    for text in texts:
        activity = make_activity(title_da=text[:150], venue=text[:100], description_da=text)
        data = client.get(f"/da/activities/{activity.id}-x.ics", follow_redirects=True).data
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        assert data.count(b"\r\n") == data.count(b"\n")
        for line in data.split(b"\r\n"):
            line.decode()  # nothing is cut within a character
        (entry,) = Programs().take(data).on
        assert " ".join(entry.summary.split()) == " ".join(text[:150].split())
        assert " ".join(entry.place.split()) == " ".join(text[:100].split())


def test_a_feed_says_what_programs_ask_for(client: PageClient) -> None:
    make_activity("theme_day", title_da="To")
    answer = client.get("/calendar/da.ics?type=theme_day&q=nonsense%20%26%20x&district=nowhere")
    calendar = icalendar.Calendar.from_ical(answer.data)
    own = "type=theme_day&q=nonsense+%26+x"
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "VINK: Aktiviteter"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in answer.data
    assert b"X-PUBLISHED-TTL:PT1H\r\n" in answer.data
    assert str(calendar["SOURCE"]) == f"https://portal.example/calendar/da.ics?{own}"
    assert str(calendar["URL"]) == f"https://portal.example/da/activities?{own}"
    head = client.head("/calendar/da.ics")
    assert (head.status_code, head.data, head.headers["ETag"][:1]) == (200, b"", '"')
    (event,) = events(client.get("/calendar/da.ics").data)
    assert event["TRANSP"] == "TRANSPARENT"  # whoever follows the list does not go to all of it
    assert "ATTENDEE" not in event


def test_what_is_called_off_stays_for_thirty_days(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = {"state": State.CALLED_OFF, "called_off_at": NOON, "changed_at": NOON}
    make_activity("theme_day", title_en="Soon", starts_at=NOON + timedelta(days=3), **soon)
    make_activity(title_en="Later", starts_at=NOON + timedelta(days=60), **soon)
    make_activity(title_en="Held", starts_at=NOON - timedelta(days=5))
    make_activity(title_en="Long ago", starts_at=NOON - timedelta(days=40))
    now = NOON

    def shown(**headers: str) -> tuple[int, dict[str, str]]:
        answer = client.get("/calendar/en.ics", headers=headers)
        found = {} if answer.status_code == 304 else {e["SUMMARY"]: e["STATUS"] for e in events(answer.data)}
        return answer.status_code, found

    both = {"Called off: Soon": "CANCELLED", "Called off: Later": "CANCELLED"}
    monkeypatch.setattr(clock, "now", lambda: now)
    assert shown() == (200, {"Held": "CONFIRMED", **both})
    first = client.get("/calendar/en.ics")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert shown(**since)[0] == 304
    now = NOON + timedelta(days=29)
    assert shown(**since) == (200, both)
    assert shown(**since, **{"If-None-Match": client.get("/calendar/en.ics").headers["ETag"]})[0] == 304
    before = {"If-Modified-Since": client.get("/calendar/en.ics").headers["Last-Modified"]}
    now = NOON + timedelta(days=30, minutes=1)
    assert shown(**before) == (200, {})


def test_a_feed_asks_as_much_for_a_thousand_as_for_one(client: PageClient) -> None:
    make_activity()
    client.get("/calendar/da.ics")
    with count_queries() as one:
        client.get("/calendar/da.ics")
    for n in range(30):
        make_activity(title_da=f"{n}", starts_at=NOON + timedelta(days=n + 1))
    with count_queries() as many:
        assert len(events(client.get("/calendar/da.ics").data)) == 31
    assert one.number == many.number


def test_the_list_says_how_to_subscribe(client: PageClient) -> None:
    page = client.get("/da/activities?type=theme_day&q=x").text
    assert 'href="webcal://portal.example/calendar/da.ics?type=theme_day&amp;q=x"' in page
    assert 'value="https://portal.example/calendar/da.ics?type=theme_day&amp;q=x"' in page
    assert "webcal://portal.example/calendar/en.ics" in client.get("/en/activities").text
