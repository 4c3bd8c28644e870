"""Associations: found by their name, or made."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.associations.models import Association, OtherName
from portal.associations.rules import search_name
from portal.log.models import Event
from portal.log.service import note


def find_association(session: Session, name: str) -> Association | None:
    """The association that goes or went by that name, None where there is none."""
    sought = search_name(name)
    if not sought:
        return None
    by_name = select(Association).where(Association.search_name == sought)
    earlier = select(Association).join(OtherName).where(OtherName.search_name == sought)
    return session.scalar(by_name) or session.scalar(earlier)


def association_named(session: Session, name: str, *, now: datetime) -> Association | None:
    """The association of that name, also an earlier one of its names, made where there is none; None for no name.

    It is in the caller's transaction.

    Two who make the same one at once get the same: the second insert does nothing.
    """
    name = " ".join(name.split())
    sought = search_name(name)
    if not sought:
        return None
    known = find_association(session, name)
    if known is not None:
        return known
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(
        insert(Association)
        .values(name=name, search_name=sought, created_at=now)
        .on_conflict_do_nothing(index_elements=[Association.search_name])
    )
    return session.scalars(select(Association).where(Association.search_name == sought)).one()


def put_down(session: Session, name: str, *, actor: User, now: datetime) -> Association | None:
    """As `association_named`; one that is made is noted in the log."""
    is_new = find_association(session, name) is None
    association = association_named(session, name, now=now)
    if association is not None and is_new:
        note(session, Event.CREATED, now=now, actor=actor, association_id=association.id)
    return association
