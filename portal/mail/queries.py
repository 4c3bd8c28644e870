"""Reads of the outbox: what is on its way, what arrived and what did not.

Lists are about messages, never about whom they went to: an address is read on a message's own page only, and nothing
here searches for one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from portal.database import db
from portal.mail.models import Mailing, Message, MessageState
from portal.mail.rules import copies_id
from portal.paging import Page, page_of

LATELY = timedelta(days=1)
MOST_COPIES = 20  # of one message, counting copies of copies
# All that a list shows; neither the reader's address nor a word of the text.
LISTED = load_only(
    Message.kind, Message.language, Message.registration_id, Message.association_id, Message.activity_id,
    Message.mailing_id, Message.state, Message.fault, Message.attempts, Message.created_at, Message.next_try_at,
    Message.sent_at, Message.settled_at, raiseload=True,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a list of messages is narrowed to. `state` is a `MessageState`, or `settled` for what was put aside;
    `failed` then leaves that out.
    """

    state: str = ""
    kind: str = ""
    activity_id: int | None = None
    association_id: int | None = None
    mailing_id: int | None = None


@dataclass(frozen=True)
class Outlook:
    """The outbox in numbers: what waits, what was sent this last day, what did not arrive and is not settled."""

    waiting: int
    sent: int
    failed: int


def _unsettled() -> ColumnElement[bool]:
    return and_(Message.state == MessageState.FAILED, Message.settled_at.is_(None))


def in_no_hands(now: datetime) -> ColumnElement[bool]:
    """Whether no worker has the message at this moment: one that was claimed has been tried, and tells no fault yet."""
    return or_(Message.attempts == 0, Message.fault.is_not(None), Message.next_try_at <= now)


def in_hand(message: Message, now: datetime) -> bool:
    """The same of a message that was read, the other way round."""
    tried = message.attempts > 0 and message.fault is None
    return message.state is MessageState.QUEUED and tried and message.next_try_at > now


def _fitting(wanted: Wanted) -> Select[Message]:
    query = select(Message).order_by(Message.id.desc())
    match wanted.state:
        case "":
            pass
        case MessageState.FAILED:
            query = query.where(_unsettled())
        case "settled":
            query = query.where(Message.state == MessageState.FAILED, Message.settled_at.is_not(None))
        case state:
            query = query.where(Message.state == MessageState(state))
    if wanted.kind:
        query = query.where(Message.kind == wanted.kind)
    for name in ("activity_id", "association_id", "mailing_id"):
        if getattr(wanted, name) is not None:
            query = query.where(getattr(Message, name) == getattr(wanted, name))
    return query


def messages(wanted: Wanted, page: int) -> Page[Message]:
    """The messages that fit, the newest first, a page at a time; three queries however many there are."""
    mailing = joinedload(Message.mailing).load_only(Mailing.subject_da, Mailing.subject_en)
    return page_of(_fitting(wanted), page, options=[LISTED, mailing])


def message_by_id(message_id: int) -> Message | None:
    """A message with all that is left of it, None where there is none."""
    return db.session.scalars(
        select(Message).where(Message.id == message_id).options(joinedload(Message.mailing))
    ).one_or_none()


def outlook(now: datetime) -> Outlook:
    """The outbox in numbers, in one query."""

    def number(condition: ColumnElement[bool]) -> Any:
        return select(func.count(Message.id)).where(condition).scalar_subquery()

    sent = and_(Message.state == MessageState.SENT, Message.sent_at > now - LATELY)
    counted = select(number(Message.state == MessageState.QUEUED), number(sent), number(_unsettled()))
    return Outlook(*(int(each) for each in db.session.execute(counted).one()))


def not_arrived() -> int:
    """How many messages did not arrive and are not settled."""
    return int(db.session.scalar(select(func.count(Message.id)).where(_unsettled())) or 0)


def undelivered_of(registration_ids: Iterable[int]) -> Mapping[int, Message]:
    """By registration the newest message to it, where that is not sent: it waits, or did not arrive; in one query."""
    newest = (
        select(func.max(Message.id))
        .where(Message.registration_id.in_(list(registration_ids)))
        .group_by(Message.registration_id)
    )
    rows = db.session.scalars(
        select(Message)
        .where(Message.id.in_(newest), or_(Message.state == MessageState.QUEUED, _unsettled()))
        .options(LISTED)
    )
    return {message.registration_id: message for message in rows if message.registration_id is not None}


def family_of(message: Message) -> Sequence[Message]:
    """The message and the copies that were sent again, the first one first; copies of a copy are all of one family."""
    first = copies_id(message.message_id, 0)
    ids = [first, *(copies_id(first, number) for number in range(1, MOST_COPIES + 1))]
    query = select(Message).where(Message.message_id.in_(ids)).order_by(Message.id)
    return db.session.scalars(query.options(LISTED)).all()
