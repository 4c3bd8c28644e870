"""Saved searches of the address book."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.associations.models import Segment
from portal.database import writing
from portal.errors import RuleError

MOST = 100


def save_segment(name: str, query: str, *, actor: User, now: datetime) -> Segment:
    """Keeps a search under a name that no other has. RuleError: `segment_taken`, `too_many_segments`."""
    name = " ".join(name.split())
    try:
        with writing() as session:
            names = session.scalars(select(Segment.name))
            if any(other.casefold() == name.casefold() for other in names):
                raise RuleError("segment_taken", "name")
            if (session.scalar(select(func.count()).select_from(Segment)) or 0) >= MOST:
                raise RuleError("too_many_segments", "name")
            segment = Segment(name=name, query=query, created_by_id=actor.id, created_at=now)
            session.add(segment)
            return segment
    except IntegrityError:  # somebody else took the name at the same moment
        raise RuleError("segment_taken", "name") from None


def delete_segment(segment_id: int) -> None:
    """Forgets a saved search; the associations stay as they are. RuleError `unknown_segment`."""
    with writing() as session:
        segment = session.get(Segment, segment_id)
        if segment is None:
            raise RuleError("unknown_segment")
        session.delete(segment)
