"""Who is logged in for an association: a contact, by a link that went to its mailbox."""

from typing import Any

from flask import g, session
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.local import LocalProxy

from portal.associations.models import Association, Contact
from portal.database import db

KEY = "contact"  # in the session: the contact's session key, so that a removed contact or mailbox is out at once


def logged_in_contact() -> Contact | None:
    """The contact of this session with its association, None where nobody is logged in for one. One query a request."""
    key = session.get(KEY)
    if not isinstance(key, str):
        return None
    if not _is_known(key):
        g.contact = db.session.scalars(
            select(Contact)
            .join(Association)
            .where(Contact.session_key == key, Association.active)
            .options(joinedload(Contact.association))
        ).one_or_none()
    return g.contact  # type: ignore[no-any-return]


def _is_known(key: str) -> bool:
    """Whether this request has found the session's contact already, and it is still there."""
    try:
        return g.get("contact") is not None and g.contact.session_key == key
    except ObjectDeletedError:  # removed while this request ran
        return False


current_contact: Any = LocalProxy(logged_in_contact)


def enter(contact: Contact) -> None:
    """Logs this browser in for the contact's association; whoever was logged in before is out."""
    session.clear()
    session[KEY] = contact.session_key


def leave() -> None:
    """Logs this browser out."""
    session.clear()
    g.pop("contact", None)
