"""Mail: texts as stored, and a real SMTP server that refuses and comes back."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from flask import Flask
from sqlalchemy import select

from portal.database import db, writing
from portal.mail.delivery import claim_message, deliver_due
from portal.mail.models import Message, MessageState
from portal.mail.rules import LONGEST_PAUSE, pause_after
from portal.registrations import service
from portal.registrations.letters import LETTERS, tell
from portal.registrations.models import Registration
from portal.registrations.service import SignUp
from tests.conftest import settings_for
from tests.make import make_activity
from tests.serving import free_port

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


class Postbox(Handler):
    """Keeps what it takes; refuses while `refusing`."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Mail] = []
        self.refusing = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.refusing:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Mail) -> None:
        self.mails.append(message)


@pytest.fixture
def postbox(app: Flask, database_url: str) -> Iterator[Postbox]:
    port = free_port()
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    before = app.extensions["settings"]
    app.extensions["settings"] = settings_for(database_url, mail_host="127.0.0.1", mail_port=port, mail_tls="none")
    yield box
    app.extensions["settings"] = before
    controller.stop()


def registered(lang: str = "da", kind: str = "youth_workshop") -> Registration:
    activity = make_activity(kind, datetime(2026, 12, 3, 16, 0, tzinfo=UTC), venue="Rådhuset")
    party = SignUp(2, lang, str(uuid.uuid4()), email="leyla@skole.example")
    return service.sign_up(activity.id, party, now=NOW)


def test_a_message_goes_out_once_with_both_parts(postbox: Postbox) -> None:
    registered()
    assert deliver_due(now=NOW) == 1
    assert deliver_due(now=NOW) == 0
    [mail] = postbox.mails
    assert mail["To"] == "leyla@skole.example"
    assert mail["Message-ID"] == db.session.scalars(select(Message.message_id)).one()
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_refused_message_is_tried_again_and_given_up_after_a_day(postbox: Postbox) -> None:
    registered()
    postbox.refusing = True
    assert deliver_due(now=NOW) == 0
    assert deliver_due(now=NOW) == 0  # its next try is a minute away
    message = db.session.scalars(select(Message)).one()
    assert message.attempts == 1
    postbox.refusing = False
    assert deliver_due(now=NOW + timedelta(minutes=2)) == 1
    registered()
    postbox.refusing = True
    deliver_due(now=NOW + timedelta(days=2))
    db.session.expire_all()
    assert [m.state for m in db.session.scalars(select(Message).order_by(Message.id))] == [
        MessageState.SENT, MessageState.FAILED,
    ]  # fmt: skip


def test_a_dead_server_loses_nothing(postbox: Postbox, app: Flask, database_url: str) -> None:
    registered()
    alive = app.extensions["settings"]
    app.extensions["settings"] = settings_for(database_url, mail_host="127.0.0.1", mail_port=free_port(),
                                              mail_tls="none")  # fmt: skip
    assert deliver_due(now=NOW) == 0
    app.extensions["settings"] = alive
    assert deliver_due(now=NOW + timedelta(minutes=5)) == 1
    assert len(postbox.mails) == 1


def test_a_mail_that_cannot_be_put_together_keeps_no_other_back(
    postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    registered()
    registered()
    with writing() as session:
        broken = session.scalars(select(Message).order_by(Message.id).limit(1)).one()
        broken.subject = "To lines:\nleyla@skole.example"
    assert deliver_due(now=NOW) == 1
    assert f"message {broken.id} was not sent: ValueError" in caplog.text
    assert "leyla" not in caplog.text
    assert deliver_due(now=NOW + timedelta(days=2)) == 0
    db.session.expire_all()
    assert db.session.get_one(Message, broken.id).state is MessageState.FAILED
    assert deliver_due(now=NOW + timedelta(days=4)) == 0


def test_nothing_due_takes_no_turn_to_write(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite has one turn for everybody, and the worker asks every other second."""

    def refused() -> None:
        raise AssertionError("a write began")

    monkeypatch.setattr("portal.mail.delivery.writing", refused)
    assert claim_message(now=NOW) is None


def test_two_workers_never_take_the_same_message(app: Flask) -> None:
    registered()
    registered()
    taken = [claim_message(now=NOW) for _ in range(3)]
    assert taken[2] is None
    assert len({taken[0], taken[1]}) == 2


def test_without_a_server_mail_waits(app: Flask) -> None:
    registered()
    assert deliver_due(now=NOW) == 0
    assert db.session.scalars(select(Message.state)).one() is MessageState.QUEUED


def test_pauses_grow_to_an_hour() -> None:
    pauses = [pause_after(n) for n in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert pauses[-1] == LONGEST_PAUSE


FACTS: dict[str, dict[str, Any]] = {
    "waiting": {"number": 3},
    "heads_changed": {"before": 24},
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
