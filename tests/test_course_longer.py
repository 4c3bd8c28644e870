"""A course gets more meetings while people are signed up: each of them hears of it once, and so does the calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from flask import Flask

from portal import clock
from portal.activities.models import Activity
from portal.activities.rules import State
from portal.activities.service import draft_of
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.course import plan_series, publish
from portal.registrations.models import Registration
from portal.registrations.planning import call_off, change_activity
from portal.registrations.queries import meetings_of
from portal.registrations.reminders import remind_parties
from portal.registrations.rules import Standing
from tests.at_once import at_once
from tests.calendars import Programs
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party, path_of, sent

pytestmark = pytest.mark.usefixtures("noon")
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


def day_of(activity: Activity, weeks: int = 0) -> date:
    return clock.local(activity.starts_at).date() + timedelta(weeks=weeks)


def two_of_a_course(**values: object) -> tuple[Activity, Registration, Registration]:
    """A course of two meetings with a party that has places and one that waits."""
    first = make_activity(
        "citizenship_class", title_da="Din by", title_en="Your city", capacity=4, max_heads=4, venue="Salen", **values
    )
    plan_series(first.id, [day_of(first, 1)], True, now=NOON)
    comes = service.sign_up(first.id, party(3, email="har@skole.example", language="en"), now=NOON)
    waits = service.sign_up(first.id, party(2, email="venter@skole.example"), now=NOON)
    assert waits.standing is Standing.WAITING
    return first, comes, waits


def test_all_meetings_added_in_one_go_are_one_mail_with_an_entry_for_each(client: PageClient) -> None:
    first, comes, waits = two_of_a_course()
    calendar = Programs().take(sent("confirmed")[0])
    log_in(client)
    days = f"{day_of(first, 2):%d.%m.%Y}, {day_of(first, 3):%d.%m.%Y}"
    answer = client.post(f"/da/staff/activities/{first.id}/series", data={"how": "dates", "dates": days})
    assert answer.status_code == 303
    told = {message.registration_id: message for message in sent("meeting_added")}
    assert len(sent("meeting_added")) == 2
    english, danish = told[comes.id], told[waits.id]
    assert (english.subject, english.recipient) == ("The course has got longer: Your city", "har@skole.example")
    english_text, danish_text = english.body_text or "", danish.body_text or ""
    assert "We have added 2 more meetings" in english_text
    for week in (2, 3):
        assert f"{day_of(first, week).day} {day_of(first, week):%B %Y}" in english_text
        assert f"{day_of(first, week).day}. " in danish_text
    assert f"{day_of(first, 1).day} {day_of(first, 1):%B}" not in english_text
    assert danish.calendar is None
    methods = [str(c["METHOD"]) for c in icalendar.Calendar.from_ical(english.calendar or "", multiple=True)]
    assert methods == ["REQUEST", "REQUEST"]
    assert [entry.start for entry in calendar.take(english).on] == [m.starts_at for m in meetings_of(first)]
    added = meetings_of(first)[3]
    assert calendar.entries[f"activity-{added.id}@portal.example"].place == "Salen"
    # They go on as the others do.
    call_off(added.id, "Syg.", "", now=NOON)
    assert len(calendar.take(sent("called_off_meeting")[0]).on) == 3


def test_a_draft_tells_nobody_until_it_is_published(client: PageClient) -> None:
    first, comes, _waits = two_of_a_course()
    (second,) = [meeting for meeting in meetings_of(first) if meeting.id != first.id]
    draft = make_activity(
        "citizenship_class", first.starts_at + timedelta(weeks=4), state=State.DRAFT, series_id=first.series_id,
        registers_at_id=first.id, title_da="Din by", title_en="Your city", venue="Kælderen",
    )  # fmt: skip
    drafts_day = f"{clock.local(draft.starts_at).day}. december"
    # Neither the letters nor the pages nor the files of those who come tell of it.
    later = service.sign_up(first.id, party(1, email="sen@skole.example"), now=NOON)
    service.change_heads(comes.id, 2, now=NOON)
    assert not [message for message in sent() if drafts_day in (message.body_text or "")]
    assert drafts_day not in client.get(path_of(later)).text
    assert client.get(path_of(later) + "/calendar.ics").text.count("BEGIN:VEVENT") == 2
    (other,) = plan_series(draft.id, [day_of(first, 5)], True, now=NOON)
    change_activity(other.id, replace(draft_of(other), venue="Loftet"), now=NOON)
    assert not sent("meeting_added")
    publish(draft.id, now=NOON, whole_series=True)
    assert len(sent("meeting_added")) == 3
    mine = next(message for message in sent("meeting_added") if message.registration_id == comes.id)
    assert "2 more meetings" in (mine.body_text or "")
    assert ", Kælderen\n" in (mine.body_text or "")
    assert ", Loftet\n" in (mine.body_text or "")
    assert [entry.place for entry in Programs().take(mine).on] == ["Kælderen", "Loftet"]
    assert second.revision == 0


def test_only_a_course_that_goes_on_tells_its_parties(app: Flask) -> None:
    # Separate sign-ups for each meeting: nobody's holds for the new one.
    single = make_activity()
    service.sign_up(single.id, party(2), now=NOON)
    plan_series(single.id, [day_of(single, 1)], False, now=NOON)
    # An activity that becomes a course: whoever is signed up comes to all of it.
    alone = make_activity("citizenship_class", max_heads=4)
    mine = service.sign_up(alone.id, party(2, email="to@skole.example"), now=NOON)
    plan_series(alone.id, [day_of(alone, 1)], True, now=NOON)
    assert [message.registration_id for message in sent("meeting_added")] == [mine.id]
    # Whoever cancelled is not written to; nor is anybody about a course that is off.
    service.cancel(mine.id, now=NOON)
    other = service.sign_up(alone.id, party(2, email="tre@skole.example"), now=NOON)
    plan_series(alone.id, [day_of(alone, 2)], True, now=NOON)
    assert [message.registration_id for message in sent("meeting_added")][1:] == [other.id]


def test_a_meeting_added_at_short_notice_brings_no_reminder_besides(app: Flask) -> None:
    first, comes, _waits = two_of_a_course(starts_at=NOON + timedelta(days=1))
    soon = make_activity(
        "citizenship_class", NOON + timedelta(days=2) - timedelta(hours=1), state=State.DRAFT,
        series_id=first.series_id, registers_at_id=first.id,
    )  # fmt: skip
    publish(soon.id, now=NOON)
    assert comes.id in {message.registration_id for message in sent("meeting_added")}
    remind_parties(now=NOON + timedelta(minutes=5))
    assert soon.id not in {message.activity_id for message in sent("reminder")}
    far = plan_series(first.id, [day_of(first, 3)], True, now=NOON)[0]
    remind_parties(now=far.starts_at - timedelta(hours=40))
    assert far.id in {message.activity_id for message in sent("reminder")}


def test_whoever_signs_up_while_meetings_change_has_the_right_ones(app: Flask) -> None:
    """What happens to a later meeting waits for the turn of the first, where the sign-ups are."""
    first = make_activity("citizenship_class", title_da="Din by", max_heads=4, capacity=None)
    second, third = plan_series(first.id, [day_of(first, week) for week in (1, 2)], True, now=NOON)
    off, moves, late = second.id, third.id, day_of(first, 3)
    change = replace(draft_of(third), venue="Kælderen")

    def work(number: int) -> None:
        if number == 3:
            call_off(off, "Syg.", "", now=NOON)
        elif number == 6:
            change_activity(moves, change, now=NOON)
        elif number == 9:
            plan_series(moves, [late], True, now=NOON)
        else:
            service.sign_up(first.id, party(1, email=f"nummer{number}@skole.example"), now=NOON)

    assert at_once(app, 12, work) == [None] * 12
    mails: dict[str, list[Message]] = {}
    for message in sent():
        mails.setdefault(message.recipient or "", []).append(message)
    assert len(mails) == 9
    for mine in mails.values():
        there = Programs().take(*mine).on
        assert [(clock.local(entry.start).date(), entry.place) for entry in there] == [
            (day_of(first), ""), (day_of(first, 2), "Kælderen"), (late, there[-1].place),
        ]  # fmt: skip
