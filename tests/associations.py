"""Makes associations with a contact, and logs in for one."""

import secrets
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.associations.access_links import new_link
from portal.associations.models import Association, AssociationKind, Contact, District, OtherName
from portal.associations.rules import LinkPurpose, search_name
from portal.database import db, writing


def kind_of(key: str) -> AssociationKind:
    """The kind of association with that key."""
    return db.session.scalars(select(AssociationKind).where(AssociationKind.key == key)).one()


def make_association(
    name: str = "Kvindenetværket Kanelblomst", kind: str = "network", district: str | None = "bispebjerg", **values: Any
) -> Association:
    """An association with one contact, `kontakt@<its last word>.example`, in the role Forkvinde; `values` are columns.

    `email=None` leaves the contact out.
    """
    word = search_name(name).split()[-1]
    email = values.pop("email", f"kontakt@{word}.example")
    now = clock.now()
    with writing() as session:
        association = Association(
            name=name,
            search_name=search_name(name),
            kind_id=session.scalars(select(AssociationKind.id).where(AssociationKind.key == kind)).one(),
            district_id=session.scalar(select(District.id).where(District.key == district)) if district else None,
            created_at=now,
            **values,
        )
        if email:
            association.contacts.append(
                Contact(role="Forkvinde", email=email, session_key=secrets.token_urlsafe(24), created_at=now)
            )
        session.add(association)
    return association


def enter_as(client: Any, association: Association) -> Contact:
    """Logs the client in for the association's first contact, as the mailed link does."""
    contact = association.contacts[0]
    with client.session_transaction() as session:
        session.clear()
        session["contact"] = contact.session_key
    return contact


def address_book_rows(association: Association) -> dict[str, int]:
    """A second contact and another name, by the names that addresses have for their numbers."""
    with writing() as session:
        contact = Contact(
            association_id=association.id, role="Kasserer", email="kasserer@kanelblomst.example", position=1,
            session_key=secrets.token_urlsafe(24), created_at=clock.now(),
        )  # fmt: skip
        other = OtherName(association_id=association.id, name="Kanelen", search_name="kanelen")
        session.add_all([contact, other])
    return {"contact_id": contact.id, "name_id": other.id}


def mailed_links(association: Association) -> dict[str, str]:
    """A token for each page that a mailed link leads to, by the view's endpoint."""
    purposes = {
        LinkPurpose.LOG_IN: ("enter", "use_token"),
        LinkPurpose.CONFIRM: ("confirm", "confirm_yes"),
        LinkPurpose.CHARTER: ("answer_charter",),
    }
    with writing() as session:
        contact = session.get_one(Association, association.id).contacts[0]
        return {
            f"my_association.{view}": new_link(session, contact, purpose, now=clock.now())
            for purpose, views in purposes.items()
            for view in views
        }
