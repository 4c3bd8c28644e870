"""Erasing names and addresses when their time is over; the counts and figures stay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Table, select, update
from sqlalchemy.orm import Session

from portal.database import Base, truncate_log, writing
from portal.enquiries.models import Enquiry, EnquiryNote
from portal.enquiries.queries import due_to_be_erased
from portal.enquiries.service import close_silent
from portal.log.service import forget_old
from portal.mail.models import Mailing, Message, MessageState
from portal.personal import Kept
from portal.privacy.queries import MESSAGE_DAYS, ended_activities, old_mailings, personal_columns
from portal.registrations.models import Registration
from portal.registrations.waiting_list import take_turn


@dataclass(frozen=True)
class Erased:
    """What one run erased; `log_lines` are lines of the log older than two years, `mailings` the texts of
    mails to many.
    """

    activities: int
    registrations: int
    messages: int
    enquiries: int = 0
    log_lines: int = 0
    mailings: int = 0


def erase_ended(*, now: datetime) -> Erased:
    """Erases what is due at `now`, one transaction per activity, so that a stop in between loses nothing.

    Which columns go is read from their marks: those kept for some days after the activity, and of an enquiry those
    kept until some time after the answer. An enquiry that nobody answered stays, and stands in its list.
    """
    registrations = messages = 0
    due = ended_activities(now)
    for activity in due:
        with writing() as session:
            take_turn(session, activity.activity_id)  # nobody is written to meanwhile
            ids = select(Registration.id).where(Registration.activity_id == activity.activity_id)
            messages += _erase_messages(session, Message.registration_id.in_(ids))
            registrations += _rows(
                session,
                update(Registration)
                .where(Registration.activity_id == activity.activity_id, Registration.erased_at.is_(None))
                .values(erased_at=now, **_nothing(Registration)),
            )
    with writing() as session:
        loose = Message.registration_id.is_(None) & (Message.created_at < now - timedelta(days=MESSAGE_DAYS))
        messages += _erase_messages(session, loose)
    mailings = _erase_mailings(now)
    enquiries = _erase_enquiries(now)
    with writing() as session:
        log_lines = forget_old(session, now=now)
    if registrations or messages or mailings or enquiries or log_lines:
        truncate_log()
    return Erased(len(due), registrations, messages, enquiries, log_lines, mailings)


def _erase_mailings(now: datetime) -> int:
    """Empties the texts of mails to many; how many got them, and when, stays."""
    ids = old_mailings(now)
    with writing() as session:
        return _rows(session, update(Mailing).where(Mailing.id.in_(ids)).values(**_nothing(Mailing)))


def _erase_enquiries(now: datetime) -> int:
    """Empties what was closed long enough ago; what was answered and then went silent is closed first."""
    close_silent(now=now)
    with writing() as session:
        ids = select(Enquiry.id).where(due_to_be_erased(now))
        _rows(
            session,
            update(EnquiryNote)
            .where(EnquiryNote.enquiry_id.in_(ids))
            .values(**_nothing(EnquiryNote, Kept.AFTER_THE_ANSWER)),
        )
        return _rows(
            session,
            update(Enquiry)
            .where(due_to_be_erased(now))
            .values(erased_at=now, **_nothing(Enquiry, Kept.AFTER_THE_ANSWER)),
        )


def _erase_messages(session: Session, which: Any) -> int:
    # Whoever sends a mail again holds it meanwhile: once all of them are ours, its copy is there to be erased, too.
    session.execute(select(Message.id).where(which, Message.state != MessageState.ERASED).with_for_update())
    return _rows(
        session,
        update(Message)
        .where(which, Message.state != MessageState.ERASED)
        .values(state=MessageState.ERASED, **_nothing(Message)),
    )


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 - for the type checker: an update always is one
    return int(result.rowcount)


def _nothing(model: type[Base], kept: Kept = Kept.DAYS_AFTER_ACTIVITY) -> dict[str, None]:
    """Nothing, for each of the table's columns that is kept no longer than that."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    return {column.name: None for where, column, mark in personal_columns() if where is table and mark.kept is kept}
