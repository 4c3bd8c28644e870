"""Everything that is stored about one association, read from the tables themselves by their foreign keys.

A new table that points to an association, or to something of an association's, is here without a word more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.associations.models import Contact
from portal.database import Base, db
from portal.personal import Kept

START = "association"
# Activities are shared: what hangs on one (other parties' registrations, other associations' invitations) is not
# this association's. The activity itself is shown where the association holds it with us.
SHARED = {"activity"}
SECRETS = {"session_key", "token_hash", "reference", "submission", "link_key", "password_hash", "token"}
# What people told about themselves when they signed up or asked, in the association's name perhaps. Shown where they
# wrote from one of its mailboxes; anybody else sees it behind the link in their own mail.
TOLD_BY_PEOPLE = {Kept.DAYS_AFTER_ACTIVITY, Kept.AFTER_THE_ANSWER}
ABOUT_US_ALL_THE_SAME = {
    ("registration", "association_name"),
    ("registration", "age_band"),
    ("enquiry", "organisation"),
}
MAILBOX = {"registration": "email", "enquiry": "email", "message": "recipient"}
WRITTEN_UNDER = {"enquiry_note": ("enquiry_id", "enquiry")}
# A row of a spreadsheet that is probably an association's may be somebody else's, with their mailbox and name, until
# staff say that it is the same.
ONLY_WHERE: Mapping[str, Callable[[Table], ColumnElement[bool]]] = {
    "upload_row": lambda table: or_(table.c.outcome != "probably_same", table.c.take == "same"),
}
NAMES = ("name", "title", "number", "role")


@dataclass(frozen=True)
class StoredRow:
    """One row: its columns' values; `withheld` are those that somebody else told about themselves."""

    values: dict[str, Any]
    withheld: frozenset[str]


@dataclass(frozen=True)
class StoredRows:
    """The rows of one table that are about the association, the newest first; `total` is how many there are."""

    table: Table
    rows: Sequence[StoredRow]
    total: int


def reach(association_id: int) -> dict[str, ColumnElement[bool]]:
    """Which rows of which table lead to the association by foreign keys, by the table's name, parents first."""
    found: dict[str, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name == START:
            found[START] = table.c.id == association_id
            continue
        ways = []
        for column in table.columns:
            for key in column.foreign_keys:
                parent = key.column.table
                if parent is not table and parent.name in found and parent.name not in SHARED:
                    ways.append(column.in_(select(key.column).where(found[parent.name])))
        if ways:
            sure = ONLY_WHERE.get(table.name)
            found[table.name] = and_(or_(*ways), sure(table)) if sure else or_(*ways)
    return found


def stored_about(association_id: int, most: int | None = None) -> Iterator[StoredRows]:
    """Every table with something about the association in it, at most so many rows of each where `most` is given."""
    session: Session = db.session()
    mailboxes = {
        email.lower()
        for email in session.scalars(select(Contact.email).where(Contact.association_id == association_id))
    }
    ways = reach(association_id)
    for table in Base.metadata.sorted_tables:
        if table.name not in ways:
            continue
        total = int(session.scalar(select(func.count()).select_from(table).where(ways[table.name])) or 0)
        if not total:
            continue
        newest = [column.desc() for column in table.primary_key]
        query = select(table).where(ways[table.name]).order_by(*newest).limit(most)
        told_elsewhere = _told_elsewhere(session, table, ways, mailboxes)
        rows = [
            StoredRow(dict(row._mapping), _withheld(table, row, association_id, mailboxes, told_elsewhere))
            for row in session.execute(query)
        ]
        yield StoredRows(table, rows, total)


def _told_by_people(column: Column[Any]) -> bool:
    mark = column.info.get("personal")
    return mark is not None and mark.kept in TOLD_BY_PEOPLE


def _told_elsewhere(
    session: Session, table: Table, ways: dict[str, ColumnElement[bool]], mailboxes: set[str]
) -> set[Any]:  # fmt: skip
    """For a table whose rows are written under another's: the parents that somebody else wrote."""
    if table.name not in WRITTEN_UNDER:
        return set()
    parent = Base.metadata.tables[WRITTEN_UNDER[table.name][1]]
    email = parent.c[MAILBOX[parent.name]]
    query = select(parent.c.id).where(ways[parent.name], email.is_not(None), func.lower(email).not_in(mailboxes))
    return set(session.scalars(query))


def _withheld(
    table: Table, row: Row[Any], association_id: int, mailboxes: set[str], told_elsewhere: set[Any]
) -> frozenset[str]:  # fmt: skip
    values = row._mapping
    if table.name in MAILBOX:
        written_to_it = table.name == "message" and values["association_id"] == association_id
        address = values[MAILBOX[table.name]]
        theirs = address is not None and address.lower() not in mailboxes and not written_to_it
    elif table.name in WRITTEN_UNDER:
        theirs = values[WRITTEN_UNDER[table.name][0]] in told_elsewhere
    else:
        theirs = False
    if not theirs:
        return frozenset()
    return frozenset(
        column.name
        for column in table.columns
        if _told_by_people(column)
        and (table.name, column.name) not in ABOUT_US_ALL_THE_SAME
        and column.name not in SECRETS
        and values[column.name] is not None
    )


def pointed_at(found: Sequence[StoredRows], lang: str) -> dict[tuple[str, Any], str]:
    """The names of what the rows point at, by table and id, in a language; one query for each table pointed at."""
    wanted: dict[str, set[Any]] = {}
    for stored in found:
        for column in stored.table.columns:
            for key in column.foreign_keys:
                ids = {row.values[column.name] for row in stored.rows} - {None}
                wanted.setdefault(key.column.table.name, set()).update(ids)
    names: dict[tuple[str, Any], str] = {}
    for name, ids in wanted.items():
        table = Base.metadata.tables[name]
        other = "en" if lang == "da" else "da"
        columns = [
            table.c[column]
            for plain in NAMES
            for column in (plain, f"{plain}_{lang}", f"{plain}_{other}")
            if column in table.c and not _told_by_people(table.c[column])
        ]
        if not ids or not columns:
            continue
        [number] = table.primary_key.columns
        for row in db.session.execute(select(number, *columns).where(number.in_(ids))):
            said = next((str(value) for value in row[1:] if value not in (None, "")), "")
            if said:
                names[name, row[0]] = said
    return names
