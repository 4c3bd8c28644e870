"""Mail: texts as stored."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.database import db, writing
from portal.mail.models import Message
from portal.registrations import service
from portal.registrations.letters import LETTERS, tell
from portal.registrations.models import Registration
from portal.registrations.service import SignUp
from tests.make import make_activity

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def registered(lang: str = "da", kind: str = "youth_workshop") -> Registration:
    activity = make_activity(kind, datetime(2026, 12, 3, 16, 0, tzinfo=UTC), venue="Rådhuset")
    party = SignUp(2, lang, str(uuid.uuid4()), email="leyla@skole.example")
    return service.sign_up(activity.id, party, now=NOW)


FACTS: dict[str, dict[str, Any]] = {
    "waiting": {"number": 3},
    "heads_changed": {"before": 24},
    "some_free": {"free": 1},
    "moved": {"before": (NOW, NOW + timedelta(hours=2), "Biblioteket")},
}


def written(kind: str, lang: str, type_key: str) -> str:
    """One letter as its reader gets it, links cut to their page."""
    registration = registered(lang, type_key)
    with writing() as session:
        registration = session.get_one(Registration, registration.id)
        registration.activity.called_off_da = "Oplægsholderen er syg."
        registration.activity.called_off_en = "The speaker is ill."
        tell(session, registration, kind, now=NOW, **FACTS.get(kind, {}))
    message = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    text = re.sub(r"(registrations|offers)/\S+", r"\1/TOKEN", f"{message.subject}\n\n{message.body_text}")
    return re.sub(r"activities/\d+", "activities/ID", text)


@pytest.mark.parametrize("kind", sorted(LETTERS))
@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("type_key", ["youth_workshop", "forum_meeting"])
def test_every_letter_is_as_stored(
    app: Flask, as_stored: Callable[[str, str], None], kind: str, lang: str, type_key: str
) -> None:
    """A change of words is stored on purpose: pytest --store-letters tests/test_mail.py, then read the diff."""
    text = written(kind, lang, type_key)
    as_stored(f"{kind}.{type_key}.{lang}", text)
    if type_key == "forum_meeting":  # its subjects are neutral
        assert "Bag om" not in text.splitlines()[0]
        assert "Behind" not in text.splitlines()[0]
