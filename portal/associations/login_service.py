"""Logging in for an association: links to its mailbox, and what a link does."""

import secrets
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from portal.associations.access_links import new_link, use_link
from portal.associations.models import AccessLink, Association, Contact
from portal.associations.my_letters import log_in_letter
from portal.associations.rules import LinkPurpose
from portal.database import db, writing
from portal.log.models import Event
from portal.log.service import note
from portal.mail.letter import queue_letter

MOST_OPEN_LINKS = 5  # to one contact at a time, so that nobody's mailbox can be flooded; those five still work


def ask_for_links(email: str, lang: str, *, now: datetime) -> None:
    """Mails a link for each active association that has this mailbox; one mail, in the language of the page.

    Where there is none, the same letter is written and taken out again before the commit, so that the answer comes as
    late as it would have: how long it takes tells nobody whether the address is known.
    """
    address = email.strip().lower()
    with writing() as session:
        still_open = (
            select(func.count(AccessLink.id))
            .where(
                AccessLink.contact_id == Contact.id,
                AccessLink.purpose == LinkPurpose.LOG_IN,
                AccessLink.used_at.is_(None),
                AccessLink.expires_at > now,
            )
            .correlate(Contact)
            .scalar_subquery()
        )
        contacts = session.scalars(
            select(Contact)
            .join(Contact.association)
            .where(Contact.email == address, Association.active, still_open < MOST_OPEN_LINKS)
            .options(joinedload(Contact.association))
            .order_by(Association.search_name)
        ).all()
        rooms = [
            (contact.association.name, new_link(session, contact, LinkPurpose.LOG_IN, now=now)) for contact in contacts
        ]
        letter = log_in_letter(rooms or [("x" * 30, "x" * 43)], lang)
        only = contacts[0].association_id if len(contacts) == 1 else None
        message = queue_letter(session, letter, address, lang, now=now, association_id=only)
        session.flush()
        if not rooms and message is not None:
            session.delete(message)


def log_in(token: str, *, now: datetime) -> Contact:
    """Uses a link up and returns the contact that it lets in. RuleError `used`, `expired`, `unknown`."""
    with writing() as session:
        contact = use_link(session, token, LinkPurpose.LOG_IN, now=now)
        note(session, Event.LOGGED_IN, now=now, actor=None, association_id=contact.association_id)
    db.session.refresh(contact)
    return contact


def log_out_everywhere(contact_id: int) -> None:
    """Ends every session of a contact: a copy of its cookie is worth nothing afterwards."""
    with writing() as session:
        session.execute(update(Contact).where(Contact.id == contact_id).values(session_key=secrets.token_urlsafe(24)))
