"""Reminders: each confirmed party once before each meeting, in time or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from portal import clock
from portal.accounts.rules import Role
from portal.activities.models import Activity, ActivityType
from portal.activities.rules import State
from portal.activities.service import draft_of, plan_series
from portal.database import db, writing
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.models import Registration
from portal.registrations.planning import call_off, change_activity
from portal.registrations.reminder_rules import TOO_LATE, reminder_is_due
from portal.registrations.reminders import remind_parties
from portal.registrations.rules import Standing
from tests.at_once import at_once
from tests.make import log_in, make_activity, type_of
from tests.page import PageClient
from tests.parties import party, sent

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
START = NOON + timedelta(days=10)
HOURS = timedelta(hours=48)


@pytest.fixture
def _type_as_it_was(app: Flask) -> Iterator[None]:
    """Types stay as they were for the other tests."""
    before = {column.key: getattr(type_of("youth_workshop"), column.key) for column in ActivityType.__table__.columns}
    yield
    with writing() as session:
        session.execute(update(ActivityType).where(ActivityType.key == "youth_workshop").values(**before))


def reminded() -> list[tuple[str | None, int | None]]:
    """Who was reminded of which activity, sorted."""
    db.session.rollback()
    return sorted((message.recipient, message.activity_id) for message in sent("reminder"))


def signed_up(activity: Activity, email: str, now: datetime = NOON, heads: int = 2) -> Registration:
    return service.sign_up(activity.id, party(heads, email=email), now=now)


@given(st.integers(0, 336), st.integers(-400 * 60, 400 * 60), st.booleans())
def test_a_reminder_is_due_in_time_or_not_at_all(hours: int, minutes: int, told: bool) -> None:
    due = reminder_is_due(START, hours, NOON if told else None, START - timedelta(minutes=minutes))
    assert due is (hours > 0 and not told and TOO_LATE <= timedelta(minutes=minutes) <= timedelta(hours=hours))


def test_each_confirmed_party_is_reminded_once(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=START, capacity=6, max_heads=6)
    first = signed_up(activity, "a@skole.example")
    signed_up(activity, "b@skole.example", heads=4)
    signed_up(activity, "waits@skole.example")
    gone = signed_up(activity, "gone@skole.example")
    service.cancel(gone.id, now=NOON)
    make_activity(starts_at=START, state=State.DRAFT)
    assert remind_parties(now=START - HOURS - timedelta(seconds=1)) == (0, 0)
    signed_up(activity, "early@skole.example", now=START - HOURS - timedelta(seconds=1))  # waits in line too
    at = START - HOURS
    assert remind_parties(now=at) == (2, 1)
    assert reminded() == [("a@skole.example", activity.id), ("b@skole.example", activity.id)]
    message = sent("reminder")[0]
    assert message.registration_id == first.id
    assert remind_parties(now=at + timedelta(hours=1)) == (0, 0)
    assert db.session.get_one(Activity, activity.id).reminded_at == at


def test_after_a_day_of_downtime_only_what_is_still_to_come(app: Flask, noon: datetime) -> None:
    yesterday = make_activity(starts_at=START)
    soon = make_activity(starts_at=START + timedelta(hours=25, minutes=59))
    tomorrow = make_activity(starts_at=START + timedelta(hours=26))
    for activity in (yesterday, soon, tomorrow):
        signed_up(activity, f"{activity.id}@skole.example")
    now = START + timedelta(hours=24)
    # Who registered after the reminder's moment has just heard of it.
    signed_up(tomorrow, "late@skole.example", now=tomorrow.starts_at - HOURS + timedelta(minutes=1))
    assert remind_parties(now=now) == (1, 1)
    assert reminded() == [(f"{tomorrow.id}@skole.example", tomorrow.id)]


def test_many_workers_remind_once(app: Flask, noon: datetime) -> None:
    activities = [make_activity(starts_at=START + timedelta(hours=n)) for n in range(3)]
    for activity in activities:
        for letter in "abc":
            signed_up(activity, f"{letter}@skole.example")
    numbers = at_once(app, 6, lambda _mine: remind_parties(now=START - timedelta(hours=40)).letters)
    assert sum(numbers) == 9
    assert len(reminded()) == len(set(reminded())) == 9


def test_a_worker_that_stops_half_way_leaves_nothing_half(
    app: Flask, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = make_activity(starts_at=START), make_activity(starts_at=START + timedelta(hours=1))
    for activity in (broken, whole):
        signed_up(activity, "a@skole.example")
        signed_up(activity, "b@skole.example")
    from portal.registrations import reminders

    tell, told = reminders.tell, []

    def stops(session: object, registration: Registration, *rest: object, **more: object) -> None:
        told.append(registration.id)
        if len(told) == 2:
            raise KeyboardInterrupt
        tell(session, registration, *rest, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(reminders, "tell", stops)
        with pytest.raises(KeyboardInterrupt):
            remind_parties(now=START - HOURS)
    assert reminded() == []
    assert remind_parties(now=START - timedelta(hours=47)) == (4, 2)
    assert len(set(reminded())) == 4


def test_a_fault_at_one_meeting_keeps_no_other_back(
    app: Flask, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = make_activity(starts_at=START), make_activity(starts_at=START + timedelta(minutes=1))
    signed_up(broken, "a@skole.example")
    signed_up(whole, "b@skole.example")
    from portal.registrations import reminders

    tell = reminders.tell

    def fails(session: object, registration: Registration, *rest: object, **more: object) -> None:
        if registration.activity_id == broken.id:
            raise LookupError
        tell(session, registration, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "tell", fails)
    with pytest.raises(LookupError):
        remind_parties(now=START - timedelta(hours=40))
    assert reminded() == [("b@skole.example", whole.id)]


def test_each_meeting_of_a_course_is_reminded_for_itself(app: Flask, noon: datetime) -> None:
    first = make_activity("citizenship_class", starts_at=START, max_heads=4)
    day = clock.local(START).date()
    second, third = plan_series(first.id, [day + timedelta(weeks=n) for n in (1, 2)], True, now=NOON)
    signed_up(first, "a@skole.example")
    call_off(first.id, "Syg", "Ill", now=NOON)  # the sign-ups move to the second meeting
    for meeting in (first, second, third):
        remind_parties(now=db.session.get_one(Activity, meeting.id).starts_at - HOURS)
    assert reminded() == [("a@skole.example", second.id), ("a@skole.example", third.id)]
    texts = [message.body_text or "" for message in sent("reminder")]
    assert ["5. december" in text for text in texts] == [True, False]
    assert ["12. december" in text for text in texts] == [False, True]


def test_a_meeting_that_moves_away_is_reminded_again(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=START)
    signed_up(activity, "a@skole.example")
    at = START - HOURS
    remind_parties(now=at)

    def moved_by(hours: int) -> None:
        draft = draft_of(db.session.get_one(Activity, activity.id))
        start, end = draft.starts_at + timedelta(hours=hours), draft.ends_at + timedelta(hours=hours)
        change_activity(activity.id, type(draft)(**{**vars(draft), "starts_at": start, "ends_at": end}), now=at)

    moved_by(-1)
    assert remind_parties(now=at + timedelta(minutes=5)) == (0, 0)
    moved_by(100)
    assert remind_parties(now=at + timedelta(minutes=5)) == (0, 0)
    assert remind_parties(now=at + timedelta(hours=99)) == (1, 1)


@pytest.mark.usefixtures("_type_as_it_was")
def test_the_type_says_whether_and_when(client: PageClient, noon: datetime) -> None:
    log_in(client, Role.ADMINISTRATOR)
    kind = type_of("youth_workshop")
    address = f"/en/staff/types/{kind.id}/edit"
    page = client.get(address).text
    assert 'value="48"' in page
    sent_form = {
        "name_da": kind.name_da, "name_en": kind.name_en, "audience": str(kind.audience_id or ""),
        "mode": kind.mode.value, "visibility": kind.visibility.value, "minutes": "120", "capacity": "28",
        "max_heads": str(kind.max_heads), "retention_days": "30", "active": "y", "asks_name": "y",
        "asks_age_band": "y" if kind.asks_age_band else "", "other_names": kind.other_names,
    }  # fmt: skip
    for wrong in ("2", "337", "two"):
        answer = client.post(address, data={**sent_form, "reminder_hours": wrong})
        assert answer.status_code == 422
        assert "reminder_hours-error" in answer.text
    activity = make_activity(starts_at=START)
    signed_up(activity, "a@skole.example")
    for hours, stored in (("", None), ("0", None), ("72", 72)):
        assert client.post(address, data={**sent_form, "reminder_hours": hours}).status_code == 303
        db.session.expire_all()
        kept = type_of("youth_workshop")
        assert (kept.reminder_hours, kept.thanks) == (stored, False)
        due = START - timedelta(hours=60)
        assert remind_parties(now=due) == ((1, 1) if stored else (0, 0))


def test_an_offer_that_is_open_needs_no_reminder(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=START, capacity=2, max_heads=2)
    seated = signed_up(activity, "a@skole.example")
    offered = signed_up(activity, "b@skole.example")
    service.cancel(seated.id, now=START - timedelta(hours=60))
    assert db.session.get_one(Registration, offered.id).standing is Standing.OFFERED
    assert remind_parties(now=START - HOURS) == (0, 0)
    assert db.session.query(Message).filter_by(kind="reminder").count() == 0
