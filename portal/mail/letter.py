"""A letter: what a mail says, written once, as text and as HTML in the reader's language."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.mail.models import Message, MessageState


@dataclass(frozen=True)
class Letter:
    """One message's words. `facts` are pairs of label and value; `button` is a text and an address.

    `more_buttons` are further ones of the same kind, where a letter is about several things. `calendar` is an
    iCalendar stream for the reader's calendar; `unsubscribe` is the address for who wants no more such letters.
    """

    kind: str
    subject: str
    heading: str
    paragraphs: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    button: tuple[str, str] | None = None
    after: list[str] = field(default_factory=list)
    more_buttons: list[tuple[str, str]] = field(default_factory=list)
    calendar: str = ""
    unsubscribe: str = ""


def queue_letter(
    session: Session, letter: Letter, recipient: str | None, lang: str, *, now: datetime,
    registration_id: int | None = None, association_id: int | None = None, activity_id: int | None = None,
) -> Message | None:  # fmt: skip
    """Puts the letter in the outbox, in the caller's transaction. Nothing where there is no address.

    `association_id` is the association it is written to, whose timeline shows that it was; `activity_id` is the
    activity it is about.
    """
    if not recipient:
        return None
    message = message_of(
        letter, recipient, lang, now=now, registration_id=registration_id, association_id=association_id,
        activity_id=activity_id,
    )  # fmt: skip
    session.add(message)
    return message


def queue_messages(session: Session, messages: Sequence[Message]) -> None:
    """Puts many messages in the outbox with one statement, in the caller's transaction."""
    session.bulk_save_objects(messages)


def new_message_id(settings: Settings) -> str:
    """A Message-ID that nobody else has, in the sender's domain."""
    return f"<{secrets.token_hex(16)}@{settings.mail_from.rpartition('@')[2]}>"


def written(letter: Letter, lang: str) -> tuple[str, str]:
    """The letter as text and as HTML, in that language."""
    with force_locale(lang):
        text = render_template("mail/letter.txt", letter=letter, lang=lang)
        return text, render_template("mail/letter.html", letter=letter, lang=lang)


def message_of(
    letter: Letter, recipient: str, lang: str, *, now: datetime,
    registration_id: int | None = None, association_id: int | None = None, activity_id: int | None = None,
) -> Message:  # fmt: skip
    """The letter as a message to one mailbox, not yet in the outbox."""
    settings: Settings = current_app.extensions["settings"]
    text, html = written(letter, lang)
    return Message(
        message_id=new_message_id(settings),
        kind=letter.kind,
        language=lang,
        recipient=recipient,
        subject=" ".join(letter.subject.split())[:200],
        body_text=text,
        body_html=html,
        calendar=letter.calendar or None,
        unsubscribe=letter.unsubscribe or None,
        registration_id=registration_id,
        association_id=association_id,
        activity_id=activity_id,
        state=MessageState.QUEUED,
        created_at=now,
        next_try_at=now,
    )
