"""Calendar files, read back as a calendar would."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal.activities.rules import State
from tests.make import make_activity
from tests.page import PageClient

pytestmark = pytest.mark.usefixtures("noon")


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
    activity = make_activity(state=State.CALLED_OFF, called_off_en="The hall is closed.")
    (event,) = events(client.get(f"/en/activities/{activity.id}-behind-the-screen.ics").data)
    assert event["STATUS"] == "CANCELLED"
    assert "The hall is closed." in event["DESCRIPTION"]


def test_a_neutral_type_tells_nothing(client: PageClient) -> None:
    activity = make_activity(
        "parent_activity", title_en="Your child", title_da="Dit barn", description_en="Secret talk"
    )
    answer = client.get(f"/en/activities/{activity.id}-your-child.ics")
    (event,) = events(answer.data)
    assert event["SUMMARY"] == "VINK meeting"
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
        make_activity(title_da=f"En {n}")
    headers = {"Accept-Encoding": encoding}
    first = client.get("/calendar/da.ics", headers=headers)
    again = client.get("/calendar/da.ics", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert "Set-Cookie" not in first.headers
    make_activity(title_da="To")
    changed = client.get("/calendar/da.ics", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
