"""No more invitations and news to a mailbox: the link in such mail, what it says, and taking it back.

The link does this one thing, for one contact and as long as it has that mailbox; it needs no login, and lets nobody in.
"""

from datetime import datetime

from itsdangerous import Signer
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.associations.models import Association, Contact
from portal.database import db, writing
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.service import note
from portal.mail.models import Message, MessageState
from portal.mail.queries import in_no_hands
from portal.web.addresses import LARGEST
from portal.web.links import link_to, signing_key


def _signer(mailbox: str) -> Signer:
    """Signs for one mailbox, without a word of it in the token: whoever sees the address learns nobody's."""
    return Signer(signing_key(), salt=f"unsubscribe:{mailbox}")


def unsubscribe_token(contact: Contact) -> str:
    """The token in the contact's link; it ends when the mailbox changes."""
    return _signer(contact.email).sign(str(contact.id)).decode()


def unsubscribe_address(contact: Contact, lang: str) -> str:
    """The absolute address by which the contact asks for no more invitations and news, for `Letter.unsubscribe`."""
    return link_to("unsubscribing.show", lang, token=unsubscribe_token(contact))


def contact_of_token(token: str) -> Contact | None:
    """The contact with its association; None for a token that was not made here, or for another mailbox."""
    number = token.partition(".")[0]
    # The number only says where to look: the mailbox found there must be the one that the token was signed for.
    if not (number.isascii() and number.isdigit() and len(number) < 11 and 0 < int(number) <= LARGEST):
        return None
    query = select(Contact).where(Contact.id == int(number)).options(joinedload(Contact.association))
    contact = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return contact if contact is not None and _signer(contact.email).validate(token) else None


def unsubscribe(token: str, *, now: datetime) -> Contact:
    """Notes that the mailbox wants no more invitations and news; once more changes nothing.

    RuleError `unknown_link`.
    """
    return _decide_by_link(token, False, now)


def subscribe_again(token: str, *, now: datetime) -> Contact:
    """Takes it back. RuleError `unknown_link`."""
    return _decide_by_link(token, True, now)


def _decide_by_link(token: str, wanted: bool, now: datetime) -> Contact:
    found = contact_of_token(token)
    if found is None:
        raise RuleError("unknown_link")
    holder = found.association_id
    with writing() as session:
        # Whoever changes or removes a contact holds its association first, so this does too: neither waits for ever.
        session.execute(update(Association).where(Association.id == holder).values(revision=Association.revision))
        contact = contact_of_token(token)
        if contact is None:
            raise RuleError("unknown_link")
        choose_news(session, contact, wanted, actor=None, now=now)
        return contact


def choose_news(session: Session, contact: Contact, wanted: bool, *, actor: User | None, now: datetime) -> bool:
    """Puts down, in the caller's transaction, whether the contact wants invitations and news; whether that is a change.

    The caller holds the contact's association.
    """
    if wanted == (contact.unsubscribed_at is None):
        return False
    contact.unsubscribed_at = None if wanted else now
    note(
        session, Event.CONTACT_CHANGED, now=now, actor=actor, association_id=contact.association_id,
        subject="unsubscribed",
    )  # fmt: skip
    if not wanted:
        take_back_waiting(session, contact, contact.email, now=now)
    return True


def take_back_waiting(session: Session, contact: Contact, mailbox: str, *, now: datetime) -> None:
    """Takes mail to many to the contact's mailbox out of the outbox: a long one is on its way for hours.

    What a worker has at this moment still goes out. An invitation stays: that it went by mail is noted with it.
    """
    gone = session.scalars(
        delete(Message)
        .where(
            Message.association_id == contact.association_id,
            Message.mailing_id.is_not(None),
            Message.state == MessageState.QUEUED,
            func.lower(Message.recipient) == mailbox.lower(),
            in_no_hands(now),
        )
        .returning(Message.mailing_id)
        .execution_options(synchronize_session=False)
    ).all()
    holder = Message.association_id == contact.association_id
    for number in gone:
        if session.scalar(select(Message.id).where(holder, Message.mailing_id == number).limit(1)) is None:
            note(
                session, Event.WROTE, now=now, actor=None, association_id=contact.association_id,
                subject="mailing_stopped",
            )  # fmt: skip


def still_wanted(address: str) -> bool:
    """Whether the contact behind such an address is still one, and wants invitations and news."""
    contact = contact_of_token(address.rpartition("/")[2])
    return contact is not None and contact.unsubscribed_at is None
