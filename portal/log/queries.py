"""Reading the log."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.log.models import Event, LogEntry
from portal.paging import PER_PAGE, Page, page_of

WRITES = (Event.CHANGED, Event.MERGED, Event.IMPORTED)


def entries_about(association_id: int, page: int = 1, *, size: int = PER_PAGE) -> Page[LogEntry]:
    """What was noted about one association, newest first, `size` a page."""
    query = select(LogEntry).where(LogEntry.association_id == association_id)
    return page_of(
        query.order_by(LogEntry.at.desc(), LogEntry.id.desc()), page, options=[joinedload(LogEntry.user)], size=size
    )


def last_writer(session: Session, association_id: int) -> str | None:
    """The name of the member of staff who changed the record last; None where the association did, or nobody."""
    entry = session.scalar(
        select(LogEntry)
        .where(LogEntry.association_id == association_id, LogEntry.event.in_(WRITES))
        .order_by(LogEntry.id.desc())
        .limit(1)
    )
    return entry.user.name if entry and entry.user else None
