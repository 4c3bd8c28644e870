"""Takes messages from the outbox and hands them to the mail server, one at a time, each to one worker."""

import logging
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from flask import current_app
from sqlalchemy import Select, select, update

from portal.config import Settings
from portal.database import db, writing
from portal.mail.models import Message, MessageState
from portal.mail.rules import given_up, pause_after

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20


def _oldest_due(now: datetime) -> Select[Any]:
    return (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.next_try_at <= now)
        .order_by(Message.next_try_at, Message.id)
        .limit(1)
    )


def claim_message(*, now: datetime) -> int | None:
    """Takes the oldest message that is due and puts its next try off, so that no other worker takes it."""
    # A look first: the worker asks every other second, and on SQLite whoever writes keeps everybody else waiting.
    if db.session.scalar(_oldest_due(now)) is None:
        db.session.rollback()
        return None
    with writing() as session:
        # SQLite has one writer at a time and leaves the row's lock out.
        found: int | None = session.scalar(_oldest_due(now).with_for_update(skip_locked=True))
        if found is None:
            return None
        message = session.get_one(Message, found)
        message.attempts += 1
        message.next_try_at = now + pause_after(message.attempts)
        return found


def deliver_due(*, now: datetime, most: int = 100) -> int:
    """Sends what is due, at most so many; returns how many were sent. Nothing where no server is set."""
    settings: Settings = current_app.extensions["settings"]
    if not (settings.mail_host or settings.demo):
        return 0
    sent = 0
    for _ in range(most):
        number = claim_message(now=now)
        if number is None:
            break
        sent += deliver(number, settings, now=now)
    return sent


def deliver(number: int, settings: Settings, *, now: datetime) -> bool:
    """One try with one message; True where the server took it."""
    message = db.session.get_one(Message, number)
    created_at = message.created_at
    try:
        envelope, recipient = compose(message, settings, now), message.recipient or ""
        db.session.rollback()  # the server may take its time; nothing is held open meanwhile
        if not settings.demo:
            send(envelope, recipient, settings)
    except Exception as fault:
        # A mail that cannot be put together is no reason to keep back the others.
        # The fault's words may repeat the address, so only its kind is logged.
        log.warning("message %d was not sent: %s", number, type(fault).__name__)
        if given_up(created_at, now):
            _note(number, {"state": MessageState.FAILED})
        return False
    _note(number, {"state": MessageState.SENT, "sent_at": now})
    return True


def _note(number: int, values: dict[str, object]) -> None:
    with writing() as session:
        session.execute(
            update(Message).where(Message.id == number, Message.state == MessageState.QUEUED).values(**values)
        )


def compose(message: Message, settings: Settings, now: datetime) -> EmailMessage:
    """The mail as it goes out. `policy=SMTP` keeps its line ends right."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = message.subject
    mail["From"] = formataddr((settings.wordmark, settings.mail_from))
    mail["To"] = message.recipient
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.message_id
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body_text or "")
    mail.add_alternative(message.body_html or "", subtype="html")
    return mail


def send(mail: EmailMessage, recipient: str, settings: Settings) -> None:
    """Hands one mail to the server. OSError or SMTPException where it is not taken."""
    context = ssl.create_default_context()
    if settings.mail_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.mail_host, settings.mail_port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=TIMEOUT_SECONDS)
    with server:
        if settings.mail_tls == "starttls":
            server.starttls(context=context)
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(mail, to_addrs=[recipient])
