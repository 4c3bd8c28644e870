"""A course: one sign-up for several meetings of the same group, of which some may be called off."""

from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.activities.models import Activity
from portal.activities.rules import Closed, State
from portal.activities.service import plan_series
from portal.database import db
from portal.errors import RuleError
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.queries import meetings_of, places_of
from tests.make import log_in, make_activity
from tests.page import PageClient
from tests.parties import party, path_of, sent


def course() -> list[Activity]:
    """Four weekly meetings with one sign-up."""
    first = make_activity("citizenship_class", title_da="Din by", title_en="Your city", max_heads=4)
    begins = clock.local(first.starts_at).date()
    days: list[date] = [begins + timedelta(weeks=n) for n in (1, 2, 3)]
    plan_series(first.id, days, True, now=clock.now())
    return list(meetings_of(db.session.get_one(Activity, first.id)))


def test_the_confirmation_and_the_calendar_name_every_meeting(client: PageClient) -> None:
    meetings = course()
    assert len(meetings) == 4
    registration = service.sign_up(meetings[0].id, party(2), now=clock.now())
    text = sent()[0].body_text or ""
    for meeting in meetings:
        assert f"{clock.local(meeting.starts_at).day}. " in text
    calendar = client.get(path_of(registration) + "/calendar.ics")
    assert calendar.get_data(as_text=True).count("BEGIN:VEVENT") == 4


def test_a_later_meeting_leads_to_the_first_ones_sign_up(client: PageClient) -> None:
    meetings = course()
    answer = client.get(f"/da/activities/{meetings[2].id}/sign-up")
    assert answer.headers["Location"].endswith(f"/da/activities/{meetings[0].id}/sign-up")
    with pytest.raises(RuleError, match="closed"):
        service.sign_up(meetings[2].id, party(2), now=clock.now())


def test_the_first_meeting_is_called_off_and_the_course_goes_on(client: PageClient) -> None:
    meetings = course()
    registration = service.sign_up(meetings[0].id, party(2), now=clock.now())
    log_in(client)
    url = f"/da/staff/activities/{meetings[0].id}/call-off"
    assert 'name="scope"' in client.get(url).text
    answer = client.post(url, data={"reason_da": "Lokalet er optaget.", "scope": "meeting"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert [m.state for m in meetings] == [State.CALLED_OFF, *[State.PUBLISHED] * 3]
    found = places_of([m.id for m in meetings])
    assert [found[m.id].closed for m in meetings] == [Closed.CALLED_OFF, None, None, None]
    assert {found[m.id].taken for m in meetings} == {2}
    letter = sent("called_off_meeting")[0]
    assert f"{clock.local(meetings[1].starts_at).day}. " in (letter.body_text or "")
    page = client.get(path_of(registration))
    assert "/cancel" in page.text
    newcomer = service.sign_up(meetings[1].id, party(3), now=clock.now())
    assert newcomer.queue_number > registration.queue_number
    service.cancel(registration.id, now=clock.now())
    assert places_of([meetings[3].id])[meetings[3].id].taken == 3


def test_the_rest_of_a_course_is_called_off_with_one_mail_each(client: PageClient) -> None:
    meetings = course()
    registration = service.sign_up(meetings[0].id, party(2), now=clock.now())
    log_in(client)
    answer = client.post(
        f"/da/staff/activities/{meetings[1].id}/call-off", data={"reason_da": "Ingen lokale.", "scope": "course"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert {m.state for m in meetings} == {State.CALLED_OFF}
    assert len(sent("called_off_course")) == 1
    assert "/cancel" not in client.get(path_of(registration)).text


def test_a_running_course_takes_no_newcomers_but_lets_people_cancel(app: Flask) -> None:
    meetings = course()
    registration = service.sign_up(meetings[0].id, party(2), now=clock.now())
    running = meetings[0].starts_at + timedelta(days=1)
    with pytest.raises(RuleError, match="closed"):
        service.sign_up(meetings[0].id, party(1), now=running)
    with pytest.raises(RuleError, match="too_late_for_more"):
        service.change_heads(registration.id, 3, now=running)
    assert service.change_heads(registration.id, 1, now=running).heads == 1
    over = meetings[3].starts_at
    with pytest.raises(RuleError, match="started"):
        service.cancel(registration.id, now=over)
    assert db.session.get_one(Registration, registration.id).heads == 1


def test_a_later_meeting_says_that_the_course_has_begun(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    meetings = course()
    running = meetings[0].starts_at + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: running)
    assert places_of([meetings[1].id])[meetings[1].id].closed is Closed.COURSE_STARTED
