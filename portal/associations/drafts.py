"""What can be decided about an association and about a contact, apart from the tables that keep it."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from portal.associations.models import Association, Contact


@dataclass(frozen=True)
class AssociationDraft:
    """All that can be decided about an association. `cvr` is eight digits or None, `web_page` has its scheme."""

    name: str
    kind_id: int | None = None
    district_id: int | None = None
    cvr: str | None = None
    web_page: str = ""
    language: str = "da"
    tag_ids: frozenset[int] = frozenset()
    can_host: bool = False
    forum_since: date | None = None
    forum_until: date | None = None
    active: bool = True


@dataclass(frozen=True)
class ContactDraft:
    """A contact: a role and a mailbox; `phone` is E.164. `unsubscribed` None leaves that as it is."""

    role: str
    email: str
    name: str | None = None
    phone: str | None = None
    unsubscribed: bool | None = None


def draft_of(association: Association) -> AssociationDraft:
    """The record as it stands, to change with `dataclasses.replace`."""
    given = {f.name: getattr(association, f.name) for f in fields(AssociationDraft) if f.name != "tag_ids"}
    return AssociationDraft(**given, tag_ids=frozenset(tag.id for tag in association.tags))


def contact_draft_of(contact: Contact) -> ContactDraft:
    """The contact as it stands."""
    return ContactDraft(contact.role, contact.email, contact.name, contact.phone, contact.unsubscribed_at is not None)


def columns_of(draft: ContactDraft) -> dict[str, Any]:
    """The draft's values as they are kept: a mailbox in small letters, so that it is found however it is typed."""
    return {
        "role": " ".join(draft.role.split()),
        "email": draft.email.lower(),
        "name": draft.name or None,
        "phone": draft.phone or None,
    }
