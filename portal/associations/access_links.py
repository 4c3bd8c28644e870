"""Links mailed to contacts: made, looked at, used once. Only the token's SHA-256 is kept."""

import secrets
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from portal.associations.models import AccessLink, Association, Contact
from portal.associations.rules import LINK_LIVES, LinkPurpose
from portal.database import db, writing
from portal.errors import RuleError
from portal.mail.models import Message, MessageState

LOG_IN_MAIL = "log_in"  # the mail's kind


class LinkState(StrEnum):
    """What a link still does."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode(errors="replace")).hexdigest()


def new_link(session: Session, contact: Contact, purpose: LinkPurpose, *, now: datetime) -> str:
    """A link for the contact, in the caller's transaction; returns its token, which is nowhere to be read again."""
    token = secrets.token_urlsafe(32)
    session.add(
        AccessLink(
            contact_id=contact.id,
            purpose=purpose,
            token_hash=hash_of(token),
            created_at=now,
            expires_at=now + LINK_LIVES[purpose],
        )
    )
    return token


def link_of(token: str, purpose: LinkPurpose) -> AccessLink | None:
    """The link behind a token with its contact and association; None where there is none, or it is for something else.

    A link ends with its contact, and with its association's closing.
    """
    return db.session.scalars(
        select(AccessLink)
        .join(AccessLink.contact)
        .join(Contact.association)
        .where(AccessLink.token_hash == hash_of(token), AccessLink.purpose == purpose, Association.active)
        .options(joinedload(AccessLink.contact).joinedload(Contact.association).joinedload(Association.kind))
    ).one_or_none()


def state_of(link: AccessLink | None, now: datetime) -> LinkState:
    """What the link still does at `now`."""
    if link is None:
        return LinkState.UNKNOWN
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.OPEN if now < link.expires_at else LinkState.EXPIRED


def use_link(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> Contact:
    """Uses the link up, in the caller's transaction, and returns its contact; of two who try at once one gets it.

    RuleError with the link's state as its key: `used`, `expired`, `unknown`.
    """
    found = link_of(token, purpose)
    if found is None:
        raise RuleError(LinkState.UNKNOWN)
    # Whoever changes or removes a contact holds its association first; in the same order nobody waits for the other.
    number, holder = found.id, found.contact.association_id
    session.execute(update(Association).where(Association.id == holder).values(revision=Association.revision))
    contact_id = session.scalar(
        update(AccessLink)
        .where(AccessLink.id == number, AccessLink.used_at.is_(None), AccessLink.expires_at > now)
        .values(used_at=now)
        .returning(AccessLink.contact_id)
    )
    if contact_id is None:
        session.expire_all()
        state = state_of(link_of(token, purpose), now)
        raise RuleError(state if state is not LinkState.OPEN else LinkState.UNKNOWN)
    return session.get_one(Contact, contact_id, populate_existing=True)


def forget_expired(*, now: datetime) -> int:
    """Deletes links that have expired, and empties the mails that logging in was asked by; returns how many links.

    Such a mail holds the link itself, so it is not kept longer than the link, sent or not.
    """
    due = select(AccessLink.id).where(AccessLink.expires_at <= now).limit(1)
    old = (
        Message.kind == LOG_IN_MAIL,
        Message.state != MessageState.ERASED,
        Message.created_at <= now - LINK_LIVES[LinkPurpose.LOG_IN],
    )
    # A look first: on SQLite whoever writes keeps everybody else waiting.
    if db.session.scalar(due) is None and db.session.scalar(select(Message.id).where(*old).limit(1)) is None:
        db.session.rollback()
        return 0
    with writing() as session:
        empty = {"recipient": None, "subject": None, "body_text": None, "body_html": None}
        session.execute(update(Message).where(*old).values(state=MessageState.ERASED, **empty))
        result = session.execute(delete(AccessLink).where(AccessLink.expires_at <= now))
        return int(getattr(result, "rowcount", 0))
