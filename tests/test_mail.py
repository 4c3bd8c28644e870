"""Mail: texts as stored."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.activities.models import Activity
from portal.database import db, writing
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.letters import LETTERS, tell
from portal.registrations.models import Registration
from portal.registrations.service import SignUp
from tests.mail_read import as_read, without_secrets
from tests.make import make_activity

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def registered(lang: str = "da", kind: str = "youth_workshop") -> Registration:
    activity = make_activity(kind, datetime(2026, 12, 3, 16, 0, tzinfo=UTC), venue="Rådhuset")
    party = SignUp(2, lang, str(uuid.uuid4()), email="leyla@skole.example")
    return service.sign_up(activity.id, party, now=NOW)


def others_of(registration: Registration) -> dict[str, Any]:
    """The meeting after, of a course of which only one meeting is called off."""
    starts = registration.activity.starts_at + timedelta(days=7)
    return {"rest": [Activity(starts_at=starts, ends_at=starts + timedelta(hours=2))]}


def further(registration: Registration) -> dict[str, Any]:
    """Two meetings that a course gets besides."""
    activity = registration.activity
    weeks = [activity.starts_at + timedelta(weeks=number) for number in (2, 3)]
    return {"added": [make_activity(activity.type.key, starts, venue="Rådhuset") for starts in weeks]}


# What a letter tells besides the registration; and the kind it is told as, where one is told in several ways.
FACTS: dict[str, dict[str, Any]] = {
    "waiting": {"number": 3},
    "heads_changed": {"before": 24},
    "some_free": {"free": 1},
    "moved": {"before": (NOW, NOW + timedelta(hours=2), "Biblioteket")},
    "called_off_course": {"whole": True},
}
MADE = {"called_off_meeting": others_of, "meeting_added": further}
TOLD_AS = {"called_off_course": "called_off", "called_off_meeting": "called_off"}


def written(kind: str, lang: str, type_key: str) -> Message:
    """One letter in the outbox."""
    registration = registered(lang, type_key)
    with writing() as session:
        registration = session.get_one(Registration, registration.id)
        registration.activity.called_off_da = "Oplægsholderen er syg."
        registration.activity.called_off_en = "The speaker is ill."
        more = MADE[kind](registration) if kind in MADE else FACTS.get(kind, {})
        tell(session, registration, TOLD_AS.get(kind, kind), now=NOW, **more)
    message = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert message.kind == kind
    return message


@pytest.mark.parametrize("kind", sorted({*LETTERS, *TOLD_AS}))
@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("type_key", ["youth_workshop", "forum_meeting"])
def test_every_letter_is_as_stored(
    app: Flask, as_stored: Callable[..., None], kind: str, lang: str, type_key: str
) -> None:
    """A change of words is stored on purpose: pytest --store-letters tests/test_mail.py, then read the diff."""
    message = written(kind, lang, type_key)
    text = as_read(message)
    as_stored(f"{kind}.{type_key}.{lang}", text)
    if type_key == "forum_meeting":  # its subjects are neutral
        assert "Bag om" not in text.splitlines()[0]
        assert "Behind" not in text.splitlines()[0]
    elif kind == "confirmed":
        as_stored(f"{kind}.{type_key}.{lang}", without_secrets(message.body_html or ""), "html")
