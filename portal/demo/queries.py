"""The demo mailbox: every message as its reader gets it."""

from sqlalchemy import select

from portal.database import db
from portal.mail.models import Message, MessageState
from portal.paging import Page, page_of


def mailbox(number: int) -> Page[Message]:
    """One page of the messages that still have something in them, newest first."""
    query = (
        select(Message)
        .where(Message.state != MessageState.ERASED)
        .order_by(Message.created_at.desc(), Message.id.desc())
    )
    return page_of(query, number)


def message_by_id(message_id: int) -> Message | None:
    """One message, unless it was erased."""
    return db.session.scalar(select(Message).where(Message.id == message_id, Message.state != MessageState.ERASED))
