"""Reading the log."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.log.models import LogEntry
from portal.paging import Page, page_of


def entries_about(association_id: int, page: int = 1) -> Page[LogEntry]:
    """What was noted about one association, newest first."""
    query = select(LogEntry).where(LogEntry.association_id == association_id)
    return page_of(query.order_by(LogEntry.at.desc(), LogEntry.id.desc()), page, options=[joinedload(LogEntry.user)])
