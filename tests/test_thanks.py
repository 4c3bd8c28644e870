"""Thanks afterwards: once, to those who came, with how many they were where that is five or more."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal import clock
from portal.activities.models import Activity, ActivityType
from portal.activities.rules import State
from portal.activities.service import plan_series
from portal.attendance.models import Closing
from portal.attendance.rules import Method, was_absent
from portal.attendance.service import close_count, count_party
from portal.attendance.thanks import thank_parties, thanks_letter
from portal.database import db, writing
from portal.mail.letter import message_of
from portal.registrations import service
from portal.registrations.models import Registration
from tests.at_once import at_once
from tests.make import make_activity
from tests.parties import party, sent

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
START = NOON + timedelta(days=10)
END = START + timedelta(hours=2)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def signed_up(activity: Activity, email: str | None, lang: str = "da") -> Registration:
    return service.sign_up(activity.id, party(2, email=email, language=lang), now=NOON)


def counted(activity: Activity, party: Registration, heads: int, at: datetime = START) -> None:
    count_party(activity.id, party.id, heads, count_id=str(uuid.uuid4()), actor=None, counted_at=None, now=at)


def closed(activity: Activity, heads: int, at: datetime = END, method: Method = Method.LIST, reason: str = "") -> None:
    close_count(activity.id, {activity.audience_id: heads}, method, reason=reason, actor=None, now=at)


def thanked() -> list[str]:
    """Who was thanked, sorted."""
    db.session.rollback()
    return sorted(m.recipient for m in sent("thanks") if m.recipient)


def test_those_who_came_are_thanked_once(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=START, max_heads=30, capacity=None)
    number = activity.id
    came = signed_up(activity, "a@skole.example")
    signed_up(activity, "b@skole.example", "en")  # was not counted one by one
    away = signed_up(activity, "away@skole.example")
    corrected = signed_up(activity, "c@skole.example")
    service.cancel(signed_up(activity, "gone@skole.example").id, now=NOON)
    for registration, heads in ((came, 2), (away, 2), (away, 0), (corrected, 0), (corrected, 1)):
        counted(activity, registration, heads)
    assert thank_parties(now=END + 2 * HOUR) == (0, 0)  # the count is open
    closed(activity, 3, START + HOUR)
    assert thank_parties(now=END - MINUTE) == (0, 0)  # it is not over
    closed(activity, 24, END + HOUR, reason="Talt forkert")
    assert thank_parties(now=END + 2 * HOUR - MINUTE) == (0, 0)
    at = END + 2 * HOUR
    numbers = at_once(app, 6, lambda _mine: thank_parties(now=at).letters)
    assert sorted(numbers) == [0, 0, 0, 0, 0, 3]
    assert thanked() == ["a@skole.example", "b@skole.example", "c@skole.example"]
    assert {m.language: "24" in (m.body_text or "") for m in sent("thanks")} == {"da": True, "en": True}
    assert {m.registration_id is not None and m.activity_id == number for m in sent("thanks")} == {True}
    activity = db.session.get_one(Activity, number, populate_existing=True)
    assert activity.thanked_at == at
    closed(activity, 23, at + HOUR, reason="Talt igen")
    assert thank_parties(now=at + 3 * HOUR) == (0, 0)


def test_nobody_is_thanked_for_what_is_long_over_or_empty_or_imported(app: Flask, noon: datetime) -> None:
    late, empty, imported, off, untaken = (make_activity(starts_at=START) for _each in range(5))
    for activity in (late, empty, imported, off, untaken):
        signed_up(activity, "a@skole.example")
    closed(late, 20, END + timedelta(days=13, hours=23, minutes=1))
    closed(empty, 0)
    closed(imported, 20, method=Method.IMPORT)
    closed(imported, 21, reason="Rettet")
    closed(off, 20)
    closed(untaken, 20)
    with writing() as session:
        session.execute(update(Activity).where(Activity.id == off.id).values(state=State.CALLED_OFF))
        session.execute(update(Registration).where(Registration.activity_id == untaken.id).values(email=None))
    assert thank_parties(now=END + timedelta(days=14, minutes=1)) == (0, 0)
    assert thank_parties(now=END + timedelta(days=14)) == (0, 0)  # one is thanked, and left no address
    assert db.session.query(Closing).count() == 6


def test_a_type_may_do_without(app: Flask, noon: datetime) -> None:
    activity = make_activity(starts_at=START)
    signed_up(activity, "a@skole.example")
    closed(activity, 20)
    without = update(ActivityType).where(ActivityType.id == activity.type_id)
    with writing() as session:
        session.execute(without.values(thanks=False))
    try:
        assert thank_parties(now=END + HOUR) == (0, 0)
    finally:
        with writing() as session:
            session.execute(without.values(thanks=True))
    assert thank_parties(now=END + HOUR) == (1, 1)


def test_a_course_thanks_once_after_its_last_meeting(app: Flask, noon: datetime) -> None:
    first = make_activity("citizenship_class", starts_at=START, max_heads=4)
    day = clock.local(START).date()
    second, third = plan_series(first.id, [day + timedelta(weeks=n) for n in (1, 2)], True, now=NOON)
    faithful, once, never = (signed_up(first, f"{name}@skole.example") for name in ("faithful", "once", "never"))
    counted(first, once, 1)
    for meeting in (first, third):
        counted(meeting, never, 0, meeting.starts_at)
    counted(third, once, 0, third.starts_at)
    counted(third, faithful, 2, third.starts_at)
    closed(first, 9)
    assert thank_parties(now=END + HOUR) == (0, 0)
    with writing() as session:
        session.execute(update(Activity).where(Activity.id == second.id).values(state=State.CALLED_OFF))
    ends = START + timedelta(weeks=2, hours=2)
    closed(third, 8, ends)
    assert thank_parties(now=ends + HOUR) == (2, 1)
    assert [(m.recipient, m.activity_id) for m in sent("thanks")] == [
        ("faithful@skole.example", third.id), ("once@skole.example", third.id),
    ]  # fmt: skip
    plan_series(first.id, [day + timedelta(days=15)], True, now=NOON)
    [fourth] = db.session.query(Activity).filter(Activity.starts_at > third.starts_at)
    closed(fourth, 8, fourth.ends_at)
    assert thank_parties(now=fourth.ends_at + HOUR) == (0, 0)


def test_absent_is_who_was_counted_and_never_there() -> None:
    assert [was_absent(counts) for counts in ([], [0], [0, 0], [0, 1], [2])] == [False, True, True, False, False]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("type_key", ["youth_workshop", "forum_meeting"])
def test_the_letter_is_as_stored(app: Flask, as_stored: Callable[[str, str], None], lang: str, type_key: str) -> None:
    """A change of words is stored on purpose: pytest --store-letters, then read the diff."""
    activity = make_activity(type_key, datetime(2026, 12, 3, 16, 0, tzinfo=UTC))
    letters = [thanks_letter(activity, came, lang) for came in (24, 4)]
    message = message_of(letters[0], "leyla@skole.example", lang, now=NOON)
    as_stored(f"thanks.{type_key}.{lang}", f"{message.subject}\n\n{message.body_text}")
    assert len(letters[1].paragraphs) == len(letters[0].paragraphs) - 1  # four are too few to be told
    if type_key == "forum_meeting":  # its subjects are neutral
        assert "Bag om" not in (message.subject or "")
        assert "Behind" not in (message.subject or "")
