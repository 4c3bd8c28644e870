"""The calendar entry that goes with a message about a registration."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.activities.models import Activity
from portal.registrations.models import Registration


def calendar_for(
    _session: Session, _kind: str, _activity: Activity, _registration: Registration, *, now: datetime, **_facts: Any
) -> str:
    """The iCalendar stream for the message: an object with its own METHOD for each meeting; empty where none goes."""
    return ""
