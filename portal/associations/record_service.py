"""An association's record and its contacts: written by staff, by the association itself, by an import.

`actor` None is the association itself. Everything is noted in the log, by field names only.
"""

import secrets
from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.associations.drafts import AssociationDraft, ContactDraft, columns_of, contact_draft_of, draft_of
from portal.associations.models import AccessLink, Association, AssociationKind, Contact, District, OtherName, Tag
from portal.associations.my_letters import no_longer_written_to_letter
from portal.associations.rules import search_name
from portal.associations.unsubscribing import take_back_waiting
from portal.database import writing
from portal.errors import RuleError
from portal.log.models import Event
from portal.log.queries import last_writer
from portal.log.service import note
from portal.mail.letter import queue_letter

MOST_CONTACTS = 20  # that an association itself may have: each of them gets mail, whoever it belongs to


def save_association(
    association_id: int | None, draft: AssociationDraft, *, revision: int, actor: User | None, now: datetime
) -> Association:
    """Changes the record that had `revision` when the writer read it, or makes one where `association_id` is None.

    RuleError: `changed_meanwhile` (facts: `revision` and `draft` as they are now, `fields` that differ, `who` wrote
    last), `name_taken`, `cvr_taken` (fact: `other`, its id), `no_name`, `left_before_joined`, `unknown_kind`,
    `unknown_district`, `unknown_tag`, `unknown_association`.
    """
    try:
        with writing() as session:
            return _save(session, association_id, draft, revision, actor, now)
    except IntegrityError:  # somebody else took the name or number at the same moment: PostgreSQL finds out only here
        raise RuleError("name_taken", "name") from None


def _save(
    session: Session, association_id: int | None, draft: AssociationDraft, revision: int, actor: User | None,
    now: datetime,
) -> Association:  # fmt: skip
    name = " ".join(draft.name.split())
    folded = search_name(name)
    if not folded:
        raise RuleError("no_name", "name")
    if draft.forum_until and (draft.forum_since is None or draft.forum_until < draft.forum_since):
        raise RuleError("left_before_joined", "forum_until")
    if association_id is None:
        association = Association(name=name, search_name=folded, revision=0, created_at=now)
        before: AssociationDraft | None = None
    else:
        association = _turn_of(session, association_id, draft, revision)
        before = draft_of(association)
    _check_taken(session, folded, draft.cvr, association_id or 0)
    _check_known(session, draft)
    tags = list(session.scalars(select(Tag).where(Tag.id.in_(draft.tag_ids)).order_by(Tag.position)))
    if len(tags) != len(draft.tag_ids):
        raise RuleError("unknown_tag", "tags")
    renamed_from = association.name if before and association.search_name != folded else None
    for field in fields(AssociationDraft):
        if field.name != "tag_ids":
            setattr(association, field.name, getattr(draft, field.name))
    association.name, association.search_name, association.tags = name, folded, tags
    session.add(association)
    session.flush()
    if renamed_from:
        _keep_name(session, association, renamed_from)
    after = draft_of(association)
    changed = [
        f.name for f in fields(after) if before is not None and getattr(before, f.name) != getattr(after, f.name)
    ]
    if before is None:
        note(session, Event.CREATED, now=now, actor=actor, association_id=association.id)
    elif changed:
        association.changed_at = now
        note(session, Event.CHANGED, now=now, actor=actor, association_id=association.id, subject=", ".join(changed))
    return association


def _turn_of(session: Session, association_id: int, draft: AssociationDraft, revision: int) -> Association:
    """The row, locked until the commit by raising its revision. RuleError where somebody else raised it first."""
    raised = session.scalar(
        update(Association)
        .where(Association.id == association_id)
        .values(revision=Association.revision + 1)
        .returning(Association.revision)
    )
    if raised is None:
        raise RuleError("unknown_association")
    association = session.get_one(Association, association_id, populate_existing=True)
    if raised != revision + 1:
        stored = draft_of(association)
        differ = tuple(f.name for f in fields(draft) if getattr(stored, f.name) != getattr(draft, f.name))
        who = last_writer(session, association_id)
        raise RuleError("changed_meanwhile", revision=raised - 1, draft=stored, fields=differ, who=who)
    return association


def _check_taken(session: Session, folded: str, cvr: str | None, own_id: int) -> None:
    by_name = select(Association.id).where(Association.search_name == folded, Association.id != own_id)
    was = select(OtherName.association_id).where(OtherName.search_name == folded, OtherName.association_id != own_id)
    other = session.scalar(by_name) or session.scalar(was)
    if other is not None:
        raise RuleError("name_taken", "name", other=other)
    if cvr is not None:
        other = session.scalar(select(Association.id).where(Association.cvr == cvr, Association.id != own_id))
        if other is not None:
            raise RuleError("cvr_taken", "cvr", other=other)


def _check_known(session: Session, draft: AssociationDraft) -> None:
    for model, id_, key, field in (
        (AssociationKind, draft.kind_id, "unknown_kind", "kind"),
        (District, draft.district_id, "unknown_district", "district"),
    ):
        if id_ is not None and session.get(model, id_) is None:
            raise RuleError(key, field)


def _keep_name(session: Session, association: Association, former: str) -> None:
    """The former name still finds it, in searches and imports; the name it has now is no other name."""
    session.execute(delete(OtherName).where(OtherName.search_name == association.search_name))
    session.add(OtherName(association_id=association.id, name=former, search_name=search_name(former)))
    session.flush()
    session.expire(association, ["other_names"])


