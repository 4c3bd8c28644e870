"""When the parties of a meeting are reminded.

Source: "Reminders and times" of issue 4. Plain data in, a decision out.
"""

from datetime import datetime, timedelta

TOO_LATE = timedelta(hours=2)  # before the start: who has not thought of it by then is on the way or elsewhere


def reminder_moment(starts_at: datetime, hours: int | None) -> datetime | None:
    """When the reminder is due, `hours` before the start; None where there is none."""
    return starts_at - timedelta(hours=hours) if hours else None


def reminder_is_due(starts_at: datetime, hours: int | None, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether the parties are to be reminded now: once, and never closer than two hours to the start or after it.

    A worker that was away reminds late of a meeting that is still to come, and not at all of one that was.
    """
    moment = reminder_moment(starts_at, hours)
    return moment is not None and reminded_at is None and moment <= now <= starts_at - TOO_LATE


def is_due_again(starts_at: datetime, hours: int | None, now: datetime) -> bool:
    """Whether a meeting that was moved is so far away again that its parties are to be reminded anew."""
    moment = reminder_moment(starts_at, hours)
    return moment is not None and moment > now
