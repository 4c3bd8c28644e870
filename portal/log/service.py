"""Writing the log, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.database import db, writing
from portal.log.models import Event, LogEntry

LOOKED_AGAIN_AFTER = timedelta(hours=1)
KEPT = timedelta(days=730)


def note(
    session: Session, event: Event, *, now: datetime, actor: User | None, association_id: int | None = None,
    subject: str = "",
) -> None:  # fmt: skip
    """Adds a line, in the caller's transaction. `actor` None is the association itself."""
    session.add(
        LogEntry(
            at=now, event=event, user_id=actor.id if actor else None, association_id=association_id,
            subject=subject[:500],
        )
    )  # fmt: skip


def note_each(
    session: Session, event: Event, association_ids: Sequence[int], *, now: datetime, actor: User | None,
    subject: str = "",
) -> None:  # fmt: skip
    """As `note`, a line for each of many associations, with one statement."""
    user_id = actor.id if actor else None
    lines = [LogEntry(at=now, event=event, user_id=user_id, association_id=number, subject=subject[:500])
             for number in association_ids]  # fmt: skip
    session.bulk_save_objects(lines)


def note_export(subject: str, *, actor: User, now: datetime) -> None:
    """Notes that a member of staff took many associations out in a file; a line of its own, under none of them."""
    with writing() as session:
        note(session, Event.EXPORTED, now=now, actor=actor, subject=subject)


def note_look(association_id: int, *, actor: User, now: datetime) -> None:
    """Notes that a member of staff looked at an association's page, once an hour for each."""
    recent = select(LogEntry.id).where(
        LogEntry.association_id == association_id,
        LogEntry.user_id == actor.id,
        LogEntry.event == Event.LOOKED,
        LogEntry.at > now - LOOKED_AGAIN_AFTER,
    )
    if db.session.scalar(recent.limit(1)) is not None:
        return
    with writing() as session:
        note(session, Event.LOOKED, now=now, actor=actor, association_id=association_id)


def forget_old(session: Session, *, now: datetime) -> int:
    """Deletes lines older than two years, in the caller's transaction; returns how many."""
    result = session.execute(delete(LogEntry).where(LogEntry.at < now - KEPT))
    return int(getattr(result, "rowcount", 0))
