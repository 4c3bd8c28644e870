"""What is stored about people and associations, read from the tables themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Subquery, Table, func, or_, select
from sqlalchemy.orm import aliased

from portal.activities.models import Activity, ActivityType
from portal.database import Base, db
from portal.enquiries.models import Enquiry
from portal.enquiries.queries import due_to_be_erased
from portal.log.models import LogEntry
from portal.log.service import KEPT
from portal.mail.models import Mailing, Message, MessageState
from portal.personal import Mark
from portal.privacy.words import BASES, FIELDS, PERIODS, PURPOSES, TABLES
from portal.registrations.models import Registration

MESSAGE_DAYS = 30  # a mail that belongs to no registration
MAILING_TEXTS = (Mailing.subject_da, Mailing.subject_en, Mailing.body_da, Mailing.body_en)


@dataclass(frozen=True)
class StoredField:
    """One column in the reader's words."""

    name: Any
    purpose: Any
    basis: Any
    kept: Any


@dataclass(frozen=True)
class StoredTable:
    """One table with its columns about people and associations."""

    title: Any
    fields: list[StoredField]


@dataclass(frozen=True)
class Ended:
    """An activity whose registrations are due to be erased: how many, and with how many mails."""

    activity_id: int
    title: str
    ended_at: datetime
    registrations: int
    messages: int


@dataclass(frozen=True)
class Left:
    """How many rows of a column still hold something about a person or an association."""

    table: str
    column: str
    rows: int


def personal_columns() -> Iterator[tuple[Table, Column[Any], Mark]]:
    """Every column whose mark says that it can hold something about a person or an association."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            mark = column.info.get("personal")
            if mark is not None:
                yield table, column, mark


def stored_tables() -> list[StoredTable]:
    """The page "What we store": every marked column, in the words' order."""
    marks = {(table.name, column.name): mark for table, column, mark in personal_columns()}
    order = [key for key in FIELDS if key in marks] + [key for key in marks if key not in FIELDS]
    found: dict[str, StoredTable] = {}
    for table, column in order:
        mark = marks[table, column]
        # A column that nobody has put in words yet is shown by its own name rather than left out.
        words = StoredField(
            FIELDS.get((table, column), column), PURPOSES[mark.purpose], BASES[mark.basis], PERIODS[mark.kept]
        )
        found.setdefault(table, StoredTable(TABLES.get(table, table), [])).fields.append(words)
    return list(found.values())


def _last_ends() -> Subquery:
    """When the last meeting ended, by the activity where the sign-ups are."""
    meeting = aliased(Activity)
    desk = func.coalesce(meeting.registers_at_id, meeting.id)
    return select(desk.label("desk"), func.max(meeting.ends_at).label("at")).group_by(desk).subquery()


def ended_activities(now: datetime) -> list[Ended]:
    """Activities that ended longer ago than their type keeps names, and still have some.

    For a series with the same group the last meeting's end counts.
    """
    last_end = _last_ends()
    messages = (
        select(Registration.activity_id.label("activity_id"), func.count(Message.id).label("number"))
        .join(Message, Message.registration_id == Registration.id)
        .where(Message.state != MessageState.ERASED)
        .group_by(Registration.activity_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Activity.id,
            Activity.title_da,
            Activity.title_en,
            last_end.c.at,
            ActivityType.retention_days,
            func.count(Registration.id),
            func.coalesce(func.max(messages.c.number), 0),
        )
        .join(ActivityType, ActivityType.id == Activity.type_id)
        .join(last_end, last_end.c.desk == Activity.id)
        .join(Registration, Registration.activity_id == Activity.id)
        .outerjoin(messages, messages.c.activity_id == Activity.id)
        .where(Registration.erased_at.is_(None))
        .group_by(Activity.id, Activity.title_da, Activity.title_en, last_end.c.at, ActivityType.retention_days)
        .order_by(last_end.c.at, Activity.id)
    )
    return [
        Ended(number, title_da or title_en, ended_at, parties, mails)
        for number, title_da, title_en, ended_at, days, parties, mails in rows
        if ended_at + timedelta(days=days) < now
    ]


def old_messages(now: datetime) -> int:
    """Mails that belong to no registration and are older than `MESSAGE_DAYS`."""
    return int(
        db.session.scalar(
            select(func.count(Message.id)).where(
                Message.registration_id.is_(None),
                Message.state != MessageState.ERASED,
                Message.created_at < now - timedelta(days=MESSAGE_DAYS),
            )
        )
        or 0
    )


def old_mailings(now: datetime) -> list[int]:
    """Mails to many whose text is still there and due to go: to an activity's parties when their names go, to
    associations when a mail that belongs to no registration does. Drafts that were never sent are among them.
    """
    last_end = _last_ends()
    rows = db.session.execute(
        select(Mailing.id, Mailing.sent_at, Mailing.created_at, last_end.c.at, ActivityType.retention_days)
        .outerjoin(Activity, Activity.id == Mailing.activity_id)
        .outerjoin(ActivityType, ActivityType.id == Activity.type_id)
        .outerjoin(last_end, last_end.c.desk == func.coalesce(Activity.registers_at_id, Activity.id))
        .where(or_(*(column.is_not(None) for column in MAILING_TEXTS)))
        .order_by(Mailing.id)
    )
    return [
        number
        for number, sent_at, created_at, ended_at, days in rows
        if (ended_at or sent_at or created_at) + timedelta(days=MESSAGE_DAYS if ended_at is None else days) < now
    ]


def old_enquiries(now: datetime) -> int:
    """Enquiries that were closed long enough ago for what was written to be erased."""
    return int(db.session.scalar(select(func.count(Enquiry.id)).where(due_to_be_erased(now))) or 0)


def old_log_lines(now: datetime) -> int:
    """Lines of the log that are older than they are kept."""
    return int(db.session.scalar(select(func.count(LogEntry.id)).where(LogEntry.at < now - KEPT)) or 0)


def personal_data_left() -> list[Left]:
    """What is left about people and associations: rows with something in them, column by column."""
    by_table: dict[Table, list[Column[Any]]] = {}
    for table, column, _mark in personal_columns():
        by_table.setdefault(table, []).append(column)
    found = []
    for table, columns in by_table.items():
        numbers = db.session.execute(select(*(func.count(column) for column in columns))).one()
        found += [Left(table.name, column.name, rows) for column, rows in zip(columns, numbers, strict=True) if rows]
    return found
