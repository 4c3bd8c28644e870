"""Invitations in mail: what a calendar program makes of them, read by two libraries."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.activities.models import Activity
from portal.activities.rules import Provision, State
from portal.activities.service import draft_of, plan_series, publish, unpublish
from portal.database import db
from portal.errors import RuleError
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.planning import call_off, change_activity
from portal.registrations.queries import meetings_of
from portal.registrations.rules import Standing
from tests.calendars import Programs
from tests.make import make_activity
from tests.page import PageClient
from tests.parties import party, path_of, sent

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


def afresh(activity: Activity) -> Activity:
    """The activity as it is now."""
    db.session.expire_all()
    return db.session.get_one(Activity, activity.id)


def move(activity: Activity, now: datetime = NOON, **values: Any) -> None:
    """Staff change the activity."""
    change_activity(activity.id, replace(draft_of(afresh(activity)), **values), now=now)


def objects(message: Message) -> list[icalendar.Calendar]:
    """The objects that came with a mail."""
    return [c for c in icalendar.Calendar.from_ical(message.calendar or "", multiple=True)]  # noqa: C416 - typed


def test_a_confirmation_brings_an_invitation(app: Flask) -> None:
    activity = make_activity(
        venue="Salen; bag ved, oppe", address="Testvej 1", description_da="Hej,\n\nmed; alt \\ 🎈", capacity=20
    )
    service.sign_up(activity.id, party(2, name="Leyla Eksempelsen", email="leyla@skole.example"), now=NOON)
    message = sent("confirmed")[0]
    (calendar,) = objects(message)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Copenhagen"]
    assert event["UID"] == f"activity-{activity.id}@portal.example"
    assert event["DTSTAMP"].dt == NOON
    assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "OPAQUE")
    assert str(event["ORGANIZER"]) == "mailto:vink@vink.example"
    assert event["ORGANIZER"].params["CN"] == "VINK"
    assert str(event["ATTENDEE"]) == "mailto:leyla@skole.example"
    told = {name: str(value) for name, value in event["ATTENDEE"].params.items()}
    assert told == {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE",
                    "LANGUAGE": "da"}  # fmt: skip
    assert event["SUMMARY"].params["LANGUAGE"] == "da"
    assert event["LOCATION"] == "Salen; bag ved, oppe, Testvej 1"
    assert "med; alt \\ 🎈" in event["DESCRIPTION"]
    text = message.calendar or ""
    # Calendars are shared: neither the party's name nor the way to its registration stands there.
    assert "Leyla" not in text
    assert "registrations" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.count("\r\n") == text.count("\n")
    Programs().take(message)


def test_the_story_of_a_meeting_that_moves_and_is_called_off(client: PageClient) -> None:
    activity = make_activity("theme_day", title_da="Æbler, ærter; og øre 🎈", venue="Salen", capacity=20)
    calendar = Programs()
    registration = service.sign_up(activity.id, party(2), now=NOON)
    waiting = service.sign_up(activity.id, party(19, email="to@skole.example"), now=NOON, by_staff=True)
    assert waiting.standing is Standing.WAITING
    (before,) = calendar.take(sent("confirmed")[0]).on
    assert (before.start, before.place) == (activity.starts_at, "Salen")
    later = NOON + timedelta(hours=1)
    moved_to = activity.starts_at + timedelta(days=3)
    move(activity, later, starts_at=moved_to, ends_at=moved_to + timedelta(hours=3), venue="Kælderen")
    told = {message.registration_id: message for message in sent("moved")}
    assert told[waiting.id].calendar is None
    (after,) = calendar.take(told[registration.id]).on
    assert after.uid == before.uid
    assert (after.start, after.end, after.place) == (moved_to, moved_to + timedelta(hours=3), "Kælderen")
    assert after.sequence > before.sequence
    # A mail that was late changes nothing any more, nor does the public feed or the party's own page.
    assert calendar.take(sent("confirmed")[0]).on == [after]
    feed, own = client.get("/calendar/da.ics").data, client.get(path_of(registration) + "/calendar.ics").data
    for file in (feed, own):
        (there,) = calendar.take(file).on
        assert (there.uid, there.sequence, there.start) == (after.uid, after.sequence, after.start)
    call_off(activity.id, "Salen er lukket.", "", now=NOON + timedelta(hours=2))
    told = {message.registration_id: message for message in sent("called_off")}
    assert told[waiting.id].calendar is None
    assert calendar.take(told[registration.id]).on == []
    assert len(calendar.entries) == 1
    assert calendar.take(client.get("/calendar/da.ics").data).on == []


def test_who_cancels_and_signs_up_again_has_the_meeting_again(app: Flask) -> None:
    activity = make_activity(capacity=10)
    calendar = Programs()
    for turn in range(3):
        mine = service.sign_up(activity.id, party(2), now=NOON + timedelta(minutes=2 * turn))
        (there,) = calendar.take(sent("confirmed")[-1]).on
        service.cancel(mine.id, now=NOON + timedelta(minutes=2 * turn + 1))
        assert calendar.take(sent("cancelled")[-1]).on == []
        assert there.sequence == 2 * turn
    # Two parties from one address have one entry: it goes with the last of them.
    first = service.sign_up(activity.id, party(1, email="EN@skole.example"), now=NOON + timedelta(hours=1))
    second = service.sign_up(activity.id, party(1), now=NOON + timedelta(hours=1))
    calendar.take(*sent("confirmed")[-2:])
    service.cancel(first.id, now=NOON + timedelta(hours=2))
    assert sent("cancelled")[-1].calendar is None
    move(activity, NOON + timedelta(hours=3), venue="Kælderen")
    assert [entry.place for entry in calendar.take(sent("moved")[-1]).on] == ["Kælderen"]
    service.cancel(second.id, now=NOON + timedelta(hours=4))
    assert calendar.take(sent("cancelled")[-1]).on == []


def test_only_who_was_confirmed_has_something_to_cancel(app: Flask) -> None:
    activity = make_activity(capacity=4, max_heads=4, starts_at=NOON + timedelta(days=30))
    first = service.sign_up(activity.id, party(4), now=NOON)
    second = service.sign_up(activity.id, party(3, email="to@skole.example"), now=NOON)
    third = service.sign_up(activity.id, party(2, email="tre@skole.example"), now=NOON)
    fourth = service.sign_up(activity.id, party(2, email="fire@skole.example"), now=NOON)
    service.cancel(fourth.id, now=NOON)
    service.change_heads(first.id, 3, now=NOON)
    service.cancel(first.id, now=NOON)
    service.answer_offer(second.id, False, now=NOON)
    service.answer_offer(third.id, True, now=NOON)
    service.sign_up(activity.id, party(3, email="fem@skole.example"), now=NOON)
    with_entry = [(m.kind, m.recipient.partition("@")[0]) for m in sent() if m.calendar and m.recipient]
    assert with_entry == [("confirmed", "en"), ("cancelled", "en"), ("confirmed", "tre")]
    service.cancel(third.id, now=activity.starts_at - timedelta(hours=30))
    assert [m.kind for m in sent() if m.calendar][-2:] == ["cancelled", "moved_up"]


def course() -> list[Activity]:
    """Three meetings with one sign-up."""
    first = make_activity("citizenship_class", title_da="Din by", title_en="Your city", max_heads=4)
    begins = clock.local(first.starts_at).date()
    days: list[date] = [begins + timedelta(weeks=n) for n in (1, 2)]
    plan_series(first.id, days, True, now=NOON)
    return list(meetings_of(db.session.get_one(Activity, first.id)))


def test_a_course_is_an_object_for_each_meeting(app: Flask) -> None:
    meetings = course()
    calendar = Programs()
    registration = service.sign_up(meetings[0].id, party(2), now=NOON)
    assert [len(c.walk("VEVENT")) for c in objects(sent("confirmed")[0])] == [1, 1, 1]
    assert [entry.start for entry in calendar.take(sent("confirmed")[0]).on] == [m.starts_at for m in meetings]
    # The first one is called off: the others stay, and the sign-ups move to the next.
    call_off(meetings[0].id, "Ingen lokale.", "", now=NOON)
    assert len(calendar.take(sent("called_off_meeting")[0]).on) == 2
    late = meetings[2].starts_at + timedelta(days=1)
    move(meetings[2], starts_at=late, ends_at=late + timedelta(hours=2))
    assert [len(objects(m)) for m in sent("moved")] == [1]
    assert calendar.take(sent("moved")[0]).on[-1].start == late
    latecomer = service.sign_up(meetings[1].id, party(1, email="ny@skole.example"), now=NOON)
    assert len(objects(sent("confirmed")[-1])) == 2
    service.cancel(latecomer.id, now=NOON)
    assert len(objects(sent("cancelled")[-1])) == 2
    call_off(meetings[1].id, "Ingen lærer.", "", now=NOON + timedelta(days=1), whole_course=True)
    assert [c["METHOD"] for c in objects(sent("called_off_course")[0])] == ["CANCEL", "CANCEL"]
    assert calendar.take(sent("called_off_course")[0]).on == []
    assert len(calendar.entries) == 3
    assert {afresh(m).called_off_at for m in meetings} == {NOON, NOON + timedelta(days=1)}
    assert db.session.get_one(Registration, registration.id).standing is Standing.CONFIRMED


def test_a_neutral_type_tells_nothing_in_the_calendar(app: Flask) -> None:
    activity = make_activity("parent_activity", title_en="Your child", description_en="A secret talk", max_heads=4)
    service.sign_up(activity.id, party(1, language="en"), now=NOON)
    text = (sent("confirmed")[0].calendar or "").lower()
    assert "meeting with vink" in text
    assert "child" not in text
    assert "secret" not in text


STILL = ("description_da", "description_en", "capacity", "wheelchair", "languages", "deadline", "max_heads")
TOLD = ("starts_at", "ends_at", "venue", "address", "title_da", "title_en")
NEW: dict[str, Callable[[random.Random, Activity], Any]] = {
    "starts_at": lambda r, a: a.starts_at + timedelta(minutes=r.randint(-50, 50)),
    "ends_at": lambda r, a: a.starts_at + timedelta(minutes=r.randint(60, 240)),
    "capacity": lambda r, a: r.choice([None, 5, 30]),
    "max_heads": lambda r, a: r.randint(1, 9),
    "wheelchair": lambda r, a: r.choice(list(Provision)),
    "languages": lambda r, a: r.choice(["da", "en", "da,en"]),
    "deadline": lambda r, a: r.choice([None, a.starts_at - timedelta(days=1)]),
}


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_sequence_rises_when_time_place_title_or_state_changes_and_not_otherwise(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    activity = make_activity(starts_at=NOON + timedelta(days=20), max_heads=1)
    steps = [[name] for name in (*TOLD, *STILL)] + [chance.sample(TOLD + STILL, 3) for _n in range(3)] + [["state"]] * 2
    chance.shuffle(steps)
    for names in steps:
        now = afresh(activity)
        before, told = now.revision, tuple(getattr(now, name) for name in (*TOLD, "state"))
        with suppress(RuleError):  # without a title, or ending before its start: then nothing changes
            if names != ["state"]:
                values = {name: NEW[name](chance, now) if name in NEW else f"Ø{chance.randint(0, 3)}" for name in names}
                move(activity, **values)
            elif now.state is State.DRAFT:
                publish(activity.id, now=NOON)
            else:
                unpublish(activity.id, now=NOON, registered=lambda *_any: False)
        now = afresh(activity)
        changed = told != tuple(getattr(now, name) for name in (*TOLD, "state"))
        assert now.revision == before + changed


@pytest.mark.parametrize(
    ("mailbox", "written"),
    [
        ("leyla+klub@skole.example", "mailto:leyla+klub@skole.example"),
        ("o'brien@blå.example", "mailto:o'brien@blå.example"),
        ("a?bcc=fremmed@skole.example", "mailto:a%3Fbcc=fremmed@skole.example"),
        ("a%0ab&c#d@skole.example", "mailto:a%250ab%26c%23d@skole.example"),
    ],
)
def test_an_odd_mailbox_stays_one_mailbox(app: Flask, mailbox: str, written: str) -> None:
    service.sign_up(make_activity().id, party(email=mailbox), now=NOON)
    (calendar,) = objects(sent("confirmed")[0])
    assert str(calendar.walk("VEVENT")[0]["ATTENDEE"]) == written
