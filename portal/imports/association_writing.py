"""Writes a planned address book: a few statements for each table, however many rows there are."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.associations.charter_models import CharterAnswer
from portal.associations.models import AccessLink, Association, Contact, OtherName, association_tag
from portal.associations.rules import CharterAnswerKind, search_name
from portal.imports.address_book import AddressBook, Known, KnownContact, contacts_to_write
from portal.imports.association_plan import OWN_FIELDS
from portal.log.models import Event, LogEntry

BATCH = 1_000


def write_book(session: Session, book: AddressBook, *, actor: User | None, now: datetime, today: date) -> None:
    """Writes what the plan put into the book, in the caller's transaction, and notes it in the log.

    `actor` None is the command; `today` is the day on which charters count as accepted.
    """
    touched = [known for known in book.all if known.touched]
    _add_associations(session, [known for known in touched if known.id is None], now)
    _change_associations(session, [known for known in touched if known.id is not None], book, now)
    _add_belongings(session, touched, book, actor, now, today)
    _write_contacts(session, touched, now)
    _all(session, LogEntry, (_log_entry(known, actor, now) for known in touched))


def _all(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Inserts rows, so many at a time."""
    listed = list(rows)
    for start in range(0, len(listed), BATCH):
        session.execute(insert(table), listed[start : start + BATCH])


def _add_associations(session: Session, new: Sequence[Known], now: datetime) -> None:
    for start in range(0, len(new), BATCH):
        part = new[start : start + BATCH]
        rows = [
            {
                "name": known.name, "search_name": known.folded, "revision": 0, "created_at": now,
                **{field: getattr(known, field) for field in OWN_FIELDS},
            }
            for known in part
        ]  # fmt: skip
        added = session.execute(insert(Association).returning(Association.search_name, Association.id), rows)
        ids: dict[str, int] = {row.search_name: row.id for row in added}
        for known in part:
            known.id = ids[known.folded]


def _change_associations(session: Session, changed: Sequence[Known], book: AddressBook, now: datetime) -> None:
    rows = [
        {
            "id": known.id, "revision": known.revision + 1, "changed_at": now, "forum_until": known.forum_until,
            **{field: getattr(known, field) for field in OWN_FIELDS},
        }
        for known in changed
    ]  # fmt: skip
    if rows:
        session.execute(update(Association), rows)
    names = [
        {"association_id": known.id, "name": name, "search_name": search_name(name)}
        for known in book.all
        for name in known.new_names
    ]
    _all(session, OtherName, names)


def _add_belongings(
    session: Session, touched: Sequence[Known], book: AddressBook, actor: User | None, now: datetime, today: date
) -> None:
    tags = ({"association_id": known.id, "tag_id": tag} for known in touched for tag in known.new_tag_ids)
    _all(session, association_tag, tags)
    answers = (
        {
            "association_id": known.id, "version_id": book.version_id, "answer": CharterAnswerKind.ACCEPTED,
            "role": known.new_answer_role, "answered_on": today, "recorded_by_id": actor.id if actor else None,
            "created_at": now, "own": False,
        }
        for known in touched
        if known.new_answer_role is not None
    )  # fmt: skip
    _all(session, CharterAnswer, answers)


def _write_contacts(session: Session, touched: Sequence[Known], now: datetime) -> None:
    added, changed, moved = [], [], []
    for known, contact in contacts_to_write(touched):
        if contact.id is None:
            known.last_position += 1
            added.append({"association_id": known.id, "position": known.last_position, "created_at": now,
                          "session_key": secrets.token_urlsafe(24), **_values(contact)})  # fmt: skip
        else:
            changed.append({"id": contact.id, **_values(contact)})
            if contact.moved:
                moved.append(contact.id)
    _all(session, Contact, added)
    if changed:
        session.execute(update(Contact), changed)
    if moved:  # as in record_service.change_contact: whoever has the old mailbox is out at once
        fresh = [{"id": id_, "session_key": secrets.token_urlsafe(24), "confirmed_at": None, "asked_at": None}
                 for id_ in moved]  # fmt: skip
        session.execute(update(Contact), fresh)
        for start in range(0, len(moved), BATCH):
            session.execute(delete(AccessLink).where(AccessLink.contact_id.in_(moved[start : start + BATCH])))


def _values(contact: KnownContact) -> dict[str, Any]:
    return {"role": contact.role, "name": contact.name or None, "email": contact.email, "phone": contact.phone or None}


def _log_entry(known: Known, actor: User | None, now: datetime) -> dict[str, Any]:
    return {
        "at": now, "event": Event.IMPORTED, "user_id": actor.id if actor else None, "association_id": known.id,
        "subject": ", ".join(sorted(known.written)),
    }  # fmt: skip