def drop_other_name(association_id: int, name_id: int, *, actor: User, now: datetime) -> None:
    """Forgets a name that it does not go by any more. RuleError `unknown_name`."""
    with writing() as session:
        other = session.get(OtherName, name_id)
        if other is None or other.association_id != association_id:
            raise RuleError("unknown_name")
        session.delete(other)
        note(session, Event.CHANGED, now=now, actor=actor, association_id=association_id, subject="other_names")


def add_contact(association_id: int, draft: ContactDraft, *, actor: User | None, now: datetime) -> Contact:
    """A further contact, the last in line. What the association itself writes is confirmed by that.

    RuleError: `address_taken`, `unknown_association`, `too_many_contacts` (more than `MOST_CONTACTS` of its own).
    """
    try:
        with writing() as session:
            if session.get(Association, association_id) is None:
                raise RuleError("unknown_association")
            _check_address(session, association_id, draft.email, 0)
            kept = select(func.count(), func.max(Contact.position)).where(Contact.association_id == association_id)
            number, last = session.execute(kept).one()
            if actor is None and number >= MOST_CONTACTS:
                raise RuleError("too_many_contacts")
            contact = Contact(
                association_id=association_id, **columns_of(draft), position=0 if last is None else last + 1,
                session_key=secrets.token_urlsafe(24), created_at=now, confirmed_at=now if actor is None else None,
                unsubscribed_at=now if draft.unsubscribed else None,
            )  # fmt: skip
            session.add(contact)
            note(session, Event.CONTACT_ADDED, now=now, actor=actor, association_id=association_id)
            return contact
    except IntegrityError:
        raise RuleError("address_taken", "email") from None


def change_contact(
    contact_id: int, draft: ContactDraft, *, actor: User | None, now: datetime, began: ContactDraft | None = None
) -> Contact:
    """Changes a contact. A new mailbox logs the old one out and ends the links that are out to it.

    `began` is the contact as the writer read it. RuleError: `changed_meanwhile` (facts: `draft` as it is now,
    `fields` that differ, `who` None), `address_taken`, `unknown_contact` (removed meanwhile).
    """
    try:
        with writing() as session:
            contact = _locked(session, contact_id)
            before, columns = contact_draft_of(contact), columns_of(draft)
            wish = before.unsubscribed if draft.unsubscribed is None else draft.unsubscribed
            after = ContactDraft(**columns, unsubscribed=wish)
            changed = [f.name for f in fields(after) if getattr(before, f.name) != getattr(after, f.name)]
            if began is not None and began != before and changed:
                raise RuleError("changed_meanwhile", draft=before, fields=tuple(changed), who=None)
            _check_address(session, contact.association_id, after.email, contact.id)
            for name, value in columns.items():
                setattr(contact, name, value)
            if "unsubscribed" in changed:
                contact.unsubscribed_at = now if after.unsubscribed else None
                if after.unsubscribed:
                    take_back_waiting(session, contact, before.email, now=now)
            if "email" in changed:
                contact.session_key, contact.confirmed_at, contact.asked_at = secrets.token_urlsafe(24), None, None
                session.execute(delete(AccessLink).where(AccessLink.contact_id == contact.id))
                _tell_former(session, contact.association, before.email, actor=actor, now=now)
            if actor is None:
                contact.confirmed_at = now
            if changed:
                note(session, Event.CONTACT_CHANGED, now=now, actor=actor,
                     association_id=contact.association_id, subject=", ".join(changed))  # fmt: skip
            return contact
    except IntegrityError:
        raise RuleError("address_taken", "email") from None


def remove_contact(contact_id: int, *, actor: User | None, now: datetime) -> None:
    """Removes a contact; links that are out to it are dead at once, and it is logged out.

    RuleError: `last_contact` where the association itself would remove the only one, `unknown_contact`.
    """
    with writing() as session:
        contact = _locked(session, contact_id)
        siblings = select(func.count()).where(Contact.association_id == contact.association_id)
        if actor is None and session.scalar(siblings) == 1:
            raise RuleError("last_contact")
        session.execute(delete(AccessLink).where(AccessLink.contact_id == contact.id))
        note(session, Event.CONTACT_REMOVED, now=now, actor=actor, association_id=contact.association_id)
        _tell_former(session, contact.association, contact.email, actor=actor, now=now)
        session.delete(contact)


def _tell_former(session: Session, association: Association, email: str, *, actor: User | None, now: datetime) -> None:
    """Writes to a mailbox that the association itself gave up, since a link in mail may be in other hands."""
    if actor is None:
        letter = no_longer_written_to_letter(association.name, association.language)
        queue_letter(session, letter, email, association.language, now=now, association_id=association.id)


def confirm_contact(contact_id: int, *, now: datetime, actor: User | None = None) -> Contact:
    """Notes that the contact said that it is right. RuleError `unknown_contact`."""
    with writing() as session:
        contact = _locked(session, contact_id)
        contact.confirmed_at = now
        note(session, Event.CONFIRMED, now=now, actor=actor, association_id=contact.association_id)
        return contact


def _locked(session: Session, contact_id: int) -> Contact:
    """The contact, with its association's row locked until the commit, so that two cannot remove the last two."""
    found = session.get(Contact, contact_id)
    if found is None:
        raise RuleError("unknown_contact")
    session.execute(
        update(Association).where(Association.id == found.association_id).values(revision=Association.revision)
    )
    contact = session.get(Contact, contact_id, populate_existing=True)
    if contact is None:
        raise RuleError("unknown_contact")
    return contact


def _check_address(session: Session, association_id: int, email: str, own_id: int) -> None:
    same = select(Contact.id).where(Contact.association_id == association_id, Contact.email == email.lower())
    if session.scalar(same.where(Contact.id != own_id)) is not None:
        raise RuleError("address_taken", "email")
