"""Reading the address book: one association with all that its page shows, kinds, tags, segments."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.functions import GenericFunction

from portal.associations.models import Association, AssociationKind, Contact, Segment, Tag
from portal.database import db

IN_FULL = (
    joinedload(Association.kind),
    joinedload(Association.district),
    selectinload(Association.tags),
    selectinload(Association.contacts),
    selectinload(Association.other_names),
)


class BinaryOrder(GenericFunction[str]):
    """A text compared by its characters' numbers alone, whatever order the database's own language has."""

    name = "binary_order"
    inherit_cache = True


@compiles(BinaryOrder)
def _as_it_is(element: Any, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))


@compiles(BinaryOrder, "postgresql")
def _collated(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f'({compiler.process(element.clauses, **kwargs)}) COLLATE "C"'


def in_danish_order(text: Any) -> ColumnElement[str]:
    """What to order a column by so that æ, ø and å come last and case makes no difference."""
    for letters, place in (("Ææ", "{"), ("Øø", "|"), ("Åå", "}")):
        for letter in letters:
            text = func.replace(text, letter, place)
    return BinaryOrder(func.lower(text))


def association_by_id(association_id: int) -> Association | None:
    """The association with all its page shows, None where there is none."""
    return db.session.scalar(select(Association).where(Association.id == association_id).options(*IN_FULL))


def names_of(association_ids: Iterable[int]) -> dict[int, str]:
    """The names of these associations, in one query."""
    query = select(Association.id, Association.name).where(Association.id.in_(set(association_ids)))
    return {row.id: row.name for row in db.session.execute(query)}


def contact_of(association_id: int, contact_id: int) -> Contact | None:
    """One of its contacts, None where it has no such contact."""
    query = select(Contact).where(Contact.id == contact_id, Contact.association_id == association_id)
    return db.session.scalar(query.options(joinedload(Contact.association).joinedload(Association.kind)))


def association_kinds() -> Sequence[AssociationKind]:
    """The kinds in their order."""
    return db.session.scalars(select(AssociationKind).order_by(AssociationKind.position, AssociationKind.id)).all()


def tags(*, active_only: bool = True) -> Sequence[Tag]:
    """The tags in their order."""
    query = select(Tag).order_by(Tag.position, Tag.id)
    return db.session.scalars(query.where(Tag.active) if active_only else query).all()


def segments() -> Sequence[Segment]:
    """The saved searches, by name."""
    query: Select[Segment] = select(Segment).options(joinedload(Segment.created_by))
    return db.session.scalars(query.order_by(in_danish_order(Segment.name))).all()
