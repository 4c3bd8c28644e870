"""Associations: found by their name, or made."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from portal.associations.models import Association
from portal.associations.rules import search_name


def association_named(session: Session, name: str, *, now: datetime) -> Association | None:
    """The association of that name, made where there is none, in the caller's transaction; None for no name.

    Two who make the same one at once get the same: the second insert does nothing.
    """
    name = " ".join(name.split())
    sought = search_name(name)
    if not sought:
        return None
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(
        insert(Association)
        .values(name=name, search_name=sought, created_at=now)
        .on_conflict_do_nothing(index_elements=[Association.search_name])
    )
    return session.scalars(select(Association).where(Association.search_name == sought)).one()
