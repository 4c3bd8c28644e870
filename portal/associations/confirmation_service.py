"""The yearly question "is this still right?", and its answer without a password."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from portal.associations.access_links import new_link, use_link
from portal.associations.drafts import ContactDraft
from portal.associations.models import Association, Contact
from portal.associations.my_letters import confirm_letter
from portal.associations.record_service import change_contact, confirm_contact
from portal.associations.rules import ASK_AGAIN_AFTER, CONFIRM_EVERY, LinkPurpose
from portal.associations.unsubscribing import unsubscribe_address
from portal.database import db, writing
from portal.mail.letter import queue_letter


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Nobody said for a year that the contact is right, we have not asked lately, and it wants to be asked."""
    return and_(
        func.coalesce(Contact.confirmed_at, Contact.created_at) < now - CONFIRM_EVERY,
        or_(Contact.asked_at.is_(None), Contact.asked_at < now - ASK_AGAIN_AFTER),
        Contact.unsubscribed_at.is_(None),
        Contact.association_id.in_(select(Association.id).where(Association.active)),
    )


def ask_to_confirm(*, now: datetime) -> int:
    """Mails the question to each contact that is due; returns how many.

    A contact is claimed by the statement that notes the asking, with its mail in the same commit: of several workers
    one asks, and one that stops in between leaves the rest for the next run.
    """
    asked = 0
    due = list(db.session.scalars(select(Contact.id).where(_is_due(now)).order_by(Contact.id)))
    for number in due:
        with writing() as session:
            claim = update(Contact).where(Contact.id == number, _is_due(now)).values(asked_at=now)
            # What the session knows is not brought up to date by the statement: the row is read anew below.
            claim = claim.execution_options(synchronize_session=False)
            claimed = session.scalar(claim.returning(Contact.id))
            if claimed is None:
                continue
            contact = session.get_one(Contact, claimed, populate_existing=True)
            lang = contact.association.language
            token = new_link(session, contact, LinkPurpose.CONFIRM, now=now)
            letter = replace(confirm_letter(contact, token, lang), unsubscribe=unsubscribe_address(contact, lang))
            queue_letter(session, letter, contact.email, lang, now=now, association_id=contact.association_id)
            asked += 1
    return asked


def confirm_by_link(
    token: str, draft: ContactDraft | None, *, now: datetime, began: ContactDraft | None = None
) -> None:
    """Notes that the contact is right, or corrects it where `draft` is given; the link is used up by it.

    `began` is the contact as the writer read it.

    RuleError as `use_link` and `change_contact`; then the link stays as it was.
    """
    with writing() as session:
        contact = use_link(session, token, LinkPurpose.CONFIRM, now=now)
        if draft is not None:
            change_contact(contact.id, draft, actor=None, now=now, began=began)
        confirm_contact(contact.id, now=now)
