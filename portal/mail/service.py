"""What staff do with a message: send it again, try it now, put it aside."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.database import db, writing
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note
from portal.mail.compose import words_of_message
from portal.mail.models import Message, MessageState
from portal.mail.queries import MOST_COPIES, family_of, in_no_hands
from portal.mail.rules import copies_id, not_again


@dataclass(frozen=True)
class Again:
    """The copy's number, and whether it was made just now."""

    id: int
    fresh: bool


def has_text(message: Message) -> bool:
    """Whether its reader's address and its text are still there; a mail to many keeps the text in one place."""
    if message.mailing is not None:
        return bool(message.recipient and (message.mailing.body_da or message.mailing.body_en))
    return bool(message.recipient and message.body_text)


def send_again(message_id: int, *, copies: int, actor: User, now: datetime) -> Again:
    """Puts a copy in the outbox, with a Message-ID of its own; one that did not arrive is settled by it.

    `copies` is how many copies the page showed: the same page sent twice makes one copy. RuleError: `unknown_message`,
    `erased`, `waits`, `link_expired`, `too_many`, `changed_meanwhile` where there is another copy that the page did
    not show.
    """
    try:
        with writing() as session:
            original = _locked(session, message_id)
            copy_id = copies_id(original.message_id, copies + 1)
            made = session.scalar(select(Message.id).where(Message.message_id == copy_id))
            if made is not None:
                return Again(made, False)
            refusal = not_again(original.state, original.kind, has_text=has_text(original))
            if refusal is not None:
                raise RuleError(refusal)
            known = len(family_of(original)) - 1
            if copies != known:
                raise RuleError("too_many" if known >= MOST_COPIES else "changed_meanwhile")
            if copies >= MOST_COPIES:
                raise RuleError("too_many")
            copy = _copy_of(original, copy_id, now)
            session.add(copy)
            if original.state is MessageState.FAILED and original.settled_at is None:
                original.settled_at = now
            number = original.association_id
            if number is not None:
                note(session, Event.WROTE, now=now, actor=actor, association_id=number, subject="sent_again")
            session.flush()
            return Again(copy.id, True)
    except IntegrityError:  # somebody pressed the same button on another copy's page at the same moment
        made = db.session.scalar(select(Message.id).where(Message.message_id == copy_id))
        if made is None:
            raise
        return Again(made, False)


def _locked(session: Session, message_id: int) -> Message:
    """The message, held until the commit, so that it is not erased between looking and copying."""
    query = select(Message).where(Message.id == message_id).with_for_update()
    message = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if message is None:
        raise RuleError("unknown_message")
    return message


def _copy_of(original: Message, copy_id: str, now: datetime) -> Message:
    """The same to the same reader, due now. It has a text of its own: a mail to many counts its own messages only."""
    subject, text, html = words_of_message(original)
    return Message(
        message_id=copy_id,
        kind=original.kind,
        language=original.language,
        recipient=original.recipient,
        subject=subject[:200],
        body_text=text,
        body_html=html,
        calendar=original.calendar,
        unsubscribe=original.unsubscribe,
        registration_id=original.registration_id,
        association_id=original.association_id,
        activity_id=original.activity_id,
        state=MessageState.QUEUED,
        created_at=now,
        next_try_at=now,
    )


def try_now(message_id: int, *, now: datetime) -> None:
    """Makes a message that waits for its next try due at once.

    RuleError: `unknown_message`, `in_hand` where a worker has it at this moment, `not_waiting`.
    """
    with writing() as session:
        waits = (Message.id == message_id) & (Message.state == MessageState.QUEUED)
        done = session.scalar(
            update(Message)
            .where(waits, in_no_hands(now))
            .values(next_try_at=now)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
        if done is None:
            message = _locked(session, message_id)
            raise RuleError("in_hand" if message.state is MessageState.QUEUED else "not_waiting")


def put_aside(message_id: int, *, actor: User, now: datetime) -> None:
    """Notes that staff took care of a message that did not arrive; once more changes nothing.

    RuleError: `unknown_message`, `arrived` for any other message.
    """
    with writing() as session:
        message = _locked(session, message_id)
        if message.state is not MessageState.FAILED:
            raise RuleError("arrived")
        if message.settled_at is not None:
            return
        message.settled_at = now
        number = message.association_id
        if number is not None:
            note(session, Event.WROTE, now=now, actor=actor, association_id=number, subject="put_aside")
