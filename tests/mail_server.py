"""A real SMTP server that refuses, delays, drops and comes back as it is told."""

import asyncio
import email
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from portal.database import db, writing
from portal.mail.models import Message, MessageState
from tests.conftest import settings_for
from tests.serving import free_port

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)

DROP = "drop"
Answer = str | float  # what the server says; DROP; or the seconds that it takes over saying yes


class Postbox:
    """Keeps what it takes. `answers` are its next answers at a step (`MAIL`, `RCPT`, `DATA` before it keeps the mail,
    `KEPT` after), the last one again and again while `stubborn`.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, list[Answer]] = {}
        self.stubborn = False
        self.connections = 0
        self.steps: Counter[str] = Counter()
        self.delay: Callable[[], float] = lambda: 0.0
        self.busy = 0  # mails that it has in hand
        self.lock = threading.Lock()

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID came."""
        with self.lock:
            return Counter(str(mail["Message-ID"]) for mail in self.mails)

    async def _answer(self, step: str, server: SMTP, otherwise: str) -> str:
        self.steps[step] += 1
        waiting = self.answers.get(step)
        if not waiting:
            return otherwise
        answer = waiting[0] if self.stubborn and len(waiting) == 1 else waiting.pop(0)
        if answer == DROP:
            assert server.transport
            server.transport.abort()
            await asyncio.sleep(0)
            return "421 gone"
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return otherwise
        return str(answer)

    async def handle_EHLO(self, _s: SMTP, session: Session, _e: Envelope, name: str, said: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = name
        return said

    async def handle_MAIL(self, server: SMTP, _s: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        said = await self._answer("MAIL", server, "250 OK")
        if said.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        said = await self._answer("RCPT", server, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.busy += 1
        try:
            return await self._take(server, envelope)
        finally:
            self.busy -= 1

    async def _take(self, server: SMTP, envelope: Envelope) -> str:
        said = await self._answer("DATA", server, "250 OK")
        if not said.startswith("250"):
            return said
        content = envelope.content
        assert isinstance(content, bytes)
        await asyncio.sleep(self.delay())
        mail: Any = email.message_from_bytes(content, policy=POLICY)
        with self.lock:
            self.mails.append(mail)
        await asyncio.sleep(self.delay())
        return await self._answer("KEPT", server, said)


@contextmanager
def smtp_server(box: Postbox, port: int = 0, **more: Any) -> Iterator[int]:
    """The server's port, while it runs."""
    controller = Controller(box, hostname="127.0.0.1", port=port or free_port(), **more)
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def queue(count: int = 1, *, at: datetime = NOW, **changes: object) -> list[int]:
    """So many messages in the outbox; their numbers."""
    with writing() as session:
        given = {
            "kind": "test",
            "language": "da",
            "subject": "Prøve",
            "body_text": "Hej æøå",
            "body_html": "<p>Hej</p>",
        }
        made = [
            Message(
                **{
                    **given, "message_id": f"<{uuid.uuid4().hex}@vink.example>", "recipient": f"m{i}@skole.example",
                    "state": MessageState.QUEUED, "created_at": at, "next_try_at": at, **changes,
                }
            )
            for i in range(count)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [message.id for message in made]


def stored(number: int) -> Message:
    """The message as it stands in the database now."""
    db.session.expire_all()
    return db.session.get_one(Message, number)


@contextmanager
def mail_goes_to(app: Flask, database_url: str, port: int, **settings: object) -> Iterator[None]:
    """The portal's mail goes to the server at that port."""
    before = app.extensions["settings"]
    given = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "none", "mail_limit": "100000 per minute"}
    app.extensions["settings"] = settings_for(database_url, **{**given, **settings})
    yield
    app.extensions["settings"] = before
